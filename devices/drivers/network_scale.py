"""Scales behind a serial server, or with a network port of their own: the gateway calls them."""

from typing import ClassVar

from devices.driver import Context, Driver
from devices.drivers import _sockets
from devices.drivers._scale import Scale, ScaleOptions
from devices.options import Config, read


class NetworkScaleOptions(ScaleOptions, frozen=True, kw_only=True):
    """A scale's options and where it is called; speed and bits are the serial server's affair."""

    host: _sockets.Host
    port: _sockets.Port
    keepalive_s: _sockets.Keepalive = 30


class NetworkScale(Driver):
    """One scale that is called."""

    kind: ClassVar[str] = "network_scale"
    Options = NetworkScaleOptions
    commands = Scale.COMMANDS

    def __init__(self, config: Config) -> None:
        self._options = read(config, NetworkScaleOptions)
        self._options.check()

    def run(self, context: Context) -> None:
        with _sockets.line(self._options, context) as wire:
            if wire:
                context.online()
                Scale(self._options, wire, context).serve()


DRIVER = NetworkScale
