"""An open serial line (shared by the serial drivers).

Reads what is there and never waits for more, because a read that spans the moment of unplugging
loses what had come before.
"""

import errno
import os
import select
import termios
from typing import Annotated, Final, Literal, Protocol

import serial
from msgspec import Meta

from devices.driver import LineError, LineLost, LineRefused
from devices.options import unit

TICK_S = 0.2  # the longest a stop has to wait for a silent line
WRITE_S = 1.0
LINE_ERRORS = (OSError, termios.error, ValueError)  # SerialException is an OSError
REFUSALS: Final = {
    errno.EAGAIN: "port_busy",
    errno.EBUSY: "port_busy",
    errno.EACCES: "no_permission",
    errno.EPERM: "no_permission",
    errno.EINVAL: "line_settings",
}


Baud = Annotated[int, Meta(ge=300, le=4_000_000), unit("baud")]
ByteSize = Annotated[Literal[7, 8], unit("bits")]
Parity = Literal["N", "E", "O"]
StopBits = Annotated[Literal[1, 2], unit("bits")]
Flow = Literal["none", "rtscts", "xonxoff"]


class LineOptions(Protocol):
    """How both ends of a serial line agree to speak; a driver's options name these five."""

    @property
    def baud(self) -> int: ...
    @property
    def byte_size(self) -> int: ...
    @property
    def parity(self) -> str: ...
    @property
    def stop_bits(self) -> int: ...
    @property
    def flow(self) -> str: ...


class Wire:
    """An open port, as a line that bytes come from."""

    def __init__(self, port: serial.Serial) -> None:
        self._port = port

    def close(self) -> None:
        """Let the port go."""
        self._port.close()

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

    def push(self, raw: bytes) -> int:
        """Send as much as the line takes within a moment; how many bytes that were.

        For whoever must know, where the other side may hold the line for as long as it likes.
        """
        try:
            handle = self._port.fileno()
            poll = select.poll()
            poll.register(handle, select.POLLOUT)
            return os.write(handle, raw) if poll.poll(TICK_S * 1000) else 0
        except BlockingIOError:
            return 0
        except LINE_ERRORS as error:
            raise LineLost("unplugged") from error


def open_line(
    address: str, options: LineOptions, wait_s: float = TICK_S, write_s: float = WRITE_S
) -> Wire:
    """Open a port for this process alone; reads and writes wait so long at the most.

    LineRefused when it is there and cannot be had, LineLost when it is not.
    """
    try:
        return Wire(_port(address, options, wait_s, write_s))
    except LINE_ERRORS as error:
        raise open_error(error) from error


def check(options: LineOptions) -> None:
    """ValueError for a speed or a parity that no port can have."""
    _port(None, options, TICK_S)


def _port(
    address: str | None, options: LineOptions, wait_s: float, write_s: float = WRITE_S
) -> serial.Serial:
    """The port, open unless there is no address."""
    return serial.serial_for_url(
        address,
        do_not_open=address is None,
        baudrate=options.baud,
        bytesize=options.byte_size,
        parity=options.parity,
        stopbits=options.stop_bits,
        rtscts=options.flow == "rtscts",
        xonxoff=options.flow == "xonxoff",
        timeout=wait_s,
        write_timeout=write_s,
        exclusive=True,
    )


def open_error(error: Exception) -> LineError:
    """Why a port does not open, as the end of a line."""
    code = error.args[0] if isinstance(error, termios.error) else getattr(error, "errno", None)
    reason = REFUSALS.get(code) if isinstance(code, int) else None
    if isinstance(error, ValueError):
        reason = "line_settings"
    return LineRefused(reason) if reason else LineLost("unplugged")
