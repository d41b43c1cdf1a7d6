"""Looks after every confirmed device: who is where, whose thread has died, who is new.

Looking is passive. A port that nobody has confirmed is never opened and never written to; it
becomes a proposal.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from devices.driver import Candidate, Driver, Finder
from devices.roster import FOUND, Attached, Proposal
from devices.worker import Worker
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)

NOTE_MS = 60_000  # how often the arrival numbers are noted, so that a start needs to read little
TEND_MS = 24 * 60 * 60_000  # how often proposals are looked through
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


def nobody() -> Iterable[Candidate]:
    """Where there is no network to look around on."""
    return ()


class Register(Protocol):
    """Who is confirmed, and who waits for that: ``devices.roster.Roster``."""

    def head(self) -> int:
        """The newest journal entry."""

    def devices(self) -> list[Attached]:
        """Every confirmed device."""

    def proposals(self) -> list[Proposal]:
        """Everything that was ever found and not confirmed."""

    def propose(self, found: Iterable[tuple[str, str]]) -> None:
        """Note newly found (identity, driver) pairs."""

    def tend(self, seen: Iterable[str]) -> None:
        """Note which identities are there."""

    def note_numbers(self, seq: int, numbers: Sequence[tuple[str, int]]) -> None:
        """Remember (device, number) pairs."""


def nobody_else(_: Sequence[Attached]) -> None:
    """Where nobody follows who is confirmed."""


@dataclass(frozen=True)
class Sources:
    """Where devices are looked for: at these ports too, and among what was seen on the network.

    ``followed`` hears who is confirmed, each time somebody looks.
    """

    extra_ports: Sequence[str] = ()
    neighbours: Callable[[], Iterable[Candidate]] = nobody
    followed: Callable[[Sequence[Attached]], None] = nobody_else


class Supervisor:
    """One thread that looks again every ``poll_s`` seconds.

    ``hire`` makes the post of a confirmed device, with a worker that has not been started yet.
    ``look`` may be called from any thread, to have a decision take effect at once.
    """

    def __init__(
        self,
        roster: Register,
        drivers: Mapping[str, type[Driver]],
        hire: Callable[[Attached], Post],
        clock: Clock,
        poll_s: float,
        sources: Sources,
    ) -> None:
        self._roster = roster
        self._drivers = drivers
        self._hire = hire
        self._clock = clock
        self._poll_s = poll_s
        self._sources = sources
        self._met: dict[str, Candidate] = {}
        self._ending = threading.Event()
        self._looking = threading.Lock()
        self._noted: Mapping[str, int] = {}
        self._noted_ms = clock.monotonic_ms()
        self._tended_ms = clock.monotonic_ms() - TEND_MS
        self._thread = threading.Thread(target=self._run, name="devices", daemon=True)
        self.posts: Mapping[str, Post] = {}
        self.sightings: Mapping[str, Sighting] = {}

    def start(self) -> None:
        """Look now, and again and again."""
        self._thread.start()

    def look_at(self, port: str) -> None:
        """Look at one more port, until the end of this start."""
        if port not in self._sources.extra_ports:
            ports = (*self._sources.extra_ports, port)
            self._sources = replace(self._sources, extra_ports=ports)

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
        if self._clock.monotonic_ms() - self._tended_ms >= TEND_MS:
            self._tended_ms = self._clock.monotonic_ms()
            self._roster.tend(self.sightings)
        self._sources.followed(attached)

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
        looked = [
            (candidate, drivers)
            for finder, drivers in families.items()
            for candidate in finder.look(self._sources.extra_ports)
        ]
        met = [(candidate, self._serving(candidate)) for candidate in self._sources.neighbours()]
        # Much of what is on a network is no concern of devices: only what a driver knows.
        return {
            candidate.identity: Sighting(candidate, now_ms, _claimants(candidate, drivers))
            for candidate, drivers in (*looked, *((one, kinds) for one, kinds in met if kinds))
        }

    def _serving(self, candidate: Candidate) -> list[type[Driver]]:
        """Drivers of what is announced so, if they know it."""
        service = candidate.traits.get("service")
        kinds = (driver for driver in self._drivers.values() if service in driver.services)
        return [driver for driver in kinds if driver.match(candidate) > 0]

    def _whereabouts(self, device: Attached) -> Candidate | None:
        """Where a device is: where it was seen, or, for one that is never looked for, here.

        What was found on the network once is where it was seen last: announcements come and go,
        while the device stands where it stood.
        """
        sighting = self.sightings.get(device.identity)
        driver = self._drivers.get(device.driver)
        if driver is None or driver.finder:
            return sighting.candidate if sighting else None
        if sighting:
            self._met[device.identity] = sighting.candidate
        return self._met.get(device.identity) or _told(device)

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
        gone = [post for identity, post in self.posts.items() if identity not in posts]
        self.posts = posts
        for post in gone:  # taken away for good
            _dismiss(post)

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


def _told(device: Attached) -> Candidate:
    """Where somebody said that a device is, or where it was when it was confirmed."""
    host, port, place = device.config.get("host"), device.config.get("port"), device.identity
    if place.startswith(FOUND) and host and port:
        place = f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
    return Candidate(device.identity, place, place, device.name)


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
