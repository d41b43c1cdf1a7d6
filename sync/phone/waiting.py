"""Operations that wait: for another one that has its effect now, or for a person who mends them."""

import json
import logging
from collections.abc import Callable, Mapping, Sequence

from gateway.access import audit
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.store.rows import Row
from gateway.store.transaction import Tx
from sync.phone import bodies, memory, operations
from sync.phone.memory import Origin
from sync.phone.operations import Operation
from sync.phone.plan import DONE
from sync.phone.push import Push
from sync.phone.settle import Arrival, Settled

log = logging.getLogger(__name__)

# What a person may mend of an operation; its identity and its place stay.
MENDABLE = ("kind", "record", "data", "patch", "event", "base_version")
# Chains of waiting operations are short; this only bounds a mistake.
ROUNDS_MAX = 100

FindActor = Callable[[str], Actor | None]


class Waiting:
    """Releases and resends. ``actor_of`` finds a person by id, None when there is none any more."""

    def __init__(self, store: Store, records: Records, push: Push, actor_of: FindActor) -> None:
        self._store = store
        self._records = records
        self._push = push
        self._actor_of = actor_of

    def release(self, settled: Sequence[Settled]) -> None:
        """Give their effect to all that waited for what has just had its own."""
        for _ in range(ROUNDS_MAX):
            done = [each for each in settled if each.status in DONE]
            free = self._freed(done) if done else []
            if not free:
                return
            settled = self._push.settle(free)

    def operation(self, identity: str) -> Operation:
        """An operation that waits, in clear as it was sent last.

        Problem operation_unknown, operation_malformed or seal_broken.
        """
        with self._store.read() as rows:
            row = memory.waiting(rows, identity)
        if row is None:
            raise Problem("operation_unknown")
        return self._reread(row)

    def resend(
        self, identity: str, mended: Mapping[str, object], revision: int, actor: Actor
    ) -> Settled:
        """A refused operation again, mended by a person, under its own id.

        It has its effect in its author's name and with the author's rights, while the journal says
        who mended it. Members that ``mended`` does not name stay as they are. Problem
        operation_unknown when none waits under this id, operation_malformed when it cannot be read.
        """
        with self._store.read() as rows:
            row = memory.waiting(rows, identity)
        if row is None or row["revision"] >= revision:
            raise Problem("operation_unknown")
        body = canonical.decode(self._reread(row).body)
        assert isinstance(body, dict)
        change = {name: mended[name] for name in MENDABLE if name in mended}
        operation = operations.reread(canonical.encode({**body, **change, "revision": revision}))
        author = self._actor_of(row["actor"]) or actor

        def note(tx: Tx) -> None:
            audit.record(tx, "operation_mended", actor, operation.id, fields=sorted(change))

        settled = self._push.settle([_arrival(operation, row, author, actor.human)], note)
        self.release(settled)
        return settled[0]

    def _freed(self, done: Sequence[Settled]) -> list[Arrival]:
        records = {str(each.answer.result.get("record", "")) for each in done}
        with self._store.read() as rows:
            held = memory.held(rows, [each.id for each in done], records)
        freed = (self._again(row) for row in held)
        return [arrival for arrival in freed if arrival is not None]

    def _again(self, row: Row) -> Arrival | None:
        """A waiting operation as it arrived; None when nobody can give it its effect any more."""
        actor = self._actor_of(row["actor"])
        try:
            operation = self._reread(row)
        except Problem as problem:
            # It stays where it is, for a person to see; the others must not wait for it.
            log.error("a waiting operation cannot be read: %s", problem)  # noqa: TRY400
            return None
        return None if actor is None else _arrival(operation, row, actor)

    def _reread(self, row: Row) -> Operation:
        return bodies.reread(self._store.keyring, self._records.engine.kinds, row["body"])


def _arrival(operation: Operation, row: Row, actor: Actor, mender: str = "") -> Arrival:
    known = json.loads(row["result"] or "{}")
    mender = mender or known.get("mender", "")
    offset_ms = known.get("offset_ms", 0)
    origin = Origin(row["device"], actor.id, row["origin_epoch"], offset_ms, mender)
    return Arrival(operation, origin, actor)
