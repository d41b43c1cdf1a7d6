"""Scanners on a serial line: RS-232, USB serial adapters, USB-CDC and Bluetooth SPP.

Reads what is there and never waits for more, because a read that spans the moment of unplugging
loses what had come before. Between two commits it reads again, so that the line's own small buffer
never overflows while the disk is slow; when too much waits for the disk it stops reading, and the
line's flow control holds the scanner back.
"""

import errno
import termios
from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from typing import Annotated, ClassVar, Final, Literal

import msgspec
import serial

from devices.driver import (
    Arrival,
    Candidate,
    Context,
    Driver,
    LineError,
    LineLost,
    LineRefused,
    Verdict,
)
from devices.drivers import _serial_ports
from devices.framing import Framer, Framing

TICK_S = 0.2  # the longest a stop has to wait for a silent line
LINE_ERRORS = (OSError, termios.error, ValueError)  # SerialException is an OSError
REFUSALS: Final = {
    errno.EAGAIN: "port_busy",
    errno.EBUSY: "port_busy",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EINVAL: "line_settings",
}


class SerialConfig(msgspec.Struct, forbid_unknown_fields=True, frozen=True):
    """Texts stand for bytes, one character each: ``"\\u0006"`` is ACK.

    ``ack`` is sent when a reading is on disk, ``nak`` when it came broken or could not be kept, and
    ``tone`` makes the scanner complain. Without ``nak`` and ``tone`` a reading is never given up.
    """

    baud: Annotated[int, msgspec.Meta(ge=300, le=4_000_000)] = 9600
    byte_size: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Literal[1, 2] = 1
    flow: Literal["none", "rtscts", "xonxoff"] = "none"
    terminators: str = "\r\n"
    envelope: bool = False
    check: Literal["", "xor", "lrc"] = ""
    length_digits: int = 0
    prefix: str = ""
    suffix: str = ""
    parity_bit: Literal["", "strip", "even", "odd"] = ""
    idle_flush_ms: int = 0
    frame_bytes_max: Annotated[int, msgspec.Meta(ge=64, le=4096)] = 4096
    queue_frames_max: Annotated[int, msgspec.Meta(ge=10)] = 1000
    ack: str = ""
    nak: str = ""
    tone: str = ""

    def framing(self) -> Framing:
        """How frames are cut; ValueError when the options do not fit together."""
        framing = Framing(
            terminators=_bytes(self.terminators),
            envelope=self.envelope,
            check=self.check,
            length_digits=self.length_digits,
            prefix=_bytes(self.prefix),
            suffix=_bytes(self.suffix),
            parity_bit=self.parity_bit,
            idle_flush_ms=self.idle_flush_ms,
            bytes_max=self.frame_bytes_max,
        )
        if complaints := list(framing.complaints()):
            raise ValueError(" ".join(complaints))
        return framing


