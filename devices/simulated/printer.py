"""A receipt printer made of software, for the demo, for trying things out, and for tests.

It listens on a TCP port or hangs on a real pseudo-terminal, says how it is when it is asked, and
keeps every byte that it was to print. What is wrong with it is set from outside at any time.
"""

import re
import socket
import threading
from pathlib import Path
from typing import Final

from devices.simulated.paper import read_paper
from devices.simulated.scanner import SimulatedScanner

_ASKED = re.compile(rb"\x10\x04([\x01-\x04])|\x1dr\x01|\x1d\(H\x06\x0000(.{4})", re.DOTALL)
_LONGEST: Final = 10  # of what is asked: so much is kept, in case its end comes with the next piece
_BEGUN = re.compile(rb"(?:\x10\x04?|\x1d|\x1dr|\x1d\(H?\x06?\x00?0{0,2}.{0,3})\Z", re.DOTALL)


class Mechanism:
    """What prints: its faults, its answers and its paper. Safe for threads.

    ``silent`` answers nothing. ``breaks_after`` so many bytes the line is cut, once, and
    ``ends_after`` so many the paper ends. ``confirms`` off: it prints and does not say so.
    ``chatty``: it tells of its paper unasked, as many do.
    """

    def __init__(self) -> None:
        self.near_end = self.paper_end = self.cover_open = False
        self.offline = self.error = self.silent = False
        self.confirms = True
        self.chatty = False
        self.breaks_after: int | None = None
        self.ends_after: int | None = None
        self._printed = bytearray()
        self._pending = b""
        self._changed = threading.Condition()

    @property
    def printed(self) -> bytes:
        """Every byte that was to be printed so far."""
        with self._changed:
            return bytes(self._printed)

    @property
    def text(self) -> str:
        """What stands on the paper."""
        return read_paper(self.printed)

    @property
    def drawer_opened(self) -> int:
        """How often the drawer was told to open."""
        return self.printed.count(b"\x1bp")

    def await_text(self, wanted: str, timeout_s: float) -> str:
        """Wait until something stands on the paper; TimeoutError."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: wanted in read_paper(bytes(self._printed)), timeout_s
            ):
                raise TimeoutError(read_paper(bytes(self._printed)))
        return self.text

    def take(self, raw: bytes) -> tuple[bytes, bool]:
        """Print some bytes: what is answered, and whether the line holds."""
        with self._changed:
            self._pending += raw
            answers, at = b"\x14\x00\x00\x0f" if self.chatty else b"", 0
            for asked in _ASKED.finditer(self._pending):
                self._print(self._pending[at : asked.start()])
                at = asked.end()
                answers += self._answer(asked)
            begun = _BEGUN.search(self._pending, max(at, len(self._pending) - _LONGEST))
            end = begun.start() if begun else len(self._pending)
            self._print(self._pending[at:end])
            self._pending = self._pending[end:]
            holds = self.breaks_after is None or len(self._printed) < self.breaks_after
            if not holds:
                self._pending, self.breaks_after = b"", None
            self._changed.notify_all()
            return answers, holds

    def _print(self, raw: bytes) -> None:
        if self.breaks_after is not None:
            raw = raw[: max(0, self.breaks_after - len(self._printed))]
        self._printed += raw
        if self.ends_after is not None and len(self._printed) >= self.ends_after:
            self.paper_end, self.ends_after = True, None

    def _answer(self, asked: "re.Match[bytes]") -> bytes:
        if self.silent:
            return b""
        if asked[1]:
            return bytes([0x12 | self._state(asked[1][0])])
        if not self.confirms or self._blocked:
            return b""
        return b"\x37\x22" + asked[2] + b"\x00" if asked[2] else b"\x00"

    @property
    def _blocked(self) -> bool:
        return self.paper_end or self.cover_open or self.offline or self.error

    def _state(self, query: int) -> int:
        if query == 1:
            return 0x08 * self._blocked
        if query == 2:
            return 0x04 * self.cover_open | 0x20 * self.paper_end | 0x40 * self.error
        if query == 3:
            return 0x08 * self.error
        return 0x0C * (self.near_end or self.paper_end) | 0x60 * self.paper_end


class NetworkPrinter(Mechanism):
    """At a TCP port of this machine; serves one caller at a time, as real ones do."""

    def __init__(self, port: int = 0) -> None:
        super().__init__()
        self._server = socket.create_server(("127.0.0.1", port))
        self.port: int = self._server.getsockname()[1]
        self.calls = 0
        self._ended = False
        self._thread = threading.Thread(target=self._run, name="printer", daemon=True)
        self._thread.start()

    def __enter__(self) -> "NetworkPrinter":
        return self

    def __exit__(self, *_: object) -> None:
        self.switch_off()

    def switch_off(self) -> None:
        """Be gone from the network."""
        if not self._ended:
            self._ended = True
            socket.create_connection(("127.0.0.1", self.port), 5).close()
            self._thread.join()
            self._server.close()

    def _run(self) -> None:
        while not self._ended:
            connection, _ = self._server.accept()
            with connection:
                self.calls += 1
                connection.settimeout(0.1)
                self._serve(connection)

    def _serve(self, connection: socket.socket) -> None:
        holds = True
        while holds and not self._ended:
            try:
                raw = connection.recv(4096)
            except TimeoutError:
                continue
            except OSError:
                return
            if not raw:
                return
            answers, holds = self.take(raw)
            if answers and holds:
                connection.sendall(answers)


class SerialPrinter(SimulatedScanner, Mechanism):
    """On a pseudo-terminal behind a link, as a printer on a serial cable."""

    def __init__(self, link: Path) -> None:
        SimulatedScanner.__init__(self, link)
        Mechanism.__init__(self)

    def _hear(self, answer: bytes) -> None:
        answers, holds = self.take(answer)
        if answers and holds:
            self.send(answers)
