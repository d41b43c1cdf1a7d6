"""Lines over TCP: waiting for calls, calling, reading and writing (shared by the network drivers).

Plain sockets, read as soon as a connection stands: the first bytes of a device that speaks at once
are not lost.
"""

import errno
import ipaddress
import re
import select
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Annotated, Protocol

from msgspec import Meta

from devices.driver import Context, LineLost, LineRefused
from devices.options import unit

TICK_S = 0.2  # the longest a stop has to wait for a silent line
CONNECT_S = 5.0
WRITE_S = 1.0
READ_BYTES = 4096
PRIVATE = (
    "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 169.254.0.0/16 127.0.0.0/8 fc00::/7 fe80::/10 ::1"
)

Host = Annotated[str, Meta(min_length=1, max_length=253)]
Port = Annotated[int, Meta(ge=1, le=65535)]
Keepalive = Annotated[int, Meta(ge=5, le=600), unit("s")]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class Wire:
    """One connection, as a line that bytes come from. May be written to by several threads."""

    def __init__(
        self, connection: socket.socket, idle_ms: int = 0, write_s: float = WRITE_S
    ) -> None:
        self._connection = connection
        self._wait_ms = idle_ms or int(TICK_S * 1000)
        self._writing = threading.Lock()
        self._poll = select.poll()
        self._poll.register(connection, select.POLLIN)
        connection.settimeout(write_s)

    def read(self, *, wait: bool) -> bytes:
        """What has come in; one byte at least, for a moment, if it is worth waiting."""
        try:
            if not self._poll.poll(self._wait_ms if wait else 0):
                return b""
            chunk = self._connection.recv(READ_BYTES)
        except OSError as error:
            raise LineLost("hung_up") from error
        if not chunk:
            raise LineLost("hung_up")
        return chunk

    def write(self, raw: bytes) -> None:
        """Send all of it; whoever does not read for ``write_s`` is taken for gone."""
        try:
            with self._writing:
                self._connection.sendall(raw)
        except OSError as error:
            raise LineLost("hung_up") from error


def networks(text: str) -> list[Network]:
    """Addresses and ranges (CIDR) with blanks or commas between; ValueError names the wrong one."""
    found: list[Network] = []
    for word in re.split(r"[\s,]+", text.strip()):
        try:
            found.append(ipaddress.ip_network(word, strict=False))
        except ValueError as error:
            raise ValueError(f'"{word}" is neither an address nor a range of addresses.') from error
    return found


def allowed(host: str, among: list[Network]) -> bool:
    """Whether an address is in one of the ranges."""
    address = plain(host)
    return any(address in network for network in among)


def plain(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """An address without its zone; one of IPv4 that comes over a line of IPv6 is one of IPv4."""
    address = ipaddress.ip_address(host.partition("%")[0])
    return getattr(address, "ipv4_mapped", None) or address


def name_of(peer: tuple[str, int]) -> str:
    """A peer as people write it: ``192.168.1.7:51234``, ``[fe80::1]:51234``."""
    address = plain(peer[0])
    return f"[{address}]:{peer[1]}" if address.version == 6 else f"{address}:{peer[1]}"


def placed_at(address: str, host: str, port: int) -> tuple[str, int]:
    """Where to call: where a device was found (``192.168.1.7:9100``), or else where somebody said.

    LineLost when neither is known.
    """
    found, _, digits = address.rpartition(":")
    try:
        return str(ipaddress.ip_address(found.strip("[]"))), int(digits)
    except ValueError:
        pass  # it was added by hand, and goes by another name
    if not host:
        raise LineLost("unreachable")
    return host, port


def listen(host: str, port: int) -> socket.socket:
    """Wait for calls at a port, on one address of this machine or (empty) on all; LineRefused."""
    try:
        if not host and socket.has_dualstack_ipv6():
            server = socket.create_server(
                ("", port), family=socket.AF_INET6, dualstack_ipv6=True, backlog=64
            )
        else:
            family = socket.AF_INET6 if ":" in host else socket.AF_INET
            server = socket.create_server((host, port), family=family, backlog=64)
    except OSError as error:
        raise LineRefused("cannot_listen") from error
    server.settimeout(TICK_S)
    return server


def accept(server: socket.socket) -> tuple[socket.socket, tuple[str, int]] | None:
    """The next call, or None when none has come for a moment; LineRefused."""
    try:
        connection, peer = server.accept()
    except (TimeoutError, ConnectionError):
        return None
    except OSError as error:
        raise LineRefused("cannot_listen") from error
    return connection, (peer[0], peer[1])


def dial(
    host: str, port: int, give_up: Callable[[], bool], within_s: float = CONNECT_S
) -> socket.socket | None:
    """Call a device; None when told to give up, LineLost when nobody answers in time."""
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise LineLost("unreachable") from error
    for family, kind, protocol, _, address in addresses:
        connection = socket.socket(family, kind, protocol)
        connection.setblocking(False)
        if _connects(connection, address, give_up, round(within_s / TICK_S)):
            return connection
        connection.close()
        if give_up():
            return None
    raise LineLost("unreachable")


class Called(Protocol):
    """Where a device is called; the options of a driver that calls name these three."""

    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def keepalive_s(self) -> int: ...


@contextmanager
def line(options: Called, context: Context, idle_ms: int = 0) -> Iterator[Wire | None]:
    """A device that is called, until the end of the block; None when told to stop, LineLost."""
    connection = dial(options.host, options.port, lambda: context.stopping)
    if connection is None:
        yield None
        return
    with closing(connection):
        keep_alive(connection, options.keepalive_s)
        yield Wire(connection, idle_ms)


def _connects(
    connection: socket.socket, address: tuple[object, ...], give_up: Callable[[], bool], ticks: int
) -> bool:
    if connection.connect_ex(address) not in (0, errno.EINPROGRESS):
        return False
    poll = select.poll()
    poll.register(connection, select.POLLOUT)
    for _ in range(ticks):
        if give_up():
            return False
        if poll.poll(TICK_S * 1000):
            return connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    return False


def keep_alive(connection: socket.socket, after_s: int) -> None:
    """Find out that a silent peer has gone: asked after so long, given up after twice that."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, after_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, after_s // 3))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 2000 * after_s)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
