"""Has one printer print what is queued for it: a job at a time, in order, none twice by mistake.

A job waits while its printer cannot print, and goes on by itself. One that was begun and not
confirmed is uncertain: somebody who can see the paper decides.
"""

import logging
import threading
from collections.abc import Callable
from typing import Final, TypeVar

from devices.commands import Order, Result
from devices.driver import State
from devices.escpos.document import Printing
from devices.printing.jobs import Job, Jobs
from devices.wing import Devices
from gateway.kernel.problems import Problem

JOB_S: Final = 300.0
WAIT_S: Final = 0.3
STOP_S: Final = 5.0
# What a printer may say and print all the same.
WARNINGS: Final = frozenset({"paper_near_end", "storage"})

T = TypeVar("T")

log = logging.getLogger(__name__)


class Feeder:
    """The queue of one printer, in a thread of its own."""

    def __init__(self, printer: str, jobs: Jobs, devices: Devices) -> None:
        self._printer = printer
        self._jobs = jobs
        self._devices = devices
        self._ending = threading.Event()
        self._more = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"print {printer}", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        """Whether its thread has not come to an unexpected end."""
        return self._thread.is_alive()

    def wake(self) -> None:
        """There is something new to print."""
        self._more.set()

    def stop(self) -> None:
        """Begin nothing more; ``join`` waits for what is being printed."""
        self._ending.set()
        self._more.set()

    def join(self) -> None:
        """Wait for a few seconds; what is not finished then is uncertain at the next start."""
        self._thread.join(STOP_S)

    def _run(self) -> None:
        while not self._ending.is_set():
            self._more.clear()
            job = self._persist(lambda: self._jobs.next(self._printer))
            if job is None:
                self._more.wait()
            elif self._expired(job) or self._ready():
                self._print(job)
            else:
                self._ending.wait(WAIT_S)

    def _expired(self, job: Job) -> bool:
        return job.expires_ms is not None and job.expires_ms <= self._jobs.now_ms()

    def _ready(self) -> bool:
        """Whether the printer can print now, as far as it has said."""
        try:
            view = self._devices.device(self._printer)
        except Problem as problem:
            if problem.code == "device_unknown":
                self._persist(lambda: self._jobs.orphan(self._printer))
            return False  # it is asked again
        warned = view.state is State.DEGRADED and view.reason in WARNINGS
        return view.state is State.ONLINE or warned

    def _print(self, job: Job) -> None:
        if not self._persist(lambda: self._jobs.begin(job.number)):
            return
        order = Order("print", Printing(job.document, job.number), job.actor)
        result = self._devices.obey(self._printer, order, JOB_S)
        self._persist(lambda: self._end(job, result))
        if result.outcome not in ("done", "uncertain"):
            self._ending.wait(WAIT_S)  # before it is tried again

    def _end(self, job: Job, result: Result) -> None:
        reason = f"device_{result.reason}" if result.reason else ""
        if result.outcome in ("failed", "expired") and result.reason != "document_unfit":
            self._jobs.end(job.number, "queued", reason)  # not a byte of it was sent
        elif result.outcome == "done":
            lost = result.data.get("lost", 0)
            self._jobs.end(
                job.number,
                "done",
                confirmed=bool(result.data.get("confirmed")),
                lost=lost if isinstance(lost, int) else 0,
            )
        else:
            state = "failed" if result.outcome == "failed" else "uncertain"
            self._jobs.end(job.number, state, reason)

    def _persist(self, work: Callable[[], T]) -> T | None:
        """Ask the store until it answers: what was printed must not be forgotten."""
        while True:
            try:
                return work()
            except Problem as problem:
                log.warning("the print queue cannot be kept at present: %s", problem)
                if self._ending.wait(1.0):
                    return None
