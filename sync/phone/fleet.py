"""Every phone this gateway has met: when it was here last, its build, and what it still holds."""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.access.phones import PhoneReport
from gateway.kernel import ids
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx

log = logging.getLogger(__name__)

# How long a note of "seen" may be old before a pull, which stores nothing else, writes a new one.
NOTED_EVERY_MS = 60_000
LEFT_MAX = 10

_NOTE = (
    "INSERT INTO phones (device, actor, build, protocol, origin_epoch, origin_seq, clock_offset_ms,"
    " unsent, oldest_unsent_at, restarts, storage_used, storage_quota, first_seen_at, last_seen_at,"
    " last_push_at, last_pull_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (device) DO UPDATE SET actor = excluded.actor, build = excluded.build,"
    " protocol = excluded.protocol, last_seen_at = excluded.last_seen_at,"
    " oldest_unsent_at = iif(excluded.unsent IS NULL, oldest_unsent_at, excluded.oldest_unsent_at),"
    " unsent = coalesce(excluded.unsent, unsent), restarts = coalesce(excluded.restarts, restarts),"
    " storage_used = coalesce(excluded.storage_used, storage_used),"
    " storage_quota = coalesce(excluded.storage_quota, storage_quota)"
)
_NOTE_PUSH = _NOTE + (
    ", origin_seq = CASE WHEN origin_epoch = excluded.origin_epoch"
    " THEN max(origin_seq, excluded.origin_seq) ELSE excluded.origin_seq END,"
    " origin_epoch = excluded.origin_epoch, clock_offset_ms = excluded.clock_offset_ms,"
    " last_push_at = excluded.last_push_at"
)
_NOTE_PULL = _NOTE + ", last_pull_at = excluded.last_pull_at"


@dataclass(frozen=True, slots=True)
class Caller:
    """A phone as its request describes it: what it did not say is None.

    ``oldest_s`` is for how many seconds its oldest unsent entry has waited, ``restarts`` how often
    its sending stood still and was started again; ``storage`` is what its app uses and may use, in
    bytes.
    """

    device: str
    actor: str
    build: str
    protocol: int
    unsent: int | None = None
    storage: tuple[int, int] | None = None
    oldest_s: int | None = None
    restarts: int | None = None


class Fleet:
    """Notes and lists phones."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._clock: Clock = store.clock
        self._noted: dict[str, tuple[int, int | None]] = {}

    def pulled(self, caller: Caller) -> None:
        """Note that a phone pulls, now and then: a commit for every pull would wear out a card.

        What it still holds is noted whenever that has changed: nobody is to look for an entry that
        came with the push a moment ago.
        """
        now_ms = self._clock.monotonic_ms()
        before, unsent = self._noted.get(caller.device, (0, None))
        is_known = caller.device in self._noted and unsent == caller.unsent
        if not caller.device or (is_known and now_ms - before < NOTED_EVERY_MS):
            return
        try:
            self._store.write(lambda tx: _note(tx, _NOTE_PULL, caller, "", 0, 0))
        except Problem as problem:
            # A full disk must not keep anybody from reading.
            log.warning("the pull of phone %s was not noted: %s", caller.device, problem)
        self._noted[caller.device] = now_ms, caller.unsent

    def pushed(self, caller: Caller) -> None:
        """A push of this phone has been noted with its operations."""
        self._noted[caller.device] = self._clock.monotonic_ms(), caller.unsent

    def left(self, caller: Caller) -> list[dict[str, object]]:
        """Other phones of the same person that said they still hold something, and have not been
        here since: {"device", "last_seen_at", "unsent"}, the last one first.
        """
        sql = (
            "SELECT device, last_seen_at, unsent FROM phones"
            " WHERE actor = ? AND device <> ? AND unsent > 0 ORDER BY last_seen_at DESC LIMIT ?"
        )
        with self._store.read() as rows:
            found = rows.all(sql, (caller.actor, caller.device, LEFT_MAX))
        return [
            {
                "device": row["device"],
                "last_seen_at": to_iso(row["last_seen_at"]),
                "unsent": row["unsent"],
            }
            for row in found
        ]

    def all(self) -> Sequence[Row]:
        """Every phone, the one seen last first."""
        with self._store.read() as rows:
            return rows.all("SELECT * FROM phones ORDER BY last_seen_at DESC")

    def reports(self) -> Mapping[str, PhoneReport]:
        """What each phone said last, by its id."""
        return {
            row["device"]: PhoneReport(row["actor"], row["last_seen_at"], row["unsent"])
            for row in self.all()
        }


def note_push(tx: Tx, caller: Caller, epoch: str, newest_seq: int, offset_ms: int) -> None:
    """Note a push in its own transaction; Problem phone_taken when the id is another device's."""
    key = ids.to_bytes(caller.device)
    if tx.value("SELECT 1 FROM phones WHERE device = ?", (caller.device,)) is None and tx.value(
        "SELECT 1 FROM tokens WHERE id = ? UNION SELECT 1 FROM attached_devices WHERE id = ?",
        (key, key),
    ):
        raise Problem("phone_taken")
    _note(tx, _NOTE_PUSH, caller, epoch, newest_seq, offset_ms)


def _note(tx: Tx, sql: str, caller: Caller, epoch: str, seq: int, offset_ms: int) -> None:
    now_ms = tx.now_ms
    pushed, pulled = (now_ms, None) if sql is _NOTE_PUSH else (None, now_ms)
    waits = caller.unsent and caller.oldest_s is not None
    oldest_at = now_ms - 1000 * (caller.oldest_s or 0) if waits else None
    tx.execute(
        sql,
        (caller.device, caller.actor, caller.build, caller.protocol, epoch, seq, offset_ms,
         caller.unsent, oldest_at, caller.restarts, *(caller.storage or (None, None)),
         now_ms, now_ms, pushed, pulled),
    )  # fmt: skip
