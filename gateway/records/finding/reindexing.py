"""Indexing every record anew when the rules have changed, while everything goes on.

It goes through a kind in slices and notes how far it has come, so that a stop loses nothing. Until
it is through, some records are still found by what they were found by before.
"""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from gateway.kernel import chinese, ids
from gateway.records.engine import Engine
from gateway.records.finding import index, parts
from gateway.records.model.kind import Kind
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

PAGE: Final = 200
# So many in one write: some milliseconds, so that no scan waits for them.
WRITES: Final = 10
MERGED: Final = 16  # pages of the index in one write
PAUSE_S: Final = 0.01


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the records of a kind are indexed by the rules of today."""

    kind: str
    done: bool
    reached: int
    total: int


class Reindexing:
    """Keeps the index of one store in step with the rules."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine
        self._turn = threading.Lock()
        self._stopping = threading.Event()
        # To count a million records anew with every step would take longer than the step.
        self._told: dict[str, Progress] = {}

    def run(self) -> None:
        """Index anew what is out of step.

        Loads the dictionaries, which the first search needs.
        """
        chinese.warm_up()
        for kind in self._engine().kinds.values():
            while not self._stopping.is_set() and not self.step(kind.name).done:
                pass

    def tidy(self) -> None:
        """Merge what entries and edits have left of the index in many parts, in short writes."""
        while not self._stopping.wait(PAUSE_S) and self._store.write(_merged):
            pass

    def stop(self) -> None:
        """End the run under way after the write it is at."""
        self._stopping.set()

    def step(self, kind_name: str, *, anew: bool = False) -> Progress:
        """Index some records of a kind, or begin again with the first (``anew``).

        Problem kind_unknown.
        """
        kind = self._engine().kind(kind_name)
        with self._turn:
            count, done = self._advance(kind, anew=anew)
            before = self._told.get(kind_name)
            if before is None or anew or before.done:
                with self._store.read() as rows:
                    now = _progress(rows, kind)
            else:
                reached = before.reached + count
                total = reached if done else max(before.total, reached)
                now = Progress(kind_name, done, reached, total)
            self._told[kind_name] = now
            return now

    def _advance(self, kind: Kind, *, anew: bool) -> tuple[int, bool]:
        """Index one page of records; how many it were, and whether those were the last."""
        place = self._store.write(lambda tx: _place(tx, kind, anew=anew))
        if place is None:
            return 0, True
        with self._store.read() as rows:
            listed = _page(rows, kind, place)
        for start in range(0, len(listed), WRITES):
            if self._stopping.wait(PAUSE_S):
                return start, False
            part = listed[start : start + WRITES]
            self._store.write(partial(_index, kind=kind, records=part))
        if len(listed) == PAGE:
            return PAGE, False
        self._store.write(lambda tx: _reach(tx, kind, None))
        return len(listed), True

    def standing(self) -> list[Progress]:
        """How far every kind is."""
        with self._store.read() as rows:
            return [_progress(rows, kind) for kind in self._engine().kinds.values()]

    def told(self) -> str:
        """The same in a few words, for people."""
        behind = [one for one in self.standing() if not one.done]
        parts = [f"{one.kind} {one.reached} of {one.total}" for one in behind]
        return f"being built anew: {', '.join(parts)}" if parts else "in step"


def _merged(tx: Tx) -> bool:
    return parts.merge(tx, MERGED)


def _place(tx: Tx, kind: Kind, *, anew: bool) -> bytes | None:
    """The record after which to go on; None when all are done."""
    known = tx.one("SELECT rules, reached FROM record_index_rules WHERE kind = ?", (kind.name,))
    rules = index.rules(kind)
    if known is not None and known["rules"] == rules and not anew:
        reached: bytes | None = known["reached"]
        return reached
    tx.execute(
        "INSERT INTO record_index_rules (kind, rules, reached) VALUES (?,?,?)"
        " ON CONFLICT (kind) DO UPDATE SET rules = excluded.rules, reached = excluded.reached",
        (kind.name, rules, b""),
    )
    return b""


def _page(rows: Rows, kind: Kind, place: bytes) -> list[bytes]:
    found = rows.tuples(
        "SELECT id FROM records WHERE kind = ? AND id > ? ORDER BY id LIMIT ?",
        (kind.name, place, PAGE),
    )
    return [record for (record,) in found]


def _index(tx: Tx, kind: Kind, records: Sequence[bytes]) -> None:
    for record in records:
        if (head := heads.find(tx, ids.to_text(record))) is not None:
            index.save(tx, kind, head, anew=True)
            index.save_keys(tx, kind, head)
    _reach(tx, kind, records[-1])


def _reach(tx: Tx, kind: Kind, record: bytes | None) -> None:
    tx.execute("UPDATE record_index_rules SET reached = ? WHERE kind = ?", (record, kind.name))


def _progress(rows: Rows, kind: Kind) -> Progress:
    known = rows.one("SELECT rules, reached FROM record_index_rules WHERE kind = ?", (kind.name,))
    total = int(rows.value("SELECT count(*) FROM records WHERE kind = ?", (kind.name,)))
    current = known is not None and known["rules"] == index.rules(kind)
    if known is None or not current:
        return Progress(kind.name, total == 0, 0, total)
    if known["reached"] is None:
        return Progress(kind.name, True, total, total)
    done = rows.value(
        "SELECT count(*) FROM records WHERE kind = ? AND id <= ?", (kind.name, known["reached"])
    )
    return Progress(kind.name, False, int(done), total)
