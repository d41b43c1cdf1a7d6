"""Pauses after wrong passwords: per door and source, so that nobody can lock a colleague out.

Five tries are free, then the pause doubles from one second up to the limit. A try is counted before
the password is looked at, so that a hundred tries sent at once are not a hundred free ones, and it
is on disk before it is answered, so that a restart gives nothing back.
"""

from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.transaction import Tx

FREE_TRIES = 5
FORGOTTEN_MS = 24 * 3600 * 1000
ROWS_MAX = 10_000


class Throttle:
    """``pause_s_max`` is the longest pause in seconds."""

    def __init__(self, store: Store, pause_s_max: int) -> None:
        self._store = store
        self._pause_s_max = pause_s_max

    def attempt(self, door: str, source: str) -> int:
        """Count one try at a door (a login) from a source (an address); which one it is in a row.

        Problem throttled.
        """
        key = self._store.keyring.blind_index(f"throttle:{door}")
        return self._store.write(lambda tx: self._count(tx, key, source))

    def succeeded(self, door: str, source: str) -> None:
        """Forget the wrong tries of this source: the right password came."""
        key = self._store.keyring.blind_index(f"throttle:{door}")
        sql = "DELETE FROM throttle WHERE door = ? AND source = ?"
        self._store.write(lambda tx: tx.execute(sql, (key, source)))

    def _count(self, tx: Tx, key: bytes, source: str) -> int:
        row = tx.one(
            "SELECT failures, until FROM throttle WHERE door = ? AND source = ? AND last_at > ?",
            (key, source, tx.now_ms - FORGOTTEN_MS),
        )
        failures = row["failures"] if row else 0
        # A clock that was corrected backwards must not turn seconds into years.
        wait_ms = min(row["until"] - tx.now_ms, self._pause_s_max * 1000) if row else 0
        if wait_ms > 0:
            raise Problem("throttled", retry_after_s=-(-wait_ms // 1000))
        failures += 1
        until = tx.now_ms + 1000 * pause_s(failures, self._pause_s_max)
        if not row:
            _make_room(tx)
        tx.execute(
            "INSERT INTO throttle (door, source, failures, until, last_at) VALUES (?,?,?,?,?)"
            " ON CONFLICT (door, source) DO UPDATE SET"
            " failures = excluded.failures, until = excluded.until, last_at = excluded.last_at",
            (key, source, failures, until, tx.now_ms),
        )
        return int(failures)


def pause_s(failures: int, pause_s_max: int) -> int:
    """Seconds to wait after so many wrong tries in a row."""
    if failures < FREE_TRIES:
        return 0
    return int(min(pause_s_max, 2 ** min(failures - FREE_TRIES, 30)))


def _make_room(tx: Tx) -> None:
    """Somebody trying every name there is must not fill the disk."""
    tx.execute("DELETE FROM throttle WHERE last_at <= ?", (tx.now_ms - FORGOTTEN_MS,))
    tx.execute(
        "DELETE FROM throttle WHERE (door, source) IN"
        " (SELECT door, source FROM throttle ORDER BY last_at DESC LIMIT -1 OFFSET ?)",
        (ROWS_MAX - 1,),
    )
