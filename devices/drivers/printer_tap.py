"""A till that cannot be connected: what it prints is read on the way to its printer.

The till is given this gateway's address instead of the printer's. Every byte goes on at once, both
ways; a copy is read afterwards.
"""

import logging
import socket
import threading
from contextlib import closing
from itertools import count
from typing import Annotated, ClassVar, Literal

from msgspec import Meta

from devices.driver import Context, Driver, LineLost
from devices.drivers import _pump, _sockets
from devices.drivers._pump import Pump
from devices.drivers._tape_desk import Desk
from devices.drivers._tape_options import TapeOptions
from devices.options import Config, read

log = logging.getLogger(__name__)

LINES_MAX = 16
JOIN_S = 2.0
LEFT_MS = 60_000  # a till has hung up so long ago, and its printer says nothing
Port = Annotated[int, Meta(ge=1, le=65535)]


class TapOptions(TapeOptions, frozen=True, kw_only=True):
    """Where the till calls, where its printer is, and how its receipts are read.

    ``port`` is where this gateway waits, on the address ``host`` of this machine or (empty) on all.
    """

    port: Port = 9100
    host: Annotated[str, Meta(max_length=253)] = ""
    allow: Annotated[str, Meta(max_length=1000)] = _sockets.PRIVATE
    printer: Annotated[str, Meta(min_length=1, max_length=253)]
    printer_port: Port = 9100


class PrinterTap(Driver):
    """One printer between a till and its paper."""

    kind: ClassVar[str] = "printer_tap"
    Options = TapOptions
    role: ClassVar[Literal["device", "pos"]] = "pos"

    def __init__(self, config: Config) -> None:
        options = self._options = read(config, TapOptions)
        self._allowed = _sockets.networks(options.allow)
        self._desk = options.desk()

    @property
    def backlog(self) -> int:
        return self._desk.backlog

    def run(self, context: Context) -> None:
        # While the printer cannot be reached nobody listens: the till is refused, as it would be.
        connection = self._dial(context)
        if connection is None:
            return
        connection.close()
        reading = threading.Thread(target=self._desk.work, args=(context,), daemon=True)
        reading.start()
        hall = _Conversations(context, self._desk)
        try:
            with closing(_sockets.listen(self._options.host, self._options.port)) as server:
                context.online()
                while not context.stopping:
                    self._admit(server, hall, context)
                    hall.tend()
        finally:
            hall.close()
            self._desk.close()
            reading.join()

    def _dial(self, context: Context) -> socket.socket | None:
        options = self._options
        return _sockets.dial(options.printer, options.printer_port, lambda: context.stopping)

    def _admit(self, server: socket.socket, hall: "_Conversations", context: Context) -> None:
        """Take the next call and join it to the printer; LineLost when that cannot be reached."""
        if (call := _sockets.accept(server)) is None:
            return
        till, peer = call
        if not _sockets.allowed(peer[0], self._allowed) or hall.full:
            reason = "too_many_lines" if hall.full else "not_allowed"
            _pump.reset(till)
            context.turned_away(str(_sockets.plain(peer[0])), reason)
            return
        try:
            printer = self._dial(context)
        except LineLost:
            _pump.reset(till)
            if hall.idle:
                raise
            return  # it may only take one at a time, and says so in its own way
        if printer is None:
            _pump.reset(till)
            return
        hall.join(till, printer, _sockets.name_of(peer))


class _Conversations:
    """The tills that are connected at present, each with a line of its own to the printer."""

    def __init__(self, context: Context, desk: Desk) -> None:
        self._context = context
        self._desk = desk
        self._lock = threading.Lock()
        self._pumps: dict[int, Pump] = {}
        self._left_ms: dict[int, int] = {}
        self._numbers = count()

    @property
    def full(self) -> bool:
        """Whether there is room for nobody else."""
        return len(self._pumps) >= LINES_MAX

    @property
    def idle(self) -> bool:
        """Whether the printer talks to nobody at present."""
        with self._lock:
            return all(pump.gone.is_set() for pump in self._pumps.values())

    def join(self, till: socket.socket, printer: socket.socket, name: str) -> None:
        """Let one more print."""
        context, desk = self._context, self._desk
        number = next(self._numbers)

        def printed(piece: bytes) -> None:
            context.heard(piece, name)
            desk.hand_over(context, name, piece)

        def ended() -> None:
            desk.hand_over(context, name, b"")
            context.closed(name)
            with self._lock:
                self._pumps.pop(number, None)
                self._left_ms.pop(number, None)

        _pump.prompt(till)
        _pump.prompt(printer)
        pump = Pump(till, printer, printed, lambda piece: context.said(piece, name), ended)
        context.opened(name)
        with self._lock:
            self._pumps[number] = pump
        pump.start()

    def tend(self) -> None:
        """Let go of printers that keep a line open whose till has gone."""
        now_ms = self._context.monotonic_ms()
        with self._lock:
            for number, pump in self._pumps.items():
                if (
                    pump.left.is_set()
                    and now_ms - self._left_ms.setdefault(number, now_ms) > LEFT_MS
                ):
                    pump.let_go()

    def close(self) -> None:
        """Break off whoever still prints: the gateway stops, or the device is opened anew."""
        with self._lock:
            pumps = list(self._pumps.values())
        for pump in pumps:
            pump.stop()
        for pump in pumps:
            pump.join(JOIN_S)


DRIVER = PrinterTap
