"""What a consumer gets next: its open batch byte for byte again, or a new cut.

Reading moves nothing. The cursor moves when every entry of a batch has its receipt, so an ERP that
crashed before its commit simply asks again.
"""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store import journal
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.erp import batch, consumers, leases, outstanding, spans, taken
from sync.erp.batch import Batch, Caps, Cut, Row, Snapshot
from sync.erp.book import Book
from sync.erp.connector import Entry
from sync.erp.consumers import Consumer
from sync.erp.leases import ALONE, Lease

# A batch lies for the moment between its cut and its receipts. What is quickest wins: a tenth of it
# is written, sealed and let go of again.
PACKED_HOW = 1
_COLUMNS = "seq, id, type, kind, subject, device, occurred_at, body"


@dataclass(frozen=True, slots=True)
class _Plan:
    """A cut made on a reader, valid while the cursor still stands at ``start``."""

    start: int
    cut: Cut

    @property
    def is_idle(self) -> bool:
        """Whether there is neither an entry to offer nor a place to move on to."""
        return not self.cut.entries and self.cut.through == self.start


class Offers:
    """Cuts batches from a store and reads them again."""

    def __init__(self, store: Store, book: Book, caps: Caps) -> None:
        self._store = store
        self._book = book
        self._caps = caps

    def before(self, rows: Rows, consumer: Consumer, entry: Entry) -> Mapping[str, object] | None:
        """The record of an entry as a consumer had it last; None where it never did, or nobody
        knows.
        """
        seq = taken.through(rows, consumer.name, entry) if entry.kind else 0
        found = self._book.snapshot(rows, entry.kind, entry.subject, seq) if seq else None
        return found.data if found else None

    def next(
        self, consumer: Consumer, limit: int | None = None, lease: Lease = ALONE
    ) -> Batch | None:
        """The batch to work on, or None when there is nothing to take.

        ``limit`` asks for fewer entries than the gateway would give. Problem consumer_name,
        consumer_taken, consumer_paused, batch_leased, or place_archived when what comes next has
        left the journal.
        """
        entries_max = min(limit or self._caps.entries_max, self._caps.entries_max)
        caps = Caps(max(1, entries_max), self._caps.bytes_max)
        while True:
            with self._store.read() as rows:
                known = _ready(rows, consumer)
                waiting = open_batch(rows, consumer.name) if known else None
                start = known["cursor_seq"] if known else 0
                late = journal.low_water(rows)
                told = consumers.as_told(consumer, known)
                wanted = waiting is None and start >= late
                plan = self._plan(rows, told, start, caps) if wanted else None
            if waiting is not None:
                return self._again(waiting, lease)
            if plan is None:
                # It must be there for a person to set its place.
                self._store.write(partial(consumers.claim, consumer=consumer))
                raise Problem("place_archived", consumer=consumer.name, seq=late)
            if plan.is_idle and known and not _contact_due(known, self._store):
                return None
            settle = partial(self._settle, consumer=consumer, plan=plan, lease=lease)
            done, answer = self._store.write(settle)
            if answer is not None or (done and plan.is_idle):
                return answer

    def _again(self, waiting: Batch, lease: Lease) -> Batch:
        """The open batch once more, from now on the worker's who asks."""
        if lease.worker:
            self._store.write(partial(leases.take, batch=waiting.id, lease=lease))
        else:
            with self._store.read() as rows:
                leases.check(rows, waiting.id, lease, self._store.clock.now_ms())
        return waiting

    def _plan(self, rows: Rows, consumer: Consumer, start: int, caps: Caps) -> _Plan:
        outstanding = _due(rows, consumer.name, self._store.clock.now_ms(), caps)
        fresh, through = _fresh(rows, consumer, start, caps)
        chosen = batch.choose(outstanding, fresh, consumer.own)
        records = self._records(rows, chosen, through)
        made = batch.cut(chosen, records, through, caps)
        return _Plan(start, Cut(made.entries, max(start, made.through)))

    def _records(self, rows: Rows, chosen: list[Row], through: int) -> dict[str, Snapshot]:
        found = {}
        for row in chosen:
            if row.is_record:
                snapshot = self._book.snapshot(rows, row.kind, row.subject, through)
                if snapshot is not None:
                    found[row.subject] = snapshot
        return found

    def _settle(
        self, tx: Tx, consumer: Consumer, plan: _Plan, lease: Lease
    ) -> tuple[bool, Batch | None]:
        """Store the cut, unless somebody was faster: (whether the plan held, the open batch)."""
        state = consumers.claim(tx, consumer)
        waiting = open_batch(tx, consumer.name)
        if waiting is not None:
            leases.take(tx, waiting.id, lease)
            return False, waiting
        if state["cursor_seq"] != plan.start:
            return False, None
        if not plan.cut.entries:
            _advance(tx, consumer, plan.cut.through)
            return True, None
        made = self._store_batch(tx, consumer, plan.cut)
        leases.take(tx, made.id, lease)
        return True, made

    def _store_batch(self, tx: Tx, consumer: Consumer, cut: Cut) -> Batch:
        sealed = batch.seal(ids.uuid7(tx.now_ms), consumer.name, self._store.epoch, cut)
        key, body = ids.to_bytes(sealed.id), zlib.compress(sealed.body, PACKED_HOW)
        tx.execute(
            "INSERT INTO erp_batches (id, consumer, through, sha256, body, cut_at)"
            " VALUES (?,?,?,?,?,?)",
            (key, consumer.name, cut.through, sealed.sha256, body, tx.now_ms),
        )
        spans.expect(tx, key, (item for item, _ in cut.entries))
        tx.execute(
            "UPDATE erp_consumers SET last_attempt_at = ? WHERE name = ?",
            (tx.now_ms, consumer.name),
        )
        for item, _ in cut.entries:
            if item.kind and not outstanding.refused_elsewhere(tx, consumer.name, item):
                self._book.mark(tx, item, "taken")
        return sealed


