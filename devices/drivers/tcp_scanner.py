"""Scanners on the network: those that call the gateway, and those that are called.

Any number of scanners may call one port. Each connection is a line of its own with its own thread,
frames, repeats and answers, so that none waits for another, and none is mistaken for another.
"""

import logging
import socket
import threading
from collections import deque
from contextlib import closing
from typing import Annotated, ClassVar, Literal

from msgspec import Meta, Struct

from devices.commands import Command, Order, Result
from devices.driver import Arrival, Context, Driver, LineLost
from devices.drivers import _sockets
from devices.drivers._stream import Answers, Stream, keep_all
from devices.options import Config, ScannerOptions, read, unit

log = logging.getLogger(__name__)

BACKLOG_LEAST = 10  # of one line, however many share


class TcpOptions(ScannerOptions, frozen=True, kw_only=True):
    """A scanner's options and where it is.

    ``listen`` waits for calls at ``port``, on the address ``host`` of this machine or (empty) on
    all; ``allow`` are the addresses and ranges that may call. ``dial`` calls ``host``. A scanner
    that hangs up between its readings is offline after ``away_s`` seconds without a call.
    """

    mode: Literal["listen", "dial"] = "listen"
    port: _sockets.Port
    host: Annotated[str, Meta(max_length=253)] = ""
    allow: Annotated[str, Meta(max_length=1000)] = _sockets.PRIVATE
    lines_max: Annotated[int, Meta(ge=1, le=64)] = 64
    keepalive_s: _sockets.Keepalive = 30
    away_s: Annotated[int, Meta(ge=0, le=3600), unit("s")] = 10


class BeepArguments(Struct, forbid_unknown_fields=True, frozen=True):
    """Which line is to sound; empty for all of them."""

    line: str = ""


class TcpScanner(Driver):
    """One scanner that is called, or all that call one port."""

    kind: ClassVar[str] = "tcp_scanner"
    bare = True
    Options = TcpOptions
    settings_used = ("frame_bytes_max", "queue_frames_max")
    commands: ClassVar = {"beep": Command(takes=BeepArguments, tests=True)}

    def __init__(self, config: Config) -> None:
        self._options = read(config, TcpOptions)
        self._options.framing()
        Answers(self._options)
        self._allowed = _sockets.networks(self._options.allow)
        if self._options.mode == "dial" and not self._options.host:
            raise ValueError("Where is the device? Give the host to call.")
        self._backlog: deque[Arrival] = deque()

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    def run(self, context: Context) -> None:
        if self._options.mode == "dial":
            self._call(context)
            return
        keep_all(self._backlog, context)
        with closing(_sockets.listen(self._options.host, self._options.port)) as server:
            hall = _Hall(self._options, context, self._backlog)
            try:
                while not context.stopping:
                    self._admit(server, hall, context)
                    hall.look()
                    if order := context.order():
                        order.answer(_beep(order, hall.streams()))
            finally:
                hall.close()

    def _call(self, context: Context) -> None:
        options = self._options
        with _sockets.line(options, context, options.idle_flush_ms) as wire:
            if wire is None:
                return
            stream = Stream(options, wire, context, self._backlog)
            context.online()
            try:
                while not context.stopping:
                    stream.step()
                    if order := context.order():
                        order.answer(_beep(order, {"": stream}))
            finally:
                stream.close()

    def _admit(self, server: socket.socket, hall: "_Hall", context: Context) -> None:
        """Take the next call, if it comes from where it may and there is room for it."""
        if (call := _sockets.accept(server)) is None:
            return
        connection, peer = call
        reason = ""
        if not _sockets.allowed(peer[0], self._allowed):
            reason = "not_allowed"
        elif hall.full:
            reason = "too_many_lines"
        if reason:
            connection.close()
            context.turned_away(str(_sockets.plain(peer[0])), reason)
            return
        _sockets.keep_alive(connection, self._options.keepalive_s)
        hall.admit(connection, _sockets.name_of(peer))


class _Hall:
    """The scanners that are connected at present, each served by a thread of its own.

    ``left`` takes what could not be kept before the end.
    """

    def __init__(self, options: TcpOptions, context: Context, left: deque[Arrival]) -> None:
        self._options = options
        self._context = context
        self._left = left
        self._lock = threading.Lock()
        self._guests: dict[str, tuple[Stream, threading.Thread]] = {}
        self._ended = False
        self._online: bool | None = None  # what was said last
        self._empty_ms = context.monotonic_ms()

    @property
    def full(self) -> bool:
        """Whether there is room for nobody else."""
        with self._lock:
            return len(self._guests) >= self._options.lines_max

    def streams(self) -> dict[str, Stream]:
        """The lines that stand, by name."""
        with self._lock:
            return {name: stream for name, (stream, _) in self._guests.items()}

    def admit(self, connection: socket.socket, name: str) -> None:
        """Serve one more."""
        options = self._options
        backlog: deque[Arrival] = deque()
        share = max(BACKLOG_LEAST, options.queue_frames_max // options.lines_max)
        wire = _sockets.Wire(connection, options.idle_flush_ms)
        stream = Stream(options, wire, self._context, backlog, name, share)
        thread = threading.Thread(
            target=self._serve, args=(connection, stream, backlog, name), name=name, daemon=True
        )
        self._context.opened(name)
        with self._lock:
            self._guests[name] = (stream, thread)
        if not self._online:
            self._online = True
            self._context.online()
        thread.start()

    def look(self) -> None:
        """Say that nobody is there when nobody has been for long enough."""
        now_ms = self._context.monotonic_ms()
        with self._lock:
            if self._guests:
                self._empty_ms = now_ms
                return
        if self._online is not False and now_ms - self._empty_ms >= 1000 * self._options.away_s:
            self._online = False
            self._context.offline("nobody_connected")

    def close(self) -> None:
        """Have everybody finish, and wait for that."""
        self._ended = True
        with self._lock:
            threads = [thread for _, thread in self._guests.values()]
        for thread in threads:
            thread.join()

    def _serve(
        self, connection: socket.socket, stream: Stream, backlog: deque[Arrival], name: str
    ) -> None:
        try:
            try:
                self._listen_to(stream)
            finally:
                stream.close()
        except Exception:
            # A mistake costs the line it was made on; that scanner calls again.
            log.exception("the line %s ended with a mistake", name)
        finally:
            self._left.extend(backlog)
            self._context.closed(name)
            with self._lock:
                del self._guests[name]
            connection.close()  # last: until then nobody else can call under this name

    def _listen_to(self, stream: Stream) -> None:
        try:
            while not (self._ended or self._context.stopping):
                stream.step()
        except LineLost:
            return


def _beep(order: Order, streams: dict[str, Stream]) -> Result:
    """Have one line sound, or all of them."""
    assert isinstance(order.args, BeepArguments)
    wanted = order.args.line
    sounding = [stream for name, stream in streams.items() if wanted in ("", name)]
    if not sounding:
        return Result("failed", "not_ready")
    try:
        told = [stream.beep() for stream in sounding]
    except LineLost as error:
        return Result("failed", error.reason)
    return Result("done") if all(told) else Result("failed", "no_tone")


DRIVER = TcpScanner
