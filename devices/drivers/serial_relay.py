"""A bell, a lamp or a door opener at a relay on a serial line, such as the small USB ones.

The bytes that close and open it are options; without them they are those of the widespread modules
with one relay (LCUS-1: A0, number, state, and the sum of the three).
"""

from collections.abc import Mapping
from contextlib import closing
from typing import Annotated, ClassVar

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Candidate, Context, Driver, LineLost
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits
from devices.options import Config, as_bytes, read, unit

LOOK_S = 0.05
Bytes = Annotated[str, Meta(min_length=1, max_length=32)]


class RelayOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """``ring_ms`` is how long it stays closed when it is rung."""

    relay_on: Bytes = "\xa0\x01\x01\xa2"
    relay_off: Bytes = "\xa0\x01\x00\xa1"
    ring_ms: Annotated[int, Meta(ge=50, le=60_000), unit("ms")] = 500
    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


class SerialRelay(Driver):
    """One relay on one port. It is told to open at the beginning and at the end."""

    kind: ClassVar[str] = "serial_relay"
    Options = RelayOptions
    finder = _serial_ports.FINDER
    commands: ClassVar[Mapping[str, Command]] = {
        "ring": Command(tests=True),
        "switch_on": Command(),
        "switch_off": Command(),
    }

    def __init__(self, config: Config) -> None:
        self._options = read(config, RelayOptions)
        self._on, self._off = as_bytes(self._options.relay_on), as_bytes(self._options.relay_off)
        _serial_line.check(self._options)

    @classmethod
    def match(cls, _: Candidate, /) -> int:
        """It tells nothing of itself, so it may hang on any line."""
        return 4

    def run(self, context: Context) -> None:
        with closing(_serial_line.open_line(context.address, self._options)) as wire:
            self._say(self._off, wire, context)
            context.online()
            off_ms: int | None = None  # when a ring is over
            while not context.stopping:
                # It says nothing, but only who reads notices that it was unplugged.
                if heard := wire.read(wait=False):
                    context.heard(heard)
                    context.skipped(len(heard))
                if off_ms is not None and context.monotonic_ms() >= off_ms:
                    off_ms = None
                    self._say(self._off, wire, context)
                if order := context.order(LOOK_S):
                    off_ms = self._obey(order, wire, context)
            self._say(self._off, wire, context)

    def _obey(self, order: Order, wire: _serial_line.Wire, context: Context) -> int | None:
        """Do what was ordered; when to open it again, in monotonic milliseconds."""
        try:
            self._say(self._off if order.name == "switch_off" else self._on, wire, context)
        except LineLost as error:
            order.answer(Result("uncertain", error.reason))
            raise
        order.answer(Result("done"))
        if order.name == "ring":
            return context.monotonic_ms() + self._options.ring_ms
        return None

    def _say(self, raw: bytes, wire: _serial_line.Wire, context: Context) -> None:
        wire.write(raw)
        context.said(raw)


DRIVER = SerialRelay
