"""How long each command of a printer is, and what those mean that are not mere looks (pure).

From Epson's ESC/POS command reference. What is not in these tables is taken for two bytes long:
text may then have a stray character, and no more.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Literal

CODE_128: Final = 73  # the kind of GS k whose data begins with its code set
DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
Meaning = Literal[
    "", "cut", "drawer", "page", "charset", "reset", "wide", "narrow", "code", "symbol", "image"
]


@dataclass(frozen=True)
class Token:
    """One command: ``size`` bytes with its fixed parameters, then ``payload`` bytes.

    ``ended``: what follows ends with a NUL instead. ``blocks``: so many blocks follow, each with a
    head of its own: a ``glyph`` (one byte of width, times ``value`` of height) or a ``bitmap``.
    """

    size: int
    payload: int = 0
    ended: bool = False
    blocks: int = 0
    block: Literal["", "glyph", "bitmap"] = ""
    meaning: Meaning = ""
    value: int = 0


# Bytes of parameters behind the two bytes of a command.
_ESC: Final[Mapping[int, int]] = {
    **dict.fromkeys(b"2<@LSivm", 0),
    **dict.fromkeys(b" !%-3=?EGJKMRTUVadertuC{", 1),
    **dict.fromkeys(b"$\\cB", 2),
    **dict.fromkeys(b"p", 3),
    **dict.fromkeys(b"W", 8),
}
_GS: Final[Mapping[int, int]] = {
    **dict.fromkeys(b":c", 0),
    **dict.fromkeys(b"!/BEHITabfhjrw", 1),
    **dict.fromkeys(b"$LPW\\", 2),
    **dict.fromkeys(b"^z", 3),
    **dict.fromkeys(b"g", 4),
}
_FS: Final[Mapping[int, int]] = {
    **dict.fromkeys(b"&.", 0),
    **dict.fromkeys(b"!-CWr", 1),
    **dict.fromkeys(b"Sp?", 2),
}
_MEANINGS: Final[Mapping[tuple[int, int], Meaning]] = {
    (ESC, ord("i")): "cut", (ESC, ord("m")): "cut", (ESC, ord("p")): "drawer",
    (ESC, ord("t")): "page", (ESC, ord("R")): "charset", (ESC, ord("@")): "reset",
    (FS, ord("&")): "wide", (FS, ord(".")): "narrow", (FS, ord("p")): "image",
}  # fmt: skip
# DLE EOT, DLE ENQ and DLE DC4: obeyed at once.
_DC4: Final[Mapping[int, int]] = {1: 5, 2: 5, 7: 4, 8: 10}


def measure(head: bytes) -> Token | None:
    """The command that ``head`` begins with, or None while too little of it is there.

    ``head`` begins with DLE, ESC, FS or GS; sixteen bytes are always enough.
    """
    try:
        return _READERS[head[0]](head)
    except IndexError:
        return None


def _escape(head: bytes) -> Token:
    second = head[1]
    if second == ord("*"):
        dots = 3 if head[2] in (32, 33) else 1
        return Token(5, dots * _word(head, 3), meaning="image")
    if second == ord("&"):
        return Token(5, blocks=max(0, head[4] - head[3] + 1), block="glyph", value=head[2])
    if second == ord("D"):
        return Token(2, ended=True)
    if second == ord("("):
        return Token(5, _word(head, 3))
    return _fixed(head, _ESC.get(second, 0))


def _group(head: bytes) -> Token:
    second = head[1]
    if second in _GS_READERS:
        return _GS_READERS[second](head)
    return _fixed(head, _GS.get(second, 0))


def _cut(head: bytes) -> Token:
    return Token(3 if head[2] in (0, 1, 48, 49) else 4, meaning="cut")


def _barcode(head: bytes) -> Token:
    if head[2] <= 6:
        return Token(3, ended=True, meaning="code")
    return Token(4, head[3], meaning="code", value=head[2])


def _function(head: bytes) -> Token:
    length = _word(head, 3)
    if head[2] == ord("k"):
        return Token(5, length, meaning="symbol")
    return Token(5, length, meaning="image" if head[2] == ord("L") else "")


def _long_function(head: bytes) -> Token:
    if head[2] != ord("L"):
        return Token(2)
    return Token(7, int.from_bytes(_exact(head, 3, 4), "little"), meaning="image")


def _picture(head: bytes) -> Token:
    return Token(8, _word(head, 4) * _word(head, 6), meaning="image")


def _stored_picture(head: bytes) -> Token:
    return Token(4, head[2] * head[3] * 8)


def _counter(head: bytes) -> Token:
    return Token({0x30: 5, 0x31: 9, 0x32: 5}.get(head[2], 3))


_GS_READERS: Final[Mapping[int, Callable[[bytes], Token]]] = {
    ord("V"): _cut,
    ord("k"): _barcode,
    ord("("): _function,
    ord("8"): _long_function,
    ord("v"): _picture,
    ord("Q"): _picture,
    ord("*"): _stored_picture,
    ord("C"): _counter,
}


def _wide(head: bytes) -> Token:
    second = head[1]
    if second == ord("("):
        return Token(5, _word(head, 3))
    if second == ord("2"):
        return Token(4, 72)
    if second == ord("q"):
        return Token(3, blocks=head[2], block="bitmap")
    if second == ord("g"):
        return Token(10, _word(head, 8) if head[2] == ord("1") else 0)
    return _fixed(head, _FS.get(second, 0))


def _at_once(head: bytes) -> Token:
    if head[1] == 0x14:
        drawer = head[2] == 1
        size = _DC4.get(head[2], 3)
        _exact(head, 0, size)
        return Token(size, meaning="drawer" if drawer else "")
    if head[1] == 0x04:
        return Token(4 if head[2] in (7, 8, 18) else 3)
    return Token(3 if head[1] == 0x05 else 1)


def _fixed(head: bytes, parameters: int) -> Token:
    _exact(head, 0, 2 + parameters)
    value = head[2] if parameters else 0
    return Token(2 + parameters, meaning=_MEANINGS.get((head[0], head[1]), ""), value=value)


def _exact(head: bytes, start: int, count: int) -> bytes:
    part = head[start : start + count]
    if len(part) < count:
        raise IndexError("too little of the command is there")
    return part


def _word(head: bytes, start: int) -> int:
    return int.from_bytes(_exact(head, start, 2), "little")


_READERS: Final[Mapping[int, Callable[[bytes], Token]]] = {
    ESC: _escape,
    GS: _group,
    FS: _wide,
    DLE: _at_once,
}
