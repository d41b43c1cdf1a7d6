"""Which encoding a text file is in, and how to read it so that nothing is lost silently (pure)."""

import codecs
import re
from collections.abc import Iterable
from typing import Final

ENCODINGS: Final = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "cp1252")
SAMPLE_BYTES: Final = 262_144

# Longest first: the mark of UTF-16 begins that of UTF-32, which nobody sends.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Two bytes of GB 2312, the part of GB 18030 that everyday Chinese is written in.
_han_pair = re.compile(rb"[\xa1-\xf7][\xa1-\xfe]")
_high = re.compile(rb"[\x80-\xff]")
_NULS_SHARE: Final = 0.2


def detect(chunks: Iterable[bytes]) -> str:
    """One of ``ENCODINGS`` for a file given in pieces; reads until something tells it apart.

    UTF-8 wins wherever it fits; what is pure ASCII is UTF-8 as well.
    """
    sample = b""
    for chunk in chunks:
        if not sample:
            if found := _marked(chunk) or _without_mark(chunk):
                return found
        elif chunk.isascii():
            continue
        sample += chunk
        if len(sample) >= SAMPLE_BYTES and not sample.isascii():
            break
        sample = sample[: 4 * SAMPLE_BYTES]
    return "utf-8-sig" if _is_utf8(sample) else _eight_bit(sample)


def _marked(start: bytes) -> str:
    return next((name for mark, name in _MARKS if start.startswith(mark)), "")


def _without_mark(start: bytes) -> str:
    """UTF-16 without its mark: every second byte of Western text is zero."""
    even, odd = start[0:4096:2].count(0), start[1:4096:2].count(0)
    half = max(1, len(start[:4096]) // 2)
    if odd > _NULS_SHARE * half and even < odd / 4:
        return "utf-16-le"
    if even > _NULS_SHARE * half and odd < even / 4:
        return "utf-16-be"
    return ""


def _is_utf8(sample: bytes) -> bool:
    """Whether it is UTF-8, or nearly: one broken line of many does not make it another encoding."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(sample, final=False)
    except UnicodeDecodeError:
        text = sample.decode("utf-8", "replace")
        wide = sum(1 for character in text if character > "\x7f")
        return wide > 0 and text.count("\ufffd") / wide < 0.1
    return True


def _eight_bit(sample: bytes) -> str:
    """GB 18030 where high bytes stand in pairs as Chinese does, else the Western code page."""
    high = len(_high.findall(sample))
    paired = 2 * len(_han_pair.findall(sample))
    return "gb18030" if paired >= 0.8 * high else "cp1252"