class SerialScanner(Driver):
    """One scanner on one serial port, opened for this process alone."""

    kind: ClassVar[str] = "serial_scanner"
    version: ClassVar[int] = 2
    settings_used: ClassVar[Sequence[str]] = ("baud", "frame_bytes_max", "queue_frames_max")

    def __init__(self, config: Mapping[str, object]) -> None:
        try:
            self._config = msgspec.convert(config, SerialConfig)
        except msgspec.ValidationError as error:
            raise ValueError(f"{error}.") from error
        self._framing = self._config.framing()
        self._ack, self._nak, self._tone = map(
            _bytes, (self._config.ack, self._config.nak, self._config.tone)
        )
        self._backlog: deque[Arrival] = deque()
        self._port(None)  # refuses a speed or a parity that no port can have

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    @classmethod
    def find(cls, ports: Sequence[str]) -> Iterable[Candidate]:
        return _serial_ports.find(cls.kind, ports)

    @classmethod
    def options(cls) -> Mapping[str, Mapping[str, object]]:
        (declared,) = msgspec.json.schema(SerialConfig)["$defs"].values()
        properties: Mapping[str, Mapping[str, object]] = declared["properties"]
        return properties

    @classmethod
    def migrate(cls, config: Mapping[str, object], version: int) -> Mapping[str, object]:
        if version != 1:
            return super().migrate(config, version)
        rest = {name: value for name, value in config.items() if name != "bcc"}
        return {**rest, "check": "xor"} if config.get("bcc") else rest

    def run(self, context: Context) -> None:
        framer = Framer(self._framing)
        try:
            port = self._port(context.address)
        except LINE_ERRORS as error:
            raise _open_error(error) from error
        with closing(port):
            context.online()
            try:
                while not context.stopping:
                    self._read(port, framer, context)
                    self._deliver(port, context)
            finally:
                self._empty(framer, context)

    def _port(self, address: str | None) -> serial.Serial:
        """The port, open unless there is no address."""
        config = self._config
        return serial.serial_for_url(
            address,
            do_not_open=address is None,
            baudrate=config.baud,
            bytesize=config.byte_size,
            parity=config.parity,
            stopbits=config.stop_bits,
            rtscts=config.flow == "rtscts",
            xonxoff=config.flow == "xonxoff",
            timeout=(config.idle_flush_ms / 1000) or TICK_S,
            write_timeout=1.0,
            exclusive=True,
        )

    def _read(self, port: serial.Serial, framer: Framer, context: Context) -> None:
        """Take what is there; wait for more only when nothing waits for the disk."""
        if len(self._backlog) >= self._config.queue_frames_max:
            context.degraded("backlog_full")
            return
        chunk = _take(port, wait=not self._backlog)
        now_ms = context.monotonic_ms()
        cuts = framer.feed(chunk, now_ms) if chunk else framer.idle(now_ms)
        self._backlog.extend(context.arrived(cut) for cut in cuts)

    def _deliver(self, port: serial.Serial, context: Context) -> None:
        """Keep the oldest arrival, and answer the scanner only then."""
        if not self._backlog:
            return
        # Taken out first: should it ever break the thread, it must not break the next one too.
        arrival = self._backlog.popleft()
        verdict = context.emit(arrival)
        if verdict.again and not (self._nak or self._tone):
            self._backlog.appendleft(arrival)  # nobody can be told, so it is tried until it is kept
            return
        if not self._backlog:
            context.degraded("")
        _say(port, self._answer(arrival, verdict))

    def _answer(self, arrival: Arrival, verdict: Verdict) -> bytes:
        if not verdict.kept:
            return self._nak + self._tone
        if verdict.outcome == "invalid":
            # Broken on the line: send it again. A wrong check digit would only come again.
            return self._nak if arrival.cut.kind == "invalid" else self._ack + self._tone
        return self._ack if verdict.outcome in ("captured", "suppressed") else self._tone

    def _empty(self, framer: Framer, context: Context) -> None:
        """Keep what was read before the line went away; nobody is there to be answered."""
        self._backlog.extend(context.arrived(cut) for cut in framer.close())
        while self._backlog:
            arrival = self._backlog.popleft()
            if context.emit(arrival).again:
                self._backlog.appendleft(arrival)
                if context.stopping:
                    return


def _take(port: serial.Serial, *, wait: bool) -> bytes:
    """What has come in; one byte at least, for a moment, if it is worth waiting."""
    try:
        waiting = port.in_waiting
        return port.read(max(1, waiting)) if waiting or wait else b""
    except LINE_ERRORS as error:
        raise LineLost("unplugged") from error


def _say(port: serial.Serial, answer: bytes) -> None:
    try:
        if answer:
            port.write(answer)
    except LINE_ERRORS as error:
        raise LineLost("unplugged") from error


def _bytes(text: str) -> bytes:
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError as error:
        raise ValueError(f'"{text}" holds a character that is no byte.') from error


def _open_error(error: Exception) -> LineError:
    code = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    reason = REFUSALS.get(code) if isinstance(code, int) else None
    if isinstance(error, ValueError):
        reason = "line_settings"
    return LineRefused(reason) if reason else LineLost("unplugged")


DRIVER = SerialScanner
