"""Scanners on a serial line: RS-232, USB serial adapters, USB-CDC and Bluetooth SPP."""

from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import ClassVar

from devices.commands import Command, Result
from devices.driver import Arrival, Candidate, Context, Driver
from devices.drivers import _serial_line, _serial_ports
from devices.drivers._serial_line import Baud, ByteSize, Flow, Parity, StopBits
from devices.drivers._stream import Answers, Stream
from devices.options import Config, ScannerOptions, Step, read


class SerialOptions(ScannerOptions, frozen=True, kw_only=True):
    """A scanner's options and those of its line."""

    baud: Baud = 9600
    byte_size: ByteSize = 8
    parity: Parity = "N"
    stop_bits: StopBits = 1
    flow: Flow = "none"


def _with_check(config: Config) -> Config:
    """Version 1 knew one check byte, the XOR."""
    rest = {name: value for name, value in config.items() if name != "bcc"}
    return {**rest, "check": "xor"} if config.get("bcc") else rest


class SerialScanner(Driver):
    """One scanner on one serial port, opened for this process alone."""

    kind: ClassVar[str] = "serial_scanner"
    bare = True
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
        _serial_line.check(self._options)

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """Anything on a serial line may be a scanner; some makers make nothing else."""
        return _serial_ports.likelihood(candidate)

    def run(self, context: Context) -> None:
        with closing(self._open(context.address)) as wire:
            stream = Stream(self._options, wire, context, self._backlog)
            context.online()
            try:
                while not context.stopping:
                    stream.step()
                    if order := context.order():
                        told = stream.beep()
                        order.answer(Result("done") if told else Result("failed", "no_tone"))
            finally:
                stream.close()

    def _open(self, address: str) -> _serial_line.Wire:
        wait_s = self._options.idle_flush_ms / 1000 or _serial_line.TICK_S
        return _serial_line.open_line(address, self._options, wait_s)


DRIVER = SerialScanner
