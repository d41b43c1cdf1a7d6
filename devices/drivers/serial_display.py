"""Customer displays on a serial line."""

from contextlib import closing
from typing import ClassVar

from devices.driver import Candidate, Context, Driver
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._display import Display, DisplayOptions
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits
from devices.options import Config, read


class SerialDisplayOptions(DisplayOptions, frozen=True, kw_only=True):
    """A display's options and those of its line."""

    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


class SerialDisplay(Driver):
    """One display on one serial port."""

    kind: ClassVar[str] = "serial_display"
    Options = SerialDisplayOptions
    finder = _serial_ports.FINDER
    commands = Display.COMMANDS

    def __init__(self, config: Config) -> None:
        self._options = read(config, SerialDisplayOptions)
        _serial_line.check(self._options)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """Anything on a serial line may be a display; it is the rarest of all."""
        return max(0, _serial_ports.other_than_scanner(candidate, "display", "vfd", "pole") - 5)

    def run(self, context: Context) -> None:
        with closing(_serial_line.open_line(context.address, self._options)) as wire:
            Display(self._options, wire, context).serve()


DRIVER = SerialDisplay
