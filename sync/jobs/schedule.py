"""Everything the gateway does by the clock: every job of APScheduler, one call each.

APScheduler reads the wall clock, and that of a box without a clock chip jumps. Turns missed in a
jump forwards are one turn. After a jump backwards the next one would be years away, so a watch
beside it goes by the steady clock and gives a turn to whoever is overdue.

What people set about a job (its trigger, a rest) stands in the database and wins over what is
delivered.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_SUBMITTED,
    JobEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler

from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from sync.jobs.book import Edit, JobBook, Turn
from sync.jobs.carrying import Carrying, Job
from sync.jobs.progress import Moving
from sync.jobs.trigger import Trigger, Turns, checked, upcoming

WATCH_S = 15
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)  # a turn that was due then is due now
SHOWN = 3
ENDLESS = 2**62

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Planned:
    """A job as it stands. Instants are Unix milliseconds.

    ``trigger`` is the one that holds, ``delivered`` the one without anybody's ``edit``. ``next_at``
    is None while it rests; ``upcoming`` are turns of a cron to come. ``began_at`` and ``moving``
    are of the turn under way.
    """

    name: str
    trigger: Trigger
    delivered: Trigger
    edit: Edit | None
    next_at: int | None
    upcoming: list[int]
    began_at: int | None
    moving: Moving | None
    last: Turn | None


class Schedule:
    """Jobs by name; each runs in one thread at a time. ``zone`` is the shop's, of the IANA's."""

    def __init__(self, clock: Clock, book: JobBook, zone: str = "") -> None:
        self._clock = clock
        self._book = book
        self._zone = ZoneInfo(zone) if zone else None
        self._carrying = Carrying(clock, book)
        self._edits = book.edits()
        self._jobs: dict[str, Job] = {}
        self._turns: dict[str, int] = {}
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="schedule-watch", daemon=True)
        # A turn that falls into the one before is no news; failures are told by ``_failed``.
        logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
        self._scheduler = BackgroundScheduler(
            timezone=UTC,
            # Two, for one asked for just as another ends; ``Carrying`` lets one go alone.
            job_defaults={"coalesce": True, "max_instances": 2, "misfire_grace_time": None},
        )
        self._scheduler.add_listener(self._turn, EVENT_JOB_SUBMITTED | EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_listener(_failed, EVENT_JOB_ERROR)

    def every(
        self,
        name: str,
        seconds: int,
        call: Callable[[], object],
        progress: Callable[[], Moving | None] | None = None,
        ask: Callable[[], object] | None = None,
    ) -> None:
        """Call something again and again, with this pause in between; first at the start.

        What people have set about the job wins. ``ask`` is told when somebody wants a turn now.
        """
        job = self._jobs[name] = Job(name, Trigger(seconds), call, progress, ask)
        self._turns[name] = self._clock.monotonic_ms()
        first = {"next_run_time": None if self._is_paused(name) else LONG_AGO}
        if self._trigger(name).cron and not self._is_paused(name):
            first = {}
        self._scheduler.add_job(
            self._carrying.out, self._when(name), (job,), id=name, name=name, **first
        )

    def now(self, name: str, by: str = "") -> None:
        """Let a job's next turn be now, in somebody's name; its pause counts from here.

        One that rests has the turn all the same, and goes on resting. Problem job_unknown.
        """
        job = self._known(name)
        job.asked(by)
        job.wanted.set()
        if self._is_paused(name):
            self._scheduler.add_job(self._carrying.out, args=(job,), replace_existing=True,
                                    id=f"{name} once", next_run_time=LONG_AGO)  # fmt: skip
            return
        self._turns[name] = self._clock.monotonic_ms()
        self._scheduler.modify_job(name, next_run_time=LONG_AGO)

    def carry_out(self, name: str, by: str) -> Turn | None:
        """A turn in the caller's own thread; None when one is under way. Problem job_unknown."""
        job = self._known(name)
        job.asked(by)
        turn = self._carrying.out(job)
        if turn is None:
            job.asked_by = ""
        return turn

    def edit(self, name: str, trigger: Trigger | None, *, paused: bool, by: str) -> Planned:
        """Set when a job has its turns (None as delivered), and whether it rests.

        Problem job_unknown, schedule_trigger or schedule_cron.
        """
        self._known(name)
        if trigger is not None:
            checked(trigger, self._zone)
        self._edits[name] = self._book.keep(name, trigger, paused=paused, by=by)
        self._turns[name] = self._clock.monotonic_ms()
        self._scheduler.reschedule_job(name, trigger=self._when(name))
        if paused:
            self._scheduler.pause_job(name)
        return self._planned(self._jobs[name], self._book.last())

    def listed(self) -> list[Planned]:
        """Every job, by name."""
        last = self._book.last()
        return [self._planned(job, last) for _, job in sorted(self._jobs.items())]

    def one(self, name: str) -> Planned:
        """One job; Problem job_unknown."""
        return self._planned(self._known(name), self._book.last())

    def turns(self, name: str, before: int, limit: int) -> list[Turn]:
        """What came of a job's turns, the newest first; Problem job_unknown."""
        self._known(name)
        return self._book.turns(name, before or ENDLESS, limit)

    def start(self) -> None:
        """Begin: every job with a pause between turns has its first one now."""
        self._scheduler.start()
        self._watcher.start()

    def stop(self) -> None:
        """End, after the calls under way."""
        self._stopping.set()
        self._watcher.join()
        self._scheduler.shutdown(wait=True)

    def catch_up(self) -> None:
        """Give a turn to every job whose pause is over by the steady clock, and bring back what a
        clock that went back has left in a far future.
        """
        now_ms = self._clock.monotonic_ms()
        for name in self._jobs:
            trigger = self._trigger(name)
            if self._is_paused(name) or self._jobs[name].began_at is not None:
                continue
            if trigger.every_s is None:
                self._bring_back(name, trigger)
                continue
            pause_s = trigger.every_s + trigger.jitter_s + 2 * WATCH_S
            if now_ms - self._turns[name] > pause_s * 1000:
                log.warning("the job %s is overdue: the clock must have gone back", name)
                self._turns[name] = now_ms
                self._scheduler.modify_job(name, next_run_time=LONG_AGO)

    def _bring_back(self, name: str, trigger: Trigger) -> None:
        due, planned = self._when(name).due(self._now()), self._scheduler.get_job(name)
        if due is None or planned is None or planned.next_run_time is None:
            return
        if planned.next_run_time > due + timedelta(seconds=trigger.jitter_s + WATCH_S):
            self._scheduler.reschedule_job(name, trigger=self._when(name))

    def _known(self, name: str) -> Job:
        job = self._jobs.get(name)
        if job is None:
            raise Problem("job_unknown", job=name)
        return job

    def _is_paused(self, name: str) -> bool:
        edit = self._edits.get(name)
        return edit is not None and edit.paused

    def _trigger(self, name: str) -> Trigger:
        edit = self._edits.get(name)
        return (edit and edit.trigger) or self._jobs[name].trigger

    def _when(self, name: str) -> Turns:
        return Turns(self._trigger(name), self._zone)

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock.now_ms() / 1000, UTC)

    def _planned(self, job: Job, last: dict[str, Turn]) -> Planned:
        trigger, planned = self._trigger(job.name), self._scheduler.get_job(job.name)
        next_run = getattr(planned, "next_run_time", None)
        to_come = upcoming(trigger, self._now(), SHOWN, self._zone) if trigger.cron else []
        return Planned(
            name=job.name,
            trigger=trigger,
            delivered=job.trigger,
            edit=self._edits.get(job.name),
            next_at=_ms(next_run) if next_run and next_run != LONG_AGO else None,
            upcoming=[_ms(at) for at in to_come],
            began_at=job.began_at,
            moving=job.progress() if job.progress else None,
            last=job.last or last.get(job.name),
        )

    def _watch(self) -> None:
        while not self._stopping.wait(WATCH_S):
            self.catch_up()

    def _turn(self, event: JobEvent) -> None:
        self._turns[event.job_id] = self._clock.monotonic_ms()


def _ms(at: datetime) -> int:
    return round(at.timestamp() * 1000)


def _failed(event: JobEvent) -> None:
    log.error("the job %s failed and runs again at its next turn", event.job_id)