def open_batch(rows: Rows, name: str) -> Batch | None:
    """The batch a consumer has not finished, or None."""
    row = rows.one(
        "SELECT id, sha256, body FROM erp_batches WHERE consumer = ? AND done_at IS NULL", (name,)
    )
    if row is None:
        return None
    # One that was cut before batches were packed lies as it is.
    body = row["body"] if row["body"].startswith(b"{") else zlib.decompress(row["body"])
    return Batch(ids.to_text(row["id"]), row["sha256"], body)


def _ready(rows: Rows, consumer: Consumer) -> dict[str, int] | None:
    known = consumers.find(rows, consumer)
    if known and known["paused"]:
        raise Problem("consumer_paused", consumer=consumer.name)
    return known


def _contact_due(known: dict[str, int], store: Store) -> bool:
    """Whether a visit that found nothing is worth a write, so that the console can tell."""
    return store.clock.now_ms() - (known["last_success_at"] or 0) >= consumers.CONTACT_MS


def _advance(tx: Tx, consumer: Consumer, through: int) -> None:
    """Past what is none of its business. One that pulls has been heard of by that; of one that is
    pushed to nothing is known yet.
    """
    tx.execute("UPDATE erp_consumers SET cursor_seq = ? WHERE name = ?", (through, consumer.name))
    if consumer.device:
        consumers.contact(tx, consumer.name)


def _due(rows: Rows, name: str, now_ms: int, caps: Caps) -> list[Row]:
    """Deferred rows whose time has come: at most half a batch, so that new entries get through."""
    found = rows.tuples(
        f"SELECT {_COLUMNS} FROM journal WHERE seq IN (SELECT seq FROM erp_outstanding"  # noqa: S608
        " WHERE consumer = ? AND status = 'deferred' AND due_at <= ? ORDER BY due_at LIMIT ?)"
        " ORDER BY seq",
        (name, now_ms, max(1, caps.entries_max // 2)),
    )
    return [_row(values) for values in found]


def _fresh(rows: Rows, consumer: Consumer, start: int, caps: Caps) -> tuple[list[Row], int]:
    """New rows the consumer takes, and the seq up to which there are no others."""
    condition, params = consumers.wanted(consumer)
    found = rows.tuples(
        f"SELECT {_COLUMNS} FROM journal WHERE seq > ? AND {condition}"  # noqa: S608
        " ORDER BY seq LIMIT ?",
        (start, *params, caps.entries_max),
    )
    if len(found) == caps.entries_max:
        return [_row(values) for values in found], int(found[-1][0])
    head = int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))
    return [_row(values) for values in found], max(start, head)


def _row(values: tuple[object, ...]) -> Row:
    seq, identity, *rest = values
    assert isinstance(identity, bytes)
    return Row(seq, ids.to_text(identity), *rest)  # type: ignore[arg-type]
