"""What a service on the network is, and which services are one thing (pure).

DNS-SD (RFC 6763): an instance name, a type such as ``_ipp._tcp``, a host, a port, and properties
(TXT). All of it is said by strangers: it is cut to size and shown as text, and nothing is dialled
because of it.
"""

import ipaddress
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from devices.driver import Candidate

Sort = Literal["printer", "broker", "serial_server", "gateway"]
GATEWAY: Final = "_waystation._tcp"
# What is looked for. Of several services of one thing the first in this order is the one it is
# talked to by: of a printer the raw port (9100), not its queue.
SORTS: Final[Mapping[str, Sort]] = {
    "_pdl-datastream._tcp": "printer",
    "_printer._tcp": "printer",
    "_ipp._tcp": "printer",
    "_secure-mqtt._tcp": "broker",
    "_mqtt._tcp": "broker",
    "_rfc2217._tcp": "serial_server",
    "_iostream._tcp": "serial_server",
    GATEWAY: "gateway",
}
_ORDER: Final = list(SORTS)
TEXT_MAX: Final = 120
PROPERTIES_MAX: Final = 40
_LABELS: Final = ("ty", "product", "note")


@dataclass(frozen=True)
class Service:
    """One service that was resolved; ``type`` is without its domain, ``name`` without its type."""

    type: str
    name: str
    host: str
    addresses: tuple[str, ...]
    port: int
    properties: Mapping[str, str]


@dataclass(frozen=True)
class Neighbour:
    """One thing on the network, by whatever services it is announced.

    ``identity`` stays when its address changes. ``service`` is the type it is talked to by,
    ``services`` are all of them with their ports. ``warning`` is one word (``device_<warning>``).
    """

    identity: str
    sort: Sort
    name: str
    host: str
    address: str
    port: int
    service: str
    services: Mapping[str, int]
    properties: Mapping[str, str]
    warning: str = ""

    @property
    def place(self) -> str:
        """Where it is: ``192.168.1.7:9100``, ``[fe80::1]:9100``; empty without an address."""
        if not self.address:
            return ""
        host = f"[{self.address}]" if ":" in self.address else self.address
        return f"{host}:{self.port}"


def clean(text: str) -> str:
    """What a stranger says, as one short line."""
    return "".join(sign for sign in text if sign.isprintable()).strip()[:TEXT_MAX]


def properties(raw: Mapping[bytes, bytes | None]) -> dict[str, str]:
    """TXT as text; a property without a value is empty, names are in small letters."""
    found: dict[str, str] = {}
    for name, value in list(raw.items())[:PROPERTIES_MAX]:
        if key := clean(name.decode("utf-8", "replace")).lower():
            found.setdefault(key, clean((value or b"").decode("utf-8", "replace")))
    return found


def neighbours(services: Iterable[Service]) -> list[Neighbour]:
    """Which things the services make, by sort and name."""
    groups: dict[tuple[Sort, str], list[Service]] = {}
    for service in services:
        if sort := SORTS.get(service.type):
            groups.setdefault((sort, service.name.casefold()), []).append(service)
    found = [_neighbour(sort, group) for (sort, _), group in sorted(groups.items())]
    owners = Counter(one.identity for one in found)
    # Makers give whole series one UUID: then the name tells them apart.
    return [
        replace(one, identity=_by_name(one.sort, one.name), warning="same_serial")
        if owners[one.identity] > 1
        else one
        for one in found
    ]


def candidate(neighbour: Neighbour) -> Candidate:
    """The same for drivers to judge: its ``traits`` have the ``service``, all ``services``, the
    ``host``, ``port`` and ``properties``.
    """
    label = next(
        (neighbour.properties[name] for name in _LABELS if name in neighbour.properties), ""
    )
    return Candidate(
        neighbour.identity,
        neighbour.place,
        neighbour.place,
        neighbour.name,
        neighbour.warning,
        {
            "service": neighbour.service,
            "services": dict(neighbour.services),
            "host": neighbour.address,
            "port": neighbour.port,
            "product": label.strip("()"),
            "properties": dict(neighbour.properties),
        },
    )


def _neighbour(sort: Sort, group: Sequence[Service]) -> Neighbour:
    known = sorted(group, key=lambda service: _ORDER.index(service.type))
    first = known[0]
    # Only of the service it is talked to by: others come and go, and the identity must not.
    own = first.properties.get("uuid") or (first.properties.get("id") if sort == "gateway" else "")
    return Neighbour(
        identity=f"mdns:{sort}:uuid:{own.casefold()}" if own else _by_name(sort, first.name),
        sort=sort,
        name=first.name,
        host=first.host,
        address=best_address(first.addresses),
        port=first.port,
        service=first.type,
        services={service.type: service.port for service in known},
        properties=first.properties,
    )


def _by_name(sort: Sort, name: str) -> str:
    return f"mdns:{sort}:{name}"


def best_address(addresses: Iterable[str]) -> str:
    """The address to use: IPv4 before IPv6, one that was given before one that was made up."""
    known = [(ipaddress.ip_address(text.partition("%")[0]), text) for text in addresses]
    ranked = sorted(known, key=lambda pair: (pair[0].is_link_local, pair[0].version, int(pair[0])))
    return ranked[0][1] if ranked else ""
