"""What became of the rows of an import, in its check, its run and its undoing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

import msgspec

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Row as Line
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

CHECK: Final = 0
RUN: Final = 1
UNDO: Final = 2
# Whose results are told, by the state of the import; else those of the check.
_TOLD: Final = {
    **dict.fromkeys(("running", "done", "stopped"), RUN),
    **dict.fromkeys(("undoing", "undone", "halted"), UNDO),
}
OUTCOMES: Final = ("created", "updated", "unchanged", "duplicate", "waiting", "problem")
# What did not get where its row meant it to: in the file, or back out of the records.
_OUT: Final = "('problem', 'duplicate', 'waiting', 'partly', 'left')"
Show = Literal["all", "told", "out", "in"]
_SHOWN: Final[Mapping[Show, str]] = {
    "all": "",
    "told": " AND problems IS NOT NULL",
    "out": f" AND problems IS NOT NULL AND outcome IN {_OUT}",
    "in": f" AND problems IS NOT NULL AND outcome NOT IN {_OUT}",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one row; ``record`` and ``operation`` where it made or changed one."""

    row: int
    outcome: str
    record: str = ""
    operation: str = ""
    problems: Sequence[Problem] = field(default_factory=tuple)


def pass_of(state: str) -> int:
    """The pass that an import in a state is in, or has come to the end of."""
    return _TOLD.get(state, CHECK)


def forget(tx: Tx, identity: str, run: int, limit: int) -> int:
    """Delete some results of a pass; how many."""
    return tx.execute(
        "DELETE FROM import_rows WHERE import = ? AND run = ? AND row IN"
        " (SELECT row FROM import_rows WHERE import = ? AND run = ? LIMIT ?)",
        (ids.to_bytes(identity), run, ids.to_bytes(identity), run, limit),
    )


def save(tx: Tx, identity: str, run: int, results: Iterable[Result]) -> None:
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
                _dump(result.problems),
            )
            for result in results
            if result.outcome != "unchanged" or result.problems
        ],
    )


def told(
    rows: Rows, identity: str, run: int, *, after: int = 0, limit: int, show: Show = "told"
) -> list[Result]:
    """Results in the order of their rows: all, those that say something, and of these only what was
    left out or waits, or only what went in.
    """
    condition = _SHOWN[show]
    found = rows.all(
        "SELECT row, outcome, record, operation, problems FROM import_rows"  # noqa: S608
        f" WHERE import = ? AND run = ? AND row > ?{condition} ORDER BY row LIMIT ?",
        (ids.to_bytes(identity), run, after, limit),
    )
    return [_result(line) for line in found]


def done_before(rows: Rows, identity: str, row: int, limit: int) -> list[Result]:
    """What a run did to records in rows before a row, the last ones first."""
    found = rows.all(
        "SELECT row, outcome, record, operation, problems FROM import_rows"
        " WHERE import = ? AND run = ? AND row < ? AND record IS NOT NULL"
        " AND outcome IN ('created', 'updated', 'waiting') ORDER BY row DESC LIMIT ?",
        (ids.to_bytes(identity), RUN, row, limit),
    )
    return [_result(line) for line in found]


def undone_down_to(rows: Rows, identity: str) -> int | None:
    """The first row that has been taken back; it is done from the last row upwards."""
    found = rows.value(
        "SELECT min(row) FROM import_rows WHERE import = ? AND run = ?",
        (ids.to_bytes(identity), UNDO),
    )
    return None if found is None else int(found)


def rows_about(rows: Rows, identity: str, record: str) -> list[int]:
    """The rows of a run that made or changed a record."""
    found = rows.all(
        "SELECT row FROM import_rows WHERE record = ? AND import = ? AND run = ?",
        (ids.to_bytes(record), ids.to_bytes(identity), RUN),
    )
    return [int(line["row"]) for line in found]


def made_by(rows: Rows, identity: str, record: str) -> bool:
    """Whether a record was created by an import."""
    found = rows.value(
        "SELECT 1 FROM import_rows WHERE record = ? AND import = ? AND outcome = 'created'",
        (ids.to_bytes(record), ids.to_bytes(identity)),
    )
    return found is not None


def closed_by_undo(rows: Rows, record: str) -> bool:
    """Whether a record was closed because the import that made it was taken back."""
    found = rows.value(
        "SELECT 1 FROM import_rows WHERE record = ? AND run = ? AND outcome = 'closed'",
        (ids.to_bytes(record), UNDO),
    )
    return found is not None


def _result(line: Line) -> Result:
    told = msgspec.json.decode(line["problems"]) if line["problems"] else []
    return Result(
        line["row"],
        line["outcome"],
        ids.to_text(line["record"]) if line["record"] else "",
        ids.to_text(line["operation"]) if line["operation"] else "",
        [Problem.from_record(record) for record in told],
    )


def _dump(problems: Sequence[Problem]) -> str | None:
    told = [problem.record() for problem in problems]
    return msgspec.json.encode(told).decode() if told else None
