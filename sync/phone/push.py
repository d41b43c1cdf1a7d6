"""Push: what a phone did while it was away, given its effect exactly once.

Every operation gets its effect and its remembered answer in one savepoint. A failure undoes that
operation alone and is remembered in its place; only what depends on it waits. The work is cut into
short slices, so that no scan waits behind a phone that comes back after a week.
"""

from collections.abc import Callable, Collection, Sequence

from config.schema import SyncSettings
from gateway.facts.visit import OUTCOMES
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.store.transaction import Tx
from sync.phone.effects import Effects
from sync.phone.memory import Answer
from sync.phone.settle import Arrival, Settled, Settlement

SLICE_MS = 20
HOUR_MS = 3_600_000

Note = Callable[[Tx], None]


def nothing(_: Tx) -> None:
    """No note."""


class Push:
    """Settles arrivals in a store. ``records`` are what operations are about, ``outcomes`` those
    that a visit may have.
    """

    def __init__(
        self,
        store: Store,
        records: Records,
        settings: SyncSettings,
        outcomes: Collection[str] = OUTCOMES,
    ) -> None:
        self._store = store
        self._outcomes = outcomes
        self._records = records
        self._hold_ms = settings.hold_hours * HOUR_MS

    def settle(self, arrivals: Sequence[Arrival], note: Note = nothing) -> list[Settled]:
        """One answer per arrival, in order, each durable when this returns.

        ``note`` is written with the first of them. Problem store_busy, storage_failing or disk_full
        when nothing at all could be stored; when the storage fails half-way, the rest is answered
        ``retry``.
        """
        effects = Effects(self._records.engine, self._outcomes)
        settled = self._slice(effects, arrivals, note)
        while len(settled) < len(arrivals):
            rest = arrivals[len(settled) :]
            try:
                settled += self._slice(effects, rest)
            except Problem as problem:
                if not problem.retryable:
                    raise
                later = Answer("retry", {}, problem)
                settled += [Settled(each.entry.id, "retry", later) for each in rest]
        return settled

    def _slice(
        self, effects: Effects, arrivals: Sequence[Arrival], note: Note = nothing
    ) -> list[Settled]:
        """As many arrivals as fit into one slice, at least one if there is any."""
        clock = self._store.clock

        def work(tx: Tx) -> list[Settled]:
            note(tx)
            settlement = Settlement(tx, effects, self._hold_ms)
            started = clock.monotonic_ms()
            settled: list[Settled] = []
            for arrival in arrivals:
                settled.append(settlement.settle(arrival))
                if clock.monotonic_ms() - started >= SLICE_MS:
                    break
            return settled

        return self._store.write(work)
