"""Duplicates over HTTP: which records look like the one that somebody is entering."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.duplicates.twins import Twins
from gateway.web.door import guard
from gateway.web.door.guard import allows

IDS_MAX = 50
Id = Annotated[str, Meta(max_length=36)]
Ids = Annotated[list[Id], Meta(max_length=IDS_MAX)]


class Why(Struct):
    """One thing that was compared: how it came out, where it stands, and its weight in bits."""

    code: Literal["same", "alike", "different"]
    field: str
    weight: float


class Ask(Struct):
    """Whom to ask about a record that the caller may not see."""

    territory: str
    name: str


class Duplicate(Struct):
    """A record that may be the same, with probability ``score``.

    ``same`` shares a number that only one can have, ``strong`` is worth a question, ``weak`` is
    shown quietly. Out of the caller's scope ``number`` is null, ``title`` masked, and ``ask`` set.
    """

    id: str
    grade: Literal["same", "strong", "weak"]
    score: float
    in_scope: bool
    number: str | None
    title: str
    ask: Ask | None
    reasons: list[Why]


class Duplicates(Struct):
    """The likeliest first, at most five."""

    candidates: list[Duplicate]


class Typed(Struct, forbid_unknown_fields=True):
    """What has been typed so far; ``id`` is the record it belongs to, if there is one already."""

    data: dict[str, Any]
    id: Id = ""


def add(api: Blueprint, twins: Twins) -> None:
    """The route under /api/v1/records."""

    @api.post("/records/<kind>/duplicates")
    @allows(
        "record",
        "duplicates",
        body=Typed,
        answers={200: Duplicates},
        problems=("kind_unknown",),
        summary="Records that look like what is being entered",
    )
    def like(kind: str) -> Any:
        typed = guard.body(Typed)
        return {"candidates": twins.like(guard.actor(), kind, typed.data, typed.id)}
