"""The composition root of a gateway that is locked: what little runs until its key is there."""

import logging
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from gateway.kernel.clock import SystemClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys.locked import Locked
from gateway.store.database import own
from gateway.store.places import LOCK
from gateway.web.commands.local import LocalSocket
from gateway.web.listening.watched import Manager

log = logging.getLogger(__name__)


def waited(
    data: Path, unlocked: Callable[[str], Keyring], problem: Problem, lock_wait_s: float = 5.0
) -> Keyring | None:
    """The keyring once it opens; None when the gateway was told to stop before.

    ``problem`` is why it does not open now. Problem store_in_use, or of a key that does not do.
    """
    state = Locked(unlocked, problem, SystemClock())
    manager = Manager()
    with ExitStack() as stack:
        lock = own(data / LOCK, lock_wait_s)
        stack.callback(os.close, lock)
        stack.enter_context(_told_to_stop(state))
        stack.callback(LocalSocket(data, _commands(state)).close)
        log.warning("the gateway is locked: %s", problem)
        manager.locked()
        keyring = state.wait(manager.beat)
    log.warning("the gateway is unlocked" if keyring else "told to stop while locked")
    return keyring


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
