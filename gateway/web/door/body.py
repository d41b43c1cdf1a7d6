"""Reading a request body: bounded, uncompressed, of a known media type, strict JSON."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from gateway.kernel import canonical
from gateway.kernel.problems import Problem

JSON = "application/json"
PIECE_BYTES = 65_536
Cursor = Annotated[
    str, Meta(max_length=60, extra_json_schema={"pattern": r"^([0-9a-f]{16}\.[0-9]{1,18})?$"})
]
T = TypeVar("T")

# msgspec says "Expected `str`, got `int` - at `$.lines[0].name`".
_PLACE = re.compile(r"^(?P<reason>.*?)(?: - at `(?P<path>[^`]*)`)?$", re.DOTALL)
_STEP = re.compile(r"\.([^.\[\]]+)|\[(\d+|\.\.\.)\]")
_MEMBER = re.compile(r"(?:missing required|contains unknown) field `([^`]*)`")


def read(environ: Mapping[str, Any], media_types: Sequence[str], bytes_max: int) -> bytes:
    """The body of a request; Problem encoding_refused, media_type_refused or body_too_large."""
    check_media_type(
        environ.get("HTTP_CONTENT_ENCODING", ""), environ.get("CONTENT_TYPE", ""), media_types
    )
    declared = environ.get("CONTENT_LENGTH") or ""
    if declared.isascii() and declared.isdigit():
        length = int(declared)
        if length > bytes_max:
            raise Problem("body_too_large", bytes_max=bytes_max)
        return _take(environ["wsgi.input"], length)
    if "chunked" not in environ.get("HTTP_TRANSFER_ENCODING", "").lower():
        return b""
    raw = _take(environ["wsgi.input"], bytes_max + 1)
    if len(raw) > bytes_max:
        raise Problem("body_too_large", bytes_max=bytes_max)
    return raw


def pieces(environ: Mapping[str, Any]) -> Iterator[bytes]:
    """A body as it comes in, never whole in memory; Problem request_malformed if it breaks off."""
    declared = environ.get("CONTENT_LENGTH") or ""
    left = int(declared) if declared.isascii() and declared.isdigit() else None
    while left is None or left > 0:
        part = environ["wsgi.input"].read(PIECE_BYTES if left is None else min(left, PIECE_BYTES))
        if not part:
            if left:
                raise Problem("request_malformed")
            return
        if left is not None:
            left -= len(part)
        yield part


def check_media_type(encoding: str, media_type: str, media_types: Sequence[str]) -> None:
    """Refuse compressed bodies and foreign media types, before a byte is read.

    ``encoding`` and ``media_type`` are headers as they came.
    """
    if encoding.strip().lower() not in ("", "identity"):
        raise Problem("encoding_refused")
    if media_type.partition(";")[0].strip().lower() not in media_types:
        raise Problem("media_type_refused", expected=", ".join(media_types))


def fit(value: object, shape: type[T], code: str = "body_invalid", *, strict: bool = True) -> T:
    """A decoded value as a struct; Problem ``code`` with the reason and a pointer to the place.

    ``strict=False`` reads numbers and booleans from text, as parameters of an address are.
    """
    try:
        return msgspec.convert(value, shape, strict=strict)
    except msgspec.ValidationError as error:
        reason, pointer = explain(str(error))
        raise Problem(code, pointer=pointer, reason=reason) from error


def decode(raw: bytes, shape: type[T]) -> T:
    """A JSON text as a struct, refusing what the canonical form refuses."""
    return fit(canonical.decode(raw), shape)


def explain(message: str) -> tuple[str, str]:
    """The reason and the JSON pointer in a sentence of msgspec."""
    found = _PLACE.match(message)
    assert found is not None, "the pattern matches every text"
    steps = [name or index for name, index in _STEP.findall(found["path"] or "")]
    if member := _MEMBER.search(found["reason"]):
        steps.append(member[1])
    return found["reason"], "".join(f"/{_escape(step)}" for step in steps)


def _escape(step: str) -> str:
    return step.replace("~", "~0").replace("/", "~1")


def _take(stream: IO[bytes], length: int) -> bytes:
    parts = []
    while length > 0 and (part := stream.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)
