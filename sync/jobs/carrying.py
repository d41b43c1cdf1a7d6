"""Carrying out one turn of a job, one at a time, and remembering what came of it."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from sync.jobs.book import JobBook, Outcome, Turn
from sync.jobs.ended import Ended
from sync.jobs.progress import Moving
from sync.jobs.trigger import Trigger

# Seldom enough for every turn to be remembered; of others only those in which something was.
SELDOM_S = 3600

log = logging.getLogger(__name__)


@dataclass
class Job:
    """A call by the clock, as delivered. ``progress`` looks at a long turn under way.

    ``ask`` is told that somebody wants the next turn, whatever may speak against it. ``wanted``:
    somebody asked for a turn that has not begun yet.
    """

    name: str
    trigger: Trigger
    call: Callable[[], object]
    progress: Callable[[], Moving | None] | None = None
    ask: Callable[[], object] | None = None
    asked_by: str = ""
    began_at: int | None = None
    last: Turn | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)
    wanted: threading.Event = field(default_factory=threading.Event)

    def asked(self, by: str) -> None:
        """The next turn is in somebody's name."""
        self.asked_by = by
        if self.ask is not None:
            self.ask()


class Carrying:
    """Carries out turns and writes them down."""

    def __init__(self, clock: Clock, book: JobBook) -> None:
        self._clock = clock
        self._book = book

    def out(self, job: Job) -> Turn | None:
        """One turn of a job, and one more if it is wanted meanwhile; None when another one is under
        way, which looks at ``wanted`` as it ends. What a turn raises goes on.
        """
        turn = None
        while job.lock.acquire(blocking=False):
            turn = self._turn(job)
            if not job.wanted.is_set():
                break
        return turn

    def _turn(self, job: Job) -> Turn:
        job.wanted.clear()
        asked_by, job.asked_by = job.asked_by, ""
        began_at, began = self._clock.now_ms(), self._clock.monotonic_ms()
        job.began_at = began_at

        def told(outcome: Outcome, ended: Ended) -> Turn:
            took_ms = self._clock.monotonic_ms() - began
            counts = {name: count for name, count in ended.counts.items() if count}
            turn = Turn(0, job.name, began_at, took_ms, outcome, asked_by, counts, ended.problem)
            self._remember(job, turn)
            return turn

        try:
            ended = _ended(job.call())
            return told(_outcome(ended), ended)
        except Exception as error:
            told("failed", Ended(problem=Problem("job_failed", reason=type(error).__name__)))
            raise
        finally:
            job.began_at = None
            job.lock.release()

    def _remember(self, job: Job, turn: Turn) -> None:
        before, job.last = job.last, turn
        is_seldom = (job.trigger.every_s or SELDOM_S) >= SELDOM_S
        is_news = turn.outcome == "done" and bool(turn.counts)
        is_change = turn.outcome in ("held", "failed") and (
            before is None or _reason(before) != _reason(turn)
        )
        if not (is_seldom or is_news or is_change or turn.asked_by or turn.outcome == "failed"):
            return
        try:
            self._book.add(turn)
        except Problem as problem:
            log.warning("a turn of %s is not on record: %s", job.name, problem)


def _ended(result: object) -> Ended:
    return result if isinstance(result, Ended) else Ended()


def _outcome(ended: Ended) -> Outcome:
    if ended.held:
        return "held"
    if ended.problem is not None:
        return "failed"
    return "done" if any(ended.counts.values()) else "idle"


def _reason(turn: Turn) -> str:
    return turn.problem.code if turn.problem else turn.outcome
