"""A gateway whose key is not there yet: it asks for it again and again, and takes a passphrase."""

import threading
from collections.abc import Callable

from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys.opening import PASSING

RETRY_S = 15.0
FREE_TRIES = 5
PAUSE_S_MAX = 900


class Locked:
    """``unlocked`` opens the keyring by what was said, or without a word; ``problem`` is why it did
    not so far.
    """

    def __init__(self, unlocked: Callable[[str], Keyring], problem: Problem, clock: Clock) -> None:
        self._unlocked = unlocked
        self._clock = clock
        self.problem = problem
        self._changed = threading.Condition()
        self._trying = threading.Lock()
        self._keyring: Keyring | None = None
        self._ended = False
        self._wrong = 0
        self._until_ms = 0

    @property
    def asks(self) -> bool:
        """Whether it is a person that it waits for."""
        return self.problem.code == "keys_passphrase_needed"

    def unlock(self, passphrase: str) -> bool:
        """Try a passphrase, one at a time; True once it is unlocked.

        Problem keys_passphrase_wrong, or throttled after some of these; where none is asked for,
        that which it waits for.
        """
        with self._trying:
            if self._keyring is not None:
                return True
            if not self.asks:
                raise self.problem.again()
            left_ms = self._until_ms - self._clock.monotonic_ms()
            if left_ms > 0:
                raise Problem("throttled", retry_after_s=-(-left_ms // 1000))
            try:
                self._found(self._unlocked(passphrase))
            except Problem:
                self._count()
                raise
            return True

    def wait(self, beat: Callable[[], None]) -> Keyring | None:
        """Until the keyring is open, or (None) ``end`` is called; ``beat`` is called meanwhile.

        Problem of a key that is there now and does not do.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._keyring or self._ended, RETRY_S)
                if self._keyring or self._ended:
                    return self._keyring
            beat()
            if not self.asks:
                self.look()

    def look(self) -> None:
        """Ask for the key once more; what is no passing trouble is raised."""
        with self._trying:
            try:
                self._found(self._unlocked(""))
            except Problem as problem:
                if problem.code not in PASSING:
                    raise
                self.problem = problem

    def end(self) -> None:
        """Stop waiting; a signal may call it, in whatever the waiting thread is just doing."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()

    def _found(self, keyring: Keyring) -> None:
        with self._changed:
            self._keyring = keyring
            self._changed.notify_all()

    def _count(self) -> None:
        self._wrong += 1
        if self._wrong >= FREE_TRIES:
            pause_s = min(PAUSE_S_MAX, 2 ** min(self._wrong - FREE_TRIES, 30))
            self._until_ms = self._clock.monotonic_ms() + 1000 * pause_s
