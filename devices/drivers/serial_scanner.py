"""Scanners on a serial line: RS-232, USB serial adapters, USB-CDC and Bluetooth SPP.

Reads what is there and never waits for more, because a read that spans the moment of unplugging
loses what had come before.
"""

import errno
import termios
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Annotated, ClassVar, Final, Literal

import serial
from msgspec import Meta

from devices.commands import Command, Result
from devices.driver import Arrival, Candidate, Context, Driver, LineError, LineLost, LineRefused
from devices.drivers import _serial_ports
from devices.drivers._stream import Answers, Stream
from devices.options import Config, ScannerOptions, Step, read, unit

TICK_S = 0.2  # the longest a stop has to wait for a silent line
LINE_ERRORS = (OSError, termios.error, ValueError)  # SerialException is an OSError
REFUSALS: Final = {
    errno.EAGAIN: "port_busy",
    errno.EBUSY: "port_busy",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EINVAL: "line_settings",
}


class SerialOptions(ScannerOptions, frozen=True, kw_only=True):
    """A scanner's options and those of its line."""

    baud: Annotated[int, Meta(ge=300, le=4_000_000), unit("baud")] = 9600
    byte_size: Annotated[Literal[7, 8], unit("bits")] = 8
    parity: Literal["N", "E", "O"] = "N"
    stop_bits: Annotated[Literal[1, 2], unit("bits")] = 1
    flow: Literal["none", "rtscts", "xonxoff"] = "none"


def _with_check(config: Config) -> Config:
    """Version 1 knew one check byte, the XOR."""
    rest = {name: value for name, value in config.items() if name != "bcc"}
    return {**rest, "check": "xor"} if config.get("bcc") else rest


class SerialScanner(Driver):
    """One scanner on one serial port, opened for this process alone."""

    kind: ClassVar[str] = "serial_scanner"
    Options = SerialOptions
    version: ClassVar[int] = 2
    steps: ClassVar[Mapping[int, Step]] = {1: _with_check}
    settings_used: ClassVar[Sequence[str]] = ("baud", "frame_bytes_max", "queue_frames_max")
    finder = _serial_ports.FINDER
    commands: ClassVar[Mapping[str, Command]] = {"beep": Command(tests=True)}

    def __init__(self, config: Config) -> None:
        self._options = read(config, SerialOptions)
        self._options.framing()
        Answers(self._options)
        self._backlog: deque[Arrival] = deque()
        self._port(None)  # refuses a speed or a parity that no port can have

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """Anything on a serial line may be a scanner; some makers make nothing else."""
        return _serial_ports.likelihood(candidate)

    def run(self, context: Context) -> None:
        try:
            port = self._port(context.address)
        except LINE_ERRORS as error:
            raise _open_error(error) from error
        with closing(port):
            stream = Stream(self._options, _Wire(port), context, self._backlog)
            context.online()
            try:
                while not context.stopping:
                    stream.step()
                    if order := context.order():
                        told = stream.beep()
                        order.answer(Result("done") if told else Result("failed", "no_tone"))
            finally:
                stream.close()

    def _port(self, address: str | None) -> serial.Serial:
        """The port, open unless there is no address."""
        options = self._options
        return serial.serial_for_url(
            address,
            do_not_open=address is None,
            baudrate=options.baud,
            bytesize=options.byte_size,
            parity=options.parity,
            stopbits=options.stop_bits,
            rtscts=options.flow == "rtscts",
            xonxoff=options.flow == "xonxoff",
            timeout=(options.idle_flush_ms / 1000) or TICK_S,
            write_timeout=1.0,
            exclusive=True,
        )


class _Wire:
    """An open port, as a line that bytes come from."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    def read(self, *, wait: bool) -> bytes:
        """What has come in; one byte at least, for a moment, if it is worth waiting."""
        try:
            waiting = self._port.in_waiting
            return self._port.read(max(1, waiting)) if waiting or wait else b""
        except LINE_ERRORS as error:
            raise LineLost("unplugged") from error

    def write(self, raw: bytes) -> None:
        """Send all of it."""
        try:
            self._port.write(raw)
        except LINE_ERRORS as error:
            raise LineLost("unplugged") from error


def _open_error(error: Exception) -> LineError:
    code = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    reason = REFUSALS.get(code) if isinstance(code, int) else None
    if isinstance(error, ValueError):
        reason = "line_settings"
    return LineRefused(reason) if reason else LineLost("unplugged")


DRIVER = SerialScanner
