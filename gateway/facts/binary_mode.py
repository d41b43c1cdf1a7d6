"""CloudEvents in binary mode: attributes in the headers of a request, the data in its body (pure).

CloudEvents 1.0, HTTP protocol binding, section 3.1. What comes out is the event as structured mode
writes it, so everything behind this door knows one form.
"""

import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import unquote_to_bytes

import msgspec

from gateway.kernel.problems import Problem

PREFIX: Final = "ce-"
# The header by which a request in binary mode is known.
MARK: Final = "ce-specversion"
_NAME = re.compile(r"[a-z0-9]{1,40}")
_ATTRIBUTES_MAX: Final = 40


def is_binary(media_type: str, specversion: str | None) -> bool:
    """Whether a request is in binary mode, by its Content-Type and its ``MARK`` header."""
    return specversion is not None and not media_type.strip().lower().startswith(
        "application/cloudevents"
    )


def structured(headers: Iterable[tuple[str, str]], body: bytes) -> bytes:
    """The event of a request in binary mode, as one JSON object.

    Names of headers are compared in small letters. An empty body is an event without data. Problem
    json_malformed when the body is no JSON, event_malformed for headers that are no attributes.
    """
    event: dict[str, object] = {}
    for header, value in headers:
        name = header.lower().removeprefix(PREFIX)
        if header.lower().startswith(PREFIX):
            event[_attribute(name, event)] = _text(value)
    if str(event.get("revision", "")).isdecimal():
        event["revision"] = int(str(event["revision"])[:18])
    if body.strip():
        # The data goes on as it came: the checks of a whole event are also those of its parts.
        _refuse_other_text(body)
        event["data"] = msgspec.Raw(body)
    return msgspec.json.encode(event)


def _attribute(name: str, event: dict[str, object]) -> str:
    if not _NAME.fullmatch(name) or name in event or name in ("data", "datacontenttype"):
        raise Problem("event_malformed", reason=f"the header ce-{name[:40]} is no attribute")
    if len(event) >= _ATTRIBUTES_MAX:
        raise Problem("event_malformed", reason="it has too many attributes")
    return name


def _text(value: str) -> str:
    """A header's value: UTF-8, percent-encoded (section 3.1.3.2), perhaps in quotation marks."""
    inner = value.strip()
    if len(inner) > 1 and inner[0] == inner[-1] == '"':
        inner = re.sub(r"\\(.)", r"\1", inner[1:-1])
    try:
        return unquote_to_bytes(inner.encode("latin-1")).decode("utf-8")
    except UnicodeError as error:
        raise Problem("event_malformed", reason="a header is not UTF-8") from error


def _refuse_other_text(body: bytes) -> None:
    """Problem json_malformed, so that a body cannot close the event that is written around it."""
    try:
        msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise Problem("json_malformed", reason=str(error)) from error
