"""The tables of imports: every read and write of them is here."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Final

import msgspec

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.rows import aliases, heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Row as Line
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from gateway.transfer.mapping import Layout
from gateway.transfer.table import Asked, Shape

# Of an import: uploaded -> checking -> checked -> running -> done, or stopped or failed on the way.
WORKING: Final = ("checking", "running")
CHECK: Final = 0
RUN: Final = 1
OUTCOMES: Final = ("created", "updated", "unchanged", "duplicate", "waiting", "problem")

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Import:
    """One file on its way in.

    ``position`` counts the rows that are done in the present pass, ``counts`` what became of them.
    ``kept`` is False once the file itself has been deleted. Instants in Unix ms.
    """

    id: str
    kind: str
    name: str
    bytes: int
    state: str
    actor: Actor
    asked: Asked
    shape: Shape
    layout: Layout
    position: int
    counts: Counts
    problem: Problem | None
    kept: bool
    created_at: int
    updated_at: int


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row; ``record`` and ``operation`` where it made or changed one."""

    row: int
    outcome: str
    record: str = ""
    operation: str = ""
    problems: Sequence[Problem] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Known:
    """A record that a source has spoken of before: what it said, and in which operation."""

    record: str
    operation: str
    digest: bytes


def add(tx: Tx, new: Import) -> None:
    """Keep a new import."""
    texts = (_dump(asdict(new.actor)), _dump(new.asked), _dump(new.shape), _dump(new.layout))
    tx.execute(
        "INSERT INTO imports (id, kind, name, bytes, state, actor, asked, shape, layout,"
        " created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (ids.to_bytes(new.id), new.kind, new.name, new.bytes, new.state, *texts, tx.now_ms,
         tx.now_ms),
    )  # fmt: skip


def get(rows: Rows, identity: str) -> Import:
    """One import; Problem import_missing."""
    try:
        key = ids.to_bytes(identity)
    except ValueError as error:
        raise Problem("import_missing") from error
    line = rows.one("SELECT * FROM imports WHERE id = ?", (key,))
    if line is None:
        raise Problem("import_missing")
    return _import(line)


def newest(rows: Rows, limit: int) -> list[Import]:
    """The newest imports first."""
    found = rows.all("SELECT * FROM imports ORDER BY created_at DESC, id DESC LIMIT ?", (limit,))
    return [_import(line) for line in found]


def next_working(rows: Rows) -> Import | None:
    """The oldest import that waits for work, or was interrupted in it."""
    line = rows.one(
        "SELECT * FROM imports WHERE state IN ('checking', 'running') ORDER BY updated_at LIMIT 1"
    )
    return None if line is None else _import(line)


def outlived(rows: Rows, before_ms: int) -> list[Import]:
    """Imports whose files have been kept long enough."""
    found = rows.all(
        "SELECT * FROM imports WHERE kept = 1 AND updated_at < ?"
        " AND state NOT IN ('checking', 'running')",
        (before_ms,),
    )
    return [_import(line) for line in found]


def reshape(tx: Tx, identity: str, asked: Asked, shape: Shape, layout: Layout) -> None:
    """Store another view of the file; it has to be checked again."""
    tx.execute(
        "UPDATE imports SET asked = ?, shape = ?, layout = ?, state = 'uploaded', position = 0,"
        " counts = '{}', problem = NULL, updated_at = ? WHERE id = ?",
        (_dump(asked), _dump(shape), _dump(layout), tx.now_ms, ids.to_bytes(identity)),
    )


def begin(tx: Tx, identity: str, state: str) -> None:
    """Start a pass from the first row: a check, or the run."""
    tx.execute(
        "UPDATE imports SET state = ?, position = 0, counts = '{}', problem = NULL, updated_at = ?"
        " WHERE id = ?",
        (state, tx.now_ms, ids.to_bytes(identity)),
    )


def resume(tx: Tx, identity: str) -> None:
    """Go on with a run that was stopped, from where it stood."""
    tx.execute(
        "UPDATE imports SET state = 'running', updated_at = ? WHERE id = ? AND state = 'stopped'",
        (tx.now_ms, ids.to_bytes(identity)),
    )


def leave(tx: Tx, found: Import, state: str, problem: Problem | None = None) -> None:
    """Move an import on from the state it was found in; not if somebody else has done so."""
    told = _dump(problem.record()) if problem else None
    tx.execute(
        "UPDATE imports SET state = ?, problem = ?, updated_at = ? WHERE id = ? AND state = ?",
        (state, told, tx.now_ms, ids.to_bytes(found.id), found.state),
    )


def advance(tx: Tx, identity: str, position: int, counts: Counts) -> None:
    """Store how far a pass has come, in the transaction of what it did."""
    tx.execute(
        "UPDATE imports SET position = ?, counts = ?, updated_at = ? WHERE id = ?",
        (position, _dump(counts), tx.now_ms, ids.to_bytes(identity)),
    )


def forget_file(tx: Tx, identity: str) -> None:
    """Remember that the file is deleted."""
    tx.execute("UPDATE imports SET kept = 0 WHERE id = ?", (ids.to_bytes(identity),))


