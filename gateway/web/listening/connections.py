"""The connections under requests: how full one is, and how to break one off.

The server takes any amount of an answer into memory, ends what was begun as if it were complete,
and waits for ever for the rest of a body. None of that can be asked of it otherwise, so connections
are looked up among the open files of the process, by the address of the client. Where a system has
no list of them, a wire is always free and never cut.
"""

import os
import select
import socket
import stat
from collections.abc import Callable, Container, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from granian.rsgi import ProtocolClosed

FOLDER = Path("/dev/fd")


class Wire:
    """The connection of one client, ``address:port`` as the server writes it."""

    def __init__(self, client: str) -> None:
        self._socket = next(_found(_peer_among({client})), None)
        self._room = select.poll()
        if self._socket is not None:
            self._room.register(self._socket, select.POLLOUT)

    def wait(self, patience_s: float) -> None:
        """Until there is room for more; ProtocolClosed when the client is gone or takes nothing."""
        if self._socket is None:
            return
        events = self._room.poll(patience_s * 1000)
        if not events or events[0][1] & (select.POLLERR | select.POLLHUP):
            raise ProtocolClosed

    def cut(self) -> None:
        """Break the connection off, so that nobody takes what was sent for the whole."""
        if self._socket is not None:
            _cut(self._socket)

    def close(self) -> None:
        """Let go of it; the connection itself goes on."""
        if self._socket is not None:
            self._socket.close()


def cut(clients: Container[str]) -> None:
    """Break off the connections of these clients."""
    _cut_all(_peer_among(clients))


def cut_all(port: int) -> None:
    """Break off every connection to a port of this process."""
    _cut_all(lambda found: _port(found.getsockname()) == port)


def _cut_all(wanted: Callable[[socket.socket], bool]) -> None:
    for found in _found(wanted):
        with found:
            _cut(found)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):  # it is gone already
        connection.shutdown(socket.SHUT_RDWR)


def _peer_among(clients: Container[str]) -> Callable[[socket.socket], bool]:
    return lambda found: _written(found.getpeername()) in clients


def _found(wanted: Callable[[socket.socket], bool]) -> Iterator[socket.socket]:
    """Second handles of connections, for the caller to close."""
    for number in [int(file.name) for file in FOLDER.iterdir()] if FOLDER.is_dir() else ():
        with suppress(OSError):  # closed in the meantime, or connected with nobody
            if not stat.S_ISSOCK(os.fstat(number).st_mode):
                continue
            found = socket.socket(fileno=os.dup(number))
            try:
                known = bool(found.getpeername()) and wanted(found)
            except OSError:
                known = False
            if known:
                yield found
            else:
                found.close()


def _port(address: Any) -> int:
    return int(address[1]) if isinstance(address, tuple) else 0


def _written(peer: Any) -> str:
    """As the server writes an address: ``192.0.2.1:50000`` or ``[2001:db8::1]:50000``."""
    if not isinstance(peer, tuple) or len(peer) < 2:
        return ""  # a local socket
    host = f"[{peer[0].partition('%')[0]}]" if ":" in peer[0] else peer[0]
    return f"{host}:{peer[1]}"
