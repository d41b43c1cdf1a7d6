"""What is remembered of what came in: places, what was seen, and what each row said last."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx
from sync.erp.bringing.cursor import Place, Sight
from sync.erp.bringing.saying import Said
from sync.erp.bringing.shaping import Brought

REFUSED_MAX = 200


@dataclass(frozen=True, slots=True)
class Way:
    """One model of one connector, read for one kind."""

    connector: str
    kind: str
    model: str

    @property
    def key(self) -> tuple[str, str, str]:
        return self.connector, self.kind, self.model


@dataclass(frozen=True, slots=True)
class Known:
    """A row of theirs as it was taken last; ``record`` is empty while it could not be.

    ``operation`` is the ERP's last word, built on ``version`` of our record.
    """

    ref: str
    record: str
    version: int
    operation: str
    said: Said
    mark: str
    is_refused: bool
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that could not be taken, and why; ``since`` in Unix ms."""

    connector: str
    kind: str
    ref: str
    title: str
    record: str
    problem: Problem
    since: int


def place(rows: Rows, way: Way) -> Place:
    """How far a model was read."""
    row = rows.one(
        "SELECT instant, id, reach_s, floor, is_open FROM erp_cursors"
        " WHERE connector = ? AND kind = ? AND model = ?",
        way.key,
    )
    return Place(**{**row, "is_open": bool(row["is_open"])}) if row else Place()


def keep_place(tx: Tx, way: Way, place: Place, seen: Mapping[str, Sight]) -> None:
    """Remember how far a model was read, and how the rows up to there looked."""
    tx.execute(
        "INSERT INTO erp_cursors (connector, kind, model, instant, id, reach_s, floor, is_open)"
        " VALUES (?,?,?,?,?,?,?,?) ON CONFLICT DO UPDATE SET instant = excluded.instant,"
        " id = excluded.id, reach_s = excluded.reach_s, floor = excluded.floor,"
        " is_open = excluded.is_open",
        (*way.key, place.instant, place.id, place.reach_s, place.floor, int(place.is_open)),
    )
    tx.executemany(
        "INSERT OR REPLACE INTO erp_seen (connector, kind, model, id, stamp, mark)"
        " VALUES (?,?,?,?,?,?)",
        [(*way.key, identity, one.stamp, one.mark) for identity, one in seen.items()],
    )


def seen(rows: Rows, way: Way, wanted: Iterable[str]) -> dict[str, Sight]:
    """How some rows looked, by id."""
    listed = list(wanted)
    found = rows.tuples(
        "SELECT id, stamp, mark FROM erp_seen WHERE connector = ? AND kind = ? AND model = ?"  # noqa: S608
        f" AND id IN ({','.join('?' * len(listed))})",
        (*way.key, *listed),
    )
    return {identity: Sight(stamp, mark) for identity, stamp, mark in found}


def forget_before(tx: Tx, way: Way, floor: str) -> None:
    """Forget what no round asks for again."""
    tx.execute(
        "DELETE FROM erp_seen WHERE connector = ? AND kind = ? AND model = ? AND stamp < ?",
        (*way.key, floor),
    )


def begin_anew(tx: Tx, way: Way) -> None:
    """Read everything of a kind again from the beginning, refused rows included."""
    for table in ("erp_cursors", "erp_seen"):
        tx.execute(f"DELETE FROM {table} WHERE connector = ? AND kind = ?", way.key[:2])  # noqa: S608
    tx.execute("UPDATE erp_rows SET mark = '' WHERE connector = ? AND kind = ?", way.key[:2])


def swept_at(rows: Rows, way: Way) -> int:
    """When all ids of a model were compared last, in Unix ms; 0 for never."""
    sql = "SELECT swept_at FROM erp_cursors WHERE connector = ? AND kind = ? AND model = ?"
    return int(rows.value(sql, way.key) or 0)


def keep_swept(tx: Tx, way: Way) -> None:
    """Remember that all ids were compared now."""
    tx.execute(
        "UPDATE erp_cursors SET swept_at = ? WHERE connector = ? AND kind = ? AND model = ?",
        (tx.now_ms, *way.key),
    )


def known(rows: Rows, connector: str, kind: str, ref: str) -> Known | None:
    """A row of theirs as it was taken last."""
    row = rows.one(
        "SELECT * FROM erp_rows WHERE connector = ? AND kind = ? AND ref = ?",
        (connector, kind, ref),
    )
    return _known(row) if row else None


def rows_of(rows: Rows, connector: str, record: str) -> list[str]:
    """The rows of theirs that a record of ours was taken from, those that are gone left out."""
    found = rows.tuples(
        "SELECT ref FROM erp_rows WHERE record = ? AND connector = ? AND gone = 0 ORDER BY ref",
        (ids.to_bytes(record), connector),
    )
    return [ref for (ref,) in found]


