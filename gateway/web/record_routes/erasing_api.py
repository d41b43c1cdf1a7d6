"""Erasing a record for good over HTTP: what would go, asking for it, and the ledger."""

from typing import Any, Literal

from flask import Blueprint
from msgspec import Struct

from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.record_routes.approvals_api import Approval, Reason

WHICH = ("kind_unknown", "record_missing", "record_erased", "record_id_malformed")
Why = Literal["asked", "expired", "unlawful"]


class Portion(Struct):
    """So many of something: versions, merged (records that were merged into it), visits, tasks,
    files, conflicts, proposals; sales, archived (entries in the archive).
    """

    what: str
    count: int


class Reach(Struct):
    """What an erasure takes, and what it leaves: sales, because the law has them kept, and files of
    the archive, because they are never changed.
    """

    goes: list[Portion]
    stays: list[Portion]


class ErasureOrder(Struct, forbid_unknown_fields=True):
    """Why a record is to be erased: its person asked, its time is over, or it was never lawful.
    ``note`` is for whoever confirms it, and goes with the record.
    """

    reason: Why
    note: Reason = ""


class ErasureView(Struct):
    """One record, or visit, that was erased; who asked and who confirmed by their ids. ``held``
    counts sales that name it, ``archived`` entries in the archive that could not be emptied.
    """

    record: str
    kind: str
    reason: Why
    held: int
    archived: int
    by: str
    approved_by: str
    at: str


class Erasures(Struct):
    """The ledger, the newest first."""

    erasures: list[ErasureView]


def add(api: Blueprint, records: Records) -> None:
    """Routes under /records and /erasures of the blueprint of the records."""

    @api.get("/records/<kind>/<identity>/erasure")
    @allows(
        "record",
        "erase",
        answers={200: Reach},
        problems=WHICH,
        summary="What erasing a record would take, and what it would leave",
    )
    def reach(kind: str, identity: str) -> Any:
        return records.forgetting.preview(guard.actor(), kind, identity)

    @api.post("/records/<kind>/<identity>/erasure")
    @allows(
        "record",
        "erase",
        body=ErasureOrder,
        answers={202: Approval},
        problems=(*WHICH, "password_needed"),
        summary="Ask for a record to be erased for good; a second person confirms it",
    )
    def ask(kind: str, identity: str) -> Any:
        order = guard.body(ErasureOrder)
        origin = Origin(guard.actor(), reason=order.note, proven=guard.proven())
        proposal = records.forgetting.ask(origin, kind, identity, order.reason)
        return records.inbox.shown(guard.actor(), [proposal])[0], 202

    @api.get("/erasures")
    @allows(
        "erasure",
        "list",
        answers={200: Erasures},
        summary="The ledger of erasures: which records are gone for good, and who decided it",
    )
    def ledger() -> Any:
        return {"erasures": records.forgetting.told(guard.actor())}
