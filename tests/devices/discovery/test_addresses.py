"""Which addresses of a machine are spoken on, and which are told."""

import ifaddr
import pytest
from zeroconf import IPVersion

from devices.discovery import addresses
from devices.discovery.announcement import Announcement

V4, ULA, LOCAL, OTHER = "192.168.1.7", "fd77::1", "fe80::1%2", "fe80::9%3"


def adapter(index: int, *ips: str) -> ifaddr.Adapter:
    known = [
        ifaddr.IP((host, 0, int(scope or 0)) if ":" in host else host, 64, "")
        for host, _, scope in (ip.partition("%") for ip in ips)
    ]
    return ifaddr.Adapter(f"if{index}", f"if{index}", known, index=index)


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> list[ifaddr.Adapter]:
    found = [adapter(1, "127.0.0.1", "::1"), adapter(2, LOCAL, ULA, V4), adapter(3, OTHER)]
    monkeypatch.setattr(ifaddr, "get_adapters", lambda: found)
    return found


@pytest.mark.usefixtures("machine")
def test_both_kinds_of_addresses_are_known_the_best_first() -> None:
    here = addresses.addresses_here()
    assert here == (V4, ULA, LOCAL, OTHER)
    assert addresses.told(here) == (V4, ULA)
    # On each link that has more to offer it is spoken from the link's own address.
    assert addresses.spoken(here) == [V4, LOCAL]
    assert addresses.version_of([V4, LOCAL]) is IPVersion.All


def test_where_there_is_nothing_else_links_of_their_own_are_good_enough(
    machine: list[ifaddr.Adapter],
) -> None:
    machine[:] = [adapter(2, LOCAL), adapter(3, OTHER)]
    here = addresses.addresses_here()
    assert addresses.told(here) == here == (LOCAL, OTHER)
    assert addresses.spoken(here) == [LOCAL, OTHER]
    assert addresses.version_of(here) is IPVersion.V6Only
    machine[:] = [adapter(2, V4)]
    assert addresses.version_of(addresses.spoken(addresses.addresses_here())) is IPVersion.V4Only


@pytest.mark.parametrize(
    ("host", "said"),
    [("0.0.0.0", (V4,)), ("::", (V4, ULA)), (ULA, (ULA,)), ("fe80::1", (LOCAL,)), ("::1", ())],
)
def test_only_what_it_serves_on_is_announced(host: str, said: tuple[str, ...]) -> None:
    about = Announcement("Shop", "e8ae90a6", "0.1.0", host, 8080, https=True)
    assert about.addresses((V4, ULA, LOCAL)) == said
    if said:
        assert len(about.server(said).split(".")[0]) <= 63


@pytest.mark.parametrize("address", ["203.0.113.9", "2001:db8::9", "fe80::1%99"])
def test_an_address_that_is_not_here_does_not_stand(address: str) -> None:
    assert not addresses.stands(address)
    assert addresses.stands("127.0.0.1")
