"""Batches and receipts for an ERP that pulls, and the state of replication for the console."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, g

from gateway.kernel.clock import to_iso
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.erp import shapes, story_shapes
from sync.erp.receipt import SentReceipts
from sync.erp.shapes import (
    AllOutstanding,
    Asked,
    Batch,
    ErpState,
    Named,
    Pause,
    Phone,
    Recorded,
    Replication,
    Rewind,
)
from sync.erp.story import Portion
from sync.erp.story_shapes import (
    Batches,
    BatchesAsked,
    EntriesAsked,
    Lag,
    LagAsked,
    OpenedBatch,
)
from sync.erp.wing import Erp


def no_phones() -> list[Phone]:
    """Nothing is known of any phone."""
    return []


def blueprint(
    erp: Erp, nudge: Callable[[], None], phones: Callable[[], list[Phone]] = no_phones
) -> Blueprint:
    """Routes under /api/v1/erp and /api/v1/sync. ``nudge`` starts a round of the connector soon."""
    api = Blueprint("erp", __name__, url_prefix="/api/v1")
    _batches(api, erp)
    _outstanding(api, erp)
    _console(api, erp, nudge, phones)
    _story(api, erp)
    return api


def _batches(api: Blueprint, erp: Erp) -> None:
    @api.get("/erp/batches/next")
    @allows(
        "batch",
        "read",
        query=Asked,
        answers={200: Batch},
        problems=("consumer_name", "consumer_taken", "consumer_paused", "place_archived"),
        summary="The batch to work on, byte for byte the same until it is done",
    )
    def next_batch() -> Any:
        asked = guard.query(Asked)
        batch = erp.next(asked.consumer, _device(), asked.limit)
        if batch is None:
            return Batch(None, asked.consumer, 0, [])
        return Response(batch.body, mimetype="application/json")

    @api.post("/erp/batches/<identity>/receipts")
    @allows(
        "batch",
        "confirm",
        body=SentReceipts,
        answers={200: Recorded},
        problems=("batch_unknown", "batch_hash_wrong", "receipt_unexpected"),
        summary="What the ERP made of each entry; may be sent any number of times",
    )
    def receive(identity: str) -> Any:
        sent = guard.body(SentReceipts)
        receipts = [one.receipt() for one in sent.receipts]
        state = erp.record(_device(), identity, sent.sha256, receipts)
        return Recorded(state.batch, state.state, state.remaining)


def _outstanding(api: Blueprint, erp: Erp) -> None:
    @api.get("/erp/outstanding")
    @allows(
        "sync",
        "list",
        answers={200: AllOutstanding},
        summary="Entries that the ERP put off or rejected",
    )
    def outstanding() -> Any:
        return AllOutstanding(
            [shapes.outstanding(entry, g.language) for entry in erp.held(guard.actor())]
        )

    @api.post("/erp/outstanding/<int:seq>")
    @allows(
        "sync",
        "update",
        body=Named,
        answers={202: Named},
        problems=("outstanding_unknown",),
        summary="Offer such an entry again, in the next batch",
    )
    def offer_again(seq: int) -> Any:
        asked = guard.body(Named)
        erp.offer_again(asked.consumer, seq)
        return asked, 202


def _console(
    api: Blueprint, erp: Erp, nudge: Callable[[], None], phones: Callable[[], list[Phone]]
) -> None:
    @api.get("/sync")
    @allows("sync", "list", answers={200: Replication}, summary="How replication stands")
    def standing() -> Any:
        consumers = [shapes.consumer(one, g.language) for one in erp.standings()]
        return Replication(ErpState(erp.connector, consumers), phones())

    @api.post("/sync/run")
    @allows(
        "sync",
        "run",
        body=Named,
        answers={202: Named},
        problems=("consumer_pulls", "consumer_unknown"),
        summary="Push to the ERP now instead of at the next turn",
    )
    def run() -> Any:
        asked = guard.body(Named)
        erp.check_pushed(asked.consumer)
        nudge()
        return asked, 202

    @api.post("/sync/pause")
    @allows(
        "sync",
        "update",
        body=Pause,
        answers={204: None},
        problems=("consumer_unknown",),
        summary="Hold a consumer back, or let it go on",
    )
    def pause() -> Any:
        asked = guard.body(Pause)
        erp.pause(asked.consumer, paused=asked.paused, by=guard.actor().name)
        return "", 204

    @api.post("/sync/rewind")
    @allows(
        "sync",
        "update",
        body=Rewind,
        answers={204: None},
        problems=("consumer_unknown", "rewind_archived"),
        summary="Offer everything after a place again, for an ERP that lost it",
    )
    def rewind() -> Any:
        asked = guard.body(Rewind)
        erp.rewind(asked.consumer, asked.after_seq)
        return "", 204


def _story(api: Blueprint, erp: Erp) -> None:
    @api.get("/sync/batches")
    @allows(
        "sync",
        "list",
        query=BatchesAsked,
        answers={200: Batches},
        problems=("batch_unknown",),
        summary="What became of a consumer's batches, the newest first",
    )
    def batches() -> Any:
        asked = guard.query(BatchesAsked)
        found = erp.batches(asked.consumer, asked.before, asked.limit + 1)
        shown = [story_shapes.batch(told) for told in found[: asked.limit]]
        return Batches(shown, len(found) > asked.limit)

    @api.get("/sync/batches/<identity>")
    @allows(
        "sync",
        "list",
        query=EntriesAsked,
        answers={200: OpenedBatch},
        problems=("batch_unknown",),
        summary="One batch, entry by entry, with what the ERP said of each",
    )
    def opened(identity: str) -> Any:
        asked = guard.query(EntriesAsked)
        portion = Portion(asked.after, asked.limit + 1, asked.status)
        told, found = erp.opened(identity, guard.actor(), portion)
        shown = [story_shapes.entry(one, g.language) for one in found[: asked.limit]]
        return OpenedBatch(story_shapes.batch(told), shown, len(found) > asked.limit)

    @api.get("/sync/lag")
    @allows(
        "sync",
        "list",
        query=LagAsked,
        answers={200: Lag},
        summary="How far behind a consumer was, hour by hour",
    )
    def behind() -> Any:
        asked = guard.query(LagAsked)
        since, until, hours = erp.lag(asked.consumer, asked.hours)
        shown = [story_shapes.hour(one) for one in hours]
        return Lag(asked.consumer, to_iso(since), to_iso(until), shown)


def _device() -> str:
    """The machine that asks: a consumer belongs to the first that names it."""
    return guard.actor().id
