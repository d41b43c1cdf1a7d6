"""Batches, receipts and copies for an ERP that pulls."""

import threading
from typing import Any

from flask import Blueprint, Response, request

from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.packed import packed
from sync.erp.batch import Batch
from sync.erp.leases import Lease
from sync.erp.pulling import wire
from sync.erp.pulling.shapes import Asked, Copy, CopyAsked, Recorded, Subscription
from sync.erp.pulling.shapes import Batch as BatchShape
from sync.erp.receipt import SentReceipts
from sync.erp.wing import Erp

# Each of them holds a thread of the server while it waits.
WAITING_MAX = 8
STEP_S = 0.5


def blueprint(erp: Erp, ending: threading.Event) -> Blueprint:
    """Routes under /api/v1/erp. Whoever waits for a batch is answered once ``ending`` is set."""
    api = Blueprint("erp_pulling", __name__, url_prefix="/api/v1/erp")
    _batches(api, erp, _Patience(erp, ending))
    _choosing(api, erp)
    return api


class _Patience:
    """Waits for a batch in the name of an ERP, with places for a few of them."""

    def __init__(self, erp: Erp, ending: threading.Event) -> None:
        self._erp = erp
        self._ending = ending
        self._places = threading.BoundedSemaphore(WAITING_MAX)

    def next(self, asked: Asked, device: str) -> Batch | None:
        """The batch to work on; None when there is none within the time, or no place to wait."""
        lease = Lease(asked.worker, asked.lease_s)
        head = self._erp.head
        found = self._erp.next(asked.consumer, device, asked.limit, lease)
        if found is not None or not asked.wait_s or not self._places.acquire(blocking=False):
            return found
        try:
            for _ in range(int(asked.wait_s / STEP_S)):
                if found is not None or self._ending.is_set():
                    break
                grown = self._erp.wait(head, STEP_S)
                if grown > head:
                    head = grown
                    found = self._erp.next(asked.consumer, device, asked.limit, lease)
            return found
        finally:
            self._places.release()


def _batches(api: Blueprint, erp: Erp, patience: _Patience) -> None:
    @api.get("/batches/next")
    @allows(
        "batch",
        "read",
        query=Asked,
        answers={200: BatchShape},
        problems=(
            "consumer_name",
            "consumer_taken",
            "consumer_paused",
            "batch_leased",
            "place_archived",
        ),
        summary="The batch to work on, byte for byte the same until it is done",
    )
    def next_batch() -> Any:
        asked = guard.query(Asked)
        found = patience.next(asked, _device())
        if found is None:
            return BatchShape(None, asked.consumer, 0, [])
        best = request.accept_mimetypes.best_match((wire.JSON, wire.NDJSON), wire.JSON)
        body = wire.lines(found) if best == wire.NDJSON else found.body
        answer = Response(body, mimetype=best)
        answer.vary.add("Accept")
        return packed(answer)

    @api.post("/batches/<identity>/receipts")
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
        state = erp.record(_device(), identity, sent.sha256, receipts, rest=sent.rest)
        return Recorded(state.batch, state.state, state.remaining)


def _choosing(api: Blueprint, erp: Erp) -> None:
    @api.put("/consumers/<name>")
    @allows(
        "batch",
        "update",
        body=Subscription,
        answers={204: None},
        problems=("consumer_name", "consumer_taken", "takes_unknown"),
        summary="What a consumer has a use for, from now on",
    )
    def subscribe(name: str) -> Any:
        erp.subscribe(name, _device(), guard.body(Subscription).takes)
        return "", 204

    @api.get("/copies/<kind>")
    @allows(
        "batch",
        "list",
        query=CopyAsked,
        answers={200: Copy},
        problems=("kind_unknown", "cursor_malformed", "resync_required"),
        summary="Every record of a kind as it stands, page by page",
    )
    def copy(kind: str) -> Any:
        asked = guard.query(CopyAsked)
        page, low_water, following = erp.copy(kind, asked.after, asked.limit)
        return packed(Copy(page.seq, page.entries, following, low_water))


def _device() -> str:
    """The machine that asks: a consumer belongs to the first that names it."""
    return guard.actor().id
