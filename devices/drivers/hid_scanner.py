"""Scanners that pretend to be a keyboard, at the gateway itself.

They are taken away from everybody else, so that nothing is typed into a console, and read with all
their nodes. What comes out of the keys is read like any other line.
"""

from collections import deque
from contextlib import closing
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta, Struct

from devices.driver import Arrival, Candidate, Context, Driver
from devices.drivers import _event_nodes, _input_devices
from devices.drivers._keys import Keyboard
from devices.drivers._layouts import LayoutName
from devices.drivers._stream import Stream
from devices.drivers._typed import Typed
from devices.options import Config, ScannerOptions, read, unit


class HidOptions(Struct, forbid_unknown_fields=True, frozen=True, kw_only=True):
    """For which keyboard it types, and how it marks its readings."""

    layout: LayoutName = "us"
    terminators: str = "\r\n\t"
    prefix: str = ""
    suffix: str = ""
    idle_flush_ms: Annotated[int, Meta(ge=0), unit("ms")] = 0
    frame_bytes_max: Annotated[int, Meta(ge=64, le=4096), unit("bytes")] = 4096
    queue_frames_max: Annotated[int, Meta(ge=10)] = 1000

    def scanner(self) -> ScannerOptions:
        """The same as those of a scanner on a line; nobody can answer a keyboard."""
        told = msgspec.structs.asdict(self)
        del told["layout"]
        return ScannerOptions(**told)


class HidScanner(Driver):
    """One scanner that types."""

    kind: ClassVar[str] = "hid_scanner"
    bare = True
    Options = HidOptions
    settings_used = ("frame_bytes_max", "queue_frames_max")
    finder = _input_devices.FINDER

    def __init__(self, config: Config) -> None:
        self._options = read(config, HidOptions)
        self._scanner = self._options.scanner()
        self._scanner.framing()
        self._backlog: deque[Arrival] = deque()

    @property
    def backlog(self) -> int:
        return len(self._backlog)

    @classmethod
    def match(cls, candidate: Candidate, /) -> int:
        """What types may be a scanner or a keyboard; the name often tells."""
        return _input_devices.likelihood(candidate)

    def run(self, context: Context) -> None:
        keyboard = Keyboard(self._options.layout)
        with closing(Typed(self._open(context.address), keyboard)) as typed:
            stream = Stream(self._scanner, typed, context, self._backlog)
            context.online()
            try:
                while not context.stopping:
                    stream.step()
                typed.end()
                stream.step()  # what was taken from the kernel and not been read yet
            finally:
                stream.close()

    def _open(self, address: str) -> _event_nodes.Nodes:
        return _event_nodes.open_nodes(address.split())


DRIVER = HidScanner
