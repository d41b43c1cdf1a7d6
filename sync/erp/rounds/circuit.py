"""When to leave an ERP alone: the circuit of one connector (pure).

Closed, rounds go as they come. After three failures in a row it opens: no round until a pause is
over, which doubles with each further failure and is partly random, so that many gateways do not
return at once. Then one round may try (half open): it closes the circuit, or opens it for longer.
"""

from dataclasses import dataclass
from typing import Literal

State = Literal["closed", "open", "half_open"]
OPEN_AFTER = 3
PAUSE_MS_MIN = 60_000
ASKED_MS_MAX = 86_400_000


@dataclass(frozen=True, slots=True)
class Circuit:
    """``failures`` in a row, the last at ``failed_at``; no round before ``until`` (Unix ms)."""

    failures: int = 0
    failed_at: int = 0
    until: int = 0

    def state(self, now_ms: int) -> State:
        """How it stands. A clock that went back before the last failure ends the pause."""
        if self.failed_at <= now_ms < self.until:
            return "open"
        return "half_open" if self.failures >= OPEN_AFTER else "closed"

    def failed(
        self, now_ms: int, jitter: float, pause_ms_max: int, retry_after_s: int = 0
    ) -> "Circuit":
        """After one more failure. ``retry_after_s`` is what the ERP asked for, at most a day of it;
        it counts from the first failure on. ``jitter`` is random, from 0 to 1.
        """
        failures = self.failures + 1
        pause = round(_ceiling(failures, pause_ms_max) * (0.5 + 0.5 * jitter))
        asked = min(retry_after_s * 1000, ASKED_MS_MAX)
        return Circuit(failures, now_ms, now_ms + max(pause, asked))


def _ceiling(failures: int, pause_ms_max: int) -> int:
    if failures < OPEN_AFTER:
        return 0
    return min(pause_ms_max, PAUSE_MS_MIN << min(failures - OPEN_AFTER, 20))
