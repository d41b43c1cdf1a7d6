"""Scales on a serial line: RS-232 and USB serial adapters."""

from contextlib import closing
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from devices.driver import Candidate, Context, Driver
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._scale import Scale, ScaleOptions
from devices.drivers._weights import PROTOCOLS
from devices.options import Config, read, unit


class SerialScaleOptions(ScaleOptions, frozen=True, kw_only=True):
    """A scale's options and those of its line; 0 and nothing are what is usual for the protocol."""

    baud: Annotated[int, Meta(ge=0, le=115_200), unit("baud")] = 0
    bits: Literal["", "8N1", "7E1", "7O1", "8E1", "8O1", "7N2"] = ""


@dataclass(frozen=True)
class _Line:
    """How both ends agree to speak."""

    baud: int
    byte_size: int
    parity: str
    stop_bits: int
    flow: str = "none"


class SerialScale(Driver):
    """One scale on one serial port."""

    kind: ClassVar[str] = "serial_scale"
    Options = SerialScaleOptions
    finder = _serial_ports.FINDER
    commands = Scale.COMMANDS

    def __init__(self, config: Config) -> None:
        self._options = read(config, SerialScaleOptions)
        self._options.check()
        usual = PROTOCOLS[self._options.protocol]
        bits = self._options.bits or usual.bits
        self._line = _Line(self._options.baud or usual.baud, int(bits[0]), bits[1], int(bits[2]))
        _serial_line.check(self._line)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """Anything on a serial line may be a scale; scanners are there more often."""
        return _serial_ports.other_than_scanner(candidate, "scale", "balance", "weigh")

    def run(self, context: Context) -> None:
        with closing(self._open(context.address)) as wire:
            context.online()
            Scale(self._options, wire, context).serve()

    def _open(self, address: str) -> _serial_line.Wire:
        return _serial_line.open_line(address, self._line)


DRIVER = SerialScale
