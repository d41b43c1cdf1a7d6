"""The composition root of a gateway that is locked: what little runs until its key is there."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from config.schema import Settings
from devices.locked import copy
from devices.locked.capture import LockedDevices
from gateway.kernel.clock import Clock, SystemClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys.locked import Locked
from gateway.store.folders import own
from gateway.store.places import LOCK
from gateway.web.commands.local import LocalSocket
from gateway.web.door.certificate import Certificate
from gateway.web.listening import server
from gateway.web.listening.locked_desk import LockedDesk
from gateway.web.listening.small_server import SmallServer
from gateway.web.listening.watched import Manager

LOCK_WAIT_S = 5.0

log = logging.getLogger(__name__)


def waited(
    data: Path, settings: Settings, unlocked: Callable[[str], Keyring], problem: Problem
) -> Keyring | None:
    """The keyring once it opens; None when the gateway was told to stop before.

    ``problem`` is why it does not open now. Problem store_in_use, or of a key that does not do.
    """
    clock = SystemClock()
    state = Locked(unlocked, problem, clock)
    manager = Manager()
    with ExitStack() as stack:
        lock = own(data / LOCK, LOCK_WAIT_S)
        stack.callback(os.close, lock)
        stack.enter_context(_told_to_stop(state))
        stack.callback(LocalSocket(data, _commands(state)).close)
        desk = _desk(data, settings, state, clock)
        desk.start()
        stack.callback(desk.stop)
        if scanners := copy.read(data):
            devices = LockedDevices(data, scanners, settings.devices, clock)
            devices.start()
            stack.callback(devices.stop)
        log.warning("the gateway is locked: %s", problem)
        manager.locked()
        keyring = state.wait(manager.beat)
    log.warning("the gateway is unlocked" if keyring else "told to stop while locked")
    return keyring


def _desk(data: Path, settings: Settings, state: Locked, clock: Clock) -> SmallServer:
    """The page, where the gateway itself will be, over TLS if it will be too."""
    certificate = Certificate(data, settings.tls, clock, settings.gateway.name)
    if certificate.on:
        certificate.renew()
    app = LockedDesk(state, settings.gateway.language)
    address = server.parse_address(settings.web.listen)
    return SmallServer(app, address, "locked-desk", certificate.files if certificate.on else None)


def _commands(state: Locked) -> dict[str, Callable[..., object]]:
    def ping() -> object:
        raise Problem("keys_locked")

    return {"ping": ping, "unlock": state.unlock}


@contextmanager
def _told_to_stop(state: Locked) -> Iterator[None]:
    """End the waiting on SIGTERM and SIGINT, for as long as it lasts."""
    before = {one: signal.signal(one, lambda *_: state.end()) for one in
              (signal.SIGTERM, signal.SIGINT)}  # fmt: skip
    try:
        yield
    finally:
        for one, handler in before.items():
            signal.signal(one, handler)
