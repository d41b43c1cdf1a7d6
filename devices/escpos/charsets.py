"""What the bytes of a printer's text stand for: its pages and national letters (pure).

The numbers of ESC t and ESC R are Epson's; most other makers follow them.
"""

from collections.abc import Mapping
from typing import Final

PAGES: Final[Mapping[int, str]] = {
    0: "cp437", 1: "shift_jis", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 13: "cp857",
    14: "cp737", 15: "iso8859_7", 16: "cp1252", 17: "cp866", 18: "cp852", 19: "cp858",
    20: "cp874", 21: "cp874", 26: "cp874", 32: "cp720", 33: "cp775", 34: "cp855", 35: "cp861",
    36: "cp862", 37: "cp864", 38: "cp869", 39: "iso8859_2", 40: "iso8859_15", 44: "cp1125",
    45: "cp1250", 46: "cp1251", 47: "cp1253", 48: "cp1254", 49: "cp1255", 50: "cp1256",
    51: "cp1257", 52: "cp1258", 53: "kz1048",
}  # fmt: skip
WIDE: Final = frozenset({"gb18030", "big5", "shift_jis", "euc_kr", "utf-8"})
# What ESC R puts in the places of these.
_PLACES: Final = "#$@[\\]^`{|}~"
_NATIONAL: Final[Mapping[int, str]] = {
    1: "#$à°ç§^`éùè¨", 2: "#$§ÄÖÜ^`äöüß", 3: "£$@[\\]^`{|}~", 4: "#$@ÆØÅ^`æøå~",
    5: "#¤ÉÄÖÅÜéäöåü", 6: "#$@°\\é^ùàòèì", 7: "₧$@¡Ñ¿^`¨ñ}~", 8: "#$@[¥]^`{|}~",
    9: "#¤ÉÆØÅÜéæøåü", 10: "#$ÉÆØÅÜéæøåü", 11: "#$á¡Ñ¿é`íñóú", 12: "#$á¡Ñ¿éüíñóú",
    13: "#$@[₩]^`{|}~", 14: "#$ŽŠĐĆČžšđćč", 15: "#¥@[\\]^`{|}~",
}  # fmt: skip
_TABLES: Final = {number: str.maketrans(_PLACES, letters) for number, letters in _NATIONAL.items()}


def text_of(raw: bytes, codec: str, national: int) -> str:
    """A run of text; what its page does not have is U+FFFD."""
    if codec in WIDE or national not in _TABLES:
        return raw.decode(codec, "replace")
    # Only the seven-bit half of a page has national letters.
    pieces = [
        bytes([byte]).decode("ascii").translate(_TABLES[national])
        if byte < 0x80
        else bytes([byte]).decode(codec, "replace")
        for byte in raw
    ]
    return "".join(pieces)
