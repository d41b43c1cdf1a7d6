"""A customer display at the end of any line (shared by the display drivers).

Two rows that a customer reads. A display answers nothing: what was sent is taken for shown.
"""

from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Context, LineLost
from devices.drivers import _cells
from devices.drivers._stream import Channel

TICK_S = 0.1
ROWS = 2
TEST = ("Ägypten 咖啡\t12.50", "12345678901234567890")

Row = Annotated[str, Meta(max_length=200)]


class DisplayOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """What a display understands, on any line.

    ``code_table`` is the number that the display has for its code page; -1 is the usual one.
    """

    protocol: _cells.Protocol = "cd5220"
    encoding: _cells.Encoding = "cp437"
    code_table: Annotated[int, Meta(ge=-1, le=255)] = -1
    columns: Annotated[int, Meta(ge=8, le=40)] = 20

    @property
    def table(self) -> int | None:
        """The number of the code page, None where there is nothing to choose."""
        return _cells.TABLES.get(self.encoding) if self.code_table < 0 else self.code_table


class ShowArguments(Struct, forbid_unknown_fields=True, frozen=True):
    """One row or two. What stands behind a tab goes to the right end of its row."""

    lines: Annotated[list[Row], Meta(min_length=1, max_length=ROWS)]


class Display:
    """Serves one display on an open line until ``context.stopping``. Raises LineLost."""

    # What a customer reads for a moment is no entry of the journal, so showing it only asks.
    COMMANDS: ClassVar = {
        "show": Command(takes=ShowArguments, asks=True),
        "clear": Command(asks=True, tests=True),
        "test": Command(asks=True, tests=True),
    }

    def __init__(self, options: DisplayOptions, channel: Channel, context: Context) -> None:
        self._options = options
        self._channel = channel
        self._context = context

    def serve(self) -> None:
        """Make it ready, and show what is ordered."""
        self._say(_cells.start(self._options.protocol))
        self._context.online()
        while not self._context.stopping:
            if order := self._context.order(TICK_S):
                self._obey(order)
            if chunk := self._channel.read(wait=False):  # also notices a line that has gone
                self._context.heard(chunk)

    def _obey(self, order: Order) -> None:
        try:
            order.answer(self._show(order))
        except LineLost as error:
            order.answer(Result("uncertain", error.reason))
            raise

    def _show(self, order: Order) -> Result:
        if order.name == "clear":
            self._say(_cells.CLEAR)
            return Result("done")
        lines = order.args.lines if isinstance(order.args, ShowArguments) else TEST
        options = self._options
        # A row that is not named is empty: the price of the article before must not stay.
        texts = [*lines, *[""] * ROWS][:ROWS]
        try:
            rows = [_cells.row(text, options.columns, options.encoding) for text in texts]
        except _cells.TooLong:
            return Result("failed", "display_too_long")
        self._say(_cells.page(rows, options.protocol, options.table))
        return Result("done", data={"lines": [row.decode(options.encoding) for row in rows]})

    def _say(self, raw: bytes) -> None:
        self._channel.write(raw)
        self._context.said(raw)
