"""Settling one arrival inside a transaction: its effect and its remembered answer, or neither."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.connection import storage_problem
from gateway.store.transaction import Tx
from sync.phone import memory, plan
from sync.phone.effects import CreationMissing, Effects
from sync.phone.memory import Answer, Kept, Origin
from sync.phone.operations import Misfit, Operation
from sync.phone.plan import Remembered

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Arrival:
    """An operation or misfit on its way in, with where it came from and who did it."""

    entry: Operation | Misfit
    origin: Origin
    actor: Actor


@dataclass(frozen=True, slots=True)
class Settled:
    """One answer.

    ``status`` is what the phone is told; for a duplicate, ``answer.status`` is the first answer's.
    """

    id: str
    status: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Settlement:
    """Settles arrivals in one transaction. ``hold_ms`` bounds waiting for what never came."""

    tx: Tx
    effects: Effects
    hold_ms: int

    def settle(self, arrival: Arrival) -> Settled:
        """The answer to one arrival; what fails undoes that arrival alone, and is its answer."""
        entry, origin = arrival.entry, arrival.origin
        if isinstance(entry, Misfit):
            memory.remember_misfit(self.tx, entry, origin)
            return _answered(entry.id, _refused(entry.problem))
        kept = self.effects.kept(self.tx, entry)
        remembered = memory.recall(self.tx, {entry.id, *plan.needs(entry)})
        decision = plan.decide(
            entry,
            kept.digest,
            remembered,
            place_taken=memory.place_taken(self.tx, entry, origin),
            replaced=memory.replaced(self.tx, kept),
        )
        if isinstance(decision, plan.Again):
            known = decision.remembered
            first = Answer(known.status, known.result, known.problem)
            return Settled(entry.id, "duplicate", first)
        if isinstance(decision, plan.Clash):
            memory.keep_other(self.tx, kept, origin)
            return _answered(entry.id, _refused(Problem("id_reused", pointer="/id")))
        memory.keep_earlier(self.tx, kept)
        match decision:
            case plan.Displaced():
                problem = Problem("origin_seq_reused", pointer="/origin_seq", seq=entry.origin_seq)
                kept = replace(kept, operation=replace(entry, origin_seq=None))
                answer = _refused(problem)
            case plan.Hold(blocker):
                answer = self._hold(blocker, remembered, entry.id)
            case _:
                answer = self._attempt(kept, arrival, remembered.get(entry.id))
                if answer.problem is not None and answer.problem.code == "record_erased":
                    # What is refused is kept for a person to look at; this must not be.
                    kept = replace(kept, body=b"{}")
        memory.remember(self.tx, kept, origin, answer)
        return _answered(entry.id, answer)

    def _hold(self, blocker: str, remembered: Mapping[str, Remembered], identity: str) -> Answer:
        """Wait for another operation; for one that never came only so long."""
        if blocker in remembered or self._may_still_come(remembered.get(identity)):
            return Answer("blocked_by", {"blocked_by": blocker})
        return _refused(Problem("creation_never_came", pointer="/depends_on"))

    def _attempt(self, kept: Kept, arrival: Arrival, known: Remembered | None) -> Answer:
        operation = kept.operation
        try:
            with self.tx.attempt():
                return self.effects.apply(self.tx, operation, arrival.origin, arrival.actor)
        except CreationMissing:
            if self._may_still_come(known):
                return Answer("blocked_by", {}, Problem("creation_missing", pointer="/record"))
            return _refused(Problem("creation_never_came", pointer="/record"))
        except Problem as problem:
            return Answer("retry" if problem.retryable else "rejected", {}, problem)
        except Exception as error:
            if storage_problem(error) is not None:
                raise
            status, tries = plan.after_failure(known, kept.digest)
            log.exception("operation %s failed unexpectedly, try %d", operation.id, tries)
            code = "operation_failed" if status == "retry" else "operation_isolated"
            return Answer(status, {"tries": tries}, Problem(code, tries=tries))

    def _may_still_come(self, known: Remembered | None) -> bool:
        return plan.may_still_come(known, self.tx.now_ms, self.hold_ms)


def _answered(identity: str, answer: Answer) -> Settled:
    return Settled(identity, answer.status, answer)


def _refused(problem: Problem) -> Answer:
    return Answer("rejected", {}, problem)
