"""Bytes in, frames out (pure).

A serial line delivers bytes in any portions: half a code, or three codes at once. The framer looks
at one byte after the other, so how they were portioned never changes what comes out. It works on
bytes, never on text: the group separator 0x1D of GS1 codes counts as white space in Python.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

STX = 0x02
ETX = 0x03
SAMPLE_BYTES = 64  # how much of an overflowing frame is kept as evidence


@dataclass(frozen=True)
class Framing:
    """How a device marks where a frame ends.

    ``terminators``: each of these bytes ends a frame. ``envelope``: frames stand between STX and
    ETX instead. ``bcc``: the byte behind the end is the XOR of everything behind STX up to and with
    the end. ``length_digits``: the frame starts with its length in so many decimal digits.
    ``prefix`` and ``suffix`` are taken off where present. ``idle_flush_ms``: a silence of this
    length also ends a frame, 0 for never. ``bytes_max``: cap.
    """

    terminators: bytes = b"\r\n"
    envelope: bool = False
    bcc: bool = False
    length_digits: int = 0
    prefix: bytes = b""
    suffix: bytes = b""
    idle_flush_ms: int = 0
    bytes_max: int = 4096

    def complaints(self) -> Iterator[str]:
        """What does not fit together, as sentences."""
        if self.length_digits and (self.envelope or self.bcc):
            yield "A length header goes with neither STX and ETX nor a check byte."
        if not (self.terminators or self.envelope or self.idle_flush_ms):
            yield "Nothing ends a frame: give terminators, STX and ETX, or an idle time."
        if self.idle_flush_ms and not 50 <= self.idle_flush_ms <= 500:
            yield "The idle time is 0 (off) or from 50 to 500 milliseconds."
        if not 0 <= self.length_digits <= 4:
            yield "A length header has at most 4 digits."


@dataclass(frozen=True)
class Cut:
    """What the framer cut out of the stream.

    ``frame``: ``data`` is the content. ``invalid``: it broke the rules, see ``reason`` (bcc,
    length, no_start, no_end). ``partial``: what had arrived when the line went away. ``overflow``:
    longer than allowed, ``data`` is its beginning. ``raw`` is everything as received.
    """

    kind: Literal["frame", "invalid", "partial", "overflow"]
    data: bytes
    raw: bytes
    reason: str = ""
    expected: str = ""
    got: str = ""


class Framer:
    """Cuts one stream. Not thread-safe: a stream has one reader."""

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._ends = bytes([ETX]) if framing.envelope else framing.terminators
        self._reset()

    @property
    def pending(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self._raw)

    def feed(self, chunk: bytes) -> list[Cut]:
        """The frames that these bytes complete, in order."""
        cuts = []
        for byte in chunk:
            self._raw.append(byte)
            if cut := self._step(byte):
                cuts.append(cut)
        return cuts

    def idle(self) -> list[Cut]:
        """The line has been silent: what stands there is a frame, unless its end mark is still
        owed.
        """
        if self._step == self._inside and not self._framing.envelope:
            cut = self._finish()
        else:
            reason = "no_start" if self._step == self._outside else "no_end"
            cut = self._refuse(reason) if self._data else None
            self._reset()
        return [cut] if cut else []

    def close(self) -> list[Cut]:
        """The line has gone away: what stands there is partial, never a frame."""
        cuts = [Cut("partial", bytes(self._data), bytes(self._raw))] if self._data else []
        self._reset()
        return cuts

    def _reset(self) -> None:
        self._data = bytearray()
        self._raw = bytearray()
        self._end = 0
        self._needed = 0
        self._step: Callable[[int], Cut | None] = self._inside
        if self._framing.envelope:
            self._step = self._outside
        elif self._framing.length_digits:
            self._step = self._header

    def _outside(self, byte: int) -> Cut | None:
        """Between envelopes: line ends are expected, anything else is noise worth telling."""
        if byte == STX:
            return self._restart("no_start")
        if byte not in self._framing.terminators:
            return self._append(byte)
        noise = self._refuse("no_start") if self._data else None
        self._reset()
        return noise

    def _inside(self, byte: int) -> Cut | None:
        if byte in self._ends:
            if not (self._data or self._framing.envelope):
                self._reset()  # the second half of CR LF
                return None
            if self._framing.bcc:
                self._end, self._step = byte, self._check
                return None
            return self._finish()
        if self._framing.envelope and byte == STX:
            return self._restart("no_end")
        return self._append(byte)

    def _header(self, byte: int) -> Cut | None:
        if byte in self._framing.terminators and not self._data:
            self._reset()
            return None
        self._data.append(byte)
        if not 0x30 <= byte <= 0x39:
            cut = self._refuse("length")
            self._discard_rest(ended=byte in self._framing.terminators)
            return cut
        if len(self._data) == self._framing.length_digits:
            return self._begin_counted()
        return None

    def _begin_counted(self) -> Cut | None:
        self._needed = int(self._data)
        self._data.clear()
        if not self._needed:
            self._reset()
        elif self._needed > self._framing.bytes_max:
            return self._overflow()
        else:
            self._step = self._counted
        return None

    def _counted(self, byte: int) -> Cut | None:
        self._data.append(byte)
        return self._finish() if len(self._data) == self._needed else None

    def _check(self, byte: int) -> Cut | None:
        """The check byte may have any value, a terminator's too."""
        expected = reduce(xor, self._data, self._end)
        if byte == expected:
            return self._finish()
        cut = self._refuse("bcc", f"{expected:02x}", f"{byte:02x}")
        self._reset()
        return cut

    def _discarding(self, byte: int) -> Cut | None:
        """Behind an overflow: look for the next place where a frame can begin."""
        self._raw.clear()
        if self._framing.envelope and byte == STX:
            return self._restart("")
        if byte in self._ends:
            if self._framing.bcc:
                self._step = self._swallow
            else:
                self._reset()
        return None

    def _swallow(self, _: int) -> None:
        self._reset()

    def _append(self, byte: int) -> Cut | None:
        self._data.append(byte)
        return self._overflow() if len(self._data) > self._framing.bytes_max else None

    def _overflow(self) -> Cut:
        cut = Cut("overflow", bytes(self._data[:SAMPLE_BYTES]), bytes(self._raw[:SAMPLE_BYTES]))
        self._discard_rest(ended=False)
        return cut

    def _discard_rest(self, *, ended: bool) -> None:
        self._reset()
        if not ended:
            self._step = self._discarding

    def _restart(self, reason: str) -> Cut | None:
        """STX begins a frame wherever it comes; what stood before it never ended or never began."""
        self._raw = self._raw[:-1]
        cut = self._refuse(reason) if self._data else None
        self._reset()
        self._raw.append(STX)
        self._step = self._inside
        return cut

    def _refuse(self, reason: str, expected: str = "", got: str = "") -> Cut:
        return Cut("invalid", bytes(self._data), bytes(self._raw), reason, expected, got)

    def _finish(self) -> Cut | None:
        data = (
            bytes(self._data).removeprefix(self._framing.prefix).removesuffix(self._framing.suffix)
        )
        raw = bytes(self._raw)
        self._reset()
        return Cut("frame", data, raw) if data else None
