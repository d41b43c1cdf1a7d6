"""The shapes of the schedule's routes on the wire."""

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.kernel.clock import to_iso
from sync.jobs.book import Turn
from sync.jobs.progress import Moving
from sync.jobs.schedule import Planned
from sync.jobs.trigger import CRON_CHARACTERS_MAX, EVERY_S_MAX, JITTER_S_MAX, Trigger

Cron = Annotated[str, Meta(max_length=CRON_CHARACTERS_MAX)]
Seconds = Annotated[int, Meta(ge=0, le=EVERY_S_MAX)]
Jitter = Annotated[int, Meta(ge=0, le=JITTER_S_MAX)]


class TriggerSent(Struct, forbid_unknown_fields=True):
    """Seconds between turns, or the five fields of cron in the shop's time; each turn is late by up
    to ``jitter_s`` seconds.
    """

    every_s: Seconds | None = None
    cron: Cron = ""
    jitter_s: Jitter = 0


class JobEdit(Struct, forbid_unknown_fields=True):
    """When a job has its turns (null: as delivered), and whether it rests."""

    trigger: TriggerSent | None
    paused: bool


class Progress(Struct):
    """A turn under way: how much is done, and about how much there is in all."""

    done: int
    total: int


class TurnShown(Struct):
    """What came of a turn; ``asked_by`` is empty for the clock."""

    id: int
    began_at: str
    took_ms: int
    outcome: Literal["done", "idle", "held", "failed"]
    asked_by: str
    counts: dict[str, int]
    problem: dict[str, Any] | None


class JobShown(Struct):
    """A job of the schedule.

    ``trigger`` is the one that holds and ``delivered`` the one without anybody's edit; ``next_at``
    is null while the job rests, ``upcoming`` the next turns of a cron.
    """

    name: str
    trigger: TriggerSent
    delivered: TriggerSent
    edited_by: str
    edited_at: str | None
    paused: bool
    next_at: str | None
    upcoming: list[str]
    running_since: str | None
    progress: Progress | None
    last: TurnShown | None


class AllJobs(Struct):
    """Every job; ``time_zone`` is the shop's, empty for the machine's own."""

    jobs: list[JobShown]
    time_zone: str


class TurnsAsked(Struct, forbid_unknown_fields=True):
    """A page of turns, those older than turn ``before``."""

    before: Annotated[int, Meta(ge=0)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class TurnsShown(Struct):
    """Turns, the newest first, and whether there are older ones."""

    turns: list[TurnShown]
    more: bool


class Begun(Struct):
    """The job that has its turn now."""

    job: str


def trigger(one: Trigger) -> TriggerSent:
    """As it is sent."""
    return TriggerSent(one.every_s, one.cron, one.jitter_s)


def job(one: Planned, language: str) -> JobShown:
    """A job in the words of a language."""
    edit = one.edit
    return JobShown(
        name=one.name,
        trigger=trigger(one.trigger),
        delivered=trigger(one.delivered),
        edited_by=edit.by if edit else "",
        edited_at=to_iso(edit.at) if edit else None,
        paused=edit.paused if edit else False,
        next_at=None if one.next_at is None else to_iso(one.next_at),
        upcoming=[to_iso(at) for at in one.upcoming],
        running_since=None if one.began_at is None else to_iso(one.began_at),
        progress=_progress(one.moving),
        last=turn(one.last, language) if one.last else None,
    )


def turn(one: Turn, language: str) -> TurnShown:
    """A turn in the words of a language."""
    return TurnShown(
        id=one.id,
        began_at=to_iso(one.began_at),
        took_ms=one.took_ms,
        outcome=one.outcome,
        asked_by=one.asked_by,
        counts=dict(one.counts),
        problem=one.problem.document(language) if one.problem else None,
    )


def _progress(moving: Moving | None) -> Progress | None:
    return Progress(moving.done, moving.total) if moving else None
