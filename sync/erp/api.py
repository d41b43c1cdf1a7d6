"""The state of replication for the console: consumers, what waits, what became of batches."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, g

from gateway.kernel.clock import to_iso
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.erp import shapes, story_shapes
from sync.erp.shapes import (
    AllOutstanding,
    ErpState,
    Named,
    Offered,
    Pause,
    Phone,
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
    erp: Erp, nudge: Callable[[str, str], None], phones: Callable[[], list[Phone]] = no_phones
) -> Blueprint:
    """Routes under /api/v1/erp and /api/v1/sync. ``nudge`` starts a round of a connector soon,
    in somebody's name.
    """
    api = Blueprint("erp", __name__, url_prefix="/api/v1")
    _outstanding(api, erp)
    _console(api, erp, nudge, phones)
    _story(api, erp)
    return api


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

    @api.post("/erp/outstanding")
    @allows(
        "sync",
        "update",
        body=Named,
        answers={202: Offered},
        summary="Offer everything a consumer has not taken again, in its next batches",
    )
    def offer_all() -> Any:
        asked = guard.body(Named)
        return Offered(asked.consumer, erp.offer_all(asked.consumer)), 202

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
    api: Blueprint, erp: Erp, nudge: Callable[[str, str], None], phones: Callable[[], list[Phone]]
) -> None:
    @api.get("/sync")
    @allows("sync", "list", answers={200: Replication}, summary="How replication stands")
    def standing() -> Any:
        found = erp.standings()
        consumers = [shapes.consumer(one, g.language, erp.now_ms) for one in found]
        return Replication(ErpState(list(erp.runs), consumers), phones())

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
        nudge(asked.consumer, guard.actor().name)
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
