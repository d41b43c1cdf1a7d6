"""Working out in the background how good each record is: what has changed first, in slices.

What people see of one record is always worked out anew; what is kept here only orders the worklist.
"""

import threading
from collections.abc import Callable, Iterable
from typing import Final

from gateway.kernel import ids
from gateway.records.engine import Engine
from gateway.records.model.kind import Kind
from gateway.records.quality import scoring
from gateway.records.quality.scoring import Quality
from gateway.records.rows import heads
from gateway.records.rows.heads import COLUMNS, Head
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

DAY_MS: Final = 86_400_000
SLICE: Final = 50
PAUSE_S: Final = 0.02
_KEEP: Final = (
    "INSERT INTO record_quality (record, kind, version, territory, owner, score, seen_at, due,"
    " worth, findings) VALUES (?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (record) DO UPDATE SET version = excluded.version,"
    " territory = excluded.territory, owner = excluded.owner, score = excluded.score,"
    " seen_at = excluded.seen_at, due = excluded.due, worth = excluded.worth,"
    " findings = excluded.findings"
)


class Judging:
    """Judges the records of one store, one run at a time."""

    def __init__(self, store: Store, engine: Callable[[], Engine], review_after_days: int) -> None:
        self._store = store
        self._engine = engine
        self._review_ms = review_after_days * DAY_MS
        self._turn = threading.Lock()
        self._stopping = threading.Event()

    def run(self) -> None:
        """Judge what has changed, and see whose review has come due, until nothing is left."""
        with self._turn:
            for kind in self._engine().kinds.values():
                if kind.standard is None:
                    continue
                for step in (self.step, self.remind):
                    while not self._stopping.wait(PAUSE_S) and step(kind):
                        pass

    def stop(self) -> None:
        """End the run under way after the slice it is at."""
        self._stopping.set()

    def step(self, kind: Kind) -> bool:
        """Judge some records that are new or have changed; False when there are none."""
        standard = repr(kind.standard)
        home = self._engine().home
        with self._store.read() as rows:
            known = rows.one("SELECT * FROM quality_progress WHERE kind = ?", (kind.name,))
            reached = known["seq"] if known and known["standard"] == standard else 0
            found = rows.all(
                f"SELECT {COLUMNS} FROM records r"  # noqa: S608
                " WHERE r.kind = ? AND r.seq > ? ORDER BY r.seq LIMIT ?",
                (kind.name, reached, SLICE),
            )
            changed = [heads.from_row(row) for row in found]
            checked = verified(rows, [head.id for head in changed])
        if not changed:
            return False
        judged = [
            (head, scoring.assess(kind, head.data, home), checked.get(head.id, head.created_at))
            for head in changed
            if not head.alias_of
        ]
        gone = [head.id for head in changed if head.alias_of]
        cutoff = self._store.clock.now_ms() - self._review_ms
        place = (kind.name, changed[-1].seq, standard)
        self._store.write(lambda tx: _keep(tx, judged, gone, cutoff, place))
        return True

    def remind(self, kind: Kind) -> bool:
        """Put some records on the worklist whose review has come due, or take them off it."""
        cutoff = self._store.clock.now_ms() - self._review_ms
        with self._store.read() as rows:
            came = _turned(rows, kind, "due = 0 AND seen_at <= ?", cutoff)
            went = _turned(rows, kind, "due = 1 AND seen_at > ?", cutoff)
        if came or went:
            self._store.write(lambda tx: _turn(tx, came, went))
        return bool(came or went)


def verified(rows: Rows, records: Iterable[str]) -> dict[str, int]:
    """When somebody last found each record right, in Unix ms, for those that somebody has."""
    keys = [heads.key(record) for record in records]
    marks = ",".join("?" * len(keys))
    found = rows.tuples(
        f"SELECT record, MAX(at) FROM record_checks WHERE record IN ({marks})"  # noqa: S608
        " GROUP BY record",
        keys,
    )
    return {ids.to_text(record): int(at) for record, at in found} if keys else {}


def worth(found: Quality, *, due: bool) -> int:
    """What mending everything about a record brings, the overdue review included."""
    missing = sum(finding.points for finding in found.findings)
    return missing + (scoring.REVIEW_WORTH if due else 0)


def _keep(
    tx: Tx,
    judged: list[tuple[Head, Quality, int]],
    gone: list[str],
    cutoff: int,
    place: tuple[str, int, str],
) -> None:
    for head, found, seen_at in judged:
        keep(tx, head, found, seen_at, due=seen_at <= cutoff)
    for record in gone:
        tx.execute("DELETE FROM record_quality WHERE record = ?", (heads.key(record),))
    tx.execute(
        "INSERT INTO quality_progress (kind, seq, standard) VALUES (?,?,?)"
        " ON CONFLICT (kind) DO UPDATE SET seq = excluded.seq, standard = excluded.standard",
        place,
    )


def keep(tx: Tx, head: Head, found: Quality, seen_at: int, *, due: bool) -> None:
    """Keep what was found about a record; Unix ms."""
    told = [
        {"field": one.field, "points": one.points, "problem": one.problem.record()}
        for one in found.findings
    ]
    place = (heads.key(head.id), head.kind, head.version, head.territory, head.owner)
    points = (found.score, seen_at, int(due), worth(found, due=due))
    tx.execute(_KEEP, (*place, *points, heads.dump(told)))


def _turned(rows: Rows, kind: Kind, where: str, cutoff: int) -> list[bytes]:
    found = rows.tuples(
        f"SELECT record FROM record_quality WHERE kind = ? AND {where} LIMIT ?",  # noqa: S608
        (kind.name, cutoff, SLICE),
    )
    return [bytes(record) for (record,) in found]


def _turn(tx: Tx, came: list[bytes], went: list[bytes]) -> None:
    points = scoring.REVIEW_WORTH
    sql = "UPDATE record_quality SET due = ?, worth = worth + ? WHERE record = ? AND due = ?"
    tx.executemany(sql, [(1, points, record, 0) for record in came])
    tx.executemany(sql, [(0, -points, record, 1) for record in went])
