"""Approvals over HTTP: guarded changes that wait for a second person."""

from typing import Annotated, Any, Literal

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.inbox import Inbox
from gateway.web.door import guard
from gateway.web.door.guard import allows

REASON_LENGTH_MAX = 500
Reason = Annotated[str, Meta(max_length=REASON_LENGTH_MAX)]
State = Literal["open", "approved", "rejected", "withdrawn", "expired"]


class Waiting(Struct):
    """A proposal that stands beside its record, as the caller sees it; ``own`` is the caller's."""

    id: str
    field: str
    proposed: Any
    by: str
    at: str
    expires_at: str
    own: bool


class Difference(Struct):
    """One place before and after."""

    field: str
    old: Any
    new: Any


class ProposedMerge(Struct):
    """Another record, ``alias``, that is to be merged into the one of a proposal, each at the
    version that was looked at; ``choices`` as its author made them, ``changes`` what it would do.
    """

    alias: str
    number: str
    title: str
    version: int
    alias_version: int
    choices: dict[str, str]
    changes: list[Difference]


class ProposedErasure(Struct):
    """A record is to be erased for good: asked (by the person), expired or unlawful."""

    reason: Literal["asked", "expired", "unlawful"]


class Approval(Struct):
    """A guarded change and what became of it; ``merge`` or ``erasure`` instead of two values, where
    it is one of these.

    ``hash`` names exactly this change in a decision, ``currency`` is that of amounts, ``masked``
    lists places with hidden values. ``restored_from`` is the version whose value it brings back.
    ``ended`` is decided, author, replaced, agreed, moved, merged or expired; empty while open.
    """

    id: str
    kind: str
    record: str
    number: str
    title: str
    version: int
    field: str
    currency: str
    base: Any
    proposed: Any
    masked: list[str]
    reason: str
    restored_from: int | None
    by: str
    device: str
    channel: str
    at: str
    expires_at: str
    state: State
    ended: str
    decided_by: str
    decided_at: str | None
    answer: str
    hash: str
    own: bool
    decidable: bool
    merge: ProposedMerge | None = None
    erasure: ProposedErasure | None = None


class Approvals(Struct):
    """Proposals, oldest first; ``next`` is the ``after`` of the next page."""

    approvals: list[Approval]
    next: str | None


class ApprovalQuery(Struct, forbid_unknown_fields=True):
    """``state`` is open, or how the proposal ended."""

    state: State = "open"
    after: Annotated[str, Meta(max_length=200)] = ""
    limit: Annotated[int, Meta(ge=1, le=500)] = 100


class ApprovalDecision(Struct, forbid_unknown_fields=True):
    """``hash`` as it was shown; ``reason`` goes to the proposer, and a rejection needs one."""

    decision: Literal["approve", "reject"]
    hash: Annotated[str, Meta(max_length=64)]
    reason: Reason = ""


class Nothing(Struct, forbid_unknown_fields=True):
    """No member."""


def add(api: Blueprint, inbox: Inbox) -> None:
    """Routes under /approvals of the blueprint of the records."""
    _reading(api, inbox)
    _deciding(api, inbox)


def _reading(api: Blueprint, inbox: Inbox) -> None:
    @api.get("/approvals")
    @allows(
        "approval",
        "list",
        query=ApprovalQuery,
        answers={200: Approvals},
        problems=("cursor_malformed",),
        summary="Guarded changes that wait for a second person, oldest first",
    )
    def approvals() -> Any:
        asked = guard.query(ApprovalQuery)
        found, after = inbox.page(guard.actor(), asked.state, after=asked.after, limit=asked.limit)
        return {"approvals": found, "next": after}

    @api.get("/approvals/<identity>")
    @allows(
        "approval",
        "read",
        answers={200: Approval},
        problems=("approval_missing",),
        summary="One guarded change and what became of it",
    )
    def approval(identity: str) -> Any:
        return inbox.get(guard.actor(), identity)


def _deciding(api: Blueprint, inbox: Inbox) -> None:
    @api.post("/approvals/<identity>")
    @allows(
        "approval",
        "update",
        body=ApprovalDecision,
        answers={200: Approval},
        problems=(
            "approval_missing",
            "approval_own",
            "approval_ended",
            "approval_expired",
            "approval_changed",
            "approval_reason_missing",
            "approval_unfit",
            "erasure_needs_two",
            "record_erased",
            "field_not_writable",
            "merge_moved",
            "merge_done",
            "password_needed",
            "record_invalid",
        ),
        summary="Approve or reject exactly the change that was shown",
    )
    def decide_approval(identity: str) -> Any:
        made = guard.body(ApprovalDecision)
        verdict = Verdict(made.decision, made.hash, made.reason)
        return inbox.decide(Origin(guard.actor(), proven=guard.proven()), identity, verdict)

    @api.post("/approvals/<identity>/withdraw")
    @allows(
        "approval",
        "withdraw",
        body=Nothing,
        answers={200: Approval},
        problems=("approval_missing", "approval_not_own", "approval_ended"),
        summary="Take back one's own proposal",
    )
    def withdraw_approval(identity: str) -> Any:
        return inbox.withdraw(Origin(guard.actor()), identity)
