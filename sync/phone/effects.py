"""The effect of one operation: a fact goes to the facts, everything else to the records engine."""

import dataclasses
from collections.abc import Collection

import msgspec

from gateway.facts.event import prepare
from gateway.facts.settle import settle
from gateway.facts.types import BY_PEOPLE, Visit
from gateway.facts.visit import OUTCOMES
from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import commands, engine
from gateway.records.duplicates import twins
from gateway.records.edits import ruling
from gateway.records.engine import Engine, Outcome, Proposal
from gateway.records.rows import erasures, heads
from gateway.records.rows.heads import Head
from gateway.store import journal
from gateway.store.transaction import Tx
from sync.phone import bodies
from sync.phone.memory import Answer, Kept, Origin
from sync.phone.operations import Operation

# What a phone is told of a command's outcome: an edit that changed nothing has had its effect.
_STATUS = {"created": "applied", "unchanged": "applied", "proposed": "applied"}


class CreationMissing(Exception):
    """The record of an edit does not exist here: its creation may still be on its way."""


class Effects:
    """Gives operations their effect, each inside the caller's transaction.

    ``outcomes`` are those that a visit may have.
    """

    def __init__(self, records: Engine, outcomes: Collection[str] = OUTCOMES) -> None:
        self._engine = records
        self._outcomes = outcomes

    def kept(self, tx: Tx, operation: Operation) -> Kept:
        """The operation as it is kept."""
        digest = tx.keyring.digest(operation.body)
        return Kept(operation, digest, bodies.kept(tx.keyring, self._engine.kinds, operation))

    def apply(self, tx: Tx, operation: Operation, origin: Origin, actor: Actor) -> Answer:
        """Do it; Problem when it is refused, CreationMissing when it came too early."""
        if operation.type == "fact":
            return self._store_fact(tx, operation, origin, actor)
        key = ids.to_bytes(operation.id)
        if journal.known(tx, [key]):
            # Its answer would be remembered: so this id is somebody else's.
            raise Problem("id_reused", pointer="/id")
        outcome = self._command(tx, operation, origin, actor)
        head = outcome.head
        result: dict[str, object] = {
            "kind": head.kind,
            "record": head.id,
            "version": head.version,
        }
        if outcome.proposals:
            result["proposals"] = list(outcome.proposals)
        if kept_out := ruling.kept_out(outcome.warnings):
            result["kept_out"] = kept_out
        return Answer(_STATUS.get(outcome.status, outcome.status), result, None, outcome.seq)

    def _command(self, tx: Tx, operation: Operation, origin: Origin, actor: Actor) -> Outcome:
        source = engine.Origin(
            actor=actor,
            operation=operation.id,
            device=origin.device,
            epoch=origin.epoch,
            seq=operation.origin_seq,
            occurred_at=operation.occurred_at,
            clock_offset_ms=origin.offset_ms,
            reason=operation.reason,
            mender=origin.mender,
        )
        kind, record = operation.kind, operation.record
        if operation.type == "record.create":
            made = commands.create(tx, self._engine, source, kind, operation.content, record)
        elif (head := heads.find(tx, record)) is None:
            erasures.refuse(tx, record)
            raise CreationMissing
        else:
            base = _base(tx, head, operation)
            proposal = Proposal(operation.content, base, operation.base_op)
            made = commands.edit(tx, self._engine, source, kind, record, proposal)
        twins.deny(tx, self._engine.kind(kind), made.head, operation.not_duplicate_of, actor)
        return made

    def _store_fact(self, tx: Tx, operation: Operation, origin: Origin, actor: Actor) -> Answer:
        event = dict(operation.content)
        # For most facts a phone is a device like any other: what only a till may say, it may not.
        role = actor.role if event.get("type") in BY_PEOPLE else "device"
        sender = dataclasses.replace(actor, role=role, device=origin.device)
        fact = prepare(event, canonical.encode(event), sender, tx.keyring, self._outcomes)
        if fact.problem is not None:
            raise fact.problem
        if fact.visit is not None:
            _check_customer(tx, fact.visit)
        fact.entry = msgspec.structs.replace(
            fact.entry, origin_epoch=origin.epoch, origin_seq=operation.origin_seq,
            clock_offset_ms=origin.offset_ms,
        )  # fmt: skip
        # The operation and its fact may share an id: what waits under it is this very operation.
        tx.execute("DELETE FROM operations WHERE id = ?", (ids.to_bytes(operation.id),))
        result = settle(tx, [fact])[0]
        if result.problem is not None:
            raise result.problem
        return Answer("applied", {}, None, result.seq)


def _base(tx: Tx, head: Head, operation: Operation) -> int:
    """The version an edit was made on. A restore loses versions that phones have seen: for one of
    those stands the newest that is left, so that what is offered again has its effect.
    """
    if operation.base_version <= head.version:
        return operation.base_version
    restored = tx.one("SELECT 1 FROM meta WHERE key = 'restored'") is not None
    return head.version if restored else operation.base_version


def _check_customer(tx: Tx, visit: Visit) -> None:
    """Problem visit_customer_missing, or record_erased. One that has left the visitor's territory
    since is there.
    """
    erasures.refuse(tx, visit.customer)
    head = heads.find(tx, visit.customer)
    if head is None or head.kind != "customer":
        raise Problem("visit_customer_missing", pointer="/event/data/customer")
