"""The phones as the rest of the house sees them: push, pull, and what waits for a person."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from config.schema import SyncSettings
from gateway.access.phones import PairedPhones
from gateway.access.users import Users
from gateway.facts.visit import OUTCOMES
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.records.rows import heads
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from sync.phone import board, fleet, memory, operations
from sync.phone.board import Heard
from sync.phone.carried import carried
from sync.phone.fleet import Caller, Fleet
from sync.phone.memory import Origin
from sync.phone.mending import Mending, OnDesk
from sync.phone.operations import Envelope, Misfit
from sync.phone.pull import Page, Pull
from sync.phone.push import Push
from sync.phone.settle import Arrival, Settled
from sync.phone.waiting import Waiting

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Result:
    """One answer of a push: the record is as its actor sees it now, None where there is none."""

    settled: Settled
    record: Json | None

    @property
    def problem(self) -> Problem | None:
        """Why it was refused, or waits."""
        return self.settled.answer.problem


class Phones:
    """Push and pull for every phone of one gateway; ``outcomes`` are those a visit may have."""

    def __init__(
        self,
        store: Store,
        records: Records,
        users: Users,
        settings: SyncSettings,
        outcomes: Collection[str] = OUTCOMES,
    ) -> None:
        self._store = store
        self._records = records
        self._users = users
        self._settings = settings
        self._push = Push(store, records, settings, outcomes)
        self._pull = Pull(store, records, settings)
        self._waiting = Waiting(store, records, self._push, self._person)
        self.fleet = Fleet(store)

    @property
    def epoch(self) -> str:
        """The life of the database."""
        return self._store.epoch

    def push(self, raw: bytes, caller: Caller, actor: Actor) -> list[Result]:
        """Settle a push body; one result per operation, in order, each durable.

        Problem push_malformed, push_too_many, body_too_large, or the storage's: then nothing was
        stored at all.
        """
        envelope = operations.read(raw, caller.device, self._settings)
        now_ms = self._store.clock.now_ms()
        offset_ms = 0 if envelope.sent_at is None else now_ms - envelope.sent_at
        actor = replace(actor, device=caller.device)
        origin = Origin(caller.device, actor.id, envelope.origin_epoch, offset_ms)
        arrivals = [Arrival(entry, origin, actor) for entry in envelope.operations]

        def note(tx: Tx) -> None:
            fleet.note_push(tx, caller, envelope.origin_epoch, _newest(envelope), offset_ms)

        settled = self._push.settle(arrivals, note)
        self.fleet.pushed(caller)
        self._waiting.release(settled)
        return self._results(settled, actor)

    def pull(self, caller: Caller, actor: Actor, cursor: str, limit: int) -> Page:
        """The page after a cursor; Problem cursor_malformed or resync_required."""
        page = self._pull.page(actor, cursor, limit)
        self.fleet.pulled(caller)
        return page

    def resend(
        self, identity: str, mended: Mapping[str, object], revision: int, actor: Actor
    ) -> Result:
        """A refused or waiting operation again, mended by somebody at the desk.

        Problem operation_unknown or operation_malformed.
        """
        return self._results([self._waiting.resend(identity, mended, revision, actor)], actor)[0]

    def on_desk(self, identity: str, reader: Actor) -> OnDesk:
        """A refused or waiting operation as somebody at the desk may see it.

        Problem operation_unknown, operation_malformed or not_allowed.
        """
        return self._mending().shown(identity, reader)

    def mend(
        self, identity: str, change: Mapping[str, object], revision: int, actor: Actor
    ) -> Result:
        """Such an operation again, with a merge patch on what was sent.

        Problem operation_unknown, operation_malformed, not_allowed or field_not_writable.
        """
        settled = self._mending().mend(identity, change, revision, actor)
        return self._results([settled], actor)[0]

    @property
    def silent_days(self) -> int:
        """How long a phone may keep silent."""
        return self._settings.silent_days

    def board(self) -> list[Heard]:
        """Every phone as it was last heard of, silent ones first."""
        people = {user.id: user.name for user in self._users.list()}
        paired = PairedPhones(self._store, self._users).list()
        now_ms = self._store.clock.now_ms()
        return board.board(self.fleet.all(), paired, people, now_ms, self.silent_days)

    def waiting(self) -> int:
        """How many operations of phones wait for another one, or for a person."""
        with self._store.read() as rows:
            return memory.count_waiting(rows)

    def _mending(self) -> Mending:
        return Mending(self._store.keyring, self._records.engine.kinds, self._waiting)

    def _results(self, settled: Sequence[Settled], actor: Actor) -> list[Result]:
        with self._store.read() as rows:
            return [Result(each, self._record(rows, each, actor)) for each in settled]

    def _record(self, rows: Rows, settled: Settled, actor: Actor) -> Json | None:
        record = settled.answer.result.get("record")
        head = heads.find(rows, record) if isinstance(record, str) else None
        if head is None:
            return None
        try:
            return next(carried(self._records, rows, actor, [head], "read"))
        except Problem:
            # Its effect stands, but it has left what the actor may see: the feed will say so.
            return None

    def _person(self, identity: str) -> Actor | None:
        try:
            return self._users.get(identity).actor()
        except Problem:
            return None


def _newest(envelope: Envelope) -> int:
    """The highest place in the phone's count, 0 when there is none."""
    entries = [entry for entry in envelope.operations if not isinstance(entry, Misfit)]
    return max((entry.origin_seq or 0 for entry in entries), default=0)
