"""What a scanner that pretends to be a keyboard has typed (pure): key presses in, bytes out.

It says which keys went down and up, and nothing of characters; which they are depends on the layout
that the scanner believes the computer to have. With the wrong one a code is another code, so a key
that gives nothing is never left out: it stands as U+FFFD, and whoever reads the code says so.
"""

import unicodedata
from collections.abc import Mapping
from typing import Final

from devices.drivers import _layouts
from devices.drivers._layouts import PLAIN, SHIFTED, THIRD

EV_SYN, EV_KEY = 0, 1
SYN_REPORT = 0
SYN_DROPPED = 3  # the kernel had no more room, and events are missing
UP, DOWN = 0, 1  # a third value is the repeat of a key that is held; scanners hold none
KEYS_MAX = 0x100  # beyond are the buttons of mice and joysticks

SHIFTS, CONTROLS, ALT, ALT_GR, CAPS = frozenset((42, 54)), frozenset((29, 97)), 56, 100, 58
MODIFIERS: Final = SHIFTS | CONTROLS | {ALT, ALT_GR}
IGNORED: Final = frozenset((69, 70, 125, 126, 127, 240))  # locks, logos, menu, the unknown
WHITE: Final[Mapping[int, bytes]] = {28: b"\r", 96: b"\r", 15: b"\t", 14: b"\x08", 1: b"\x1b"}
LOST = "\N{REPLACEMENT CHARACTER}"
ALT_DIGITS_MAX = 4


class Keyboard:
    """Follows the keys of one scanner.

    ``press`` returns the bytes that became certain with one event, in UTF-8: Enter is a carriage
    return, Ctrl with ``]`` and Alt with 0 2 9 on the keypad are the group separator 0x1D.
    """

    def __init__(self, layout: str) -> None:
        self._layout = _layouts.levels(layout)
        self._american = _layouts.levels("us")
        self._has_third = any(levels[THIRD] for levels in self._layout.values())
        self._held: set[int] = set()
        self._caps = False
        self._deaf = False
        self._dead = ""
        self._digits = ""  # of a code that is typed while Alt is held

    def press(self, type: int, code: int, value: int) -> bytes:
        """What one event of the kernel adds."""
        if (type, code) == (EV_SYN, SYN_DROPPED):
            # Nobody knows which keys are held now, and what was missed is missing in the code.
            self._held.clear()
            self._dead = self._digits = ""
            self._deaf = True
            return LOST.encode()
        if self._deaf:
            # What follows, up to the next report, is half of something (the kernel's own rule).
            self._deaf = (type, code) != (EV_SYN, SYN_REPORT)
            return b""
        if type != EV_KEY or code >= KEYS_MAX or value not in (UP, DOWN):
            return b""
        if code in MODIFIERS:
            return self._modify(code, down=value == DOWN)
        return self._strike(code) if value == DOWN else b""

    def _modify(self, code: int, *, down: bool) -> bytes:
        if down:
            self._held.add(code)
            return b""
        self._held.discard(code)
        if self._alt or not self._digits:
            return b""
        digits, self._digits = self._digits, ""
        return _alt_code(digits).encode()

    def _strike(self, code: int) -> bytes:
        if code == CAPS:
            self._caps = not self._caps
            return b""
        if code in IGNORED:
            return b""
        if code in WHITE:
            return self._alone() + WHITE[code]
        if self._alt and not self._held & CONTROLS:
            return self._with_alt(code)
        if self._held & CONTROLS and not self._third:
            return self._alone() + self._control(code).encode()
        return self._joined(self._character(code)).encode()

    @property
    def _alt(self) -> bool:
        """Whether Alt is held; AltGr is another one where it has no characters of its own."""
        return ALT in self._held or (ALT_GR in self._held and not self._has_third)

    @property
    def _third(self) -> bool:
        """Whether AltGr is held, or what stands for it."""
        both = ALT in self._held and bool(self._held & CONTROLS)
        return self._has_third and (both or ALT_GR in self._held)

    def _character(self, code: int) -> str:
        """What a key gives as things are held; nothing where it gives nothing."""
        if code in _layouts.KEYPAD:
            return _layouts.KEYPAD[code]
        levels = self._layout.get(code, ("", "", ""))
        if self._third:
            return levels[THIRD] or LOST
        # Caps lock turns letters around, and leaves what is no letter alone.
        letter = levels[PLAIN].upper() == levels[SHIFTED] != levels[PLAIN]
        shifted = bool(self._held & SHIFTS) != (self._caps and letter)
        return levels[SHIFTED if shifted else PLAIN] or LOST

    def _control(self, code: int) -> str:
        """Ctrl with a key: the control character of what the key gives here, or else in America."""
        for layout in (self._layout, self._american):
            character = layout.get(code, ("", "", ""))[PLAIN].upper()
            if len(character) == 1 and "@" <= character <= "_":
                return chr(ord(character) & 0x1F)
        return LOST

    def _with_alt(self, code: int) -> bytes:
        digit = _layouts.KEYPAD.get(code) or self._american.get(code, ("",))[0]
        if digit.isascii() and digit.isdigit() and len(self._digits) < ALT_DIGITS_MAX:
            self._digits += digit
            return b""
        return self._alone() + LOST.encode()

    def _joined(self, character: str) -> str:
        """The character with the dead key in front of it; a dead key waits for what it joins."""
        dead, self._dead = self._dead, ""
        if character in _layouts.ALONE:
            self._dead = character
            return _layouts.ALONE[dead] if dead else ""
        if not dead:
            return character
        if character == " ":
            return _layouts.ALONE[dead]
        whole = unicodedata.normalize("NFC", character + dead)
        return whole if len(whole) == 1 else _layouts.ALONE[dead] + character

    def _alone(self) -> bytes:
        """A dead key that nothing joins, as itself."""
        dead, self._dead = self._dead, ""
        return _layouts.ALONE[dead].encode() if dead else b""


def _alt_code(digits: str) -> str:
    """The character of a number that was typed while Alt was held.

    As in Windows: with a zero in front it is one of code page 1252, without one of 437.
    """
    number = int(digits)
    if 0 < number < 0x80:
        return chr(number)
    if number > 0xFF or not number:
        return LOST
    return bytes([number]).decode("cp1252" if digits[0] == "0" else "cp437", "replace")
