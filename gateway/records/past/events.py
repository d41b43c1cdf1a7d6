"""What happened around a record's versions: conflicts, proposals and checks.

Each is told as {"event", "at", "by", "field", "old", "new", "state", "words", "channel", "rule"},
as far as the role sees its place; ``words`` are the ones people gave as a reason, ``rule`` the one
that kept a value out which came by ``channel``. All of it is read from where it is
kept, so that nothing about the past is stored twice.
"""

from collections.abc import Iterator
from typing import Final

from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.records.edits import conflicts, proposals
from gateway.records.edits.docket import Conflict
from gateway.records.edits.proposals import Waiting
from gateway.records.model.patch import dotted
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.rows import Rows

Event = dict[str, object]

EVENTS_MAX: Final = 500


def within(rows: Rows, glass: Glass, head: Head, since: int, until: int) -> list[Event]:
    """What happened from ``since`` on and before ``until``, both in Unix ms, newest first."""
    told = [
        (at, event)
        for source in (_conflicts, _proposals, _checks)
        for at, event in source(rows, glass, head)
        if since <= at < until
    ]
    told.sort(key=lambda one: one[0], reverse=True)
    return [event for _, event in told[:EVENTS_MAX]]


def _event(event: str, at: int, by: str, **more: object) -> tuple[int, Event]:
    plain: Event = {"field": "", "old": None, "new": None, "state": "", "words": ""}
    plain |= {"channel": "", "rule": ""}
    return at, {"event": event, "at": to_iso(at), "by": by, **plain, **more}


def _conflicts(rows: Rows, glass: Glass, head: Head) -> Iterator[tuple[int, Event]]:
    for one in conflicts.of_record(rows, head.id):
        if not glass.shows(one.path):
            continue
        told = {
            "field": dotted(one.path),
            "old": glass.value(one.path, one.current),
            "new": glass.value(one.path, one.proposed),
            "state": one.state,
            "channel": one.author.channel,
            "rule": one.rule,
        }
        event = "kept_out" if one.rule else "conflict"
        yield _event(event, one.at, one.author.actor_name, **told)
        if one.decided_at is not None:
            yield _event("conflict_decided", one.decided_at, _decider(rows, one), **told)


def _decider(rows: Rows, one: Conflict) -> str:
    """The name of whoever decided, as their account has it now; empty for a machine's."""
    try:
        key = ids.to_bytes(one.decided_by)
    except ValueError:
        return ""
    return str(rows.value("SELECT name FROM users WHERE id = ?", (key,)) or "")


def _proposals(rows: Rows, glass: Glass, head: Head) -> Iterator[tuple[int, Event]]:
    for state in proposals.STATES:
        for one in proposals.of_record(rows, head.id, state):
            if glass.shows(one.path):
                yield from _proposal(glass, one)


def _proposal(glass: Glass, one: Waiting) -> Iterator[tuple[int, Event]]:
    told = {
        "field": dotted(one.path),
        "old": glass.value(one.path, one.base),
        "new": glass.value(one.path, one.proposed),
        "state": one.state,
    }
    yield _event("proposal", one.at, one.author.actor_name, **told, words=one.reason)
    if one.decided_at is not None:
        yield _event("proposal_ended", one.decided_at, one.decided_name, **told, words=one.answer)


def _checks(rows: Rows, _glass: Glass, head: Head) -> Iterator[tuple[int, Event]]:
    for at, name in rows.tuples(
        "SELECT at, actor_name FROM record_checks WHERE record = ?", (heads.key(head.id),)
    ):
        yield _event("checked", int(at), str(name))
