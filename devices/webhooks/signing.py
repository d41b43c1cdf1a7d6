"""Whether a delivery comes from whom it should: the ways in which services sign (pure).

Each way is data: which header holds the signature, what was signed, and how it is written. Standard
Webhooks (standardwebhooks.com, specification 1.0), Square (the address and the body), Shopify and
most others (the body), GitHub's form with a prefix.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.kernel.sealing import signed_with

SKEW_S: Final = 300
KEY_PREFIX: Final = "whsec_"


@dataclass(frozen=True)
class Style:
    """One way to sign. ``parts`` are what was signed, in order; other words stand for themselves.

    ``identity`` is the header that tells one delivery from the next, ``instant`` the one with its
    time in Unix seconds. ``listed``: the header holds several signatures with blanks between.
    ``encoded``: the key is base64.
    """

    signature: str
    parts: Sequence[str] = ("body",)
    encoding: Literal["hex", "base64"] = "base64"
    prefix: str = ""
    identity: str = ""
    instant: str = ""
    topic: str = ""
    listed: bool = False
    encoded: bool = False


STYLES: Final[Mapping[str, Style]] = {
    "standard": Style(
        "webhook-signature",
        parts=("webhook-id", ".", "webhook-timestamp", ".", "body"),
        prefix="v1,",
        identity="webhook-id",
        instant="webhook-timestamp",
        listed=True,
        encoded=True,
    ),
    "square": Style("x-square-hmacsha256-signature", parts=("url", "body")),
    "shopify": Style(
        "x-shopify-hmac-sha256", identity="x-shopify-webhook-id", topic="x-shopify-topic"
    ),
    "hex": Style("x-signature", encoding="hex"),
    "github": Style(
        "x-hub-signature-256",
        encoding="hex",
        prefix="sha256=",
        identity="x-github-delivery",
        topic="x-github-event",
    ),
}


class SignatureError(Exception):
    """It is not believed; ``reason`` is a word of the catalogue (``device_<reason>``)."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def elsewhere(style: Style, header: str) -> Style:
    """The same way of signing with the signature in another header."""
    return replace(style, signature=header.strip().lower())


def key_of(style: Style, secret: str) -> bytes:
    """The bytes of a secret; ValueError when this way of signing has it in another form."""
    if not style.encoded:
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(KEY_PREFIX), validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError(f"The secret of this kind is base64 behind {KEY_PREFIX}.") from error


def check(
    style: Style,
    keys: Sequence[bytes],
    headers: Mapping[str, str],
    body: bytes,
    *,
    url: str,
    now_s: int,
) -> None:
    """Raise SignatureError unless one of the keys signed this. Names of headers are lower case."""
    signed = b"".join(_part(part, headers, body, url) for part in style.parts)
    given = headers.get(style.signature, "")
    written = [word.strip() for word in (given.split() if style.listed else [given])]
    signatures = [_bytes(word, style) for word in written]
    if not any(signed_with(key, signed, one) for key in keys for one in signatures if one):
        raise SignatureError("signature_wrong")
    if style.instant and not _near(headers.get(style.instant, ""), now_s):
        raise SignatureError("signature_old")


def _part(part: str, headers: Mapping[str, str], body: bytes, url: str) -> bytes:
    if part == "body":
        return body
    if part == "url":
        return url.encode()
    # A header that is missing is signed as nothing, and then nothing fits.
    return (headers.get(part, "") if "-" in part else part).encode("latin-1", "replace")


def _bytes(word: str, style: Style) -> bytes:
    """The bytes of a signature as it is written; none when it is written otherwise."""
    if style.prefix and not word.startswith(style.prefix):
        return b""
    text = word.removeprefix(style.prefix)
    try:
        if style.encoding == "hex":
            return bytes.fromhex(text)
        return base64.b64decode(text, validate=True)
    except ValueError:
        return b""


def _near(instant: str, now_s: int) -> bool:
    return instant.isascii() and instant.isdigit() and abs(int(instant[:12]) - now_s) <= SKEW_S
