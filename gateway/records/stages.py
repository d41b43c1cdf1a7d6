"""How far a record has come: at the gateway, taken by the ERP, accepted by it or rejected."""

from dataclasses import replace

from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records.edits import writing
from gateway.records.engine import Origin
from gateway.records.rows import heads, reasons
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx


def mark_stage(
    tx: Tx, record: str, version: int, stage: str, problem: Problem | None = None
) -> Head | None:
    """Show a stage (taken, accepted, rejected) with the ERP's reason; the head afterwards.

    None for a record that is not here. A receipt for an older version changes nothing: the newer
    one has not been answered yet.
    """
    head = heads.find(tx, record)
    if head is None or version != head.version:
        return head
    after = replace(head, stage=stage, stage_detail=reasons.stored(problem))
    is_step_back = stage == "taken" and head.stage == "accepted"
    if after == head or is_step_back:
        return head
    return writing.show_stage(tx, Origin(SYSTEM).filled(tx.now_ms), after)
