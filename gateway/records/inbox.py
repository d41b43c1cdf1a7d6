"""The inbox of proposals as the rest of the house uses it: pages, decisions and expiry."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from gateway.access.policy import allowed, find
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records import approvals, view
from gateway.records.approvals import EXPIRED_MAX, Verdict
from gateway.records.duplicates import merge_views, merging
from gateway.records.duplicates.merging import Order
from gateway.records.edits import proposals
from gateway.records.edits.proposals import COLUMNS, ERASE, MERGE, Waiting
from gateway.records.engine import Engine, Origin, Outcome
from gateway.records.forgetting import Forgetting
from gateway.records.model.kind import Kind
from gateway.records.rows import heads, scopes
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]
LIMIT_MAX: Final = 500

_STATE: Final = {
    "open": "p.state = 'open' AND p.expires_at > :now",
    # One whose time is over is told as expired, whether or not the job has come round to it.
    "expired": "(p.state = 'expired' OR p.state = 'open' AND p.expires_at <= :now)",
}


class Inbox:
    """The proposals of one store. ``engine`` gives what the commands take beside a transaction,
    ``forgetting`` hears of records that were erased.
    """

    def __init__(self, store: Store, engine: Callable[[], Engine], forgetting: Forgetting) -> None:
        self._store = store
        self._engine = engine
        self._forgetting = forgetting

    def page(
        self, actor: Actor, state: str = "open", *, after: str = "", limit: int = 100
    ) -> tuple[list[Json], str | None]:
        """Proposals in a state, oldest first, and the cursor of the next page.

        Problem not_allowed or cursor_malformed.
        """
        rule = allowed(actor, "approval", "list")
        scope, params = scopes.condition(rule, actor)
        place = _after(after)
        limit = max(1, min(limit, LIMIT_MAX))
        now_ms = self._store.clock.now_ms()
        wanted = _STATE.get(state, "p.state = ?").replace(":now", "?")
        value = state if state not in _STATE else now_ms
        with self._store.read() as rows:
            found = rows.all(
                f"SELECT {COLUMNS} FROM record_proposals p JOIN records r ON r.id = p.record"  # noqa: S608
                f" WHERE {wanted} AND {scope} AND p.rowid >"
                " coalesce((SELECT rowid FROM record_proposals WHERE id = ?), 0)"
                " ORDER BY p.rowid LIMIT ?",
                (value, *params, place, limit + 1),
            )
            listed = [proposals.from_row(row) for row in found[:limit]]
            shown = self._shown(rows, actor, listed)
        return shown, listed[-1].id if len(found) > limit else None

    def get(self, actor: Actor, identity: str) -> Json:
        """One proposal; Problem approval_missing or not_allowed."""
        allowed(actor, "approval", "read")
        with self._store.read() as rows:
            shown = self._shown(rows, actor, [proposals.get(rows, identity)])
        if not shown:
            raise Problem("approval_missing")
        return shown[0]

    def decide(self, origin: Origin, identity: str, verdict: Verdict) -> Json:
        """Decide a proposal; it as it stands afterwards. See ``approvals.decide``."""
        engine = self._engine()

        def work(tx: Tx) -> tuple[Outcome, list[Json]]:
            # What is erased can be shown no more afterwards.
            one = proposals.get(tx, identity)
            before = self._shown(tx, origin.actor, [one]) if one.path == ERASE else []
            outcome = approvals.decide(tx, engine, origin, identity, verdict)
            self._forgetting.elsewhere(tx, outcome.erased)
            return outcome, before

        outcome, before = self._store.write(work)
        if not outcome.erased:
            return self.get(origin.actor, identity)
        self._forgetting.afterwards()
        now = to_iso(self._store.clock.now_ms())
        said = {"decided_by": origin.actor.name, "decided_at": now, "decidable": False}
        return {**before[0], **said, "state": "approved", "ended": "decided", "title": ""}

    def withdraw(self, origin: Origin, identity: str) -> Json:
        """Take back one's own; it as it stands afterwards. See ``approvals.withdraw``."""
        engine = self._engine()
        self._store.write(lambda tx: approvals.withdraw(tx, engine, origin, identity))
        return self.get(origin.actor, identity)

    def expire(self) -> int:
        """End every proposal whose time is over; how many it were.

        None while the clock is unsure: a wrong year must not end what people still work on.
        """
        total = 0
        engine = self._engine()
        while self._store.clock.trusted():
            ended = self._store.write(lambda tx: approvals.expire(tx, engine))
            total += ended
            if ended < EXPIRED_MAX:
                break
        return total

    def shown(self, actor: Actor, identities: Sequence[str]) -> list[Json]:
        """Some proposals as an actor sees them."""
        if not identities:
            return []
        with self._store.read() as rows:
            return self._shown(rows, actor, [proposals.get(rows, each) for each in identities])

    def _shown(self, rows: Rows, actor: Actor, found: Sequence[Waiting]) -> list[Json]:
        return [seen for one in found if (seen := self._one(rows, actor, one)) is not None]

    def _one(self, rows: Rows, actor: Actor, one: Waiting) -> Json | None:
        engine = self._engine()
        kind = engine.kinds.get(one.kind)
        head = heads.find(rows, one.record)
        rule = find(actor.role, one.kind, "read")
        if kind is None or head is None or rule is None or not scopes.covers(rule, actor, head):
            return None
        seen = view.approval(self._store.keyring, kind, rule, actor, one, head)
        if seen is None:
            return None
        if one.path == MERGE:
            merge = self._merge(rows, actor, kind, one)
            if merge is None:
                return None
            seen |= {"merge": merge}
        if one.path == ERASE:
            seen |= {"erasure": one.proposed}
        if one.state == "open" and one.expires_at <= self._store.clock.now_ms():
            seen |= {"state": "expired", "ended": "expired"}
        return {**seen, "decidable": seen["state"] == "open" and self._decides(actor, one)}

    def _merge(self, rows: Rows, actor: Actor, kind: Kind, one: Waiting) -> Json | None:
        """Which record a proposed merge would make an alias; None out of the actor's scope."""
        order = Order.proposed(one)
        other, rule = heads.find(rows, order.alias), find(actor.role, kind.name, "read")
        if other is None or rule is None or not scopes.covers(rule, actor, other):
            return None
        title = view.title(kind, rule, other)
        changes: list[Json] = []
        head = heads.find(rows, one.record)
        sides = [] if head is None or one.state != "open" else [head, other]
        if [side.version for side in sides] == [order.version, order.alias_version]:
            engine, pair = self._engine(), (sides[0], sides[1])
            made = merging.plan(rows, self._store.keyring, engine, kind, pair, order.choices)
            changes = merge_views.changes(self._store.keyring, kind, actor, made)
        return {"number": other.number, "title": title, **order.told(), "changes": changes}

    def _decides(self, actor: Actor, one: Waiting) -> bool:
        rule = find(actor.role, "approval", "update")
        if rule is None:
            return False
        engine = self._engine()
        try:
            approvals.check_second(engine, rule, engine.kind(one.kind), actor, one)
        except Problem:
            return False
        return True


def _after(cursor: str) -> bytes:
    """The id of the last proposal of the page before."""
    try:
        return ids.to_bytes(cursor) if cursor else b""
    except ValueError as error:
        raise Problem("cursor_malformed") from error
