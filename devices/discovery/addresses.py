"""The addresses of this machine: those it speaks mDNS on, and those it tells."""

import ipaddress
import socket
from collections.abc import Iterable, Sequence
from typing import Final

import ifaddr
from zeroconf import IPVersion

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}


def addresses_here() -> tuple[str, ...]:
    """The addresses of this machine that others can reach and that stand; those of IPv6 that hold
    on one link alone with its number behind them (``fe80::1%2``).
    """
    found = {address for adapter in ifaddr.get_adapters() for address in _of(adapter)}
    return tuple(sorted(found, key=_order))


def _of(adapter: ifaddr.Adapter) -> Iterable[str]:
    for one in adapter.ips:
        host, scope = (one.ip, 0) if isinstance(one.ip, str) else (one.ip[0], one.ip[2])
        if not plain(host).is_loopback:
            yield f"{host}%{scope}" if scope else host


def plain(address: str) -> Address:
    """An address without the number of its link."""
    return ipaddress.ip_address(address.partition("%")[0])


def _order(address: str) -> tuple[bool, int, int]:
    """One that is good everywhere first, IPv4 before IPv6: a machine is named by the first."""
    one = plain(address)
    return one.is_link_local, one.version, int(one)


def stands(address: str) -> bool:
    """Whether an address can be used: one may have gone since it was listed, or not be sure to be
    the only one of its kind yet. The library loses its sockets when it is opened on such a one.
    """
    family = _FAMILIES[plain(address).version]
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            [(*_, place), *_] = socket.getaddrinfo(
                address, 0, family, socket.SOCK_DGRAM, 0, socket.AI_NUMERICHOST
            )
            probe.bind(place)
        except OSError:
            return False
    return True


def told(here: Sequence[str]) -> tuple[str, ...]:
    """Those to announce: one that holds on its own link alone only where there is no other."""
    everywhere = tuple(one for one in here if not plain(one).is_link_local)
    return everywhere or tuple(here)


def spoken(here: Sequence[str]) -> list[str]:
    """Those to speak mDNS on: each of IPv4, and one of IPv6 for each link, its own if it has one.

    A link without anything else is left out while there are others: software makes many of those.
    """
    links: dict[int, str] = {}
    for adapter in ifaddr.get_adapters():
        mine = [one for one in _of(adapter) if one in here]
        sixes = sorted((one for one in mine if plain(one).version == 6), key=_order)
        lively = any(not plain(one).is_link_local for one in mine) or told(here) == tuple(here)
        if sixes and lively and adapter.index is not None:
            links[adapter.index] = sixes[-1]
    return [one for one in here if plain(one).version == 4] + [*links.values()]


def version_of(addresses: Sequence[str]) -> IPVersion:
    """What the library is opened for, so that nothing is asked of a machine that cannot do it."""
    versions = {plain(one).version for one in addresses}
    if versions == {6}:
        return IPVersion.V6Only
    return IPVersion.All if 6 in versions else IPVersion.V4Only


def packed(address: str) -> bytes:
    """An address as it goes over the wire."""
    return plain(address).packed
