"""Real announcements on the loopback: seen, taken back, renamed, and there again."""

import os
import socket
from collections.abc import Callable, Iterator

import pytest
from zeroconf import ServiceInfo, Zeroconf

from devices.discovery.announcement import Announcement
from devices.discovery.network import Discovery, zeroconf_at
from devices.discovery.services import Neighbour
from tests.devices.waiting import until

HERE = ("127.0.0.1",)
# Whoever else runs these tests on this machine is on the same loopback.
OURS = f"{os.getpid():x}"
SHOP, DEPOT, TILL, BROKER = (f"{name} {OURS}" for name in ("Shop", "Depot", "TM.T88", "Broker"))
Begin = Callable[..., Discovery]


def about(name: str = SHOP, id: str = f"e8ae{OURS}", port: int = 8080) -> Announcement:
    return Announcement(name, id, "0.1.0", "0.0.0.0", port, https=True)


@pytest.fixture
def begin() -> Iterator[Begin]:
    """A gateway on the loopback, its addresses and what it says at the tests' hands."""
    made: list[Discovery] = []

    def start(
        told: Announcement | None = None, addresses: Callable[[], tuple[str, ...]] = lambda: HERE
    ) -> Discovery:
        discovery = Discovery(lambda: told, addresses)
        made.append(discovery)
        discovery.step()
        return discovery

    yield start
    for discovery in made:
        discovery.stop()


@pytest.fixture
def stranger() -> Iterator[Zeroconf]:
    zeroconf = zeroconf_at(HERE)
    yield zeroconf
    zeroconf.close()


def announce(stranger: Zeroconf, type: str, name: str, port: int, **told: str) -> ServiceInfo:
    info = ServiceInfo(
        f"{type}.local.",
        f"{name}.{type}.local.",
        port=port,
        properties=told,
        server=f"stranger-{OURS}.local.",
        addresses=[socket.inet_aton("127.0.0.9")],
    )
    stranger.register_service(info)
    return info


def found(discovery: Discovery, sort: str) -> list[Neighbour]:
    discovery.step()
    return [one for one in discovery.found() if one.sort == sort and OURS in one.name]


def test_two_gateways_see_each_other_and_not_themselves(begin: Begin) -> None:
    here = begin(about(SHOP))
    there = begin(about(DEPOT, f"11aa{OURS}", 9443))
    (seen,) = until(lambda: found(here, "gateway"))
    assert (seen.name, seen.place) == (f"{DEPOT} 11aa", "127.0.0.1:9443")
    assert seen.identity == f"mdns:gateway:uuid:11aa{OURS}"
    assert seen.properties == {"id": f"11aa{OURS}", "version": "0.1.0", "path": "/", "https": "1"}
    (seen,) = until(lambda: found(there, "gateway"))
    assert seen.name == f"{SHOP} e8ae"
    assert here.trouble == there.trouble == ""


def test_an_announcement_is_taken_back_at_the_end(begin: Begin) -> None:
    here = begin(about())
    there = begin(about(DEPOT, f"11aa{OURS}"))
    until(lambda: found(here, "gateway"))
    there.stop()
    until(lambda: not found(here, "gateway"))
    assert there.announced is None


def test_a_copy_of_this_gateway_makes_it_take_another_name_and_say_so(
    begin: Begin, caplog: pytest.LogCaptureFixture
) -> None:
    first = begin(about())
    second = begin(about(port=8081))
    assert first.announced
    assert second.announced
    assert first.announced.name == f"{SHOP} e8ae"
    assert second.announced.name == f"{SHOP} e8ae-2"
    assert (first.trouble, second.trouble) == ("", "name_taken")
    assert "another gateway has the same name" in caplog.text
    (seen,) = until(lambda: found(first, "gateway"))
    assert seen.name == f"{SHOP} e8ae-2"


