"""What was found on the network becomes a device when somebody says so, and not before."""

import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ClassVar

import pytest
from msgspec import Struct

from config.schema import DevicesSettings
from devices import catalogue
from devices.discovery.services import Neighbour, Service, candidate, neighbours
from devices.driver import Candidate, Context, Driver, State
from devices.options import Config, read
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from tests.devices.waiting import until

ANA = Actor("0190a5d0-0000-7000-8000-00000000000a", "Ana", "admin")


class BellOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    host: str = ""
    port: int = 9100


class Bell(Driver):
    """Calls where it was found, and stays on the line."""

    kind: ClassVar[str] = "bell"
    Options = BellOptions
    services = ("_iostream._tcp",)
    called: ClassVar[list[str]] = []

    def __init__(self, config: Config) -> None:
        self._options = read(config, BellOptions)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        return 80 if "bell" in str(candidate.traits["product"]).lower() else 0

    @classmethod
    def placed(cls, candidate: Candidate, /) -> Config:
        return {name: candidate.traits[name] for name in ("host", "port")}

    def run(self, context: Context) -> None:
        self.called.append(context.address)
        host, _, port = context.address.rpartition(":")
        with socket.create_connection((host, int(port)), 5):
            context.online()
            while not context.stopping:
                context.order(0.05)


@pytest.fixture
def line() -> Iterator[int]:
    """Something that takes calls; its port."""
    with socket.create_server(("", 0)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def seen() -> list[Neighbour]:
    return []


@pytest.fixture
def begin(
    store: Store, facts: Facts, seen: list[Neighbour], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[[], Devices]]:
    known = catalogue.load()
    monkeypatch.setattr(catalogue, "load", lambda: {**known, Bell.kind: Bell})
    Bell.called.clear()
    made: list[Devices] = []

    def start() -> Devices:
        wing = Devices(
            DevicesSettings(poll_s=1),
            store,
            facts,
            neighbours=lambda: [candidate(one) for one in seen],
        )
        made.append(wing)
        wing.start()
        return wing

    yield start
    for wing in made:
        wing.stop()


def bell(port: int, address: str = "127.0.0.1", product: str = "Bell") -> Neighbour:
    told = {"uuid": "B-1", "ty": product}
    (found,) = neighbours([Service("_iostream._tcp", "Door", "bell.local", (address,), port, told)])
    return found


def proposals(wing: Devices) -> list[Candidate]:
    wing.look()
    return [
        view.sighting.candidate
        for view in wing.proposals()
        if view.sighting.candidate.identity.startswith("mdns:")
    ]


def test_what_a_driver_knows_is_proposed_and_called_only_when_confirmed(
    begin: Callable[[], Devices], seen: list[Neighbour], line: int
) -> None:
    wing = begin()
    assert proposals(wing) == []
    seen.append(bell(line))
    (proposed,) = proposals(wing)
    assert proposed.description == "Door"
    wing.look()
    assert Bell.called == []
    (view,) = [one for one in wing.proposals() if one.sighting.candidate == proposed]
    assert view.sighting.drivers == ("bell",)
    device = wing.confirm(view.id, "Door", {}, ANA)
    until(lambda: wing.device(device.attached.id).state is State.ONLINE)
    assert Bell.called == [f"127.0.0.1:{line}"]
    assert wing.device(device.attached.id).attached.config == {"host": "127.0.0.1", "port": line}
    assert proposals(wing) == []


def test_a_device_is_followed_to_its_new_address_and_kept_when_it_falls_silent(
    begin: Callable[[], Devices], seen: list[Neighbour], line: int
) -> None:
    wing = begin()
    seen.append(bell(line))
    proposals(wing)
    (view,) = (one for one in wing.proposals() if "bell" in one.sighting.drivers)
    device = wing.confirm(view.id, "Door", {}, ANA).attached.id
    until(lambda: wing.device(device).state is State.ONLINE)
    seen[0] = bell(line, "127.0.0.2")
    wing.look()
    until(lambda: Bell.called[1:] == [f"127.0.0.2:{line}"])
    until(lambda: wing.device(device).state is State.ONLINE)
    seen.clear()
    wing.look()
    wing.look()
    assert wing.device(device).state is State.ONLINE
    assert len(Bell.called) == 2


def test_after_a_start_it_is_called_where_it_was_confirmed_before_it_is_heard_of(
    begin: Callable[[], Devices], seen: list[Neighbour], line: int
) -> None:
    first = begin()
    seen.append(bell(line))
    proposals(first)
    (view,) = (one for one in first.proposals() if "bell" in one.sighting.drivers)
    device = first.confirm(view.id, "Door", {}, ANA).attached.id
    until(lambda: first.device(device).state is State.ONLINE)
    first.stop()
    seen.clear()
    second = begin()
    until(lambda: second.device(device).state is State.ONLINE)
    assert Bell.called == [f"127.0.0.1:{line}"] * 2
    # Hearing of it again where it is already changes nothing.
    seen.append(bell(line))
    second.look()
    second.look()
    assert len(Bell.called) == 2


def test_a_thing_that_no_driver_knows_is_no_proposal(
    begin: Callable[[], Devices], seen: list[Neighbour], line: int
) -> None:
    wing = begin()
    seen.append(bell(line, product="Coffee machine"))
    seen.append(replace(bell(line), identity="mdns:gateway:uuid:1", service="_waystation._tcp"))
    assert proposals(wing) == []


def test_what_has_left_the_network_long_ago_and_was_never_decided_is_forgotten(
    begin: Callable[[], Devices],
    seen: list[Neighbour],
    line: int,
    store: Store,
    clock: ManualClock,
) -> None:
    def kept() -> set[str]:
        clock.advance(24 * 60 * 60_000)
        wing.look()
        with store.read() as rows:
            return {row["identity"] for row in rows.all("SELECT identity FROM device_proposals")}

    wing = begin()
    passing, ignored, staying = (
        replace(bell(line), identity=f"mdns:serial_server:{name}")
        for name in ("passing", "ignored", "staying")
    )
    seen += [passing, ignored, staying]
    proposals(wing)
    (view,) = (v for v in wing.proposals() if v.sighting.candidate.identity == ignored.identity)
    wing.ignore(view.id, ANA)
    all_three = {one.identity for one in seen}
    assert all_three <= kept()
    seen[:] = [staying]
    for _ in range(30):
        assert all_three <= kept()
    # A decision is kept for ever, and what is still there is not forgotten.
    assert kept() & all_three == {ignored.identity, staying.identity}
    seen[:] = [passing, staying]
    wing.look()
    assert passing.identity in kept()


def test_it_may_still_be_added_by_hand(begin: Callable[[], Devices], line: int) -> None:
    wing = begin()
    view = wing.add("bell", "Back door", {"host": "127.0.0.1", "port": line}, ANA)
    assert view.attached.identity.startswith("bell:")
