"""What people set about jobs, and what came of their turns, in the database."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx
from sync.jobs.trigger import Trigger

KEEP_MS = 90 * 86_400_000
KEEP_TURNS = 500

Outcome = Literal["done", "idle", "held", "failed"]


@dataclass(frozen=True, slots=True)
class Edit:
    """What somebody set about a job; ``trigger`` None is as delivered."""

    trigger: Trigger | None
    paused: bool
    by: str
    at: int


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of a job. ``began_at`` is Unix milliseconds, ``asked_by`` empty for the clock.

    done: something was; idle: there was nothing to do; held: it could not begin or go on, or
    another one was under way; failed: ``problem`` ended it.
    """

    id: int
    job: str
    began_at: int
    took_ms: int
    outcome: Outcome
    asked_by: str
    counts: Mapping[str, int]
    problem: Problem | None


class JobBook:
    """Edits and turns in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def edits(self) -> dict[str, Edit]:
        """What has been set, by job."""
        with self._store.read() as rows:
            found = rows.all("SELECT * FROM job_edits")
        return {row["job"]: _edit(row) for row in found}

    def keep(self, job: str, trigger: Trigger | None, *, paused: bool, by: str) -> Edit:
        """Set a job: its trigger (None as delivered) and whether it rests."""

        def apply(tx: Tx) -> Edit:
            every_s, cron, jitter_s = None, None, 0
            if trigger is not None:
                every_s, cron, jitter_s = trigger.every_s, trigger.cron or None, trigger.jitter_s
            tx.execute(
                "INSERT OR REPLACE INTO job_edits (job, every_s, cron, jitter_s, paused, edited_by,"
                " edited_at) VALUES (?,?,?,?,?,?,?)",
                (job, every_s, cron, jitter_s, int(paused), by, tx.now_ms),
            )
            return Edit(trigger, paused, by, tx.now_ms)

        return self._store.write(apply)

    def add(self, turn: Turn) -> Turn:
        """Remember a turn, and forget old ones of the same job."""

        def apply(tx: Tx) -> Turn:
            problem = json.dumps(turn.problem.record()) if turn.problem else None
            tx.execute(
                "INSERT INTO job_turns (job, began_at, took_ms, outcome, asked_by, counts, problem)"
                " VALUES (?,?,?,?,?,?,?)",
                (turn.job, turn.began_at, turn.took_ms, turn.outcome, turn.asked_by,
                 json.dumps(turn.counts), problem),
            )  # fmt: skip
            tx.execute(
                "DELETE FROM job_turns WHERE job = ? AND (began_at < ? OR id <= (SELECT id FROM"
                " job_turns WHERE job = ? ORDER BY id DESC LIMIT 1 OFFSET ?))",
                (turn.job, tx.now_ms - KEEP_MS, turn.job, KEEP_TURNS),
            )
            return turn

        return self._store.write(apply)

    def turns(self, job: str, before: int, limit: int) -> list[Turn]:
        """What came of a job's turns, the newest first, those older than turn ``before``."""
        with self._store.read() as rows:
            found = rows.all(
                "SELECT * FROM job_turns WHERE job = ? AND id < ? ORDER BY id DESC LIMIT ?",
                (job, before, limit),
            )
        return [_turn(row) for row in found]

    def last(self) -> dict[str, Turn]:
        """The last turn on record of every job."""
        with self._store.read() as rows:
            found = rows.all(
                "SELECT * FROM job_turns WHERE id IN (SELECT max(id) FROM job_turns GROUP BY job)"
            )
        return {row["job"]: _turn(row) for row in found}


def _edit(row: Row) -> Edit:
    as_set = row["every_s"] is not None or row["cron"] is not None
    trigger = Trigger(row["every_s"], row["cron"] or "", row["jitter_s"]) if as_set else None
    return Edit(trigger, bool(row["paused"]), row["edited_by"], row["edited_at"])


def _turn(row: Row) -> Turn:
    return Turn(
        id=row["id"],
        job=row["job"],
        began_at=row["began_at"],
        took_ms=row["took_ms"],
        outcome=row["outcome"],
        asked_by=row["asked_by"],
        counts=json.loads(row["counts"]),
        problem=Problem.from_record(json.loads(row["problem"])) if row["problem"] else None,
    )
