"""Looking for duplicates in the background: new and changed records first, then everything.

What nobody asked about at entry, such as what phones entered offline, becomes a pair for somebody
to look at. Both searches go in slices, and go on where a stop or a crash has left them.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import combinations
from typing import Any, Final

from gateway.kernel import ids, matching
from gateway.records.duplicates import lookalikes, pairs
from gateway.records.duplicates.lookalikes import Among, Candidate
from gateway.records.engine import Engine
from gateway.records.finding import postings, profiles
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

DAY_MS: Final = 86_400_000
SLICE: Final = 20
TERMS: Final = 500
# From so many comparisons on, a slice of the sweep ends early.
COMPARISONS: Final = 1000
PAUSE_S: Final = 0.05
_FOUND_MAX: Final = 10
_KEPT: Final = ("same", "strong")


@dataclass(slots=True)
class Found:
    """What a slice came to: pairs to remember and to drop, each with the record it was found by."""

    alike: list[tuple[str, Candidate]] = field(default_factory=list)
    faded: list[tuple[str, str]] = field(default_factory=list)


class Comparing:
    """Compares the records of one store, one run at a time."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Compare what is new; then go on with the sweep, or begin it when a day has passed."""
        with self._turn:
            for step in (self.step, self.sweep):
                for kind in self._kinds():
                    while not self._stopping.wait(PAUSE_S) and step(kind):
                        pass

    def stop(self) -> None:
        """End the run under way after the slice it is at."""
        self._stopping.set()

    def step(self, kind: Kind) -> bool:
        """Compare some records that are new or have changed; False when there are none."""
        with self._store.read() as rows:
            waiting = rows.tuples(
                # In this order: otherwise SQLite goes through all records of the kind.
                "SELECT i.doc, i.mark, r.id, r.data"
                " FROM record_index i INDEXED BY record_index_uncompared"
                " CROSS JOIN records r ON r.id = i.record"
                " WHERE i.compared = 0 AND r.kind = ? ORDER BY i.doc LIMIT ?",
                (kind.name, SLICE),
            )
        if waiting:
            found = Found()
            for one in self._store.each(waiting, partial(self._compare, kind)):
                found.alike += one.alike
                found.faded += one.faded
            marks = [(doc, mark) for doc, mark, _, _ in waiting]
            self._store.write(lambda tx: _keep(tx, kind, found, marks))
        return bool(waiting)

    def sweep(self, kind: Kind) -> bool:
        """Compare all records under some of the keys that several share; False at the end.

        A day after it began, a sweep that has ended begins anew.
        """
        now_ms = self._store.clock.now_ms()
        with self._store.read() as rows:
            known = rows.one("SELECT * FROM duplicate_sweeps WHERE kind = ?", (kind.name,))
            if known is not None and known["reached"] is None:
                if 0 <= now_ms - known["began_at"] < DAY_MS:
                    return False
                known = None
            began = known["began_at"] if known else now_ms
            first = postings.spelled(kind, postings.KEY, "")
            terms = _terms(rows, known["reached"] if known else first, first + "~")
        found, looked_at = self._blocks(kind, terms)
        ended = looked_at == len(terms) < TERMS
        reached = None if ended else terms[looked_at - 1][0]
        self._store.write(lambda tx: _swept(tx, kind, found, (began, reached)))
        return not ended

    def _blocks(self, kind: Kind, terms: list[tuple[str, int]]) -> tuple[Found, int]:
        """What the records under some keys come to, and how many of the keys were looked at."""
        shared, looked_at, compared = [], 0, 0
        for term, count in terms:
            if 1 < count <= lookalikes.KEY_MAX:
                shared.append(term)
                compared += count * (count - 1) // 2
            looked_at += 1
            if compared >= COMPARISONS:
                break
        alike = self._store.each(shared, partial(self._block, kind))
        return Found([pair for block in alike for pair in block]), looked_at

    def _kinds(self) -> Iterator[Kind]:
        kinds = self._engine().kinds.values()
        return (kind for kind in kinds if kind.matching is not None)

    def _compare(self, kind: Kind, rows: Rows, waiting: tuple[Any, ...]) -> Found:
        """One record with all that it looks like, and with those it looked like before."""
        record, data = ids.to_text(waiting[2]), heads.load(waiting[3])
        found, keyring = Found(), self._store.keyring
        alike = {
            one.record: one
            for one in lookalikes.candidates(
                rows, keyring, kind, data, Among(without=record), limit=_FOUND_MAX
            )
        }
        found.alike += [(record, one) for one in alike.values() if one.grade in _KEPT]
        for pair in pairs.of_record(rows, record):
            other = pair.one if pair.other == record else pair.other
            if pair.state == "open" and other not in alike:
                head = heads.find(rows, other)
                still = lookalikes.between(keyring, kind, (record, data), head) if head else None
                if still is None or still.grade not in _KEPT:
                    found.faded.append((record, other))
        return found

    def _block(self, kind: Kind, rows: Rows, term: str) -> list[tuple[str, Candidate]]:
        """Every pair of the records under one key, as far as it is not known."""
        how = kind.matching
        assert how is not None  # of the kinds that are swept
        docs = postings.matching(rows, postings.quoted(term), -1, lookalikes.KEY_MAX)
        members = [
            (record, profiles.of_stored(self._store.keyring, kind, record, data))
            for record, data in lookalikes.stored(rows, docs)
        ]
        alike: list[tuple[str, Candidate]] = []
        for (one, ours), (other, theirs) in combinations(members, 2):
            likeness = matching.graded(how, ours, theirs)
            if likeness is not None and likeness.grade in _KEPT and not _is_known(rows, one, other):
                alike += ((one, found) for found in lookalikes.graded(other, likeness))
        return alike


def _terms(rows: Rows, after: str, end: str) -> list[tuple[str, int]]:
    found = rows.tuples(
        "SELECT term, doc FROM record_terms WHERE term > ? AND term < ? LIMIT ?",
        (after, end, TERMS),
    )
    return [(str(term), int(count)) for term, count in found]


def _is_known(rows: Rows, record: str, other: str) -> bool:
    one, other = sorted((record, other))
    known = "SELECT 1 FROM duplicate_pairs WHERE one = ? AND other = ?"
    return rows.value(known, (heads.key(one), heads.key(other))) is not None


def _keep(tx: Tx, kind: Kind, found: Found, marks: Iterable[tuple[int, bytes]]) -> None:
    for record, candidate in found.alike:
        pairs.remember(tx, kind, record, candidate)
    for record, other in found.faded:
        pairs.fade(tx, record, other)
    # A record that was edited meanwhile has another mark, and its turn again.
    tx.executemany("UPDATE record_index SET compared = 1 WHERE doc = ? AND mark = ?", marks)


def _swept(tx: Tx, kind: Kind, found: Found, place: tuple[int, str | None]) -> None:
    _keep(tx, kind, found, ())
    tx.execute(
        "INSERT INTO duplicate_sweeps (kind, began_at, reached) VALUES (?,?,?)"
        " ON CONFLICT (kind) DO UPDATE SET began_at = excluded.began_at,"
        " reached = excluded.reached",
        (kind.name, *place),
    )
