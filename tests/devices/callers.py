"""Scanners on the network, made of real sockets."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from devices.driver import Candidate
from devices.drivers.tcp_scanner import TcpScanner
from tests.devices.contract import Rig
from tests.devices.waiting import until

HERE = Candidate("tcp_scanner:1", "tcp_scanner:1", "tcp_scanner:1", "")
LOCAL = "127.0.0.1"


def free_port() -> int:
    """A port that nobody uses at present."""
    with socket.create_server((LOCAL, 0)) as server:
        return int(server.getsockname()[1])


def call(port: int, own: str = LOCAL) -> socket.socket:
    """A connection to the gateway from an address of this machine, as soon as it listens."""
    made: list[socket.socket] = []

    def attempt() -> bool:
        try:
            made.append(socket.create_connection((LOCAL, port), 5, (own, 0)))
        except ConnectionError:
            return False
        return True

    until(attempt)
    made[0].settimeout(10)
    return made[0]


@contextmanager
def calls(port: int, count: int) -> Iterator[list[socket.socket]]:
    """So many connections at once."""
    made = [call(port) for _ in range(count)]
    try:
        yield made
    finally:
        for connection in made:
            connection.close()


def hung_up(connection: socket.socket) -> bool:
    """Whether the other side has closed a connection."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


class CallingRig(Rig):
    """A scanner that calls the gateway, and calls again when it is cut off."""

    def __init__(self, **config: Any) -> None:
        self.port = free_port()
        self.driver = TcpScanner({"port": self.port, "host": LOCAL, "away_s": 0, **config})
        self._line: socket.socket | None = None
        self._plugged = threading.Event()
        self._ended = False
        self._heard = b""
        self._thread = threading.Thread(target=self._keep_calling, daemon=True)
        self._plugged.set()
        self._thread.start()

    def candidate(self) -> Candidate:
        return HERE

    def say(self, *codes: str) -> None:
        self._send("".join(f"{code}\r" for code in codes))

    def say_half(self, code: str) -> None:
        self._send(code)

    def heard(self) -> bytes:
        return self._heard

    def vanish(self) -> None:
        self._plugged.clear()
        line = self._line
        if line:
            line.shutdown(socket.SHUT_RDWR)

    def come_back(self) -> None:
        self._plugged.set()

    def end(self) -> None:
        self._ended = True
        self._plugged.set()
        if self._line:
            self._line.close()

    def _send(self, text: str) -> None:
        until(lambda: self._line).sendall(text.encode())

    def _keep_calling(self) -> None:
        while self._plugged.wait() and not self._ended:
            try:
                with socket.create_connection((LOCAL, self.port), 5) as line:
                    self._line = line
                    line.settimeout(None)
                    while chunk := line.recv(64):
                        self._heard += chunk
            except OSError:
                threading.Event().wait(0.02)
            finally:
                self._line = None


class CalledRig(Rig):
    """A scanner that waits to be called."""

    def __init__(self, **config: Any) -> None:
        self.port = free_port()
        self.driver = TcpScanner({"mode": "dial", "host": LOCAL, "port": self.port, **config})
        self._server: socket.socket | None = None
        self._line: socket.socket | None = None
        self.come_back()

    def candidate(self) -> Candidate:
        return HERE

    def say(self, *codes: str) -> None:
        self._answered().sendall("".join(f"{code}\r" for code in codes).encode())

    def say_half(self, code: str) -> None:
        self._answered().sendall(code.encode())

    def heard(self) -> bytes:
        line = self._answered()
        line.setblocking(False)
        try:
            return line.recv(4096, socket.MSG_PEEK)
        except BlockingIOError:
            return b""
        finally:
            line.settimeout(10)

    def vanish(self) -> None:
        assert self._server
        self._answered().close()
        self._server.close()
        self._line = None

    def come_back(self) -> None:
        self._server = socket.create_server((LOCAL, self.port))
        self._server.settimeout(10)

    def end(self) -> None:
        for handle in (self._line, self._server):
            if handle:
                handle.close()

    def _answered(self) -> socket.socket:
        if self._line is None:
            assert self._server
            self._line, _ = self._server.accept()
        return self._line
