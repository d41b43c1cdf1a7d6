"""Pairs of records that may be one, and what people have decided about them, for ever.

A pair is stored once, the smaller id first. One that was decided is never opened again, unless two
records that were said to be two turn out to have one tax number.
"""

from dataclasses import dataclass
from typing import Any, Final, Literal

import msgspec

from gateway.access.policy import Rule
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.matching import Grade, Reason
from gateway.kernel.problems import Problem
from gateway.records.duplicates.lookalikes import Candidate
from gateway.records.model.kind import Kind
from gateway.records.rows.heads import key
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

State = Literal["open", "not_same", "merged"]
COUNT_MAX: Final = 1_000
# Where a page ended: score and ids.
Place = tuple[float, str, str]

_COLUMNS: Final = (
    "p.kind, p.one, p.other, p.score, p.grade, p.reasons, p.state, p.found_at, p.decided_by,"
    " p.decided_at"
)
_INSERT: Final = (
    "INSERT INTO duplicate_pairs (kind, one, other, score, grade, reasons, state, found_at,"
    " decided_by, decided_at) VALUES (?,?,?,?,?,?,?,?,?,?) ON CONFLICT (one, other) DO UPDATE"
    " SET score = excluded.score, grade = excluded.grade, reasons = excluded.reasons,"
    " state = excluded.state, decided_by = excluded.decided_by, decided_at = excluded.decided_at"
    # A decision is for ever, unless both turn out to have one tax number.
    " WHERE state = 'open' OR state = 'not_same' AND grade <> 'same' AND excluded.grade = 'same'"
)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of a kind, by id; instants in Unix ms."""

    kind: str
    one: str
    other: str
    score: float
    grade: Grade
    reasons: tuple[Reason, ...]
    state: State
    found_at: int
    decided_by: str
    decided_at: int | None

    @property
    def place(self) -> Place:
        """Where it stands among those that wait."""
        return self.score, self.one, self.other


def remember(
    tx: Tx, kind: Kind, record: str, found: Candidate, *, state: State = "open", by: str = ""
) -> None:
    """Store what looks like a record, or what somebody (``by``) has said about it at once."""
    one, other = sorted((record, found.record))
    reasons = msgspec.json.encode([(r.code, r.field, r.weight) for r in found.reasons]).decode()
    judged = (found.score, found.grade, reasons, state, tx.now_ms)
    decided_at = None if state == "open" else tx.now_ms
    tx.execute(_INSERT, (kind.name, key(one), key(other), *judged, by, decided_at))


def fade(tx: Tx, record: str, other: str) -> None:
    """Drop a pair that nobody has decided, now that the two look alike no more."""
    one, other = sorted((record, other))
    tx.execute(
        "DELETE FROM duplicate_pairs WHERE one = ? AND other = ? AND state = 'open'",
        (key(one), key(other)),
    )


def decide(tx: Tx, one: str, other: str, state: State, actor: Actor) -> Pair:
    """Say what a pair is; Problem pair_missing, or pair_decided when somebody else was first."""
    pair = get(tx, one, other)
    if pair.state != "open" and pair.state != state:
        raise Problem("pair_decided", state=pair.state)
    if pair.state == "open":
        tx.execute(
            "UPDATE duplicate_pairs SET state = ?, decided_by = ?, decided_at = ?"
            " WHERE one = ? AND other = ?",
            (state, actor.id, tx.now_ms, key(pair.one), key(pair.other)),
        )
    return get(tx, one, other)


def get(rows: Rows, one: str, other: str) -> Pair:
    """A pair by its records, in either order; Problem pair_missing."""
    one, other = sorted((one, other))
    row = rows.one(
        f"SELECT {_COLUMNS} FROM duplicate_pairs p WHERE p.one = ? AND p.other = ?",  # noqa: S608
        (key(one), key(other)),
    )
    if row is None:
        raise Problem("pair_missing")
    return _from_row(row)


def of_record(rows: Rows, record: str) -> list[Pair]:
    """Every pair that a record stands in, whatever became of it."""
    found = rows.all(
        f"SELECT {_COLUMNS} FROM duplicate_pairs p WHERE p.one = ?"  # noqa: S608
        f" UNION ALL SELECT {_COLUMNS} FROM duplicate_pairs p WHERE p.other = ?",
        (key(record), key(record)),
    )
    return [_from_row(row) for row in found]


def waiting(
    rows: Rows, kind: Kind, actor: Actor, rule: Rule, *, limit: int = 50, after: Place | None = None
) -> tuple[list[Pair], Place | None]:
    """Open pairs of which the actor sees both, the likeliest first, and the place of the next page.

    A pair may be gone or have changed its score between two pages.
    """
    here, params = _condition(rule, actor)
    score, one, other = after or (2.0, "", "")
    place = (score, key(one), key(other)) if after else (score, b"", b"")
    found = rows.all(
        f"SELECT {_COLUMNS} FROM duplicate_pairs p"  # noqa: S608
        " JOIN records r ON r.id = p.one JOIN records s ON s.id = p.other"
        f" WHERE p.state = 'open' AND p.kind = ? AND {here}"
        " AND (p.score, p.one, p.other) < (?, ?, ?)"
        " ORDER BY p.score DESC, p.one DESC, p.other DESC LIMIT ?",
        (kind.name, *params, *place, limit + 1),
    )
    pairs = [_from_row(row) for row in found[:limit]]
    return pairs, pairs[-1].place if len(found) > limit else None


def count(rows: Rows, kind: Kind, actor: Actor, rule: Rule) -> int:
    """How many pairs wait of which the actor sees both, counted up to 1,000."""
    here, params = _condition(rule, actor)
    found = rows.value(
        "SELECT count(*) FROM (SELECT 1 FROM duplicate_pairs p"  # noqa: S608
        " JOIN records r ON r.id = p.one JOIN records s ON s.id = p.other"
        f" WHERE p.state = 'open' AND p.kind = ? AND {here} LIMIT ?)",
        (kind.name, *params, COUNT_MAX),
    )
    return int(found)


def _condition(rule: Rule, actor: Actor) -> tuple[str, tuple[str, ...]]:
    if rule.scope == "all":
        return "1", ()
    field, value = {
        "territory": ("territory", actor.territory),
        "own": ("owner", actor.id),
    }[rule.scope]
    return f"r.{field} = ? AND s.{field} = ?", (value, value)


def _from_row(row: Row) -> Pair:
    reasons: list[tuple[Any, str, float]] = msgspec.json.decode(row["reasons"])
    sides = {"one": ids.to_text(row["one"]), "other": ids.to_text(row["other"])}
    return Pair(**{**row, **sides, "reasons": tuple(Reason(*reason) for reason in reasons)})
