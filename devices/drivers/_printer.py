"""A receipt printer at work, whatever line it hangs on (shared by the printer drivers).

It is looked at now and then, so that people see an open cover before a customer waits, and before
and after each job.
"""

from abc import abstractmethod
from contextlib import AbstractContextManager
from typing import Annotated, ClassVar, Final

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Context, Driver, LineError
from devices.drivers._press import Channel, Press
from devices.drivers._printer_options import PrinterOptions
from devices.drivers._printer_status import BLOCKING
from devices.escpos.document import Printing, Pulse

TICK_S: Final = 0.2
BLOCKED_LOOK_S: Final = 2  # whoever changes the paper wants to see it go on


class DrawerArguments(Struct, forbid_unknown_fields=True, frozen=True):
    """Why the drawer is opened, and whose it is; nobody opens it without saying why."""

    reason: Annotated[str, Meta(min_length=1, max_length=400, pattern=r"\S")]
    register: Annotated[str, Meta(max_length=80)] = ""


class Printer(Driver):
    """Looks, prints and opens the drawer. With ``keeps_line`` the line stays open in between:
    on the network others may want to print as well.
    """

    prints: ClassVar[bool] = True
    keeps_line: ClassVar[bool] = True
    piece_bytes: ClassVar[int] = 256
    commands: ClassVar = {
        "open_drawer": Command(takes=DrawerArguments),
        "printer_status": Command(asks=True, tests=True),
    }
    _printer: PrinterOptions

    @abstractmethod
    def _line(self, context: Context) -> AbstractContextManager[Channel | None]:
        """An open line; None when it is time to end. LineLost or LineRefused."""

    def run(self, context: Context) -> None:
        self._said: str | None = None
        self._order: Order | None = None
        try:
            while not context.stopping:
                with self._line(context) as channel:
                    if channel is None:
                        break
                    self._serve(Press(self._printer, channel, context, self.piece_bytes), context)
                if self._order is None:
                    self._order = self._next(context)
        except LineError as error:
            self._give_up(error.reason)
            raise
        self._give_up("not_ready")

    def _serve(self, press: Press, context: Context) -> None:
        """Look and obey, until it is time to hang up."""
        while not context.stopping:
            self._look(press, context)
            if self._order:
                self._order.answer(self._obey(press, self._order))
                self._order = None
                self._look(press, context)
            self._order = self._next(context) if self.keeps_line else context.order()
            if not (self.keeps_line or self._order):
                return

    def _give_up(self, reason: str) -> None:
        """What was begun and could not be done: nothing has come of it."""
        if self._order:
            self._order.answer(Result("failed", reason))

    def _look(self, press: Press, context: Context) -> None:
        status = press.look()
        reason = status.reason if status else ""
        if self._said is None or (self._said and not reason):
            context.online()
        if reason and reason != self._said:
            context.degraded(reason)
        self._said = reason

    def _next(self, context: Context) -> Order | None:
        """What is to be done next, until it is time to look again."""
        pause_s = BLOCKED_LOOK_S if self._said in BLOCKING else self._printer.look_s
        for _ in range(round(pause_s / TICK_S)):
            if context.stopping:
                break
            if order := context.order(TICK_S):
                return order
        return None

    def _obey(self, press: Press, order: Order) -> Result:
        args = order.args
        if isinstance(args, Printing):
            return press.print(args, order.by)
        if isinstance(args, DrawerArguments):
            return press.open_drawer(Pulse(args.reason, args.register), order.by)
        status = press.look()
        return Result("done", "", status.shown() if status else {})
