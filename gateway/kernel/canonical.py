"""One byte form for every value: what is hashed, stored and compared.

Sorted keys, no blanks, UTF-8, integers only (in the spirit of RFC 8785; money is integer minor
units and quantities are decimal strings, so a JSON float is always a mistake of the sender).
"""

import hashlib
import json
import re
from collections.abc import Iterable
from typing import NoReturn

import msgspec

from gateway.kernel.problems import Problem

DEPTH_MAX = 16
INTEGER_MAX = 2**63 - 1

_strings = re.compile(rb'"(?:[^"\\]|\\.)*"')
_quoted = re.compile(rb'"[^"]*"')
_NO_BRACKETS = bytes(set(range(256)) - set(b'[]{}"'))
_DIGITS_TO_ZERO = bytes(0x30 if 0x30 <= byte <= 0x39 else 0x20 for byte in range(256))
_encoder = msgspec.json.Encoder(order="sorted")


class _FloatError(ValueError):
    pass


def _refuse_float(text: str) -> NoReturn:
    raise _FloatError(text)


_decoder = msgspec.json.Decoder(float_hook=_refuse_float)


def encode(value: object) -> bytes:
    """Canonical JSON of dicts, lists, strings, integers, booleans and None.

    TypeError for anything else.
    """
    _refuse_floats(value)
    return _encoder.encode(value)


def encode_decoded(value: object) -> bytes:
    """Canonical JSON of what ``decode`` returned: floats have been refused already."""
    return _encoder.encode(value)


def decode(
    raw: bytes | bytearray | memoryview | msgspec.Raw, *, depth_max: int = DEPTH_MAX
) -> object:
    """The value of a JSON text from outside.

    Raises Problem json_malformed, json_float, json_duplicate_key, json_integer_range or
    json_too_deep.
    """
    return decode_both(raw, depth_max=depth_max)[0]


def decode_both(
    raw: bytes | bytearray | memoryview | msgspec.Raw, *, depth_max: int = DEPTH_MAX
) -> tuple[object, bytes]:
    """``decode``, and the canonical bytes that fall out of its checks."""
    text = bytes(raw)
    if text.count(b"[") + text.count(b"{") > depth_max and _deeper_than(text, depth_max):
        raise Problem("json_too_deep", depth_max=depth_max)
    try:
        value = _decoder.decode(text)
        compact = _encoder.encode(value)
    except UnicodeDecodeError as error:
        raise Problem("json_malformed", reason="it is not UTF-8") from error
    except RecursionError as error:
        raise Problem("json_too_deep", depth_max=depth_max) from error
    except msgspec.DecodeError as error:
        raise _explain(error) from error
    except OverflowError as error:
        raise Problem("json_integer_range") from error
    # A dropped duplicate takes at least one colon with it, and nothing else changes their number:
    # far cheaper than watching every key. Escapes could hide a colon, so texts with a backslash are
    # read twice. What was canonical when it came has lost nothing.
    if text != compact and (b"\\" in text or text.count(b":") != compact.count(b":")):
        json.loads(text, object_pairs_hook=_pairs)
    if b"0" * 19 in compact.translate(_DIGITS_TO_ZERO) and _has_long_integer(value):
        raise Problem("json_integer_range")
    return value, compact


def sha256(raw: bytes) -> bytes:
    """SHA-256, 32 bytes."""
    return hashlib.sha256(raw).digest()


def sha256_hex(raw: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(raw).hexdigest()


def _explain(error: Exception) -> Problem:
    if isinstance(error.__cause__, _FloatError) or isinstance(error.__context__, _FloatError):
        return Problem("json_float", value=str(error.__cause__ or error.__context__)[:40])
    return Problem("json_malformed", reason=str(error))


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise Problem("json_duplicate_key", name=repeated[:40])
    return members


def _deeper_than(text: bytes, depth_max: int) -> bool:
    """Whether brackets nest deeper: peels innermost pairs off, all at once in C, level by level."""
    if b"\\" in text:
        text = _strings.sub(b"", text)
    # Quotes in pairs are strings without brackets; what stays between two others is not structure.
    skeleton = _quoted.sub(b"", text.translate(None, _NO_BRACKETS).replace(b'""', b""))
    for _ in range(depth_max):
        skeleton = skeleton.replace(b"{}", b"").replace(b"[]", b"")
    return bool(skeleton)


def _refuse_floats(value: object) -> None:
    if isinstance(value, float):
        raise TypeError("canonical JSON has no floats: use integer minor units or a decimal string")
    if isinstance(value, dict):
        for member in value.values():
            _refuse_floats(member)
    elif isinstance(value, list | tuple):
        for member in value:
            _refuse_floats(member)


def _has_long_integer(value: object) -> bool:
    if isinstance(value, bool):
        return False
    if isinstance(value, int):
        return not -INTEGER_MAX - 1 <= value <= INTEGER_MAX
    if isinstance(value, dict):
        return any(_has_long_integer(member) for member in value.values())
    if isinstance(value, list):
        return any(_has_long_integer(member) for member in value)
    return False


def sha256_hex_of(pieces: Iterable[bytes]) -> str:
    """SHA-256 of bytes that come in pieces, in hexadecimal."""
    state = hashlib.sha256()
    for piece in pieces:
        state.update(piece)
    return state.hexdigest()


class Hashing:
    """SHA-256 of bytes that come in pieces, by whoever passes them on."""

    def __init__(self) -> None:
        self._state = hashlib.sha256()

    def add(self, piece: bytes) -> None:
        """The next bytes."""
        self._state.update(piece)

    def hexadecimal(self) -> str:
        """Of all of them so far."""
        return self._state.hexdigest()
