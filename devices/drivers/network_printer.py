"""Receipt printers on the network: ESC/POS at TCP port 9100.

Most of them serve one caller at a time, so the gateway hangs up between its jobs and its looks, and
leaves the printer to whoever else prints there.
"""

import fcntl
import re
import select
import socket
import struct
import termios
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import Annotated, ClassVar, Final

from msgspec import Meta

from devices.driver import Candidate, Context, LineLost
from devices.drivers import _sockets
from devices.drivers._press import Channel
from devices.drivers._printer import Printer
from devices.drivers._printer_options import PrinterOptions
from devices.options import Config, read

CONNECT_S: Final = 3.0
# Series of the makers of receipt printers, as they name themselves on the network.
RECEIPTS: Final = re.compile(r"receipt|\b(TM-|TSP|mC-Print|CT-S|SRP-|RP-|NT-\d)", re.IGNORECASE)
WRITE_S: Final = 5.0  # a printer whose memory is full reads again when it has printed some


class NetworkPrinterOptions(PrinterOptions, frozen=True, kw_only=True):
    """A printer's options and its address."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)] = 9100


class Line(_sockets.Wire):
    """A connection that ends only when the other side has taken everything."""

    def __init__(self, connection: socket.socket) -> None:
        super().__init__(connection, write_s=WRITE_S)
        self._socket = connection
        self._trouble = select.poll()
        self._trouble.register(connection, 0)  # a hang-up is always told

    def write(self, raw: bytes) -> None:
        """Send all of it, and wait until it has arrived; LineLost when it does not in time."""
        super().write(raw)
        for _ in range(round(WRITE_S / 0.01)):
            if not self._unsent():
                return
            if self._trouble.poll(10):
                break
        raise LineLost("hung_up")

    def close(self) -> None:
        """Hang up. What the printer said unasked is read first: a connection that is closed over
        it is reset, and the printer would throw away what it has not printed.
        """
        with closing(self._socket), suppress(OSError, LineLost):
            self._socket.shutdown(socket.SHUT_WR)
            while self.read(wait=False):
                pass

    def _unsent(self) -> int:
        """Bytes that the other side has not acknowledged."""
        try:
            left: int = struct.unpack("i", fcntl.ioctl(self._socket, termios.TIOCOUTQ, bytes(4)))[0]
        except OSError as error:
            raise LineLost("hung_up") from error
        return left


class NetworkPrinter(Printer):
    """One printer at one address."""

    kind: ClassVar[str] = "network_printer"
    Options = NetworkPrinterOptions
    services = ("_pdl-datastream._tcp",)
    keeps_line: ClassVar[bool] = False
    piece_bytes: ClassVar[int] = 4096

    def __init__(self, config: Config) -> None:
        self._options = read(config, NetworkPrinterOptions)
        self._printer = self._options

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """What offers this port prints; whether receipts, its name and its make may tell."""
        told = f"{candidate.description} {candidate.traits.get('product', '')}"
        return 80 if RECEIPTS.search(told) else 30

    @classmethod
    def placed(cls, candidate: Candidate, /) -> Config:
        return {name: candidate.traits[name] for name in ("host", "port")}

    @contextmanager
    def _line(self, context: Context) -> Iterator[Channel | None]:
        host, port = _sockets.placed_at(context.address, self._options.host, self._options.port)
        connection = _sockets.dial(host, port, lambda: context.stopping, CONNECT_S)
        if connection is None:
            yield None
            return
        with closing(Line(connection)) as line:
            yield line


DRIVER = NetworkPrinter
