"""Whether the numbers and the chain of a register hold: what is missing, what was given twice.

Nothing is refused for it: a fact that is on its way fills its gap when it comes, and what stays is
for a person to look at.
"""

from typing import Any, Final

from msgspec import Struct

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Rows

SHOWN_MAX: Final = 50
_SERIES: Final = (
    "SELECT series, count(*) AS facts, min(number) AS first, max(number) AS last,"
    " count(DISTINCT number) AS numbers, sum(hash IS NOT NULL) AS chained"
    " FROM till_entries WHERE register = ? AND number IS NOT NULL GROUP BY series ORDER BY series"
)
_GAPS: Final = (
    "SELECT series, before + 1, number - 1 FROM (SELECT series, number, coalesce(lag(number)"
    " OVER (PARTITION BY series ORDER BY number), 0) AS before FROM till_entries"
    " WHERE register = ? AND number IS NOT NULL) WHERE number - before > 1"
    " ORDER BY series, number LIMIT ?"
)
_TWICE: Final = (
    "SELECT series, number, id FROM till_entries AS one WHERE register = ? AND number IS NOT NULL"
    " AND EXISTS (SELECT 1 FROM till_entries AS two WHERE two.register = one.register"
    " AND two.series = one.series AND two.number = one.number AND two.seq <> one.seq)"
    " ORDER BY series, number, seq LIMIT ?"
)
# A link whose neighbour before it has come, and is not the one it names.
_BROKEN: Final = (
    "SELECT one.series, one.number, one.id, one.honest FROM till_entries AS one"
    " WHERE one.register = ? AND one.number IS NOT NULL AND one.hash IS NOT NULL"
    " AND (one.honest = 0 OR (one.number = 1 AND one.previous <> '') OR (EXISTS (SELECT 1"
    " FROM till_entries AS two WHERE two.register = one.register AND two.series = one.series"
    " AND two.number = one.number - 1) AND NOT EXISTS (SELECT 1 FROM till_entries AS two"
    " WHERE two.register = one.register AND two.series = one.series"
    " AND two.number = one.number - 1 AND two.hash = one.previous)))"
    " ORDER BY one.series, one.number, one.seq LIMIT ?"
)
# More came back of an article than its receipt sold, as far as that receipt is here.
_TOO_MUCH: Final = (
    "WITH taken AS (SELECT t.original_register AS register, t.original_receipt AS receipt,"
    " m.scheme, m.item, sum(m.quantity) AS quantity FROM till_entries AS t"
    " JOIN stock_moves AS m ON m.seq = t.seq WHERE t.original_register = ?"
    " AND t.original_receipt <> '' GROUP BY 1, 2, 3, 4)"
    " SELECT taken.receipt, taken.scheme, taken.item FROM taken"
    " JOIN sales AS s ON s.register = taken.register AND s.receipt = taken.receipt"
    " LEFT JOIN stock_moves AS m ON m.seq = s.seq AND m.scheme = taken.scheme"
    " AND m.item = taken.item GROUP BY 1, 2, 3, taken.quantity"
    " HAVING taken.quantity > -coalesce(sum(m.quantity), 0)"
    " ORDER BY 1, 2, 3 LIMIT ?"
)


class Gap(Struct):
    """Numbers that have not come, both ends included."""

    series: str
    first: int
    last: int


class Doubtful(Struct):
    """A fact whose number or place in the chain does not hold.

    ``why`` is number_twice, hash_wrong (its data is not what was hashed) or link_wrong (it does not
    follow the one before it).
    """

    series: str
    number: int
    id: str
    why: str


class Returned(Struct):
    """A receipt of which more came back than was sold; one of ``gtin`` and ``sku`` is empty."""

    receipt: str
    gtin: str
    sku: str


class Series(Struct):
    """One life of a register, and how many of its facts are here."""

    series: str
    first: int
    last: int
    facts: int
    missing: int
    chained: int


class Register(Struct):
    """What is known of a register's numbering; of each list the first fifty."""

    register: str
    series: list[Series]
    gaps: list[Gap]
    doubtful: list[Doubtful]
    returned: list[Returned]
    whole: bool


def names(rows: Rows, after: str, limit: int) -> list[str]:
    """Registers in the order of their names, behind ``after``."""
    sql = "SELECT register FROM till_entries WHERE register > ? ORDER BY register LIMIT 1"
    found: list[str] = []
    while len(found) < limit and (name := rows.value(sql, (after,))) is not None:
        found.append(name)
        after = name
    return found


def find(rows: Rows, register: str) -> Register:
    """A register's numbering and chain; Problem register_missing."""
    if rows.value("SELECT 1 FROM till_entries WHERE register = ?", (register,)) is None:
        raise Problem("register_missing")
    series = [
        Series(
            row["series"], row["first"], row["last"], row["facts"],
            max(0, row["last"] - row["numbers"]), row["chained"],
        )
        for row in rows.all(_SERIES, (register,))
    ]  # fmt: skip
    limited = (register, SHOWN_MAX)
    gaps = [Gap(*row) for row in rows.tuples(_GAPS, limited)]
    doubtful = [_doubtful(row, "number_twice") for row in rows.tuples(_TWICE, limited)]
    doubtful += [
        _doubtful(row, "link_wrong" if row[3] else "hash_wrong")
        for row in rows.tuples(_BROKEN, limited)
    ]
    returned = [
        Returned(receipt, item if scheme == "gtin" else "", item if scheme == "sku" else "")
        for receipt, scheme, item in rows.tuples(_TOO_MUCH, limited)
    ]
    whole = not (gaps or doubtful or returned)
    return Register(register, series, gaps, doubtful, returned, whole)


def _doubtful(row: tuple[Any, ...], why: str) -> Doubtful:
    return Doubtful(row[0], row[1], ids.to_text(row[2]), why)
