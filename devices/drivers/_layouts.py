"""Which character a key gives, by keyboard layout.

Keys have the kernel's numbers (linux/input-event-codes.h), which say where a key is and not what is
printed on it. A combining character is a dead key: it joins the next letter. A blank is no
character at all. Sources: the layouts of the same names of Windows, which scanners imitate.
"""

from collections.abc import Mapping
from typing import Literal

LayoutName = Literal["us", "de", "fr", "es"]
PLAIN, SHIFTED, THIRD = 0, 1, 2  # levels; the third is AltGr's

# The keys of the four rows, from the left to the right.
ROWS = (
    (41, *range(2, 14)),
    tuple(range(16, 28)),
    (*range(30, 41), 43),
    (86, *range(44, 54)),
)
# For each row what its keys give plainly, with shift, and with AltGr.
TABLES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "us": (
        ("`1234567890-=", "~!@#$%^&*()_+", ""),
        ("qwertyuiop[]", "QWERTYUIOP{}", ""),
        ("asdfghjkl;'\\", 'ASDFGHJKL:"|', ""),
        ("<zxcvbnm,./", ">ZXCVBNM<>?", ""),
    ),
    "de": (
        ("\u03021234567890ß\u0301", '°!"§$%&/()=?\u0300', "  ²³   {[]}\\ "),
        ("qwertzuiopü+", "QWERTZUIOPÜ*", "@ €        ~"),
        ("asdfghjklöä#", "ASDFGHJKLÖÄ'", ""),
        ("<yxcvbnm,.-", ">YXCVBNM;:_", "|      µ   "),
    ),
    "fr": (
        ("²&é\"'(-è_çà)=", " 1234567890°+", "  \u0303#{[|\u0300\\^@]}"),
        ("azertyuiop\u0302$", "AZERTYUIOP\u0308£", "  €        ¤"),
        ("qsdfghjklmù*", "QSDFGHJKLM%µ", ""),
        ("<wxcvbn,;:!", ">WXCVBN?./§", ""),
    ),
    "es": (
        ("º1234567890'¡", 'ª!"·$%&/()=?¿', "\\|@#~€¬      "),
        ("qwertyuiop\u0300+", "QWERTYUIOP\u0302*", "  €       []"),
        ("asdfghjklñ\u0301ç", "ASDFGHJKLÑ\u0308Ç", "          {}"),
        ("<zxcvbnm,.-", ">ZXCVBNM;:_", ""),
    ),
}
# The keypad is the same everywhere, and types digits: its lock is on wherever a scanner is.
KEYPAD: Mapping[int, str] = dict(
    zip(
        (71, 72, 73, 75, 76, 77, 79, 80, 81, 82, 55, 74, 78, 83, 98, 117, 121),
        "7894561230*-+./=,",
        strict=True,
    )
)
# A dead key that is followed by a blank, or by a letter that does not take it, stands for itself.
ALONE: Mapping[str, str] = {
    "\u0300": "`",
    "\u0301": "´",
    "\u0302": "^",
    "\u0303": "~",
    "\u0308": "¨",
}


def levels(name: str) -> Mapping[int, tuple[str, str, str]]:
    """What each key of a layout gives on its three levels; empty where nothing."""
    table: dict[int, tuple[str, str, str]] = {57: (" ", " ", "")}
    for keys, (plain, shifted, third) in zip(ROWS, TABLES[name], strict=True):
        rows = (plain, shifted, third.ljust(len(keys)))
        for key, *characters in zip(keys, *rows, strict=True):
            table[key] = (characters[0], characters[1].strip(), characters[2].strip())
    return table
