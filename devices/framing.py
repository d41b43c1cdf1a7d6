"""Bytes in, frames out (pure).

A line delivers bytes in any portions: half a code, or three codes at once. The framer looks at one
byte after the other, so how they were portioned never changes what comes out. It works on bytes,
never on text: the group separator 0x1D of GS1 codes counts as white space in Python.

Every byte is accounted for: it stands in a cut, is still held, separates frames, or is noise.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Literal

STX = 0x02
ETX = 0x03
SAMPLE_BYTES = 64  # how much of an overflowing frame is kept as evidence
SEVEN_BITS = 0x7F


@dataclass(frozen=True)
class Framing:
    """How a device marks where a frame ends.

    ``terminators``: each of these bytes ends a frame. ``envelope``: frames stand between STX and
    ETX instead. ``check``: one byte behind the end proves everything behind STX up to and with the
    end, by XOR (``xor``, often called BCC) or as the two's complement of the sum (``lrc``, ISO
    1155). ``length_digits``: the frame starts with its length in so many decimal digits.
    ``prefix`` and ``suffix`` are taken off where present. ``parity_bit``: bytes have seven bits,
    and the eighth is taken off, or must make the number of ones even or odd. ``idle_flush_ms``: a
    silence of this length also ends a frame, 0 for never. ``bytes_max``: cap.
    """

    terminators: bytes = b"\r\n"
    envelope: bool = False
    check: Literal["", "xor", "lrc"] = ""
    length_digits: int = 0
    prefix: bytes = b""
    suffix: bytes = b""
    parity_bit: Literal["", "strip", "even", "odd"] = ""
    idle_flush_ms: int = 0
    bytes_max: int = 4096

    def complaints(self) -> Iterator[str]:
        """What does not fit together, as sentences."""
        if self.length_digits and (self.envelope or self.check):
            yield "A length header goes with neither STX and ETX nor a check byte."
        if not (self.terminators or self.envelope or self.idle_flush_ms):
            yield "Nothing ends a frame: give terminators, STX and ETX, or an idle time."
        if self.idle_flush_ms and not 50 <= self.idle_flush_ms <= 500:
            yield "The idle time is 0 (off) or from 50 to 500 milliseconds."
        if not 0 <= self.length_digits <= 4:
            yield "A length header has at most 4 digits."

    def check_byte(self, covered: bytes) -> int:
        """The byte that proves ``covered``."""
        proof = reduce(xor, covered) if self.check == "xor" else -sum(covered) & 0xFF
        return proof & SEVEN_BITS if self.parity_bit else proof

    def spoils(self, byte: int) -> bool:
        """Whether a byte came with the wrong parity."""
        if self.parity_bit not in ("even", "odd"):
            return False
        return byte.bit_count() % 2 != (self.parity_bit == "odd")


@dataclass(frozen=True)
class Cut:
    """What the framer cut out of the stream.

    ``frame``: ``data`` is the content. ``invalid``: it broke the rules, see ``reason`` (bcc, lrc,
    length, no_start, no_end, parity). ``partial``: what had arrived when the line went away.
    ``overflow``: longer than allowed, ``data`` is its beginning. ``raw`` is everything as received.
    """

    kind: Literal["frame", "invalid", "partial", "overflow"]
    data: bytes
    raw: bytes
    reason: str = ""
    expected: str = ""
    got: str = ""


class Framer:
    """Cuts one stream. Not thread-safe: a stream has one reader.

    ``separators`` counts the bytes that only stand between frames, ``noise`` those that belong to
    none: an empty envelope, what follows an overflow. Instants are monotonic milliseconds.
    """

    def __init__(self, framing: Framing) -> None:
        self._framing = framing
        self._ends = bytes([ETX]) if framing.envelope else framing.terminators
        self._mask = SEVEN_BITS if framing.parity_bit else 0xFF
        self._heard_ms = 0
        self.separators = 0
        self.noise = 0
        self._reset()

    @property
    def held(self) -> int:
        """How many bytes of a frame have come that has not ended."""
        return len(self._raw)

    @property
    def due_ms(self) -> int | None:
        """When silence will end what stands there; None where nothing waits for that."""
        waits = self._raw or self._step == self._discarding
        idle_ms = self._framing.idle_flush_ms
        return self._heard_ms + idle_ms if idle_ms and waits else None

    def feed(self, chunk: bytes, at_ms: int = 0) -> list[Cut]:
        """The frames that these bytes complete, in order; they were read at ``at_ms``."""
        cuts = []
        self._heard_ms = at_ms
        for byte in chunk:
            self._raw.append(byte)
            self._spoiled |= self._framing.spoils(byte)
            if cut := self._step(byte & self._mask):
                cuts.append(cut)
        return cuts

    def idle(self, at_ms: int) -> list[Cut]:
        """Nothing has come until ``at_ms``: what stands there is a frame if that was long enough,
        unless its end mark is still owed. Whoever was busy meanwhile reads first, and asks then.
        """
        due_ms = self.due_ms
        if due_ms is None or at_ms < due_ms:
            return []
        if self._step == self._inside and not self._framing.envelope:
            cut = self._finish()
        else:
            cut = self._give_up("no_start" if self._step == self._outside else "no_end")
        return [cut] if cut else []

    def close(self) -> list[Cut]:
        """The line has gone away: what stands there is partial, never a frame."""
        if not self._data:
            self._drop()
            return []
        cut = Cut("partial", bytes(self._data), bytes(self._raw))
        self._reset()
        return [cut]

    def _reset(self) -> None:
        self._data = bytearray()
        self._raw = bytearray()
        self._spoiled = False
        self._end = 0
        self._needed = 0
        self._step: Callable[[int], Cut | None] = self._inside
        if self._framing.envelope:
            self._step = self._outside
        elif self._framing.length_digits:
            self._step = self._header

    def _drop(self) -> None:
        """What stands there belongs to no frame."""
        self.noise += len(self._raw)
        self._reset()

    def _separate(self) -> None:
        """What stands there only separates frames, such as the second half of CR LF."""
        self.separators += len(self._raw)
        self._reset()

    def _outside(self, byte: int) -> Cut | None:
        """Between envelopes: line ends are expected, anything else is noise worth telling."""
        if byte == STX:
            return self._restart("no_start")
        if byte not in self._framing.terminators:
            return self._append(byte)
        if self._data:
            return self._give_up("no_start")
        self._separate()
        return None

    def _inside(self, byte: int) -> Cut | None:
        if byte in self._ends:
            if not (self._data or self._framing.envelope):
                self._separate()
                return None
            if self._framing.check:
                self._end, self._step = byte, self._check
                return None
            return self._finish()
        if self._framing.envelope and byte == STX:
            return self._restart("no_end")
        return self._append(byte)

    def _header(self, byte: int) -> Cut | None:
        if byte in self._framing.terminators and not self._data:
            self._separate()
            return None
        self._data.append(byte)
        if not 0x30 <= byte <= 0x39:
            cut = self._give_up("length")
            if byte not in self._framing.terminators:
                self._step = self._discarding
            return cut
        if len(self._data) == self._framing.length_digits:
            return self._begin_counted()
        return None

    def _begin_counted(self) -> Cut | None:
        self._needed = int(self._data)
        self._data.clear()
        if not self._needed:
            self._drop()
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
        expected = self._framing.check_byte(bytes(self._data) + bytes([self._end]))
        if byte == expected:
            return self._finish()
        reason = "bcc" if self._framing.check == "xor" else "lrc"
        return self._give_up(reason, f"{expected:02x}", f"{byte:02x}")

    def _discarding(self, byte: int) -> Cut | None:
        """Behind an overflow: look for the next place where a frame can begin."""
        if self._framing.envelope and byte == STX:
            return self._restart("")
        self._drop()
        if byte not in self._ends:
            self._step = self._discarding
        elif self._framing.check:
            self._step = self._swallow
        return None

    def _swallow(self, _: int) -> None:
        self._drop()

    def _append(self, byte: int) -> Cut | None:
        self._data.append(byte)
        return self._overflow() if len(self._data) > self._framing.bytes_max else None

    def _overflow(self) -> Cut:
        cut = Cut("overflow", bytes(self._data[:SAMPLE_BYTES]), bytes(self._raw[:SAMPLE_BYTES]))
        del self._raw[:SAMPLE_BYTES]
        self._drop()
        self._step = self._discarding
        return cut

    def _restart(self, reason: str) -> Cut | None:
        """STX begins a frame wherever it comes; what stood before it never ended or never began."""
        start = self._raw.pop()
        cut = self._give_up(reason)
        self._raw.append(start)
        self._spoiled = self._framing.spoils(start)
        self._step = self._inside
        return cut

    def _give_up(self, reason: str, expected: str = "", got: str = "") -> Cut | None:
        """What stands there is no frame; where it has no content it is not worth telling."""
        if not self._data:
            self._drop()
            return None
        cut = Cut("invalid", bytes(self._data), bytes(self._raw), reason, expected, got)
        self._reset()
        return cut

    def _finish(self) -> Cut | None:
        if self._spoiled:
            return self._give_up("parity")
        framing = self._framing
        data = bytes(self._data).removeprefix(framing.prefix).removesuffix(framing.suffix)
        if not data:
            self._drop()
            return None
        raw = bytes(self._raw)
        self._reset()
        return Cut("frame", data, raw)
