"""What is about a customer goes where the customer goes: whoever looks after one sees what is open.

A customer that changes hands leaves a mark behind, and its tasks are moved after it, as edits of
the gateway that stand in their history. One that a person has moved since stays where it was put.
"""

import threading
from collections.abc import Callable
from functools import partial
from typing import Final

from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.dealings import ABOUT
from gateway.records.engine import Engine, Origin, Proposal
from gateway.store.database import Store
from gateway.store.transaction import Tx

SLICE: Final = 50
# A record's id in text, as a reference holds it.
_TEXT: Final = (
    "lower(substr(hex(d.record), 1, 8) || '-' || substr(hex(d.record), 9, 4) || '-'"
    " || substr(hex(d.record), 13, 4) || '-' || substr(hex(d.record), 17, 4) || '-'"
    " || substr(hex(d.record), 21))"
)


def query(kind: str) -> str:
    """(id, version, territory to go to) of records of a kind that were left behind."""
    return (
        "SELECT t.id, t.version, c.territory FROM record_departures d"  # noqa: S608
        " JOIN records c ON c.id = d.record AND c.territory <> d.territory"
        f" CROSS JOIN records t ON t.kind = '{kind}'"
        f" AND json_extract(t.data, '$.customer') = {_TEXT}"
        " WHERE d.kind = 'customer' AND t.territory = d.territory AND t.alias_of IS NULL"
        " AND NOT EXISTS (SELECT 1 FROM record_versions v WHERE v.record = t.id"
        " AND v.seq > d.seq AND coalesce(json_extract(v.data, '$.territory'), '') <> d.territory)"
        " AND EXISTS (SELECT 1 FROM record_versions v WHERE v.record = t.id AND v.version = 1"
        " AND v.seq < d.seq) LIMIT ?"
    )


class Following:
    """Moves what was left behind."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine
        self._stopping = threading.Event()

    def stop(self) -> None:
        """End after the slice under way."""
        self._stopping.set()

    def run(self) -> None:
        """Move all that was left behind, a few at a time."""
        for kind in ABOUT:
            while not self._stopping.is_set() and self.step(kind):
                pass

    def step(self, kind: str) -> bool:
        """Move some of a kind; whether there may be more."""
        with self._store.read() as rows:
            found = rows.tuples(query(kind), (SLICE,))
        engine = self._engine()
        moved = [
            self._store.write(partial(_move, engine, kind, ids.to_text(record), version, territory))
            for record, version, territory in found
        ]
        return any(moved)


def _move(engine: Engine, kind: str, record: str, version: int, territory: str, tx: Tx) -> bool:
    change = Proposal({"territory": territory or None}, version)
    try:
        done = commands.edit(tx, engine, Origin(SYSTEM), kind, record, change)
    except Problem:
        return (
            False  # it no longer keeps today's rules: it stays, and an edit by hand will tell why
        )
    return done.status in ("applied", "merged")
