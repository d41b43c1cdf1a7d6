"""How long to wait before a lost device is tried again (pure)."""

from collections.abc import Callable

SPREAD = 0.2


class Backoff:
    """Doubles from the first pause to the longest, spread by 20 % so that devices do not march."""

    def __init__(self, first_s: float, longest_s: float, jitter: Callable[[], float]) -> None:
        self._first_s = first_s
        self._longest_s = longest_s
        self._jitter = jitter
        self._base_s = first_s

    def next_s(self) -> float:
        """The next pause in seconds."""
        pause_s = self._base_s * (1 - SPREAD + 2 * SPREAD * self._jitter())
        self._base_s = min(2 * self._base_s, self._longest_s)
        return pause_s

    def reset(self) -> None:
        """Begin again: the device has shown itself."""
        self._base_s = self._first_s
