"""A scanner made of software that types: the kernel's own events, through a pipe with a name.

The machine that tests run on has no way to make a device of the kernel, so that the last step is
missing: the real driver opens the pipe, reads it, loses it, but has nobody to take it from.
"""

import os
import struct
from collections.abc import Iterator, Mapping
from pathlib import Path

from devices.drivers import _layouts

EVENT = struct.Struct("@llHHi")
SYN, KEY, REPORT = 0, 1, 0
SHIFT, ALT_GR, CTRL, ENTER, TAB = 42, 100, 29, 28, 15
CTRL_KEYS: Mapping[str, int] = {"\x1d": 27, "\x1b": 26, "\x1c": 43}


class SimulatedHidScanner:
    """A scanner that types for the keyboard ``layout`` into the pipe at ``path``.

    The path has a folder called ``input``, as the kernel's have.
    """

    def __init__(self, path: Path, layout: str = "us") -> None:
        self.path = path
        self._layout = layout
        self._pipe: int | None = None
        self._micros = 0

    def plug_in(self) -> None:
        """Appear."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        os.mkfifo(self.path, 0o600)
        # For both ways: a pipe that is opened for writing alone waits for somebody to read.
        self._pipe = os.open(self.path, os.O_RDWR)

    def unplug(self) -> None:
        """Vanish in the middle of whatever was going on."""
        if self._pipe is not None:
            self.path.unlink()
            os.close(self._pipe)
            self._pipe = None

    def scan(self, code: str, end: int = ENTER) -> None:
        """Type a code and the key that ends it."""
        self.type(code)
        self.strike(end)

    def type(self, text: str) -> None:
        """Type a text that the layout can type, all of it at once."""
        self.send(b"".join(self._chord(key, *held) for key, held in strokes(text, self._layout)))

    def strike(self, key: int, *held: int) -> None:
        """Press a key and let it go, while others are held."""
        self.send(self._chord(key, *held))

    def event(self, type: int, code: int, value: int) -> bytes:
        """An event as the kernel writes it."""
        self._micros += 1
        return EVENT.pack(*divmod(self._micros, 1_000_000), type, code, value)

    def _chord(self, key: int, *held: int) -> bytes:
        presses = [(one, 1) for one in (*held, key)]
        releases = [(code, 0) for code, _ in reversed(presses)]
        return b"".join(
            self.event(KEY, code, value) + self.event(SYN, REPORT, 0)
            for code, value in (*presses, *releases)
        )

    def send(self, raw: bytes) -> None:
        """Put bytes into the pipe."""
        assert self._pipe is not None
        os.write(self._pipe, raw)


def strokes(text: str, layout: str) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The keys of a text, each with what is held meanwhile; KeyError where there is none."""
    held = ((), (SHIFT,), (ALT_GR,))
    table = {
        character: (key, held[level])
        for level in (2, 1, 0)  # the easiest way to a character counts
        for key, characters in _layouts.levels(layout).items()
        if (character := characters[level])
    }
    for character in text:
        if character in CTRL_KEYS:
            yield CTRL_KEYS[character], (CTRL,)
        else:
            yield table[character]
