"""Customer displays behind a serial server, or with a network port of their own."""

from typing import ClassVar

from devices.driver import Context, Driver
from devices.drivers import _sockets
from devices.drivers._display import Display, DisplayOptions
from devices.options import Config, read


class NetworkDisplayOptions(DisplayOptions, frozen=True, kw_only=True):
    """A display's options and where it is called."""

    host: _sockets.Host
    port: _sockets.Port
    keepalive_s: _sockets.Keepalive = 30


class NetworkDisplay(Driver):
    """One display that is called."""

    kind: ClassVar[str] = "network_display"
    Options = NetworkDisplayOptions
    commands = Display.COMMANDS

    def __init__(self, config: Config) -> None:
        self._options = read(config, NetworkDisplayOptions)

    def run(self, context: Context) -> None:
        with _sockets.line(self._options, context) as wire:
            if wire:
                Display(self._options, wire, context).serve()


DRIVER = NetworkDisplay
