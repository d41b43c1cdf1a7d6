"""How consumers of the journal stand, for the console, the health checks and the figures."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from sync.erp import consumers, offers
from sync.erp.consumers import Consumer
from sync.erp.rounds import alarms, keeping
from sync.erp.rounds.circuit import Circuit
from sync.erp.rounds.rules import Rules
from sync.erp.run import PushRun
from sync.jobs.progress import Moving


@dataclass(frozen=True, slots=True)
class Standing:
    """How one consumer stands. Instants are Unix milliseconds.

    ``circuit``, ``closed_until`` and ``moving`` are of those that this gateway pushes to; ``alarm``
    is what somebody must hear of.
    """

    name: str
    mode: str
    takes: tuple[str, ...] | None
    cursor_seq: int
    head_seq: int
    waiting: int
    oldest_waiting_at: int | None
    open_batch: str | None
    last_success_at: int | None
    last_attempt_at: int | None
    problem: Problem | None
    deferred: int
    rejected: int
    paused: bool
    paused_by: str
    paused_at: int | None
    circuit: Circuit
    closed_until: int | None
    moving: Moving | None
    alarm: Problem | None


class Standings:
    """Looks at everybody who takes the journal; ``runs`` are those that are pushed to."""

    def __init__(self, runs: Mapping[str, PushRun], rules: Rules) -> None:
        self._runs = runs
        self._rules = rules

    def all(self, rows: Rows, head_seq: int, now_ms: int) -> list[Standing]:
        """How every consumer stands, by name."""
        return [self._one(rows, row, head_seq, now_ms) for row in _rows(rows)]

    def alarms(self, rows: Rows, now_ms: int) -> list[Problem]:
        """What somebody must hear of, by name of the consumer."""
        raised = [self._alarm(rows, row, now_ms) for row in _rows(rows)]
        return [problem for problem in raised if problem]

    def _consumer(self, row: Row) -> Consumer:
        pushed = self._runs.get(row["name"])
        pulling = consumers.as_told(Consumer(row["name"], row["device"]), row)
        return pushed.consumer if pushed else pulling

    def _alarm(self, rows: Rows, row: Row, now_ms: int) -> Problem | None:
        run = self._runs.get(row["name"])
        moving = run.progress.look() if run else None
        return alarms.raised(rows, self._consumer(row), row, moving, self._rules, now_ms)

    def _one(self, rows: Rows, row: Row, head_seq: int, now_ms: int) -> Standing:
        name, consumer, run = row["name"], self._consumer(row), self._runs.get(row["name"])
        waiting, oldest = consumers.waiting(rows, consumer, row["cursor_seq"])
        held = consumers.held(rows, name)
        open_batch = offers.open_batch(rows, name)
        return Standing(
            name=name,
            mode=row["mode"],
            takes=consumer.takes,
            cursor_seq=row["cursor_seq"],
            head_seq=head_seq,
            waiting=waiting,
            oldest_waiting_at=oldest,
            open_batch=open_batch.id if open_batch else None,
            last_success_at=row["last_success_at"],
            last_attempt_at=row["last_attempt_at"],
            problem=_problem(row["problem"]),
            deferred=held.get("deferred", 0),
            rejected=held.get("rejected", 0),
            paused=bool(row["paused"]),
            paused_by=row["paused_by"] if row["paused"] else "",
            paused_at=row["paused_at"] if row["paused"] else None,
            circuit=keeping.circuit(rows, name),
            closed_until=run.restraint.closed_until() if run else None,
            moving=run.progress.look() if run else None,
            alarm=self._alarm(rows, row, now_ms),
        )


def _rows(rows: Rows) -> list[Row]:
    return rows.all("SELECT * FROM erp_consumers ORDER BY name")


def _problem(stored: str | None) -> Problem | None:
    return Problem.from_record(json.loads(stored)) if stored else None
