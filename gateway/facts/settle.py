"""Deciding what becomes of each fact, inside the one transaction that stores it."""

from collections.abc import Sequence
from typing import Literal

import msgspec

from gateway.facts.event import Fact
from gateway.facts.projections import project
from gateway.facts.quarantine import Held, held, hold, keep_other, release, replaced
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.connection import IntegrityError
from gateway.store.transaction import Tx

_ELSEWHERE = (
    "SELECT EXISTS (SELECT 1 FROM operations WHERE status = 'quarantined'),"
    " EXISTS (SELECT 1 FROM archived_ids)"
)


class Result(msgspec.Struct, omit_defaults=True):
    """What became of one event. ``status`` is stored, duplicate, quarantined or refused.

    Without a problem it is its own document.
    """

    id: str
    status: Literal["stored", "duplicate", "quarantined", "refused"]
    seq: int | None = None
    problem: Problem | None = None

    def document(self, language: str = "en") -> dict[str, object]:
        """The result for the wire."""
        document: dict[str, object] = {"id": self.id, "status": self.status}
        if self.seq is not None:
            document["seq"] = self.seq
        if self.problem is not None:
            document["problem"] = self.problem.document(language)
        return document


def settle(tx: Tx, facts: list[Fact]) -> list[Result]:
    """Decide and store a group of facts; the writer joins several requests here.

    Same id and same content: the first answer again. Same id, other content: refused, both kept,
    unless it replaces one that waits in quarantine with a higher revision.
    """
    if _look_new(tx, facts):
        try:
            if not any(fact.projected for fact in facts):
                return _store_new(tx, facts)  # the journal alone can refuse, and takes all or none
            with tx.attempt():
                return _store_new(tx, facts)
        except IntegrityError:
            pass  # some id is known after all: each fact is looked up
    return _settle_each(tx, facts)


def _look_new(tx: Tx, facts: Sequence[Fact]) -> bool:
    """Whether all that could be known of these facts is in the journal, whose index will tell.

    Asking the index twice, for a look-up and for the insert, would cost a fifth of a capture.
    """
    identities = {fact.identity for fact in facts if fact.problem is None}
    if len(identities) < len(facts):
        return False
    [(held, archived)] = tx.tuples(_ELSEWHERE)
    return not held and not (archived and journal.any_archived(tx, [*identities]))


def _store_new(tx: Tx, facts: Sequence[Fact]) -> list[Result]:
    seqs = tx.append_all([(fact.entry, fact.identity, fact.digest) for fact in facts])
    project(tx, facts, first=seqs[0])
    return [Result(fact.sent_id, "stored", seq) for fact, seq in zip(facts, seqs, strict=True)]


def _settle_each(tx: Tx, facts: Sequence[Fact]) -> list[Result]:
    identities = [fact.identity for fact in facts]
    seen = journal.known(tx, identities)
    waiting = held(tx, [identity for identity in identities if identity not in seen])
    results = []
    fresh: list[Fact] = []
    for fact in facts:
        earlier = waiting.get(fact.identity)
        if fact.identity in seen:
            results.append(_again(tx, fact, *seen[fact.identity]))
        elif earlier is not None and fact.revision <= earlier.revision:
            results.append(_still_held(tx, fact, earlier))
        elif fact.problem is not None:
            hold(tx, fact, fact.problem)
            waiting[fact.identity] = Held(fact.digest, fact.revision, fact.problem)
            results.append(Result(fact.sent_id, "quarantined", None, fact.problem))
        else:
            fresh.append(fact)
            seq = tx.seq + len(fresh)
            seen[fact.identity] = (seq, fact.digest)
            if earlier is not None:
                release(tx, fact, seq)
            results.append(Result(fact.sent_id, "stored", seq))
    if fresh:
        _store_new(tx, fresh)
    return results


def _again(tx: Tx, fact: Fact, seq: int, stored: bytes) -> Result:
    # A till that retries what a person has mended meanwhile must hear that it is settled.
    if fact.digest == stored or replaced(tx, fact):
        return Result(fact.sent_id, "duplicate", seq)
    return _reused(tx, fact)


def _still_held(tx: Tx, fact: Fact, earlier: Held) -> Result:
    if fact.digest == earlier.digest and earlier.problem is not None:
        return Result(fact.sent_id, "quarantined", None, earlier.problem)
    return _reused(tx, fact)


def _reused(tx: Tx, fact: Fact) -> Result:
    keep_other(tx, fact)
    return Result(fact.sent_id, "refused", None, Problem("id_reused", pointer="/id"))