def test_it_starts_without_a_network_and_is_announced_when_there_is_one(begin: Begin) -> None:
    addresses: list[tuple[str, ...]] = [()]
    here = begin(about(), lambda: addresses[0])
    assert (here.announced, here.trouble) == (None, "no_network")
    assert here.found() == []
    addresses[0] = ("203.0.113.9",)  # an address that this machine does not have
    here.step()
    assert (here.announced, here.trouble) == (None, "no_network")
    addresses[0] = HERE
    here.step()
    assert here.announced
    assert here.announced.addresses == HERE
    assert here.trouble == ""


def test_a_changed_address_is_announced_and_the_old_one_no_longer(begin: Begin) -> None:
    addresses: list[tuple[str, ...]] = [HERE]
    here = begin(about(), lambda: addresses[0])
    there = begin(about(DEPOT, f"11aa{OURS}"))
    (seen,) = until(lambda: found(there, "gateway"))
    assert seen.place == "127.0.0.1:8080"
    addresses[0] = ("127.0.0.2",)
    here.step()
    assert here.announced
    assert here.announced.addresses == ("127.0.0.2",)
    until(lambda: [one.address for one in found(there, "gateway")] == ["127.0.0.2"])


def test_a_gateway_that_serves_its_own_machine_alone_is_not_announced(begin: Begin) -> None:
    told = Announcement("Demo", "e8ae", "0.1.0", "127.0.0.7", 8080, https=False)
    here = begin(told)
    assert (here.announced, here.trouble) == (None, "not_announced")


def test_a_new_name_of_the_shop_is_the_name_on_the_network(begin: Begin) -> None:
    told = [about(f"Waystation {OURS}")]
    here = Discovery(lambda: told[0], lambda: HERE)
    try:
        here.step()
        told[0] = about(f"商店 Süd {OURS}")
        here.step()
        assert here.announced
        assert here.announced.name == f"商店 Süd {OURS} e8ae"
    finally:
        here.stop()


def test_printers_brokers_and_serial_servers_are_found_and_leave(
    begin: Begin, stranger: Zeroconf
) -> None:
    here = begin(about())
    announce(stranger, "_ipp._tcp", f"{TILL} (Bar)", 631)
    raw = announce(
        stranger, "_pdl-datastream._tcp", f"{TILL} (Bar)", 9100, UUID=f"AB-{OURS}", ty="EPSON"
    )
    announce(stranger, "_mqtt._tcp", BROKER, 1883)
    announce(stranger, "_iostream._tcp", f"Port {OURS}", 4001)
    until(lambda: [len(one.services) for one in found(here, "printer")] == [2])
    (printer,) = found(here, "printer")
    assert (printer.name, printer.place) == (f"{TILL} (Bar)", "127.0.0.9:9100")
    assert printer.identity == f"mdns:printer:uuid:ab-{OURS}"
    until(lambda: found(here, "broker") and found(here, "serial_server"))
    ours = [one for one in here.candidates() if OURS in one.description]
    assert {str(one.traits["service"]) for one in ours} == {
        "_pdl-datastream._tcp",
        "_mqtt._tcp",
        "_iostream._tcp",
    }
    stranger.unregister_service(raw)
    until(lambda: [one.service for one in found(here, "printer")] == ["_ipp._tcp"])


def test_a_service_without_an_address_is_shown_and_proposed_to_nobody(
    begin: Begin, stranger: Zeroconf
) -> None:
    here = begin(about())
    info = ServiceInfo(
        "_mqtt._tcp.local.",
        f"Lost {OURS}._mqtt._tcp.local.",
        port=1883,
        server=f"nowhere-{OURS}.local.",
    )
    stranger.register_service(info)
    here.step()
    until(lambda: (here.step(), not here._ear or not here._ear._asked)[1])
    assert all(one.traits["host"] for one in here.candidates())


def test_its_own_thread_looks_and_ends_when_told(begin: Begin, stranger: Zeroconf) -> None:
    here = Discovery(about, lambda: HERE)
    here.start()
    try:
        announce(stranger, "_mqtt._tcp", BROKER, 1883)
        until(lambda: [one for one in here.found() if one.name == BROKER])
    finally:
        here.stop()
    assert here.found() == []
