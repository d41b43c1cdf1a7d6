"""The past of a record over HTTP: its time line, differences, and bringing a version back."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct, field

from gateway.records.engine import Origin
from gateway.records.past.restoring import Restoration
from gateway.records.records import Records
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.record_routes import record_shapes
from gateway.web.record_routes.approvals_api import Reason

Number = Annotated[int, Meta(ge=1, le=1 << 53)]
Place = Annotated[str, Meta(min_length=1, max_length=200)]
PLACES_MAX = 200


class Change(Struct, omit_defaults=True):
    """One place that differs, as the caller sees it; ``typed`` is what was written."""

    field: str
    old: Any
    new: Any
    typed: str = ""


class Version(Struct):
    """Who made a version, when, from which device and channel, and who approved it."""

    version: int
    at: str
    actor: str
    device: str
    channel: str
    approved_by: str | None


class Event(Struct):
    """What happened around the versions: conflict, conflict_decided, kept_out, proposal,
    proposal_ended or checked; ``words`` are the reason somebody gave. ``rule`` is rank or newest
    where a rule of survivorship kept a value out that came by ``channel``.
    """

    event: str
    at: str
    by: str
    field: str
    old: Any
    new: Any
    state: str
    words: str
    channel: str
    rule: str


class MergeMark(Struct):
    """A merge that made a version, or the undoing of one; ``id`` is the merge's."""

    id: str
    alias: str
    number: str
    what: Literal["merged", "unmerged"]
    undone: bool


class VersionChanges(Version):
    """A version with the changes it brought; ``restored_from`` is the one it brought back,
    ``file`` the name of the one that brought it, ``merge`` what a merge brought.
    """

    restored_from: int | None
    file: str
    merge: MergeMark | None
    changes: list[Change]


class History(Struct):
    """Versions, newest first, with what happened in their time; ``next`` is the ``before`` of the
    next page.
    """

    versions: list[VersionChanges]
    events: list[Event]
    next: int | None


class Difference(Struct):
    """What lies between two versions."""

    from_: Version = field(name="from")
    to: Version
    changes: list[Change]


class Source(Struct):
    """Where a value came from; ``channel`` is shop, rep, web, import, erp or system."""

    channel: str
    by: str
    at: str
    version: int


class Standing(Struct):
    """Whose word about a field stands: ``channels`` from the highest down, equal ones together.

    ``field`` is ``*`` for all others, ``newest`` lets the later word stand among equals, ``lower``
    says whether the lower value waits (suggest) or is only kept (history). ``by_site`` is true for
    a rule of the site's own.
    """

    field: str
    channels: list[list[str]]
    newest: bool
    lower: Literal["suggest", "history"]
    by_site: bool


class Provenance(Struct):
    """The source of every present value, by place, and the rules that decide between sources."""

    provenance: dict[str, Source]
    rules: list[Standing]


class HistoryQuery(Struct, forbid_unknown_fields=True):
    """``before`` names the version that the last page ended before."""

    before: Annotated[int, Meta(ge=0, le=1 << 53)] = 0
    limit: Annotated[int, Meta(ge=1, le=200)] = 50


class DifferenceQuery(Struct, forbid_unknown_fields=True):
    """``to`` 0 or left out is the present version."""

    from_: Number = field(name="from")
    to: Annotated[int, Meta(ge=0, le=1 << 53)] = 0


class Restore(Struct, forbid_unknown_fields=True):
    """Bring ``version`` back, as a whole or in ``fields``, places such as ``contacts.c1.phone``;
    ``base_version`` is the one on screen. ``reason`` is for whoever has to confirm a part of it.
    """

    version: Number
    base_version: Number
    fields: Annotated[list[Place], Meta(max_length=PLACES_MAX)] = []
    reason: Reason = ""


def add(api: Blueprint, records: Records, edited: type[Struct], invalid: tuple[str, ...]) -> None:
    """Routes under /records of the blueprint of the records.

    ``edited`` is what an edit answers, ``invalid`` its refusals.
    """
    _reading(api, records)

    @api.post("/records/<kind>/<identity>/restore")
    @allows(
        "record",
        "update",
        body=Restore,
        answers={200: edited},
        problems=(*invalid, "version_missing", "merge_done"),
        summary="Bring an earlier version back, as an edit",
    )
    def restore(kind: str, identity: str) -> Any:
        asked = guard.body(Restore)
        wanted = Restoration(asked.version, asked.base_version, tuple(asked.fields))
        origin = Origin(guard.actor(), reason=asked.reason)
        answer, left = records.restore(origin, kind, identity, wanted)
        return {**record_shapes.edited(answer), "left": left}


def _reading(api: Blueprint, records: Records) -> None:
    unseen = ("kind_unknown", "record_missing", "record_id_malformed")

    @api.get("/records/<kind>/<identity>/history")
    @allows(
        "record",
        "history",
        query=HistoryQuery,
        answers={200: History},
        problems=unseen,
        summary="What changed in a record, when and by whom",
    )
    def history(kind: str, identity: str) -> Any:
        asked = guard.query(HistoryQuery)
        place = (guard.actor(), kind, identity)
        return records.timeline.page(*place, before=asked.before, limit=asked.limit)

    @api.get("/records/<kind>/<identity>/provenance")
    @allows(
        "record",
        "history",
        answers={200: Provenance},
        problems=unseen,
        summary="Where each present value of a record came from",
    )
    def provenance(kind: str, identity: str) -> Any:
        actor = guard.actor()
        sources = records.timeline.provenance(actor, kind, identity)
        return {"provenance": sources, "rules": records.timeline.rules(actor, kind)}

    @api.get("/records/<kind>/<identity>/diff")
    @allows(
        "record",
        "history",
        query=DifferenceQuery,
        answers={200: Difference},
        problems=(*unseen, "version_missing"),
        summary="What lies between two versions of a record",
    )
    def difference(kind: str, identity: str) -> Any:
        asked = guard.query(DifferenceQuery)
        return records.timeline.difference(guard.actor(), kind, identity, asked.from_, asked.to)
