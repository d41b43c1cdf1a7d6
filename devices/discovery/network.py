"""One thread that announces this gateway and looks around, on whatever network there is.

The library announces on the addresses that it was opened with and does not follow them. So they are
looked at again and again, and when they have changed everything is opened anew. A gateway without a
network starts all the same, and is announced when there is one.
"""

import logging
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from zeroconf import Error, ServiceBrowser, ServiceInfo, ServiceStateChange, Zeroconf

from devices.discovery.addresses import addresses_here, packed, plain, stands
from devices.discovery.announcement import Announcement
from devices.discovery.responder import zeroconf_at
from devices.discovery.services import (
    GATEWAY,
    SORTS,
    Neighbour,
    Service,
    candidate,
    clean,
    neighbours,
    properties,
)
from devices.driver import Candidate

log = logging.getLogger(__name__)

POLL_S: Final = 5.0
ASK_MS: Final = 500
ASKED_MAX: Final = 6  # then it is left until it says something again
SERVICES_MAX: Final = 500
DOMAIN: Final = ".local."

Key = tuple[str, str]


@dataclass(frozen=True)
class Announced:
    """What is announced right now: under which name, and where."""

    name: str
    addresses: tuple[str, ...]
    port: int


class Discovery:
    """What is on the network.

    ``about`` is what to announce; None (or what only this machine can reach) announces nothing.
    ``addresses`` are those of this machine. ``step`` does everything there is to do now: the thread
    calls it every few seconds, and when somebody has said something.
    """

    def __init__(
        self,
        about: Callable[[], Announcement | None],
        addresses: Callable[[], tuple[str, ...]] = addresses_here,
    ) -> None:
        self._about = about
        self._addresses = addresses
        self._stepping = threading.Lock()
        self._ending = False
        self._woken = threading.Event()
        self._thread: threading.Thread | None = None
        self._ear: _Ear | None = None
        self._turn = 1
        self._opened: tuple[object, ...] = ()
        self.announced: Announced | None = None
        self.trouble = ""  # one word of the catalogue (device_<word>)

    def start(self) -> None:
        """Look around and be seen from now on."""
        self._thread = threading.Thread(target=self._run, name="discovery", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Take the announcement back, and end."""
        self._ending = True
        self._woken.set()
        if self._thread:
            self._thread.join()
        with self._stepping:
            self._close()

    def found(self) -> list[Neighbour]:
        """What is on the network, except for this gateway."""
        ear, mine = self._ear, self.announced
        if ear is None:
            return []
        return neighbours(
            service
            for service in ear.services()
            if service.type != GATEWAY or mine is None or service.name != mine.name
        )

    def candidates(self) -> list[Candidate]:
        """The same for drivers: what has an address and is no gateway."""
        return [candidate(one) for one in self.found() if one.address and one.sort != "gateway"]

    def step(self) -> None:
        """Open anew what has to be, and ask about what was seen."""
        with self._stepping:
            about, here = self._about(), tuple(filter(stands, self._addresses()))
            if self._opened != (about, here, self._turn):
                self._close()
                self._open(about, here)
            if self._ear:
                self._ear.ask(lambda: self._ending)
                self._mind_the_name(about)

    def _run(self) -> None:
        while not self._ending:
            self._woken.clear()
            try:
                self.step()
            except Exception:
                # What strangers say must not end the thread; it is all opened anew.
                log.exception("looking around on the network failed; it is tried again")
                self._opened = ()
            self._woken.wait(POLL_S)

    def _open(self, about: Announcement | None, here: tuple[str, ...]) -> None:
        if not here:
            self._say("no_network")
            return
        try:
            ear = _Ear(here, self._woken.set)
        except OSError as error:
            log.info("the network cannot be used yet: %s", error)
            self._say("no_network")
            return
        self._ear = ear
        served = about.addresses(here) if about else ()
        if about is None or not served:
            self._say("not_announced")
        else:
            wanted = about.instance(self._turn)
            name = ear.announce(about, wanted, served)
            self.announced = Announced(name, served, about.port)
            log.info("announced on the network as %s, at %s", name, ", ".join(served))
            self._say("name_taken" if name != about.instance() else "")
        self._opened = (about, here, self._turn)

    def _mind_the_name(self, about: Announcement | None) -> None:
        """Another gateway of the same name that came later: one of the two takes another."""
        if about is None or self.announced is None or self._ear is None:
            return
        mine = (about.id, best(self.announced.addresses), self.announced.port)
        for other in self._ear.services():
            if other.type != GATEWAY or other.name != self.announced.name:
                continue
            theirs = (other.properties.get("id", ""), best(other.addresses), other.port)
            # Both see it, and one yields.
            if not _bare(other.addresses) & _bare(self.announced.addresses) and mine > theirs:
                self._turn += 1
                self._woken.set()
                return

    def _say(self, trouble: str) -> None:
        if trouble == "name_taken" and self.announced:
            log.warning("another gateway has the same name; this one is %s", self.announced.name)
        self.trouble = trouble

    def _close(self) -> None:
        ear, self._ear = self._ear, None
        self.announced = None
        self._opened = ()
        if ear:
            ear.close()


def best(addresses: Sequence[str]) -> str:
    """One address to tell a machine by."""
    return min(_bare(addresses), default="")


def _bare(addresses: Sequence[str]) -> set[str]:
    return {str(plain(address)) for address in addresses}


class _Ear:
    """The library on one set of addresses. OSError when there is no network."""

    def __init__(self, here: tuple[str, ...], wake: Callable[[], None]) -> None:
        self._wake = wake
        self._lock = threading.Lock()
        self._services: dict[Key, Service] = {}
        self._asked: dict[Key, int] = {}
        self._zeroconf = zeroconf_at(here)
        self._browser = ServiceBrowser(
            self._zeroconf, [type + DOMAIN for type in SORTS], handlers=[self._heard]
        )

    def announce(self, about: Announcement, name: str, here: Sequence[str]) -> str:
        """Announce a gateway; the name that it got."""
        info = ServiceInfo(
            GATEWAY + DOMAIN,
            f"{name}.{GATEWAY}{DOMAIN}",
            port=about.port,
            properties=about.properties,
            server=about.server(here),
            addresses=[packed(address) for address in here],
        )
        try:
            self._zeroconf.register_service(info, allow_name_change=True)
        except Error as error:
            # The browsing goes on; a changed address or a new start announces again.
            log.warning("this gateway could not be announced: %r", error)
        return info.name.removesuffix(f".{GATEWAY}{DOMAIN}")

    def services(self) -> list[Service]:
        """What is known of the services on the network."""
        with self._lock:
            return list(self._services.values())

    def ask(self, give_up: Callable[[], bool]) -> None:
        """Ask about every service of which only the name is known, until told to give up."""
        with self._lock:
            waiting = list(self._asked)
        for type, name in waiting:
            if give_up():
                return
            service = self._resolve(type, name)
            with self._lock:
                if service:
                    self._asked.pop((type, name), None)
                    self._services[type, name] = service
                elif (type, name) in self._asked:
                    self._asked[type, name] += 1
                    if self._asked[type, name] >= ASKED_MAX:
                        del self._asked[type, name]

    def close(self) -> None:
        """Say good-bye."""
        self._zeroconf.close()

    def _heard(
        self,
        zeroconf: Zeroconf,  # noqa: ARG002 (the library names what it hands over)
        service_type: str,
        name: str,
        state_change: ServiceStateChange,
    ) -> None:
        key = (service_type, name)
        with self._lock:
            if state_change is ServiceStateChange.Removed:
                self._services.pop(key, None)
                self._asked.pop(key, None)
            elif key in self._services or len(self._services) + len(self._asked) < SERVICES_MAX:
                self._asked[key] = 0
        self._wake()

    def _resolve(self, type: str, name: str) -> Service | None:
        info = self._zeroconf.get_service_info(type, name, timeout=ASK_MS)
        if info is None or not info.port:
            return None
        return Service(
            type.removesuffix(DOMAIN),
            clean(name.removesuffix(f".{type}")),
            clean((info.server or "").rstrip(".")),
            tuple(info.parsed_scoped_addresses()),
            info.port,
            properties(info.properties),
        )
