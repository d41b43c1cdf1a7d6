"""Where a refused or poisonous fact waits: whole, visible, and re-sendable under its own id."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.facts.event import Fact
from gateway.kernel.problems import Problem
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

_HOLD = (
    "INSERT INTO operations (id, device, actor, type, origin_epoch, origin_seq, revision, status,"
    " digest, body, problem, received_at) VALUES (?,?,?,?,?,?,?,'quarantined',?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET revision = excluded.revision, digest = excluded.digest,"
    " body = excluded.body, problem = excluded.problem, decided_at = excluded.received_at"
)


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of an operation; ``problem`` is set while it waits in quarantine."""

    digest: bytes
    revision: int
    problem: Problem | None


def held(tx: Rows, identities: Sequence[bytes]) -> dict[bytes, Held]:
    """The operations under these ids."""
    found = {}
    for start in range(0, len(identities), 500):
        part = identities[start : start + 500]
        marks = ",".join("?" * len(part))
        sql = f"SELECT id, digest, revision, problem FROM operations WHERE id IN ({marks})"  # noqa: S608
        for identity, digest, revision, problem in tx.tuples(sql, part):
            restored = Problem.from_record(json.loads(problem)) if problem else None
            found[identity] = Held(digest, revision, restored)
    return found


def hold(tx: Tx, fact: Fact, problem: Problem) -> None:
    """Put a fact into quarantine, or replace the one that waits under its id."""
    _keep_earlier(tx, fact.identity)
    entry = fact.entry
    tx.execute(
        _HOLD,
        (fact.identity, entry.device, entry.actor, entry.type, entry.origin_epoch, entry.origin_seq,
         fact.revision, fact.digest, entry.body, json.dumps(problem.record()), tx.now_ms),
    )  # fmt: skip


def release(tx: Tx, fact: Fact, seq: int) -> None:
    """A mended fact leaves quarantine for the journal; what it was before stays readable."""
    _keep_earlier(tx, fact.identity)
    tx.execute(
        "UPDATE operations SET status = 'stored', revision = ?, digest = ?, body = ?, seq = ?,"
        " problem = NULL, decided_at = ? WHERE id = ?",
        (fact.revision, fact.digest, fact.entry.body, seq, tx.now_ms, fact.identity),
    )


_KEEP = (
    "INSERT OR IGNORE INTO reused_ids (id, device, digest, body, received_at) VALUES (?,?,?,?,?)"
)


def keep_other(tx: Tx, fact: Fact) -> None:
    """Keep the other content of an id that was used twice, for a person to look at."""
    entry = fact.entry
    tx.execute(_KEEP, (fact.identity, entry.device, fact.digest, entry.body, tx.now_ms))


def replaced(tx: Tx, fact: Fact) -> bool:
    """Whether this very content once waited in quarantine, and was mended since."""
    sql = (
        "SELECT 1 FROM reused_ids JOIN operations USING (id)"
        " WHERE id = ? AND reused_ids.digest = ? AND status = 'stored'"
    )
    return tx.value(sql, (fact.identity, fact.digest)) is not None


def _keep_earlier(tx: Tx, identity: bytes) -> None:
    row = tx.one("SELECT device, digest, body FROM operations WHERE id = ?", (identity,))
    if row is not None:
        tx.execute(_KEEP, (identity, row["device"], row["digest"], row["body"], tx.now_ms))
