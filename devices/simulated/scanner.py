"""A scanner made of software, for the demo, for trying things out, and for tests.

It is a real pseudo-terminal: the real driver opens it, reads it, loses it and finds it again, as it
does with a scanner on a cable. What the gateway sees is a link with a name that stays; put its path
into ``devices.extra_ports``. A recording is a text file, one JSON object a line::

    {"after_ms": 400, "hex": "34 30 30 36 33 38 31 33 33 33 39 33 31 0d"}
"""

import errno
import fcntl
import itertools
import json
import os
import select
import sys
import termios
import threading
import tty
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from gateway.kernel import ids

CR = b"\r"
POLL_S = 0.05
EMPTY_LOOKS = 10
GONE = (errno.EIO, errno.EBADF)


@dataclass(frozen=True)
class Recorded:
    """Bytes of one recording, and the pause before them in milliseconds."""

    after_ms: int
    raw: bytes


class SimulatedScanner:
    """A scanner whose cable ends in a link at ``link``. One background thread moves its bytes.

    ``heard`` is what the gateway has answered so far; ``hears`` is told each answer as it comes.
    """

    gone = False  # a cable does not hang up by itself

    def __init__(self, link: Path, hears: Callable[[bytes], None] | None = None) -> None:
        self.link = link
        self._hears = hears
        self.heard = b""
        self._answered = threading.Condition()
        self._pause = threading.Event()  # never set
        self._outgoing = bytearray()
        self._lock = threading.Lock()
        self._terminal: _Terminal | None = None
        self._thread: threading.Thread | None = None

    def plug_in(self) -> None:
        """Appear at the link, as a new terminal each time."""
        terminal = _Terminal()
        self._terminal = terminal
        # Under another name first: the link must never be missing while it is pointed elsewhere.
        self.link.parent.mkdir(parents=True, exist_ok=True)
        beside = self.link.with_name(f".{self.link.name}.new")
        beside.unlink(missing_ok=True)
        beside.symlink_to(terminal.path)
        beside.replace(self.link)
        self._thread = threading.Thread(
            target=self._move, args=(terminal,), name=f"scanner {self.link.name}", daemon=True
        )
        self._thread.start()

    def unplug(self, *, keep_link: bool = False, rudely: bool = True) -> None:
        """Vanish in the middle of whatever was going on; a link that is kept points nowhere."""
        del rudely  # there is no other way to pull a cable
        terminal, self._terminal = self._terminal, None
        if terminal is None:
            return
        if not keep_link:
            self.link.unlink(missing_ok=True)
        terminal.hang_up()
        if self._thread:
            self._thread.join()
        terminal.close()
        with self._lock:
            self._outgoing.clear()

    def scan(self, code: str) -> None:
        """Read a code, as a scanner does that ends with a carriage return."""
        self.send(code.encode() + CR)

    def send(self, raw: bytes) -> None:
        """Put bytes on the line."""
        with self._lock:
            self._outgoing += raw
        if self._terminal:
            self._terminal.wake()

    @property
    def held_back(self) -> int:
        """Bytes that the line has not taken yet, because the gateway does not read."""
        with self._lock:
            return len(self._outgoing)

    def end(self) -> None:
        """Unplug it for good."""
        self.unplug()

    def await_reader(self, stop: threading.Event | None = None) -> None:
        """Wait until somebody has read all that was sent, or opened the line and thrown it away.

        ``stop`` ends the waiting.
        """
        # The kernel hands bytes over a moment after they were written: one look does not tell.
        empty, pause = 0, stop or self._pause
        while self._terminal and empty < EMPTY_LOOKS and not pause.is_set():
            empty = 0 if self.held_back or self._terminal.unread() else empty + 1
            pause.wait(POLL_S)

    def await_answer(self, length: int, timeout_s: float) -> bytes:
        """Wait until the gateway has answered so many bytes in all; TimeoutError."""
        with self._answered:
            if not self._answered.wait_for(lambda: len(self.heard) >= length, timeout_s):
                raise TimeoutError(f"{len(self.heard)} of {length} bytes were answered")
            return self.heard

    def _move(self, terminal: "_Terminal") -> None:
        while not terminal.ended:
            readable, writable = terminal.wait(writing=bool(self._outgoing))
            if readable:
                self._hear(terminal.read())
            if writable:
                with self._lock:
                    del self._outgoing[: terminal.write(bytes(self._outgoing))]

    def _hear(self, answer: bytes) -> None:
        with self._answered:
            self.heard += answer
            self._answered.notify_all()
        if self._hears and answer:
            self._hears(answer)


class _Terminal:
    """One pseudo-terminal, both ends open, and a pipe that interrupts waiting for it."""

    def __init__(self) -> None:
        self._master, self._slave = os.openpty()
        # Without this the terminal echoes what is written and rewrites its line ends.
        tty.setraw(self._slave)
        os.set_blocking(self._master, False)
        self.path = os.ttyname(self._slave)
        self._interrupted, self._interrupt = os.pipe()
        self.ended = False

    def wait(self, *, writing: bool) -> tuple[bool, bool]:
        """Wait until there is something to read, or to write if wanted: (readable, writable)."""
        wanted = [self._master] if writing else []
        readable, writable, _ = select.select([self._master, self._interrupted], wanted, [])
        if self._interrupted in readable:
            os.read(self._interrupted, 4096)
        return self._master in readable, bool(writable)

    def read(self) -> bytes:
        """What has been answered."""
        try:
            return os.read(self._master, 4096)
        except OSError as error:
            if error.errno not in GONE:
                raise
            return b""

    def write(self, raw: bytes) -> int:
        """Write what fits; how much that was."""
        try:
            return os.write(self._master, raw)
        except BlockingIOError:
            return 0

    def unread(self) -> int:
        """Bytes that lie ready for whoever has the line open."""
        return int.from_bytes(fcntl.ioctl(self._slave, termios.FIONREAD, bytes(4)), sys.byteorder)

    def wake(self) -> None:
        """Interrupt ``wait``."""
        os.write(self._interrupt, b".")

    def hang_up(self) -> None:
        """Have the moving thread end."""
        self.ended = True
        self.wake()

    def close(self) -> None:
        """Close everything: whoever has the other end open finds that the line is gone."""
        for handle in (self._master, self._slave, self._interrupt, self._interrupted):
            os.close(handle)


def replay(scanner: SimulatedScanner, recording: Iterable[Recorded], stop: threading.Event) -> int:
    """Send a recording at the pace it was recorded; how many frames were sent before ``stop``."""
    sent = 0
    for frame in recording:
        if stop.wait(frame.after_ms / 1000):
            break
        scanner.send(frame.raw)
        sent += 1
    return sent


def scan_along(
    scanner: SimulatedScanner, codes: Sequence[str], every_s: float, stop: threading.Event
) -> None:
    """Scan code after code, about every ``every_s`` seconds, until told to stop."""
    for code in itertools.cycle(codes):
        if stop.wait(every_s * (0.5 + ids.jitter())):
            return
        scanner.scan(code)


def load_recording(path: Path) -> Iterator[Recorded]:
    """The frames of a recording; ValueError names the line that is none."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            entry = json.loads(line)
            yield Recorded(int(entry["after_ms"]), bytes.fromhex(entry["hex"]))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f'Line {number} of {path.name} is not {{"after_ms": 400, "hex": "34 0d"}}.'
            ) from error
