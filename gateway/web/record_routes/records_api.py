"""Records over HTTP: kinds, records, and the conflicts that wait for a person."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from config.schema import VisitSettings
from gateway.facts import visit
from gateway.records.engine import Origin, Proposal
from gateway.records.records import Records
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.record_routes import (
    approvals_api,
    dealings_api,
    duplicates_api,
    erasing_api,
    history_api,
    merge_api,
    quality_api,
    record_shapes,
    submissions_api,
    trials_api,
)
from gateway.web.record_routes.approvals_api import Approval, Reason
from gateway.web.record_routes.duplicates_api import Duplicate, Ids
from gateway.web.record_routes.record_shapes import RecordView, Remark

Id = Annotated[str, Meta(max_length=36)]
Version = Annotated[int, Meta(ge=1)]
REFUSED = ("kind_unknown", "record_missing", "record_id_malformed")
INVALID = ("record_invalid", "field_not_writable")


class ConflictView(Struct):
    """Two values for one field: ``current`` is live, ``proposed`` waits for a person."""

    id: str
    kind: str
    record: str
    number: str
    title: str
    version: int
    field: str
    base: Any
    current: Any
    proposed: Any
    by: str
    channel: str
    at: str
    state: str
    rule: str


class Kinds(Struct):
    """The kinds the caller works with, with their forms."""

    kinds: list[dict[str, Any]]


class Listing(Struct):
    """A page of records; ``next`` is the ``after`` of the next one."""

    records: list[RecordView]
    next: str | None


class Edited(Struct):
    """What became of an edit; ``conflict`` means that a part of it waits for a person, ``proposed``
    that all of it waits for a second one. ``proposals`` are those of this edit.
    """

    status: Literal["applied", "merged", "conflict", "proposed", "unchanged"]
    record: RecordView
    conflicts: list[ConflictView]
    proposals: list[Approval]
    warnings: list[Remark]


class BroughtBack(Edited):
    """What became of bringing a version back; ``left`` are places that differ and stayed."""

    left: list[str]


class Conflicts(Struct):
    """Conflicts, oldest first."""

    conflicts: list[ConflictView]


class Created(RecordView):
    """The record, with what should be checked once more and which others look like it."""

    warnings: list[Remark]
    duplicates: list[Duplicate]


class ListQuery(Struct, forbid_unknown_fields=True):
    """``q`` finds records that hold every word of it."""

    q: Annotated[str, Meta(max_length=200)] = ""
    after: Annotated[str, Meta(max_length=1000)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 50


class ConflictQuery(Struct, forbid_unknown_fields=True):
    """``state`` is open, or how the conflict ended."""

    state: Literal["open", "current", "proposed", "agreed", "withdrawn", "settled", "moot"] = "open"
    limit: Annotated[int, Meta(ge=1, le=500)] = 200


class NewRecord(Struct, forbid_unknown_fields=True):
    """A record to create; an ``id`` (UUID) makes a repetition harmless. ``reason`` is for whoever
    has to confirm a part of it. ``not_duplicate_of`` are records that it is known not to be.
    """

    data: dict[str, Any]
    id: Id = ""
    reason: Reason = ""
    not_duplicate_of: Ids = []


class RecordEdit(Struct, forbid_unknown_fields=True):
    """A merge patch (RFC 7396) against the version it was made on; ``reason`` is for whoever has to
    confirm a part of it. ``not_duplicate_of`` are records that it now looks like and is known not
    to be.
    """

    base_version: Version
    patch: dict[str, Any]
    reason: Reason = ""
    not_duplicate_of: Ids = []


class ConflictDecision(Struct, forbid_unknown_fields=True):
    """Which value holds; ``version`` is that of the record as the person saw it."""

    decision: Literal["current", "proposed"]
    version: Version


def blueprint(
    records: Records, outcomes: Mapping[str, Mapping[str, str]] | None = None
) -> Blueprint:
    """Routes under /api/v1/kinds, records, conflicts, approvals and submissions.

    ``outcomes`` are those that a visit may have, with their labels.
    """
    api = Blueprint("records", __name__, url_prefix="/api/v1")
    _reading(api, records)
    _writing(api, records)
    _conflicts(api, records)
    history_api.add(api, records, BroughtBack, (*INVALID, *REFUSED))
    quality_api.add(api, records.worklist)
    duplicates_api.add(api, records.twins)
    dealings_api.add(api, records.dealings, outcomes or visit.outcomes(VisitSettings()))
    trials_api.add(api, records.trials)
    submissions_api.add(api, records.submissions)
    approvals_api.add(api, records.inbox)
    merge_api.add(api, records)
    erasing_api.add(api, records)
    return api


def _reading(api: Blueprint, records: Records) -> None:
    @api.get("/kinds")
    @allows("kinds", "list", answers={200: Kinds}, summary="The kinds of record and their forms")
    def kinds() -> Any:
        return Kinds(records.kinds(guard.actor()))

    @api.get("/records/<kind>")
    @allows(
        "record",
        "list",
        query=ListQuery,
        answers={200: Listing},
        problems=("kind_unknown", "cursor_malformed"),
        summary="Records in the order of their titles",
    )
    def page(kind: str) -> Any:
        asked = guard.query(ListQuery)
        found, after = records.page(
            guard.actor(), kind, search=asked.q, after=asked.after, limit=asked.limit
        )
        return {"records": found, "next": after}

    @api.get("/records/<kind>/<record:identity>")
    @allows("record", "read", answers={200: RecordView}, problems=REFUSED, summary="One record")
    def one(kind: str, identity: str) -> Any:
        return records.get(guard.actor(), kind, identity)


def _writing(api: Blueprint, records: Records) -> None:
    @api.post("/records/<kind>")
    @allows(
        "record",
        "create",
        body=NewRecord,
        answers={201: Created},
        problems=(
            *INVALID,
            "kind_unknown",
            "record_id_malformed",
            "id_reused",
            "duplicate_found",
            "record_erased",
        ),
        summary="Create a record",
    )
    def create(kind: str) -> Any:
        new = guard.body(NewRecord)
        origin = Origin(guard.actor(), reason=new.reason)
        answer = records.create(origin, kind, new.data, new.id, new.not_duplicate_of)
        beside = {"warnings": answer.warnings, "duplicates": answer.duplicates}
        return {**answer.record, **beside}, 201

    @api.post("/records/<kind>/<record:identity>")
    @allows(
        "record",
        "update",
        body=RecordEdit,
        answers={200: Edited},
        problems=(*INVALID, *REFUSED, "version_unknown"),
        summary="Merge a patch into a record",
    )
    def edit(kind: str, identity: str) -> Any:
        change = guard.body(RecordEdit)
        proposal = Proposal(change.patch, change.base_version)
        origin = Origin(guard.actor(), reason=change.reason)
        others = change.not_duplicate_of
        return record_shapes.edited(records.edit(origin, kind, identity, proposal, others))


def _conflicts(api: Blueprint, records: Records) -> None:
    @api.get("/conflicts")
    @allows(
        "conflict",
        "list",
        query=ConflictQuery,
        answers={200: Conflicts},
        summary="Contested values, oldest first",
    )
    def conflicts() -> Any:
        asked = guard.query(ConflictQuery)
        return {"conflicts": records.conflicts(guard.actor(), asked.state, asked.limit)}

    @api.post("/conflicts/<identity>")
    @allows(
        "conflict",
        "update",
        body=ConflictDecision,
        answers={200: RecordView},
        problems=(
            "conflict_missing",
            "conflict_moved",
            "conflict_decided",
            "conflict_place_gone",
            "approval_own",
            "field_not_writable",
            "password_needed",
        ),
        summary="Decide a contested value",
    )
    def decide(identity: str) -> Any:
        made = guard.body(ConflictDecision)
        origin = Origin(guard.actor(), proven=guard.proven())
        return records.decide(origin, identity, made.decision, made.version)
