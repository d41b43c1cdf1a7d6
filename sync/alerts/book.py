"""What the alerts know, in one value of the database: a new start tells nothing twice."""

import logging

import msgspec
from msgspec import Struct, field

from gateway.kernel.problems import Problem
from gateway.store.database import Store
from sync.alerts.standing import Notice, Standing

_KEY = "alerts"
WAITING_MAX = 200

log = logging.getLogger(__name__)


class Way(Struct):
    """What waits for one way out, and how it went of late. Instants are Unix milliseconds."""

    waiting: list[Notice] = field(default_factory=list)
    failures: int = 0
    tried_at: int | None = None
    sent_at: int | None = None
    problem: dict[str, object] | None = None


class Known(Struct):
    """Every alarm that stands, and every way."""

    standing: dict[str, Standing] = field(default_factory=dict)
    ways: dict[str, Way] = field(default_factory=dict)


class AlertBook:
    """Reads and keeps ``Known`` in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        with store.read() as rows:
            found = rows.value("SELECT value FROM meta WHERE key = ?", (_KEY,))
        self.known = msgspec.json.decode(found, type=Known) if found else Known()
        self._kept = msgspec.json.encode(self.known)

    def keep(self) -> None:
        """Write down what changed. A disk that takes nothing is what there is to tell: it keeps
        nobody from telling it.
        """
        now = msgspec.json.encode(self.known)
        if now == self._kept:
            return
        row = (_KEY, now.decode())
        try:
            self._store.write(
                lambda tx: tx.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)
            )
        except Problem as problem:
            log.warning("what the alerts know is kept in memory for now: %s", problem.code)
            return
        self._kept = now

    def add(self, way: str, notices: list[Notice]) -> None:
        """Let these wait for a way; of more than it can hold the oldest go."""
        waiting = self.known.ways.setdefault(way, Way()).waiting
        # While nobody can be told, a reminder adds nothing to what waits already.
        keys = {one.key for one in waiting}
        waiting.extend(one for one in notices if one.what != "still" or one.key not in keys)
        del waiting[:-WAITING_MAX]
