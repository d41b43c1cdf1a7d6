"""Merging over HTTP: pairs that may be one, two records side by side, merge, and undo."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.duplicates.merging import Order
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.record_routes.approvals_api import Reason
from gateway.web.record_routes.merge_shapes import Comparison, MergeAnswer, Merges, Pairs, Undone

Id = Annotated[str, Meta(max_length=36)]
Version = Annotated[int, Meta(ge=1)]
Cursor = Annotated[str, Meta(max_length=200)]
Limit = Annotated[int, Meta(ge=1, le=200)]
Field = Annotated[str, Meta(max_length=200)]
CHOICES_MAX = 500
MISSING = ("kind_unknown", "record_missing", "record_id_malformed")
TWO = (*MISSING, "merge_self", "merge_kinds", "merge_done")
"""What may be wrong with two records that somebody wants to merge."""


class PairQuery(Struct, forbid_unknown_fields=True):
    """Pairs of a kind."""

    kind: Annotated[str, Meta(max_length=60)] = "customer"
    after: Cursor = ""
    limit: Limit = 50


class MergeQuery(Struct, forbid_unknown_fields=True):
    """Merges of a kind, or those into one ``record``."""

    kind: Annotated[str, Meta(max_length=60)] = "customer"
    record: Id = ""
    after: Cursor = ""
    limit: Limit = 50


class MergeOrder(Struct, forbid_unknown_fields=True):
    """Merge ``alias`` into the record of the address, each at the version that was looked at.

    ``choices`` by place, for example {"email": "other"}; the rest as proposed. A ``dry_run`` only
    shows what would be stored. ``reason`` is for whoever has to confirm it.
    """

    alias: Id
    version: Version
    alias_version: Version
    choices: Annotated[
        dict[Field, Literal["kept", "other", "both"]], Meta(max_length=CHOICES_MAX)
    ] = {}
    reason: Reason = ""
    dry_run: bool = False


class Other(Struct, forbid_unknown_fields=True):
    """The other record of a pair."""

    other: Id


class UndoOrder(Struct, forbid_unknown_fields=True):
    """``not_same``: never propose these two as duplicates again."""

    not_same: bool = False


class Decided(Struct):
    """What the pair is from now on."""

    state: Literal["not_same"]


def add(api: Blueprint, records: Records) -> None:
    """Routes under /duplicates, /merges and /records of the blueprint of the records."""
    _reading(api, records)
    _deciding(api, records)
    _undoing(api, records)


def _reading(api: Blueprint, records: Records) -> None:
    @api.get("/duplicates")
    @allows(
        "duplicate",
        "list",
        query=PairQuery,
        answers={200: Pairs},
        problems=("kind_unknown", "cursor_malformed"),
        summary="Pairs of records that may be one, the likeliest first",
    )
    def duplicates() -> Any:
        asked = guard.query(PairQuery)
        found, after, count = records.merges.waiting(
            guard.actor(), asked.kind, after=asked.after, limit=asked.limit
        )
        return {"pairs": found, "next": after, "count": count}

    @api.get("/records/<kind>/<identity>/merge/<other>")
    @allows(
        "record",
        "merge",
        answers={200: Comparison},
        problems=TWO,
        summary="Two records side by side, with what is proposed for each difference",
    )
    def compare(kind: str, identity: str, other: str) -> Any:
        return records.merges.compare(guard.actor(), kind, identity, other)


def _deciding(api: Blueprint, records: Records) -> None:
    @api.post("/records/<kind>/<identity>/merge")
    @allows(
        "record",
        "merge",
        body=MergeOrder,
        answers={200: MergeAnswer},
        problems=(
            *TWO,
            "merge_moved",
            "merge_choice_unknown",
            "merge_choice_fixed",
            "record_invalid",
        ),
        summary="Merge a record into this one, or preview it",
    )
    def merge(kind: str, identity: str) -> Any:
        made = guard.body(MergeOrder)
        order = Order(identity, made.version, made.alias, made.alias_version, made.choices)
        if made.dry_run:
            shown = records.merges.preview(guard.actor(), kind, order)
            return {"status": "preview", "approval": None, **shown}
        origin = Origin(guard.actor(), reason=made.reason)
        record, proposal = records.merges.merge(origin, kind, order)
        found = records.inbox.shown(guard.actor(), [proposal]) if proposal else []
        status = "proposed" if proposal else "merged"
        approval = found[0] if found else None
        told = {"status": status, "record": record, "approval": approval}
        return {**told, "problems": [], "changes": []}

    @api.post("/records/<kind>/<identity>/not-same")
    @allows(
        "duplicate",
        "update",
        body=Other,
        answers={200: Decided},
        problems=(*MISSING, "merge_self", "pair_decided"),
        summary="Remember for ever that two records are two",
    )
    def not_same(kind: str, identity: str) -> Any:
        other = guard.body(Other).other
        records.merges.not_same(Origin(guard.actor()), kind, identity, other)
        return {"state": "not_same"}


def _undoing(api: Blueprint, records: Records) -> None:
    @api.get("/merges")
    @allows(
        "duplicate",
        "list",
        query=MergeQuery,
        answers={200: Merges},
        problems=("kind_unknown", "record_id_malformed", "merge_missing"),
        summary="What was merged, the newest first",
    )
    def merges() -> Any:
        asked = guard.query(MergeQuery)
        found, after = records.merges.page(
            guard.actor(), asked.kind, record=asked.record, after=asked.after, limit=asked.limit
        )
        return {"merges": found, "next": after}

    @api.post("/merges/<identity>/undo")
    @allows(
        "record",
        "unmerge",
        body=UndoOrder,
        answers={200: Undone},
        problems=("merge_missing", "merge_undone", "merge_buried"),
        summary="Undo a merge: two records again",
    )
    def undo(identity: str) -> Any:
        wish = guard.body(UndoOrder)
        origin = Origin(guard.actor())
        return records.merges.undo(origin, identity, not_same=wish.not_same)
