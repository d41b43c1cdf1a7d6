"""Looks after every confirmed device: who is where, whose thread has died, who is new.

Looking is passive. A port that nobody has confirmed is never opened and never written to; it
becomes a proposal.
"""

import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from devices.driver import Candidate, Driver, Finder
from devices.roster import Attached, Roster
from devices.worker import Worker
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

NOTE_MS = 60_000  # how often the arrival numbers are noted, so that a start needs to read little
RESTART_S = 3.0  # a dead thread is found within this time, however seldom new devices are sought


@dataclass
class Post:
    """A confirmed device and who works on it: ``worker`` is None while nobody can or may.

    ``reason`` is one word of the catalogue, saying why nobody can.
    """

    attached: Attached
    worker: Worker | None
    reason: str = ""


@dataclass(frozen=True)
class Sighting:
    """A candidate and when it was last seen, in Unix milliseconds.

    ``drivers`` are the kinds that may serve it, the surest first; none may know it.
    """

    candidate: Candidate
    seen_ms: int
    drivers: tuple[str, ...] = ()


class Supervisor:
    """One thread that looks again every ``poll_s`` seconds.

    ``hire`` makes the post of a confirmed device, with a worker that has not been started yet.
    ``look`` may be called from any thread, to have a decision take effect at once.
    """

    def __init__(
        self,
        roster: Roster,
        drivers: Mapping[str, type[Driver]],
        hire: Callable[[Attached], Post],
        clock: Clock,
        poll_s: float,
        extra_ports: Sequence[str],
    ) -> None:
        self._roster = roster
        self._drivers = drivers
        self._hire = hire
        self._clock = clock
        self._poll_s = poll_s
        self._extra_ports = extra_ports
        self._ending = threading.Event()
        self._looking = threading.Lock()
        self._noted: Mapping[str, int] = {}
        self._noted_ms = clock.monotonic_ms()
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self.posts: Mapping[str, Post] = {}
        self.sightings: Mapping[str, Sighting] = {}

    def start(self) -> None:
        """Look now, and again and again."""
        self._thread.start()

    def stop(self) -> None:
        """Let every device finish what it has read, and end."""
        self._ending.set()
        if self._thread.is_alive():
            self._thread.join()
        with self._looking:
            workers = [post.worker for post in self.posts.values() if post.worker]
            for worker in workers:
                worker.stop()
            for worker in workers:
                worker.join()
            self._note_numbers()

    def look(self) -> None:
        """See what is plugged in, and have every confirmed device worked on where it is.

        Whatever keeps us from looking is logged: the devices that work go on working, and the next
        turn comes soon.
        """
        try:
            with self._looking:
                if not self._ending.is_set():
                    self._look()
        except Exception:
            log.exception("looking for devices failed; it is tried again in %s s", self._poll_s)

    def _look(self) -> None:
        self.sightings = self._seek()
        attached = self._roster.devices()
        self._staff(attached)
        for post in self.posts.values():
            if post.worker:
                post.worker.found(self._whereabouts(post.attached))
                post.worker.ensure_running()
        self._propose({device.identity for device in attached})
        if self._clock.monotonic_ms() - self._noted_ms >= NOTE_MS:
            self._note_numbers()

    def _run(self) -> None:
        since_look_s = self._poll_s
        while not self._ending.is_set():
            if since_look_s >= self._poll_s:
                self.look()
                since_look_s = 0.0
            for post in self.posts.values():
                if post.worker:
                    post.worker.ensure_running()
            pause_s = min(RESTART_S, self._poll_s)
            self._ending.wait(pause_s)
            since_look_s += pause_s

    def _seek(self) -> Mapping[str, Sighting]:
        """What is plugged in, by identity, and who may serve it."""
        now_ms = self._clock.now_ms()
        # Each line is looked at once, however many drivers serve devices on it.
        families: dict[Finder, list[type[Driver]]] = {}
        for driver in self._drivers.values():
            if driver.finder:
                families.setdefault(driver.finder, []).append(driver)
        return {
            candidate.identity: Sighting(candidate, now_ms, _claimants(candidate, drivers))
            for finder, drivers in families.items()
            for candidate in finder.look(self._extra_ports)
        }

    def _whereabouts(self, device: Attached) -> Candidate | None:
        """Where a device is: where it was seen, or, for one that is never looked for, here."""
        driver = self._drivers.get(device.driver)
        if driver and driver.finder is None:
            return Candidate(device.identity, device.identity, device.identity, device.name)
        sighting = self.sightings.get(device.identity)
        return sighting.candidate if sighting else None

    def _staff(self, attached: Sequence[Attached]) -> None:
        """One post for each confirmed device; a changed configuration takes a new worker."""
        posts: dict[str, Post] = {}
        for device in attached:
            post = self.posts.get(device.id)
            if post is None or _work(post.attached) != _work(device):
                _dismiss(post)
                post = self._hire(device)
            elif post.worker:
                post.worker.intake.rename(device.name)
            post.attached = device
            posts[device.id] = post
        self.posts = posts

    def _propose(self, confirmed: set[str]) -> None:
        known = confirmed | {proposal.identity for proposal in self._roster.proposals()}
        fresh = [(identity, s) for identity, s in self.sightings.items() if identity not in known]
        self._roster.propose((identity, s.drivers[0] if s.drivers else "") for identity, s in fresh)

    def _note_numbers(self) -> None:
        """Note how far each device has counted, and up to which journal entry."""
        self._noted_ms = self._clock.monotonic_ms()
        # The head first: what is counted meanwhile is found again behind it.
        head = self._roster.head()
        numbers = {
            identity: post.worker.intake.number
            for identity, post in self.posts.items()
            if post.worker
        }
        if numbers == self._noted:
            return
        try:
            self._roster.note_numbers(head, list(numbers.items()))
        except Problem as problem:
            log.warning("the numbering of the devices could not be noted: %s", problem)
        else:
            self._noted = numbers


def _claimants(candidate: Candidate, drivers: Sequence[type[Driver]]) -> tuple[str, ...]:
    """The kinds that may serve a candidate, the surest first."""
    claims = [(driver.match(candidate), driver.kind) for driver in drivers]
    return tuple(kind for match, kind in sorted(claims, reverse=True) if match > 0)


def _work(device: Attached) -> tuple[object, ...]:
    """What a worker depends on; a new name alone must not interrupt it."""
    return device.driver, device.config, device.config_version, device.enabled


def _dismiss(post: Post | None) -> None:
    if post and post.worker:
        post.worker.stop()
        post.worker.join()
