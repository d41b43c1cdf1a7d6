"""Another make of mDNS on another machine: Avahi sees this gateway, and this gateway sees Avahi's.

The two machines are namespaces, which takes root. Where they are not permitted these tests fail
instead of passing by: they are the proof that more than our own library understands us.
"""

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.devices.discovery.village import Machine, village
from tests.devices.waiting import until

RESIDENT = str(Path(__file__).with_name("resident.py"))


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[tuple[Machine, Machine]]:
    with village(tmp_path) as (here, there), there.avahi():
        until(lambda: browse(there, "_none._tcp") is not None)
        yield here, there


def browse(machine: Machine, type: str) -> list[list[str]] | None:
    """What Avahi sees of a type, resolved; None while it is not up."""
    try:
        told = machine.run("avahi-browse", "--resolve", "--parsable", "--terminate", type)
    except AssertionError:
        return None
    return [line.split(";") for line in told.splitlines() if line.startswith("=")]


def gateways(machine: Machine) -> list[list[str]]:
    """The gateways that Avahi sees; none while it is not up."""
    return browse(machine, "_waystation._tcp") or []


@contextmanager
def gateway(
    machine: Machine, name: str, id: str, port: int, host: str = "0.0.0.0"
) -> Iterator[Callable[..., Any]]:
    """A gateway on a machine; ask it with a line."""
    with machine.start(sys.executable, RESIDENT, name, id, str(port), host) as process:
        assert process.stdin
        assert process.stdout
        ears, mouth = process.stdin, process.stdout

        def ask(line: str = "look") -> Any:
            ears.write(line + "\n")
            ears.flush()
            answer = mouth.readline()
            assert answer, "the gateway has died"
            return json.loads(answer) if line == "look" else answer.strip()

        yield ask


def names(ask: Callable[..., Any], sort: str) -> dict[str, str]:
    return {name: place for kind, name, place, _ in ask()["found"] if kind == sort}


def test_avahi_sees_this_gateway_with_all_it_says_until_it_ends(
    machines: tuple[Machine, Machine],
) -> None:
    here, there = machines
    with gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask:
        until(lambda: ask()["name"] == "Corner Shop e8ae", 20)
        (seen,) = until(lambda: browse(there, "_waystation._tcp"), 20)
        assert seen[3] == r"Corner\032Shop\032e8ae"
        assert (seen[7], seen[8]) == ("10.77.0.1", "8443")
        told = set(seen[9].split('" "')) | {seen[9].strip('"')}
        told = {word.strip('"') for word in told}
        assert {"id=e8ae90a6", "version=0.1.0", "path=/", "https=1"} <= told
        host = seen[6]
        assert there.run("avahi-resolve", "-4", "-n", host).split() == [host, "10.77.0.1"]
        assert ask("end") == "ended"
    until(lambda: browse(there, "_waystation._tcp") == [], 20)


def test_this_gateway_sees_what_avahi_publishes_until_it_is_taken_back(
    machines: tuple[Machine, Machine],
) -> None:
    here, there = machines
    publish = ("avahi-publish", "--service")
    with gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask:
        with (
            there.start(*publish, "EPSON TM-T88 Küche", "_pdl-datastream._tcp", "9100", "UUID=AB"),
            there.start(*publish, "Broker", "_mqtt._tcp", "1883"),
        ):
            until(lambda: names(ask, "printer") and names(ask, "broker"), 30)
            assert names(ask, "printer") == {"EPSON TM-T88 Küche": "10.77.0.2:9100"}
            assert names(ask, "broker") == {"Broker": "10.77.0.2:1883"}
            identities = {identity for *_, identity in ask()["found"]}
            assert "mdns:printer:uuid:ab" in identities
        until(lambda: not names(ask, "printer") and not names(ask, "broker"), 30)


def test_a_name_that_avahi_has_given_away_is_not_taken(machines: tuple[Machine, Machine]) -> None:
    here, there = machines
    taken = ("avahi-publish", "--service", "Corner Shop e8ae", "_waystation._tcp", "8080", "id=1")
    with there.start(*taken):
        until(lambda: browse(there, "_waystation._tcp"), 20)
        with gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask:
            until(lambda: ask()["trouble"] == "name_taken", 20)
            assert ask()["name"] == "Corner Shop e8ae-2"
            until(lambda: names(ask, "gateway") == {"Corner Shop e8ae": "10.77.0.2:8080"}, 20)


def test_it_is_announced_when_the_cable_is_plugged_in_and_follows_a_new_address(
    machines: tuple[Machine, Machine],
) -> None:
    here, there = machines
    here.run("ip", "address", "flush", "dev", "veth0")
    with gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask:
        until(lambda: ask()["trouble"] == "no_network", 20)
        here.run("ip", "address", "add", "10.77.0.1/24", "dev", "veth0")
        until(
            lambda: [seen[7] for seen in browse(there, "_waystation._tcp") or []] == ["10.77.0.1"],
            30,
        )
        here.run("ip", "address", "flush", "dev", "veth0")
        here.run("ip", "address", "add", "10.77.0.9/24", "dev", "veth0")
        until(
            lambda: [seen[7] for seen in browse(there, "_waystation._tcp") or []] == ["10.77.0.9"],
            30,
        )


def test_on_a_network_of_ipv6_alone_they_find_each_other_too(tmp_path: Path) -> None:
    with village(tmp_path) as (here, there):
        for machine, address in ((here, "fd77::1/64"), (there, "fd77::2/64")):
            machine.run("ip", "address", "flush", "dev", "veth0", "scope", "global")
            machine.run("ip", "address", "add", address, "dev", "veth0", "nodad")
        with there.avahi(6), gateway(here, "Corner Shop", "e8ae90a6", 8443, "::") as ask:
            until(lambda: ask()["name"] == "Corner Shop e8ae", 30)
            # An address that it had until a moment ago may be seen for as long as that.
            told = {("IPv6", "fd77::1", "8443")}
            until(lambda: told == {(one[2], one[7], one[8]) for one in gateways(there)}, 30)
            printer = ("avahi-publish", "--service", "Label", "_pdl-datastream._tcp", "9100")
            with there.start(*printer):
                until(lambda: names(ask, "printer"), 30)
                assert names(ask, "printer") == {"Label": "[fd77::2]:9100"}
            # What serves IPv4 alone is not told of where there is none.
        with gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask:
            until(lambda: ask()["trouble"] == "not_announced", 30)


def test_two_copies_of_one_gateway_that_meet_later_end_with_two_names(tmp_path: Path) -> None:
    with village(tmp_path) as (here, there):
        there.run("ip", "link", "set", "veth0", "down")
        with (
            gateway(here, "Corner Shop", "e8ae90a6", 8443) as ask,
            gateway(there, "Corner Shop", "e8ae90a6", 8443) as ask_other,
        ):
            until(lambda: ask()["name"] and ask_other()["name"], 30)
            there.run("ip", "link", "set", "veth0", "up")
            # When both hear of each other at the same moment, both give the name up.
            until(lambda: "name_taken" in {ask()["trouble"], ask_other()["trouble"]}, 60)
            until(lambda: ask()["name"] != ask_other()["name"], 60)
            until(lambda: names(ask, "gateway") and names(ask_other, "gateway"), 30)


def test_without_the_right_to_make_networks_the_village_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(AssertionError, match="root"), village(tmp_path):
        pass
