"""What came of comparisons: the newest of each day and kind, kept for an accountant to read."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal

from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx
from sync.erp.mapping.transforms import plain
from sync.erp.tallying.sides import Finding, Tally

FINDINGS_MAX = 500
KEPT_DAYS = 800  # two years and what an audit takes


@dataclass(frozen=True, slots=True)
class Kept:
    """One comparison. ``day`` is empty for a kind; ``sums`` are ours and theirs by their field;
    ``looked_at`` is Unix milliseconds. ``differing`` counts beyond the findings that are kept.
    """

    consumer: str
    source: str
    day: str
    looked_at: int
    ours: int
    theirs: int
    waiting: int
    sums: Mapping[str, tuple[str, str]]
    ours_hash: str
    theirs_hash: str
    differing: int

    @property
    def agrees(self) -> bool:
        """Whether both sides were the same."""
        return not self.differing and self.ours_hash == self.theirs_hash


def keep(tx: Tx, consumer: str, source: str, day: str, tally: Tally) -> None:
    """Write down what came of a comparison, instead of an older one of the same."""
    sums = {name: (plain(total), plain(tally.theirs.sums.get(name, Decimal(0))))
            for name, total in tally.ours.sums.items()}  # fmt: skip
    findings = [asdict(one) for one in tally.findings[:FINDINGS_MAX]]
    tx.execute(
        "INSERT OR REPLACE INTO erp_tallies (consumer, source, day, looked_at, ours, theirs,"
        " waiting, sums, ours_hash, theirs_hash, differing, findings)"
        " VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (consumer, source, day, tx.now_ms, tally.ours.count, tally.theirs.count, tally.waiting,
         json.dumps(sums), tally.ours.sha256, tally.theirs.sha256, len(tally.findings),
         json.dumps(findings)),
    )  # fmt: skip
    tx.execute("DELETE FROM erp_tallies WHERE looked_at < ?", (tx.now_ms - KEPT_DAYS * 86_400_000,))


def listed(rows: Rows, consumer: str, since: str, until: str) -> list[Kept]:
    """Comparisons of some days (ISO, both included) and of kinds, the newest day first."""
    found = rows.all(
        "SELECT * FROM erp_tallies WHERE consumer = ? AND (day = '' OR day BETWEEN ? AND ?)"
        " ORDER BY day = '' DESC, day DESC, source",
        (consumer, since, until),
    )
    return [_kept(row) for row in found]


def unclean(rows: Rows, consumer: str, since: str) -> set[str]:
    """Days since one on which both sides differed, or something was still waiting."""
    found = rows.tuples(
        "SELECT DISTINCT day FROM erp_tallies WHERE consumer = ? AND day >= ? AND day <> ''"
        " AND (differing > 0 OR waiting > 0 OR ours_hash <> theirs_hash)",
        (consumer, since),
    )
    return {day for (day,) in found}


def findings(rows: Rows, consumer: str, source: str, day: str) -> Sequence[Finding]:
    """What differed, as far as it is kept; empty where nothing did or nobody looked."""
    stored = rows.value(
        "SELECT findings FROM erp_tallies WHERE consumer = ? AND source = ? AND day = ?",
        (consumer, source, day),
    )
    told = json.loads(stored) if stored else []
    return [
        Finding(**{**one, "refs": tuple(one["refs"]), "fields": tuple(one["fields"])})
        for one in told
    ]


def _kept(row: Row) -> Kept:
    names = ("consumer", "source", "day", "looked_at", "ours", "theirs", "waiting", "ours_hash",
             "theirs_hash", "differing")  # fmt: skip
    sums = {name: (ours, theirs) for name, (ours, theirs) in json.loads(row["sums"]).items()}
    return Kept(**{name: row[name] for name in names}, sums=sums)
