"""What one printer is like: its paper, its characters, its knife and its drawer."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from devices.escpos.code_pages import PAGES, CodePage, PageName

Columns = Literal[32, 42, 48]
Knife = Literal["partial", "full", "none"]
# Dots across the paper of 58 mm, and of 80 mm with heads of 512 and 576 dots.
_DOTS: Final[Mapping[int, int]] = {32: 384, 42: 512, 48: 576}


@dataclass(frozen=True)
class Profile:
    """``drawer_pin`` is that of the socket, the pulse is in milliseconds."""

    columns: Columns = 42
    code_page: PageName = "cp858"
    knife: Knife = "partial"
    drawer_pin: Literal[2, 5] = 2
    pulse_ms: int = 100

    @property
    def dots(self) -> int:
        """How wide the paper is."""
        return _DOTS[self.columns]

    @property
    def page(self) -> CodePage:
        """The characters it has."""
        return PAGES[self.code_page]
