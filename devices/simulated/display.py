"""A customer display made of software: what it is sent over a pseudo-terminal stands in its rows.

It understands CD5220 and the part of ESC/POS that displays have, and counts what it does not know.
"""

import re
from pathlib import Path

from devices.simulated.scanner import SimulatedScanner

COMMANDS = re.compile(
    rb"(?P<start>\x1b@)|(?P<mode>\x1b\x11|\x1f\x01)|(?P<clear>\x0c)|\x1bt(?P<table>[\x00-\xff])"
    rb"|\x1bQ(?P<row>[AB])(?P<text>[^\r]*)\r|\x1f\$(?P<column>[\x01-\x28])(?P<line>[\x01\x02])"
)


class SimulatedDisplay(SimulatedScanner):
    """Two rows of cells. ``table`` is the code page that was chosen last."""

    def __init__(self, link: Path, encoding: str = "cp437", columns: int = 20) -> None:
        super().__init__(link)
        self._encoding = encoding
        self._columns = columns
        self._unread = b""
        self._at = 0  # where the next character goes, counted over both rows
        self._cells = bytearray(b" " * columns * 2)
        self.table: int | None = None
        self.started = 0

    @property
    def rows(self) -> list[str]:
        """What a customer reads."""
        with self._answered:
            halves = self._cells[: self._columns], self._cells[self._columns :]
            return [half.decode(self._encoding, "replace") for half in halves]

    def _hear(self, answer: bytes) -> None:
        with self._answered:
            self._unread += answer
            while self._unread and self._take():
                pass
        super()._hear(answer)

    def _take(self) -> bool:
        """Obey one command or show one byte; whether there was a whole one."""
        if match := COMMANDS.match(self._unread):
            self._unread = self._unread[match.end() :]
            self._obey(match)
            return True
        if self._unread[0] in b"\x1b\x1f":
            return False  # the rest of the command has not come
        self._put(self._unread[:1])
        self._unread = self._unread[1:]
        return True

    def _obey(self, match: re.Match[bytes]) -> None:
        if match["start"]:
            self.started += 1
        if match["start"] or match["clear"]:
            self._cells[:] = b" " * len(self._cells)
            self._at = 0
        if match["table"]:
            self.table = match["table"][0]
        if match["row"]:
            self._at = self._columns * (match["row"] == b"B")
            self._put(match["text"][: self._columns])
        if match["column"]:
            self._at = self._columns * (match["line"][0] - 1) + match["column"][0] - 1

    def _put(self, raw: bytes) -> None:
        for byte in raw:
            self._cells[self._at] = byte
            self._at = (self._at + 1) % len(self._cells)
