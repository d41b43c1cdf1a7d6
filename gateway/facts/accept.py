"""The one way in for facts: seen before, new, to be quarantined, or refused.

Answered only once it is on disk.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway.facts.event import Fact, Refusal, prepare, prepare_all
from gateway.facts.quarantine import held
from gateway.facts.settle import Result, settle
from gateway.facts.visit import OUTCOMES
from gateway.kernel import canonical, clock, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.jobs import Mailbox

REQUEST_FACTS_MAX = 1_000


@dataclass(frozen=True)
class Captured:
    """An event of a device on this gateway, one of many.

    ``occurred_at`` is Unix milliseconds, None where nobody knows. ``place`` says where it stood,
    such as a line of a file. A ``problem`` sends it to quarantine, whatever its data say.
    """

    type: str
    data: Mapping[str, object]
    id: str
    occurred_at: int | None = None
    place: str = ""
    problem: Problem | None = None


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
        id: str | None = None, occurred_at: int | Literal["now"] | None = "now",
    ) -> Result:  # fmt: skip
        """One event of a device on this gateway; returns after the commit.

        ``occurred_at`` is Unix milliseconds, None where nobody has said it.
        Problem store_busy, storage_failing or disk_full: it is not stored.
        """
        now_ms = self._store.clock.now_ms()
        event: dict[str, object] = {
            "specversion": "1.0", "id": id or ids.uuid7(now_ms), "source": source, "type": type,
            "data": data,
        }  # fmt: skip
        if occurred_at is not None:
            event["time"] = clock.to_iso(now_ms if occurred_at == "now" else occurred_at)
        return self.store([self._one(event, actor)])[0]

    def capture_all(
        self, captured: Sequence[Captured], *, actor: Actor, source: str, dry: bool = False
    ) -> list[Result]:
        """Many events of a device in one write; one result each, after the commit.

        ``dry``: what would become of them if all of them were new; nothing is stored. What waits
        in quarantine under the same id is replaced: its sender has been put right. Problem
        store_busy, storage_failing or disk_full: nothing is stored.
        """
        prepared = []
        for one in captured:
            event: dict[str, object] = {
                "specversion": "1.0", "id": one.id, "source": source, "type": one.type,
                "data": one.data,
            }  # fmt: skip
            if one.occurred_at is not None:
                event["time"] = clock.to_iso(one.occurred_at)
            fact = self._one(event, actor)
            if isinstance(fact, Fact):
                fact.problem = _placed(one.problem or fact.problem, one.place)
            prepared.append(fact)
        self._outrank([fact for fact in prepared if isinstance(fact, Fact)])
        return [_foreseen(fact) for fact in prepared] if dry else self.store(prepared)

    def _outrank(self, facts: Sequence[Fact]) -> None:
        """Make each a later revision of what waits under its id."""
        with self._store.read() as rows:
            waiting = held(rows, [fact.identity for fact in facts])
        for fact in facts:
            if earlier := waiting.get(fact.identity):
                fact.revision = earlier.revision + 1

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


def _placed(problem: Problem | None, place: str) -> Problem | None:
    """The problem with the place where the sender had what it is about."""
    if problem is None or not place:
        return problem
    return Problem("fact_of_file", place=place, errors=problem.errors or (problem,))


def _foreseen(fact: Fact | Refusal) -> Result:
    if isinstance(fact, Refusal):
        return Result(fact.sent_id, "refused", None, fact.problem)
    return Result(fact.sent_id, "quarantined" if fact.problem else "stored", None, fact.problem)


def _in_order(prepared: Sequence[Fact | Refusal], settled: Iterable[Result]) -> list[Result]:
    """What became of each item: of those that could be stored from ``settled``, one by one."""
    following = iter(settled)
    return [
        next(following)
        if isinstance(item, Fact)
        else Result(item.sent_id, "refused", None, item.problem)
        for item in prepared
    ]
