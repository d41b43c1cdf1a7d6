"""A till that prints over a serial cable, read on the way to its printer.

The gateway stands between the two with a port for each. Every byte goes on at once, both ways; a
copy is read afterwards.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from devices.driver import Candidate, Context, Driver, LineLost
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits, Wire
from devices.drivers._tape_options import TapeOptions
from devices.options import Config, read

log = logging.getLogger(__name__)

TILL = ""  # the one conversation there is
Copy = Callable[[bytes], None]


class SerialTapOptions(TapeOptions, frozen=True, kw_only=True):
    """``printer`` is the port that the printer hangs on; the till's is the device's own.

    Both lines speak alike, as they did when they were one cable.
    """

    printer: Annotated[str, Meta(min_length=1, max_length=253)]
    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


class SerialTap(Driver):
    """One till and its printer."""

    kind: ClassVar[str] = "serial_tap"
    Options = SerialTapOptions
    role: ClassVar[Literal["device", "pos"]] = "pos"
    finder = _serial_ports.FINDER

    def __init__(self, config: Config) -> None:
        self._options = read(config, SerialTapOptions)
        _serial_line.check(self._options)
        self._desk = self._options.desk()

    @property
    def backlog(self) -> int:
        return self._desk.backlog

    @classmethod
    def match(cls, _: Candidate, /) -> int:
        """A till tells nothing of itself, so it may hang on any line."""
        return 4

    def run(self, context: Context) -> None:
        # The printer first: while it is away nobody reads the till, which is held back by its
        # handshake as it would be by the printer.
        with closing(self._printer()) as printer, closing(self._till(context)) as till:
            reading = threading.Thread(target=self._desk.work, args=(context,), daemon=True)
            reading.start()
            try:
                self._join(context, till, printer)
            finally:
                self._desk.hand_over(context, TILL, b"")
                self._desk.close()
                reading.join()

    def _till(self, context: Context) -> Wire:
        return _serial_line.open_line(context.address, self._options)

    def _printer(self) -> Wire:
        try:
            return _serial_line.open_line(self._options.printer, self._options)
        except LineLost as error:
            raise LineLost("printer_unplugged") from error

    def _join(self, context: Context, till: Wire, printer: Wire) -> None:
        """Carry both ways until one line is lost; LineLost says which."""

        def printed(piece: bytes) -> None:
            context.heard(piece)
            self._desk.hand_over(context, TILL, piece)

        there = _Way(context, till, printer, printed, ("unplugged", "printer_unplugged"))
        back = _Way(context, printer, till, context.said, ("printer_unplugged", "unplugged"))
        context.online()
        for way in (there, back):
            way.start()
        while not (context.stopping or there.over.is_set()):
            if back.over.wait(_serial_line.TICK_S):
                break
        for way in (there, back):
            way.stop()
        if lost := there.lost or back.lost:
            raise LineLost(lost)


class _Way:
    """Carries what comes from one line to the other, and hands over a copy of what has gone.

    ``reasons`` say which line was lost: the one that is read, the one that is written to.
    """

    def __init__(
        self, context: Context, source: Wire, target: Wire, copy: Copy, reasons: tuple[str, str]
    ) -> None:
        self._context = context
        self._source, self._target = source, target
        self._copy = copy
        self._reasons = reasons
        self._stopping = False
        self.over = threading.Event()
        self.lost = ""
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End within a moment, also in front of a printer that takes nothing."""
        self._stopping = True
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stopping:
                if piece := self._read():
                    self._carry(piece)
        except LineLost as error:
            self.lost = error.reason
        except Exception:
            log.exception("a line between a till and its printer ended with a mistake")
            self.lost = self._reasons[0]
        finally:
            self.over.set()

    def _read(self) -> bytes:
        try:
            return self._source.read(wait=True)
        except LineLost as error:
            raise LineLost(self._reasons[0]) from error

    def _carry(self, piece: bytes) -> None:
        """Send all of it, for as long as that takes; a stop leaves what has not gone."""
        sent = 0
        try:
            while sent < len(piece) and not self._stopping:
                sent += self._target.push(piece[sent:])
        except LineLost as error:
            raise LineLost(self._reasons[1]) from error
        finally:
            self._copy(piece[:sent])
            if sent < len(piece):
                self._context.skipped(len(piece) - sent)


DRIVER = SerialTap
