"""The quality of records over HTTP: one record's score, the worklist, and "I have checked this"."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.engine import Origin
from gateway.records.quality.worklist import Asked, Worklist
from gateway.web.door import guard
from gateway.web.door.guard import allows

UNSEEN = ("kind_unknown", "record_missing", "record_id_malformed")
Name = Annotated[str, Meta(max_length=200)]


class Finding(Struct):
    """One thing to mend; ``points`` is what the score gains by it."""

    field: str
    code: str
    detail: str
    points: int


class Quality(Struct):
    """How good a record is, from 0 to 100, and when somebody last found it right."""

    score: int
    completeness: int
    validity: int
    findings: list[Finding]
    verified_at: str | None
    verified_by: str | None
    verified_version: int | None
    review_at: str
    due: bool


class Item(Struct):
    """A record with something to mend; ``worth`` is what it brings, ``due`` a late review."""

    record: str
    kind: str
    number: str
    title: str
    territory: str
    version: int
    score: int
    worth: int
    due: bool
    verified_at: str | None
    findings: list[Finding]


class Work(Struct):
    """Records with something to mend, the most worthwhile first; ``next`` is the ``after`` of the
    next page.
    """

    items: list[Item]
    next: str | None


class WorkQuery(Struct, forbid_unknown_fields=True):
    """``owner`` is the id of whoever created a record; ``due`` takes overdue reviews only."""

    after: Name = ""
    limit: Annotated[int, Meta(ge=1, le=200)] = 50
    owner: Name = ""
    territory: Name = ""
    due: bool = False


class Checked(Struct, forbid_unknown_fields=True):
    """``version`` is that of the record as the person saw it."""

    version: Annotated[int, Meta(ge=1, le=1 << 53)]


def add(api: Blueprint, worklist: Worklist) -> None:
    """Routes under /records and /worklist of the blueprint of the records."""

    @api.get("/worklist/<kind>")
    @allows(
        "record",
        "list",
        query=WorkQuery,
        answers={200: Work},
        problems=("kind_unknown", "cursor_malformed"),
        summary="Records with something to mend, the most worthwhile first",
    )
    def work(kind: str) -> Any:
        asked = guard.query(WorkQuery)
        wanted = Asked(asked.after, asked.limit, asked.owner, asked.territory, asked.due)
        items, after = worklist.page(guard.actor(), kind, wanted)
        return {"items": items, "next": after}

    @api.get("/records/<kind>/<identity>/quality")
    @allows(
        "record",
        "read",
        answers={200: Quality},
        problems=UNSEEN,
        summary="How good a record is, and what to mend",
    )
    def of_record(kind: str, identity: str) -> Any:
        return worklist.of_record(guard.actor(), kind, identity)

    @api.post("/records/<kind>/<identity>/checked")
    @allows(
        "record",
        "update",
        body=Checked,
        answers={200: Quality},
        problems=(*UNSEEN, "check_moved"),
        summary="Say that a record was looked at and is right",
    )
    def checked(kind: str, identity: str) -> Any:
        made = guard.body(Checked)
        return worklist.check(Origin(guard.actor()), kind, identity, made.version)
