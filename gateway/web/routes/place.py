"""Where a page of rows with several names ended, as the one word that the next page is asked for
with.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import Annotated, Any, TypeVar

import msgspec
from msgspec import Meta

from gateway.kernel.problems import Problem

After = Annotated[str, Meta(max_length=700)]
Limit = Annotated[int, Meta(ge=1, le=200)]
T = TypeVar("T")


def encode(parts: Sequence[object]) -> str:
    """The word for a place; bytes are written in base64."""
    return base64.urlsafe_b64encode(msgspec.json.encode(parts)).decode().rstrip("=")


def decode(after: str, shape: Any, first: T) -> T:
    """The place behind a word, ``first`` for an empty one; Problem cursor_malformed.

    ``shape`` is the type of ``first``.
    """
    if not after:
        return first
    try:
        raw = base64.b64decode(after + "=" * (-len(after) % 4), altchars=b"-_", validate=True)
        found: T = msgspec.json.decode(raw, type=shape)
    except (binascii.Error, ValueError, msgspec.MsgspecError) as error:
        raise Problem("cursor_malformed") from error
    return found
