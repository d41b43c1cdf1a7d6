"""Everything the gateway does by the clock: every job of APScheduler, one call each.

APScheduler reads the wall clock, and that of a box without a clock chip jumps. Turns missed in a
jump forwards are one turn. After a jump backwards the next one would be years away, so a watch
beside it goes by the steady clock and gives a turn to whoever is overdue.
"""

import logging
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_SUBMITTED,
    JobEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from gateway.kernel.clock import Clock

WATCH_S = 15
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a turn that was due then is due now

log = logging.getLogger(__name__)


class Pause(BaseTrigger):  # type: ignore[misc]  # APScheduler has no types
    """A turn, then a pause counted from when the turn began.

    APScheduler's own interval lists every missed turn one by one: six million of them when a clock
    that began in 1970 is set right.
    """

    def __init__(self, seconds: int) -> None:
        self._pause = timedelta(seconds=seconds)

    def get_next_fire_time(self, _: datetime | None, now: datetime) -> datetime:
        """The turn after one at ``now``."""
        return now + self._pause


class Schedule:
    """Jobs by name; each runs in one thread at a time."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seconds: dict[str, int] = {}
        self._turns: dict[str, int] = {}
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="schedule-watch", daemon=True)
        # A turn that falls into the one before is no news; failures are told by ``_failed``.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._turn, EVENT_JOB_SUBMITTED | EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_listener(_failed, EVENT_JOB_ERROR)

    def every(self, name: str, seconds: int, call: Callable[[], object]) -> None:
        """Call something again and again, with this pause in between; first at the start."""
        self._seconds[name] = seconds
        self._turns[name] = self._clock.monotonic_ms()
        self._scheduler.add_job(call, Pause(seconds), id=name, name=name, next_run_time=LONG_AGO)

    def now(self, name: str) -> None:
        """Let a job's next turn be now; its pause counts from here. KeyError for no such job."""
        self._turns[name] = self._clock.monotonic_ms()
        self._scheduler.modify_job(name, next_run_time=LONG_AGO)

    def start(self) -> None:
        """Begin: every job has its first turn now."""
        self._scheduler.start()
        self._watcher.start()

    def stop(self) -> None:
        """End, after the calls under way."""
        self._stopping.set()
        self._watcher.join()
        self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Give a turn to every job whose pause is over by the steady clock."""
        now_ms = self._clock.monotonic_ms()
        for name, seconds in self._seconds.items():
            if now_ms - self._turns[name] > (seconds + 2 * WATCH_S) * 1000:
                log.warning("the job %s is overdue: the clock must have gone back", name)
                self.now(name)

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_S):
            self.catch_up()

    def _turn(self, event: JobEvent) -> None:
        self._turns[event.job_id] = self._clock.monotonic_ms()


def _failed(event: JobEvent) -> None:
    log.error("the job %s failed and runs again at its next turn", event.job_id)
