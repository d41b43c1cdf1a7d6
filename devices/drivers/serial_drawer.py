"""Cash drawers on a trigger of their own: any byte on the line has them spring open."""

from collections.abc import Mapping
from contextlib import closing
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Candidate, Context, Driver, LineLost
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._printer import DrawerArguments
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits
from devices.options import Config, as_bytes, read


class DrawerOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """``pulse`` are the bytes that open it."""

    pulse: Annotated[str, Meta(min_length=1, max_length=32)] = "\x07"
    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


class SerialDrawer(Driver):
    """One drawer on one port."""

    kind: ClassVar[str] = "serial_drawer"
    Options = DrawerOptions
    finder = _serial_ports.FINDER
    commands: ClassVar[Mapping[str, Command]] = {"open_drawer": Command(takes=DrawerArguments)}

    def __init__(self, config: Config) -> None:
        self._options = read(config, DrawerOptions)
        self._pulse = as_bytes(self._options.pulse)
        _serial_line.check(self._options)

    @classmethod
    def match(cls, _: Candidate, /) -> int:
        """It tells nothing of itself, so it may hang on any line."""
        return 5

    def run(self, context: Context) -> None:
        with closing(_serial_line.open_line(context.address, self._options)) as wire:
            context.online()
            while not context.stopping:
                if heard := wire.read(wait=True):
                    context.heard(heard)
                    context.skipped(len(heard))
                if order := context.order():
                    self._open(order, wire, context)

    def _open(self, order: Order, wire: _serial_line.Wire, context: Context) -> None:
        assert isinstance(order.args, DrawerArguments)
        try:
            wire.write(self._pulse)
        except LineLost as error:
            order.answer(Result("uncertain", error.reason))
            raise
        context.said(self._pulse)
        register = order.args.register
        data = {"reason": order.args.reason, "opened_by": order.by, "register": register}
        told = {name: value for name, value in data.items() if value}
        context.record(context.occurred("drawer.opened", told))
        order.answer(Result("done"))


DRIVER = SerialDrawer
