"""The one way in for facts: seen before, new, to be quarantined, or refused.

Answered only once it is on disk.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from gateway.facts.event import Fact, Refusal, prepare, prepare_all
from gateway.facts.settle import Result, settle
from gateway.facts.visit import OUTCOMES
from gateway.kernel import canonical, clock, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.jobs import Mailbox

REQUEST_FACTS_MAX = 1_000


class Facts:
    """Accepts facts into a store; ``outcomes`` are those that a visit may have."""

    def __init__(self, store: Store, outcomes: Collection[str] = OUTCOMES) -> None:
        self._store = store
        self._outcomes = outcomes

    def accept(self, body: bytes, actor: Actor) -> list[Result]:
        """Every event of a request body, in order; returns once all that is stored is durable.

        Problem json_malformed, facts_too_many, or the storage's: then nothing was stored.
        """
        return self.store(self._prepared(body, actor))

    async def accept_soon(self, body: bytes, actor: Actor, mailbox: Mailbox) -> list[Result]:
        """``accept`` for an event loop: the same checks, answers and problems."""
        prepared = self._prepared(body, actor)
        facts = [item for item in prepared if isinstance(item, Fact)]
        settled = await self._store.write_group_soon(settle, facts, mailbox) if facts else []
        return _in_order(prepared, settled)

    def capture(
        self, type: str, data: Mapping[str, object], *, actor: Actor, source: str,
        id: str | None = None, occurred_at: int | None = None,
    ) -> Result:  # fmt: skip
        """One event of a device on this gateway; returns after the commit.

        ``occurred_at`` is Unix milliseconds. Problem store_busy, storage_failing or disk_full: it
        is not stored.
        """
        now_ms = self._store.clock.now_ms()
        event = {
            "specversion": "1.0", "id": id or ids.uuid7(now_ms), "source": source, "type": type,
            "time": clock.to_iso(now_ms if occurred_at is None else occurred_at), "data": data,
        }  # fmt: skip
        return self.store([self._one(event, actor)])[0]

    def store(self, prepared: Sequence[Fact | Refusal]) -> list[Result]:
        """Store what can be stored; one result per item, in order."""
        facts = [item for item in prepared if isinstance(item, Fact)]
        return _in_order(prepared, self._store.write_group(settle, facts) if facts else [])

    def resend(self, identity: str, event: object, revision: int, actor: Actor) -> Result:
        """A quarantined fact again, mended by a person: same id, a higher revision.

        Problem quarantine_unknown when nothing waits under this id.
        """
        key = ids.key(identity, "quarantine_unknown")
        with self._store.read() as rows:
            row = rows.one(
                "SELECT device FROM operations WHERE id = ? AND status = 'quarantined'", (key,)
            )
        if row is None:
            raise Problem("quarantine_unknown")
        fact = self._one(event, replace(actor, role="system", device=row["device"]))
        if isinstance(fact, Refusal):
            raise fact.problem
        fact.identity = key
        fact.revision = revision
        return self.store([fact])[0]

    def _prepared(self, body: bytes, actor: Actor) -> Sequence[Fact | Refusal]:
        prepared = prepare_all(body, actor, self._store.keyring, self._outcomes)
        if len(prepared) > REQUEST_FACTS_MAX:
            raise Problem("facts_too_many", count_max=REQUEST_FACTS_MAX)
        return prepared

    def _one(self, event: object, actor: Actor) -> Fact | Refusal:
        body = canonical.encode(event)
        return prepare(event, body, actor, self._store.keyring, self._outcomes)


def _in_order(prepared: Sequence[Fact | Refusal], settled: Iterable[Result]) -> list[Result]:
    """What became of each item: of those that could be stored from ``settled``, one by one."""
    following = iter(settled)
    return [
        next(following)
        if isinstance(item, Fact)
        else Result(item.sent_id, "refused", None, item.problem)
        for item in prepared
    ]
