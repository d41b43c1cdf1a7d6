"""What scales say (pure): bytes in, a weight or the reason why there is none out.

A scale that does not know says so, and it is never taken for nothing on the plate: there is no
weight of zero but the one that the scale itself has sent.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from devices.framing import SEVEN_BITS, Framing

MOTION, OVER, UNDER = 0x01, 0x02, 0x04  # bits of a Toledo 8217 status byte
ANSWER_BYTES_MAX = 64
LINE_ENDS = b"\r\n"  # every answer ends with one of them
SPOILED = 0xFF  # stands for a byte of the wrong parity: no answer has one

Status = Literal["stable", "unstable", "overload", "negative", "unreadable", "timeout"]
ParityBit = Literal["", "strip", "even", "odd"]


@dataclass(frozen=True)
class Weight:
    """One answer of a scale. Only one that is ``stable`` has a ``value``.

    ``net``: a tare has been taken off. ``unit`` is empty where the scale does not name one.
    ``timeout``: it has said nothing.
    """

    status: Status
    value: Decimal | None = None
    unit: str = ""
    net: bool = False


UNREADABLE = Weight("unreadable")
SILENT = Weight("timeout")


class Answers:
    """Cuts one stream into the answers of a scale, whatever the portions it comes in.

    ``shape`` matches the end of an answer, its first group is what stands in it. Bytes of seven
    bits that come in eight lose the eighth, or prove their parity by it.
    """

    def __init__(self, shape: re.Pattern[bytes], parity_bit: ParityBit = "") -> None:
        self._shape = shape
        self._framing = Framing(parity_bit=parity_bit)
        self._mask = SEVEN_BITS if parity_bit else 0xFF
        self._held = bytearray()

    def feed(self, chunk: bytes) -> list[bytes]:
        """The answers that end in this portion."""
        found = []
        for byte in chunk:
            self._held.append(SPOILED if self._framing.spoils(byte) else byte & self._mask)
            match = self._shape.search(self._held) if self._held[-1] in LINE_ENDS else None
            if match:
                found.append(bytes(match[1]))
            if match or len(self._held) >= ANSWER_BYTES_MAX:
                self._held.clear()
        return [answer for answer in found if answer.strip()]

    def forget(self) -> None:
        """What has come so far belongs to nothing."""
        self._held.clear()


def toledo_8217(answer: bytes, decimals: int) -> Weight:
    """An answer of a Toledo 8217 without its STX and CR.

    Digits with an N behind them where the weight is net, or a question mark and a status byte.
    ``decimals`` holds where the digits have no point.
    """
    if status := re.fullmatch(rb"\s*\?(.)", answer, re.DOTALL):
        return _status(status[1][0])
    found = re.fullmatch(rb"\s*(-?)(\d{1,9}(?:\.\d{0,6})?|\.\d{1,6})\s*(N?)\s*", answer)
    if not found:
        return UNREADABLE
    value = Decimal(found[2].decode("ascii"))
    if b"." not in found[2]:
        value = value.scaleb(-decimals)
    return _weight(value, negative=bool(found[1]), net=bool(found[3]))


def adam(answer: bytes, _: int) -> Weight:
    """A line of an Adam Equipment scale, whatever label it prints with.

    Also of those that put ST or US in front (stable, unstable) and OL (overload).
    """
    text = answer.decode("ascii", "replace").upper()
    if re.search(r"\bOL\b|-{3,}", text):
        return Weight("overload")
    found = re.fullmatch(
        r"([A-Z/:, ]*)([+-]?) *(\d{1,9}(?:\.\d{0,6})?|\.\d{1,6}) *(KG|G|LB|OZ)[A-Z/ ]*", text
    )
    if not found or found[1][-1:].isalpha():
        return UNREADABLE
    words = re.findall(r"[A-Z/]+", text)
    if "US" in words:
        return Weight("unstable")
    net = not {"N/W", "NT", "NET"}.isdisjoint(words)
    return _weight(Decimal(found[3]), negative=found[2] == "-", unit=found[4].lower(), net=net)


def _weight(value: Decimal, *, negative: bool, net: bool, unit: str = "") -> Weight:
    return Weight("negative") if negative and value else Weight("stable", value, unit, net)


def _status(byte: int) -> Weight:
    if byte & OVER:
        return Weight("overload")
    if byte & UNDER:
        return Weight("negative")
    return Weight("unstable") if byte & MOTION else UNREADABLE


@dataclass(frozen=True)
class Protocol:
    """How one make of scale is spoken to.

    ``shape`` is what its answers look like (see Answers). ``speaks`` says when it answers ``ask``:
    ``always``, with a weight or a status, or ``stable``, only when a new weight has come to rest.
    """

    baud: int
    bits: Literal["7E1", "8N1"]
    ask: bytes
    tare: bytes
    zero: bytes
    speaks: Literal["always", "stable"]
    shape: re.Pattern[bytes]
    read: Callable[[bytes, int], Weight]


# A status byte may be any, also one that looks like the end.
TOLEDO_SHAPE = re.compile(rb"\x02( *\?[\x00-\xff]|[^\x02\r?]*)\r\Z")
LINE_SHAPE = re.compile(rb"([^\r\n]*)[\r\n]\Z")

PROTOCOLS: Mapping[str, Protocol] = {
    "toledo_8217": Protocol(9600, "7E1", b"W", b"T", b"Z", "always", TOLEDO_SHAPE, toledo_8217),
    "adam": Protocol(4800, "8N1", b"P\r\n", b"T\r\n", b"Z\r\n", "stable", LINE_SHAPE, adam),
}
