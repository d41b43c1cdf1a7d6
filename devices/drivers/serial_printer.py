"""Receipt printers on a serial line: RS-232, USB serial adapters and printers that are one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import ClassVar, Final

from devices.driver import Candidate, Context
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._press import Channel
from devices.drivers._printer import Printer
from devices.drivers._printer_options import PrinterOptions
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits
from devices.options import Config, read

WRITE_S: Final = 5.0  # a printer whose memory is full holds the line until it has printed some
# Makers of receipt printers, and the words their products go by.
PRINTER_VENDORS: Final = frozenset({0x04B8, 0x0519, 0x1504, 0x0DD4, 0x154F, 0x20D1, 0x0FE6})
_WORDS: Final = ("printer", "pos", "receipt")


class SerialPrinterOptions(PrinterOptions, frozen=True, kw_only=True):
    """A printer's options and those of its line."""

    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


class SerialPrinter(Printer):
    """One printer on one port, opened for this process alone."""

    kind: ClassVar[str] = "serial_printer"
    Options = SerialPrinterOptions
    finder = _serial_ports.FINDER

    def __init__(self, config: Config) -> None:
        self._options = read(config, SerialPrinterOptions)
        self._printer = self._options
        _serial_line.check(self._options)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """Surest where the maker makes printers; anything on a serial line may be one."""
        product = str(candidate.traits.get("product") or "").lower()
        if candidate.traits.get("vid") in PRINTER_VENDORS or any(
            word in product for word in _WORDS
        ):
            return 92
        return 20

    @contextmanager
    def _line(self, context: Context) -> Iterator[Channel | None]:
        with closing(
            _serial_line.open_line(context.address, self._options, write_s=WRITE_S)
        ) as wire:
            yield wire


DRIVER = SerialPrinter
