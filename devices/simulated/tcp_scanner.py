"""A scanner on the network made of software: it calls the gateway, and calls again."""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

CONNECT_S = 5.0
AGAIN_S = 0.1


class SimulatedTcpScanner:
    """Calls ``host`` at ``port``. ``hears`` is told every answer, in a thread of its own."""

    def __init__(self, host: str, port: int, hears: Callable[[bytes], None]) -> None:
        self._address = (host, port)
        self._hears = hears
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self._ended = threading.Event()
        self.gone = True

    def plug_in(self) -> None:
        """Call until somebody answers, or ``end`` is called."""
        while not self._ended.is_set():
            try:
                line = socket.create_connection(self._address, CONNECT_S)
            except OSError:
                self._ended.wait(AGAIN_S)
                continue
            line.settimeout(None)
            self._line, self.gone = line, False
            self._thread = threading.Thread(target=self._listen, args=(line,), daemon=True)
            self._thread.start()
            return

    def unplug(self, *, rudely: bool = False) -> None:
        """Hang up: in order, or (``rudely``) as when the power goes and whoever speaks is reset."""
        line, self._line = self._line, None
        if line is None:
            return
        if rudely:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        else:
            with suppress(OSError):  # the other side was first
                line.shutdown(socket.SHUT_WR)
        with suppress(OSError):
            line.shutdown(socket.SHUT_RD)
        line.close()
        if self._thread:
            self._thread.join()
        self.gone = True

    def end(self) -> None:
        """Hang up for good; also ends a call that nobody answers."""
        self._ended.set()
        self.unplug()

    def send(self, raw: bytes) -> None:
        """Put bytes on the line; what nobody takes any more is gone."""
        line = self._line
        if line is None:
            return
        try:
            line.sendall(raw)
        except OSError:
            self.gone = True

    def await_reader(self, stop: threading.Event | None = None) -> None:
        """Whoever took the call reads it."""

    def _listen(self, line: socket.socket) -> None:
        try:
            while answer := line.recv(4096):
                self._hears(answer)
        except OSError:
            pass  # reset, or closed here: either way it is over
        self.gone = True
