"""Text that a spreadsheet would run as a formula, made harmless in CSV files, and read back (pure).

A cell that begins with ``= + - @``, a tab or their full-width forms is run when the file is opened.
An apostrophe before it keeps it a text. Numbers and phone numbers stay as they are: with the
apostrophe a figure could not be added up, and a number not be dialled.
"""

import re
from typing import Final

_RISKY: Final = "=+-@\t\r＝＋－＠"
_plain = re.compile(r"[+-]?[\d\s().,/]*\d[\d\s().,/]*(?:;ext=\d+)?|[+-]?\d[\d.,]*")
_guarded = re.compile(rf"'+[{re.escape(_RISKY)}]")


def guard(text: str) -> str:
    """The text as it is safe in a CSV file; ``bare`` turns it back."""
    if not text or text[0] not in "'" + _RISKY:
        return text
    if text[0] == "'":
        return f"'{text}" if _guarded.match(text) else text
    return text if _plain.fullmatch(text) else f"'{text}"


def bare(text: str) -> str:
    """A guarded text without its guard."""
    return text[1:] if text[:1] == "'" and _guarded.match(text) else text