def all_known(rows: Rows, connector: str, kind: str) -> dict[str, tuple[bool, bool]]:
    """By ref of every row that was met: whether it has a record, and whether it is gone."""
    found = rows.tuples(
        "SELECT ref, record IS NOT NULL, gone FROM erp_rows WHERE connector = ? AND kind = ?",
        (connector, kind),
    )
    return {ref: (bool(has), bool(gone)) for ref, has, gone in found}


def holder(rows: Rows, connector: str, record: str, ref: str) -> str:
    """Another row of theirs that a record of ours stands for already; empty for none."""
    found = rows.value(
        "SELECT ref FROM erp_rows WHERE record = ? AND connector = ? AND ref <> ? AND gone = 0",
        (ids.to_bytes(record), connector, ref),
    )
    return str(found or "")


def linked(rows: Rows, connector: str, refs: Iterable[str]) -> str:
    """The record that was pushed to one of some rows; empty for none."""
    listed = list(refs)
    found = rows.value(
        "SELECT subject FROM erp_links WHERE consumer = ? AND element = ''"  # noqa: S608
        f" AND ref IN ({','.join('?' * len(listed))})",
        (connector, *listed),
    )
    return str(found or "")


def elements_of(rows: Rows, connector: str, record: str) -> dict[str, str]:
    """What the elements of a record are called there, by list and our name: ``addresses/a1``."""
    found = rows.tuples(
        "SELECT element, ref FROM erp_links WHERE consumer = ? AND subject = ? AND element <> ''",
        (connector, record),
    )
    return dict(found)


def link_elements(tx: Tx, connector: str, record: str, links: Mapping[str, str]) -> None:
    """Remember them, so that a push knows them again; of an ERP that nothing is pushed to, none."""
    tx.executemany(
        "INSERT OR REPLACE INTO erp_links (consumer, subject, element, ref)"
        " SELECT name, ?, ?, ? FROM erp_consumers WHERE name = ?",
        [(record, element, ref, connector) for element, ref in links.items()],
    )


def pushed(rows: Rows, connector: str, record: str) -> int:
    """The newest version of a record that the ERP has taken from us, as far as is remembered."""
    found = rows.value(
        "SELECT max(r.version) FROM erp_receipts r JOIN erp_batches b ON b.id = r.batch"
        " WHERE r.subject = ? AND b.consumer = ? AND r.status IN ('accepted', 'duplicate')",
        (record, connector),
    )
    return int(found or 0)


def keep(tx: Tx, connector: str, kind: str, brought: Brought, now: Known) -> None:
    """Remember what a row said and which record it is."""
    operation = ids.to_bytes(now.operation) if now.operation else None
    record = ids.to_bytes(now.record)
    tx.execute(
        "INSERT OR REPLACE INTO erp_rows (connector, kind, ref, record, version, operation, said,"
        " mark, title, problem, since, gone) VALUES (?,?,?,?,?,?,?,?,?,NULL,?,?)",
        (connector, kind, now.ref, record, now.version, operation, json.dumps(now.said), now.mark,
         brought.title, tx.now_ms, int(now.is_gone)),
    )  # fmt: skip


def refuse(tx: Tx, connector: str, kind: str, brought: Brought, problem: Problem) -> None:
    """Remember that a row could not be taken; what it said before stays."""
    tx.execute(
        "INSERT INTO erp_rows (connector, kind, ref, version, said, mark, title, problem, since)"
        " VALUES (?,?,?,0,'{}',?,?,?,?) ON CONFLICT DO UPDATE SET mark = excluded.mark,"
        " title = excluded.title, problem = excluded.problem,"
        " since = iif(erp_rows.problem IS NULL, excluded.since, erp_rows.since)",
        (connector, kind, brought.ref, brought.mark, brought.title,
         json.dumps(problem.record()), tx.now_ms),
    )  # fmt: skip


def refused(rows: Rows, connector: str) -> list[Refused]:
    """Rows that could not be taken, the oldest first."""
    found = rows.all(
        "SELECT connector, kind, ref, title, record, problem, since FROM erp_rows"
        " WHERE problem IS NOT NULL AND connector = ? ORDER BY since, ref LIMIT ?",
        (connector, REFUSED_MAX),
    )
    return [
        Refused(**{
            **row,
            "record": ids.to_text(row["record"]) if row["record"] else "",
            "problem": Problem.from_record(json.loads(row["problem"])),
        })
        for row in found
    ]  # fmt: skip


def _known(row: Row) -> Known:
    return Known(
        ref=row["ref"],
        record=ids.to_text(row["record"]) if row["record"] else "",
        version=row["version"],
        operation=ids.to_text(row["operation"]) if row["operation"] else "",
        said=json.loads(row["said"]),
        mark=row["mark"],
        is_refused=row["problem"] is not None,
        is_gone=bool(row["gone"]),
    )
