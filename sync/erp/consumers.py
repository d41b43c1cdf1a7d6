"""Who takes the journal: an ERP with a token that pulls, or a connector of this gateway.

A consumer belongs to whoever names it first, and has one cursor, at most one open batch, and the
story of its last attempt.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.facts.types import DATA_TYPES
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.archiver import Hold
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

VERSIONS = ("record.created", "record.edited", "record.merged", "record.unmerged",
            "record.erased")  # fmt: skip
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
WAITING_COUNT_MAX = 10_000
CONTACT_MS = 60_000
ENDLESS = 2**62

_NEEDED = (
    "SELECT name, seq, entry FROM (SELECT name, cursor_seq AS seq, 0 AS entry FROM erp_consumers"
    " UNION ALL SELECT consumer, min(seq) - 1, 1 FROM erp_outstanding GROUP BY consumer)"
)


@dataclass(frozen=True, slots=True)
class Consumer:
    """Who asks. ``device`` is the token's device when it pulls, empty for a connector.

    ``takes`` names the kinds and fact types it has a use for; None means everything.
    """

    name: str
    device: str = ""
    takes: tuple[str, ...] | None = None

    @property
    def mode(self) -> str:
        """``pull`` or ``push``."""
        return "pull" if self.device else "push"

    @property
    def own(self) -> str:
        """The device of entries that came from this consumer."""
        return self.device or self.name


def find(rows: Rows, consumer: Consumer) -> Row | None:
    """Its row, or None before its first visit; Problem consumer_name or consumer_taken."""
    if NAME.fullmatch(consumer.name) is None:
        raise Problem("consumer_name", pointer="/consumer")
    row = rows.one("SELECT * FROM erp_consumers WHERE name = ?", (consumer.name,))
    if row is not None and row["device"] != consumer.device:
        raise Problem("consumer_taken", pointer="/consumer", consumer=consumer.name)
    return row


def claim(tx: Tx, consumer: Consumer) -> Row:
    """Its row, made on the first visit; Problem consumer_name or consumer_taken."""
    row = find(tx, consumer)
    if row is None:
        tx.execute(
            "INSERT INTO erp_consumers (name, mode, device) VALUES (?, ?, ?)",
            (consumer.name, consumer.mode, consumer.device),
        )
        row = find(tx, consumer)
    assert row is not None
    return row


def as_told(consumer: Consumer, row: Row | None) -> Consumer:
    """With what one that pulls has said it has a use for; a connector knows that by itself."""
    if row is None or not consumer.device or row["takes"] is None:
        return consumer
    return replace(consumer, takes=tuple(json.loads(row["takes"])))


def subscribe(tx: Tx, consumer: Consumer, takes: Sequence[str] | None) -> None:
    """Offer it these kinds and types of fact only from now on; None is everything.

    The open batch stays as it is. What was passed over is not offered later, except after a
    rewind. Problem consumer_name or consumer_taken.
    """
    claim(tx, consumer)
    told = None if takes is None else json.dumps(sorted(set(takes)))
    tx.execute("UPDATE erp_consumers SET takes = ? WHERE name = ?", (told, consumer.name))


def contact(tx: Tx, name: str, problem: Problem | None = None) -> None:
    """Remember the last attempt: what it failed with, or that it went well."""
    if problem is None:
        tx.execute(
            "UPDATE erp_consumers SET last_attempt_at = ?, last_success_at = ?, problem = NULL"
            " WHERE name = ?",
            (tx.now_ms, tx.now_ms, name),
        )
        return
    tx.execute(
        "UPDATE erp_consumers SET last_attempt_at = ?, problem = ? WHERE name = ?",
        (tx.now_ms, json.dumps(problem.record()), name),
    )


def pause(tx: Tx, name: str, *, paused: bool, by: str = "") -> None:
    """Hold a consumer back, in somebody's name, or let it go on; Problem consumer_unknown.

    Who paused it first stays who paused it.
    """
    done = tx.execute(
        "UPDATE erp_consumers SET paused_by = iif(? > paused, ?, paused_by),"
        " paused_at = iif(? > paused, ?, paused_at), paused = ? WHERE name = ?",
        (int(paused), by, int(paused), tx.now_ms, int(paused), name),
    )
    if not done:
        raise Problem("consumer_unknown", consumer=name)


def rewind(tx: Tx, name: str, seq: int) -> int:
    """Offer everything after ``seq`` again, for an ERP that lost it; the cursor before.

    The open batch is given up. A consumer that came when entries had left the journal already
    begins with the oldest one that is there. Problem consumer_unknown or rewind_archived.
    """
    before = tx.value("SELECT cursor_seq FROM erp_consumers WHERE name = ?", (name,))
    if before is None:
        raise Problem("consumer_unknown", consumer=name)
    first = journal.low_water(tx)
    if seq < first:
        raise Problem("rewind_archived", pointer="/after_seq", seq=first)
    tx.execute("DELETE FROM erp_batches WHERE consumer = ? AND done_at IS NULL", (name,))
    tx.execute("DELETE FROM erp_outstanding WHERE consumer = ? AND seq > ?", (name, seq))
    tx.execute(
        "UPDATE erp_consumers SET cursor_seq = max(min(cursor_seq, ?), ?) WHERE name = ?",
        (seq, first, name),
    )
    return int(before)


def waiting(rows: Rows, consumer: Consumer, cursor: int) -> tuple[int, int | None]:
    """(entries it has yet to take, when the oldest came in); counting stops at a large number."""
    condition, params = wanted(consumer)
    found = rows.one(
        "SELECT count(*) AS count, min(received_at) AS oldest FROM (SELECT received_at"  # noqa: S608
        f" FROM journal WHERE seq > ? AND {condition} ORDER BY seq LIMIT ?)",
        (cursor, *params, WAITING_COUNT_MAX),
    )
    assert found is not None
    return found["count"], found["oldest"]


def held(rows: Rows, name: str) -> dict[str, int]:
    """How many entries wait beside the cursor, by status."""
    found = rows.tuples(
        "SELECT status, count(*) FROM erp_outstanding WHERE consumer = ? GROUP BY status", (name,)
    )
    return dict(found)


def hold(rows: Rows, optional: Sequence[str] = ()) -> Hold:
    """How far the journal has been taken by every consumer that is not ``optional``.

    An outstanding entry counts as not taken. While there is no consumer at all nothing counts as
    taken: the first ERP finds the journal whole.
    """
    row = rows.one(f"{_NEEDED} WHERE name NOT IN ({_marks(optional)}) ORDER BY seq", optional)
    if row is None:
        return Hold(0, "no ERP has taken anything yet")
    name, seq = row["name"], row["seq"]
    if row["entry"]:
        return Hold(seq, f"entry {seq + 1} is outstanding at {name}")
    return Hold(seq, f"{name} has taken the journal up to entry {seq}")


def needed(rows: Rows) -> int:
    """The journal entry from which some consumer has not taken everything; beyond them all while
    there is none, for whoever comes later begins with what there is then.
    """
    row = rows.one(f"{_NEEDED} ORDER BY seq")
    return ENDLESS if row is None else int(row["seq"]) + 1


def wanted(consumer: Consumer) -> tuple[str, list[object]]:
    """SQL and parameters that are true for journal rows the consumer takes.

    Facts, and of what the journal says about records new versions: stages, conflicts, and who got
    which token are our affair.
    """
    takes = consumer.takes
    facts = [name for name in DATA_TYPES if takes is None or name in takes]
    is_fact = f"kind = '' AND type IN ({_marks(facts)})"
    is_version = f"kind <> '' AND type IN ({_marks(VERSIONS)})"
    params: list[object] = [consumer.own, *facts, *VERSIONS]
    if takes is not None:
        is_version += f" AND kind IN ({_marks(takes)})"
        params += takes
    return f"device <> ? AND ({is_fact} OR {is_version})", params


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))
