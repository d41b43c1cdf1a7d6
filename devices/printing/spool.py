"""What is to be printed, from the moment somebody asks until it is settled."""

import threading
from collections.abc import Callable, Collection
from typing import Final

import msgspec

from devices.escpos.writing import marked
from devices.printing.asking import Asking, compose
from devices.printing.feeder import Feeder
from devices.printing.jobs import Job, Jobs, NewJob
from devices.printing.material import Material
from devices.printing.watch import Watch
from devices.printing.words import say
from devices.wing import Devices
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem

DAY_S: Final = 24 * 3600


class Spool:
    """The queues of all printers. ``start`` begins to print, ``stop`` before the devices stop."""

    def __init__(self, devices: Devices, material: Material) -> None:
        self._devices = devices
        self._material = material
        self._jobs = Jobs(material.store)
        self._feeders: dict[str, Feeder] | None = None
        self._lock = threading.Lock()
        self._watch = Watch(devices, material, self.wake)

    def start(self) -> None:
        """Print what waits. What a power cut interrupted is not printed: it is uncertain."""
        self._jobs.recover()
        with self._lock:
            self._feeders = {}
        for printer in self._jobs.waiting():
            self.wake(printer)
        self._watch.start()

    def stop(self) -> None:
        """Finish what is being printed, for a few seconds at most."""
        self._watch.stop()
        with self._lock:
            feeders, self._feeders = self._feeders or {}, None
        for feeder in feeders.values():
            feeder.stop()
        for feeder in feeders.values():
            feeder.join()

    def jobs(self) -> list[tuple[str, int, Callable[[], object]]]:
        """What is to be done by the clock: a name, the pause in seconds, the call."""
        return [("print jobs", DAY_S, self._jobs.forget)]

    def trouble(self) -> Problem | None:
        """A probe for health: how many jobs wait for somebody to look at the paper."""
        count = self._jobs.uncertain()
        return Problem("print_trouble", count=count) if count else None

    def ask(self, asked: Asking, actor: Actor) -> Job:
        """Queue what somebody asks for; the same id again is the same job.

        Problem device_unknown, print_no_printer, print_nothing, print_asked_wrong,
        print_opens_drawer, record_id_malformed or id_reused.
        """
        name = self._printer(asked.printer)
        now_ms = self._material.store.clock.now_ms()
        title, document = compose(asked, self._material, name, now_ms)
        new = NewJob(
            asked.id, asked.printer, asked.template, title, msgspec.to_builtins(asked), document,
            asked.expires_s,
        )  # fmt: skip
        return self._queued(self._jobs.put(new, actor))

    def reprint(self, identity: str, copy: str, actor: Actor) -> Job:
        """Print it again under an id of its own, marked as a copy.

        Problem print_job_unknown, print_state, record_id_malformed or id_reused.
        """
        job = self._jobs.one(identity)
        word = say("copy", self._material.look.language)
        document = job.document if job.original else marked(job.document, word)
        title = job.title if job.original else f"{job.title} · {word}"
        asked = ["copy", job.id]
        new = NewJob(copy, job.printer, job.template, title, asked, document, original=job.id)
        return self._queued(self._jobs.reprint(identity, new, actor))

    def cancel(self, identity: str, actor: Actor) -> Job:
        """Take back what waits, or let be what is uncertain; Problem print_state."""
        return self._jobs.cancel(identity, actor)

    def confirm(self, identity: str, actor: Actor) -> Job:
        """Somebody saw it on paper; Problem print_state."""
        return self._jobs.confirm(identity, actor)

    def one(self, identity: str) -> Job:
        """Problem print_job_unknown."""
        return self._jobs.one(identity)

    def page(self, printer: str, before: int, limit: int) -> list[Job]:
        """The newest jobs below a number."""
        return self._jobs.page(printer, before, limit)

    def wake(self, printer: str) -> None:
        """A printer has something to print."""
        with self._lock:
            if self._feeders is None:
                return  # nothing is printed before the start, nor behind the end
            if printer not in self._feeders or not self._feeders[printer].alive:
                self._feeders[printer] = Feeder(printer, self._jobs, self._devices)
            self._feeders[printer].wake()

    def _queued(self, job: Job) -> Job:
        self.wake(job.printer)
        return job

    def _printer(self, device: str) -> str:
        """The name of a device that prints."""
        attached = self._devices.device(device).attached
        if attached.driver not in printing_kinds(self._devices):
            raise Problem("print_no_printer", pointer="/printer")
        return attached.name


def printing_kinds(devices: Devices) -> Collection[str]:
    """The kinds of devices that print."""
    return {driver.kind for driver in devices.drivers() if driver.prints}
