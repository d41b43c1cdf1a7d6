"""The dealings with a customer over HTTP, and what the form of a visit offers."""

from collections.abc import Mapping
from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.dealings import LIMIT_MAX, Dealings
from gateway.web.door import guard
from gateway.web.door.guard import allows


class Dealing(Struct):
    """A visit, a sale or a task. ``at`` is when it took place, of a task when it was entered;
    ``by`` the name of a person, ``number`` that of a record or a receipt. ``masked`` names members
    of ``data`` that are hidden.
    """

    type: str
    id: str
    at: str
    by: str
    number: str
    data: dict[str, Any]
    masked: list[str]


class Story(Struct):
    """Dealings, newest first; ``next`` is the ``after`` of the next page."""

    dealings: list[Dealing]
    next: str | None


class StoryQuery(Struct, forbid_unknown_fields=True):
    """``after`` is where the last page ended."""

    after: Annotated[str, Meta(max_length=60)] = ""
    limit: Annotated[int, Meta(ge=1, le=LIMIT_MAX)] = 50


class Outcome(Struct):
    """One way in which a visit may end."""

    value: str
    labels: dict[str, str]


class VisitForm(Struct):
    """What the form of a visit offers."""

    outcomes: list[Outcome]


def add(api: Blueprint, dealings: Dealings, outcomes: Mapping[str, Mapping[str, str]]) -> None:
    """The routes of the timeline and of the form of a visit."""

    @api.get("/records/customer/<identity>/timeline")
    @allows(
        "record",
        "read",
        query=StoryQuery,
        answers={200: Story},
        problems=("record_missing", "record_id_malformed", "cursor_malformed"),
        summary="Visits, sales and tasks of a customer, newest first",
    )
    def timeline(identity: str) -> Any:
        asked = guard.query(StoryQuery)
        found, after = dealings.page(guard.actor(), identity, after=asked.after, limit=asked.limit)
        return {"dealings": found, "next": after}

    @api.get("/visits/form")
    @allows("kinds", "list", answers={200: VisitForm}, summary="What the form of a visit offers")
    def form() -> Any:
        return VisitForm([Outcome(value, dict(named)) for value, named in outcomes.items()])
