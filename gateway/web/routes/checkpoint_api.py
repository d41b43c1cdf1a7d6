"""Checkpoints of the journal: taken to be kept elsewhere, and held against it later."""

from typing import Any

from flask import Blueprint

from gateway.store import checkpoint
from gateway.store.checkpoint import Checkpoint, Comparison
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts


def blueprint(parts: Parts) -> Blueprint:
    """Routes under /api/v1/journal/checkpoint."""
    api = Blueprint("checkpoint", __name__, url_prefix="/api/v1/journal/checkpoint")

    @api.get("")
    @allows(
        "checkpoint",
        "read",
        answers={200: Checkpoint},
        summary="A signed word about the journal's end; keep it outside the gateway",
    )
    def taken() -> Any:
        return checkpoint.take(parts.store)

    @api.post("/comparison")
    @allows(
        "checkpoint",
        "read",
        body=Checkpoint,
        answers={200: Comparison},
        problems=(
            "checkpoint_foreign",
            "journal_cut",
            "journal_rewritten",
            "segment_damaged",
            "segment_missing",
        ),
        summary="Hold the journal against a checkpoint that was kept elsewhere",
    )
    def compared() -> Any:
        return checkpoint.compare(parts.store, guard.body(Checkpoint))

    return api