def forget_rows(tx: Tx, identity: str, run: int, limit: int) -> int:
    """Delete some results of a pass; how many."""
    return tx.execute(
        "DELETE FROM import_rows WHERE import = ? AND run = ? AND row IN"
        " (SELECT row FROM import_rows WHERE import = ? AND run = ? LIMIT ?)",
        (ids.to_bytes(identity), run, ids.to_bytes(identity), run, limit),
    )


def save_results(tx: Tx, identity: str, run: int, results: Iterable[Result]) -> None:
    """Keep what became of rows, but for those that changed nothing."""
    key = ids.to_bytes(identity)
    tx.executemany(
        "INSERT OR REPLACE INTO import_rows (import, run, row, outcome, record, operation,"
        " problems) VALUES (?,?,?,?,?,?,?)",
        [
            (
                key,
                run,
                result.row,
                result.outcome,
                ids.to_bytes(result.record) if result.record else None,
                ids.to_bytes(result.operation) if result.operation else None,
                _dump([p.record() for p in result.problems]) if result.problems else None,
            )
            for result in results
            if result.outcome != "unchanged" or result.problems
        ],
    )


def results(
    rows: Rows, identity: str, run: int, *, after: int = 0, limit: int, told: bool = True
) -> list[Result]:
    """Results in the order of their rows; with ``told`` only those that say something."""
    condition = " AND problems IS NOT NULL" if told else ""
    found = rows.all(
        "SELECT row, outcome, record, operation, problems FROM import_rows"  # noqa: S608
        f" WHERE import = ? AND run = ? AND row > ?{condition} ORDER BY row LIMIT ?",
        (ids.to_bytes(identity), run, after, limit),
    )
    return [_result(line) for line in found]


def made_by(rows: Rows, identity: str, record: str) -> bool:
    """Whether a record was created by an import."""
    found = rows.value(
        "SELECT 1 FROM import_rows WHERE record = ? AND import = ? AND outcome = 'created'",
        (ids.to_bytes(record), ids.to_bytes(identity)),
    )
    return found is not None


def known(rows: Rows, kind: str, value: str) -> Known | None:
    """The record that a source's key stands for."""
    line = rows.one("SELECT * FROM import_keys WHERE kind = ? AND value = ?", (kind, value))
    if line is None:
        return None
    operation = ids.to_text(line["operation"]) if line["operation"] else ""
    return Known(ids.to_text(line["record"]), operation, line["digest"])


def learn(tx: Tx, kind: str, value: str, found: Known) -> None:
    """Remember what a source said about a record; without an operation the last one stands."""
    operation = ids.to_bytes(found.operation) if found.operation else None
    tx.execute(
        "INSERT INTO import_keys (kind, value, record, operation, digest) VALUES (?,?,?,?,?)"
        " ON CONFLICT (kind, value) DO UPDATE SET record = excluded.record,"
        " operation = COALESCE(excluded.operation, operation), digest = excluded.digest",
        (kind, value, ids.to_bytes(found.record), operation, found.digest),
    )


def numbered(rows: Rows, kind: str, number: str) -> Head | None:
    """The record with an official number."""
    found = rows.value("SELECT id FROM records WHERE kind = ? AND number = ?", (kind, number))
    head = None if found is None else heads.find(rows, ids.to_text(found))
    return None if head is None else aliases.standing(rows, head)


def layout_of(rows: Rows, kind: str, signature: bytes) -> Layout | None:
    """How a file with this head was mapped last."""
    text = rows.value(
        "SELECT layout FROM import_layouts WHERE kind = ? AND signature = ?", (kind, signature)
    )
    return None if text is None else msgspec.json.decode(text, type=Layout)


def remember_layout(tx: Tx, kind: str, signature: bytes, layout: Layout) -> None:
    """Map the next file with this head in the same way."""
    tx.execute(
        "INSERT OR REPLACE INTO import_layouts (kind, signature, layout, used_at) VALUES (?,?,?,?)",
        (kind, signature, _dump(layout), tx.now_ms),
    )


def _import(line: Line) -> Import:
    problem = line["problem"]
    return Import(
        id=ids.to_text(line["id"]),
        kind=line["kind"],
        name=line["name"],
        bytes=line["bytes"],
        state=line["state"],
        actor=Actor(**msgspec.json.decode(line["actor"])),
        asked=msgspec.json.decode(line["asked"], type=Asked),
        shape=msgspec.json.decode(line["shape"], type=Shape),
        layout=msgspec.json.decode(line["layout"], type=Layout),
        position=line["position"],
        counts=msgspec.json.decode(line["counts"], type=Counts),
        problem=Problem.from_record(msgspec.json.decode(problem)) if problem else None,
        kept=bool(line["kept"]),
        created_at=line["created_at"],
        updated_at=line["updated_at"],
    )


def _result(line: Line) -> Result:
    told = msgspec.json.decode(line["problems"]) if line["problems"] else []
    return Result(
        line["row"],
        line["outcome"],
        ids.to_text(line["record"]) if line["record"] else "",
        ids.to_text(line["operation"]) if line["operation"] else "",
        [Problem.from_record(record) for record in told],
    )


def _dump(value: object) -> str:
    return msgspec.json.encode(value).decode()
