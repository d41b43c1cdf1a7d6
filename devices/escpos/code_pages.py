"""The characters a printer has, and what is printed instead of the others.

A printer in a mode of two bytes prints everything that takes two of them two cells wide, accents
and signs as well, so the width of a character follows from its code, not from what Unicode says.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal

PageName = Literal["cp437", "cp858", "latin9", "gb18030", "big5"]
LOST: Final = "?"
_TWO_CELLS: Final = frozenset({"gb18030", "big5"})
# Where a page has no such sign: what says the same. Tried in order.
_INSTEAD: Final[Mapping[str, tuple[str, ...]]] = {
    "€": ("EUR",), "£": ("GBP",), "¥": ("￥", "CNY"), "￥": ("¥", "CNY"),
    "‘": ("'",), "’": ("'",), "‚": ("'",), "“": ('"',), "”": ('"',), "„": ('"',),
    "–": ("-",), "—": ("-",), "‐": ("-",), "‑": ("-",), "−": ("-",), "…": ("...",),
    "•": ("*",), "·": (".",), "×": ("x",), "ß": ("ss",), "ẞ": ("SS",), "æ": ("ae",), "Æ": ("AE",),
    "œ": ("oe",), "Œ": ("OE",), "ø": ("o",), "Ø": ("O",), "ł": ("l",), "Ł": ("L",), "đ": ("d",),
    "Đ": ("D",), "ı": ("i",), "「": ('"',), "」": ('"',), "、": (",",), "。": (".",), "№": ("No.",),
}  # fmt: skip


@dataclass(frozen=True)
class CodePage:
    """A set of characters: ``select`` are the bytes that have a printer use it."""

    name: PageName
    codec: str
    select: bytes

    def encode(self, text: str) -> bytes:
        """The bytes of a text that ``printable`` has been through."""
        return text.encode(self.codec)

    def cells(self, text: str) -> int:
        """How many columns a printable text takes."""
        if self.name not in _TWO_CELLS:
            return len(text)
        return sum(1 if character.isascii() else 2 for character in text)

    def has(self, text: str) -> bool:
        """Whether every character of it is there, none of them a control."""
        return all(_has(self.codec, character) for character in text)


PAGES: Final[Mapping[str, CodePage]] = {
    page.name: page
    for page in (
        CodePage("cp437", "cp437", b"\x1bt\x00"),
        CodePage("cp858", "cp858", b"\x1bt\x13"),
        CodePage("latin9", "iso8859-15", b"\x1bt\x28"),
        CodePage("gb18030", "gb18030", b"\x1c&"),
        CodePage("big5", "big5", b"\x1c&"),
    )
}


def printable(text: str, page: CodePage) -> tuple[str, int]:
    """A text in characters of a page, and how many were lost. Line ends stay, controls never do."""
    if page.has(text):
        return text, 0
    said: list[str] = []
    lost = 0
    for character in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        instead = _instead(character, page)
        lost += instead is None
        said.append(LOST if instead is None else instead)
    return "".join(said), lost


def _instead(character: str, page: CodePage) -> str | None:
    """What is printed for a character; None when there is nothing like it."""
    if character == "\n" or page.has(character):
        return character
    category = unicodedata.category(character)
    if category in ("Cc", "Zs", "Zl", "Zp"):
        return " "
    if category in ("Cf", "Mn", "Me"):
        return ""
    known = _INSTEAD.get(character, ())
    plain = unicodedata.normalize("NFKD", character)
    base = "".join(one for one in plain if not unicodedata.combining(one))
    return next((one for one in (*known, plain, base) if one and page.has(one)), None)


@lru_cache(maxsize=4096)
def _has(codec: str, character: str) -> bool:
    if unicodedata.category(character) in ("Cc", "Co", "Cn", "Cs"):
        return False
    try:
        raw = character.encode(codec)
    except UnicodeEncodeError:
        return False
    # Codes of four bytes are standard, and most printers have no glyphs for them.
    return len(raw) <= 2 and 0x20 <= raw[0] != 0x7F
