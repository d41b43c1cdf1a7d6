"""A scale made of software, at a pseudo-terminal or at a port, for the demo and for tests.

It speaks Toledo 8217 or Adam, is loaded with ``put``, has the keys tare and zero, and every fault
that a scale has: see ``Fault``.
"""

import socket
import threading
from decimal import Decimal
from pathlib import Path
from typing import Literal, Protocol

from devices.simulated.scanner import SimulatedScanner

Make = Literal["toledo_8217", "adam"]
Fault = Literal["", "moving", "overload", "silent", "garbage"]
CAPACITY_G = 15_000
GARBAGE = b"\x02 1.\xb23x\r\n"
ACCEPT_S = 0.1


class SimulatedScale:
    """The scale itself, without a line: it takes bytes and answers them.

    ``fault`` is what is wrong with it at present; ``pressed`` are the keys it was told to press.
    An Adam says a weight that lies still only once, as those do, unless it is ``talkative``.
    """

    def __init__(self, make: Make, *, talkative: bool = False) -> None:
        self.make = make
        self.fault: Fault = ""
        self.asked = 0
        self.pressed: list[str] = []
        self._talkative = talkative
        self._lock = threading.Lock()
        self._grams = self._tare = self._zero = 0
        self._said: int | None = 0

    def put(self, grams: int) -> None:
        """Have so much on the plate; below zero is a plate that was taken off."""
        with self._lock:
            self._grams = grams

    def hear(self, raw: bytes) -> bytes:
        """What it answers to what it is sent."""
        with self._lock:
            return b"".join(self._key(bytes([byte])) for byte in raw)

    def _key(self, key: bytes) -> bytes:
        if key == b"T":
            self.pressed.append("tare")
            self._tare = self._grams
        elif key == b"Z":
            self.pressed.append("zero")
            self._zero, self._tare = self._grams, 0
        elif key == (b"W" if self.make == "toledo_8217" else b"P"):
            self.asked += 1
            return self._weight()
        return b""

    def _weight(self) -> bytes:
        if self.fault in ("silent", "garbage"):
            return GARBAGE if self.fault == "garbage" else b""
        grams = self._grams - self._zero - self._tare
        return self._toledo(grams) if self.make == "toledo_8217" else self._adam(grams)

    def _toledo(self, grams: int) -> bytes:
        flags = 0x40 | 0x20 * bool(self._tare)
        flags |= 0x01 * (self.fault == "moving")
        flags |= 0x02 * (self.fault == "overload" or grams > CAPACITY_G)
        flags |= 0x04 * (grams < 0)
        if flags & 0x07:
            return b"\x02?" + bytes([flags]) + b"\r"
        net = "N" if self._tare else ""
        return f"\x02{_kilograms(grams):>6}{net}\r".encode("ascii")

    def _adam(self, grams: int) -> bytes:
        if self.fault == "overload" or grams > CAPACITY_G:
            return b"ST,GS,  -OL-\r\n"
        label = "NT" if self._tare else "GS"
        if self.fault == "moving":
            return f"US,{label},{_kilograms(grams):>8}kg\r\n".encode("ascii")
        if not self._talkative and grams in (0, self._said):
            return b""
        self._said = grams
        return f"ST,{label},{_kilograms(grams):>8}kg\r\n".encode("ascii")


def _kilograms(grams: int) -> str:
    return format(Decimal(grams).scaleb(-3), "f")


class Cable(Protocol):
    """What a scale hangs on."""

    def plug_in(self) -> None:
        """Be there."""

    def unplug(self) -> None:
        """Vanish, in the middle of whatever was going on."""


class SerialCable(SimulatedScanner):
    """A scale at a pseudo-terminal behind a link: eight bits, because those know no others."""

    def __init__(self, link: Path, scale: SimulatedScale) -> None:
        super().__init__(link)
        self._scale = scale

    def _hear(self, answer: bytes) -> None:
        super()._hear(answer)
        if said := self._scale.hear(answer):
            self.send(said)


class NetworkCable:
    """A scale behind a serial server: whoever calls its port speaks to it."""

    def __init__(self, scale: SimulatedScale) -> None:
        self._scale = scale
        self._callers: list[socket.socket] = []
        self._lock = threading.Lock()
        self._server: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.port = 0

    def plug_in(self) -> None:
        """Take calls, always at the same port."""
        self._server = socket.create_server(("127.0.0.1", self.port))
        self._server.settimeout(ACCEPT_S)
        self.port = self._server.getsockname()[1]
        self._thread = threading.Thread(
            target=self._take_calls, args=(self._server,), name="scale", daemon=True
        )
        self._thread.start()

    def unplug(self) -> None:
        """Hang up on everybody."""
        server, self._server = self._server, None
        if server is None or self._thread is None:
            return
        self._thread.join()
        server.close()
        with self._lock:
            for caller in self._callers:
                caller.shutdown(socket.SHUT_RDWR)
                caller.close()
            self._callers.clear()

    def _take_calls(self, server: socket.socket) -> None:
        while self._server is server:
            try:
                caller, _ = server.accept()
            except TimeoutError:
                continue
            with self._lock:
                self._callers.append(caller)
            threading.Thread(target=self._talk, args=(caller,), daemon=True).start()

    def _talk(self, caller: socket.socket) -> None:
        try:
            while raw := caller.recv(64):
                caller.sendall(self._scale.hear(raw))
        except OSError:
            return  # it was hung up
        finally:
            with self._lock:
                if caller in self._callers:
                    self._callers.remove(caller)
                    caller.close()
