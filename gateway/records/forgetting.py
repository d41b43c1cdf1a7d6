"""Erasing records as the rest of the house uses it: what would go, asking for it, the ledger, and
word of it to whoever else holds something of a record.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from typing import Any

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records import approvals, erasing, queries
from gateway.records.edits import proposals, writing
from gateway.records.engine import Engine, Origin
from gateway.records.erasing import REASONS
from gateway.records.model.guards import Held
from gateway.records.model.kind import Kind
from gateway.records.rows import erasures, heads, scopes
from gateway.records.rows.erasures import Erasure
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]
# Takes what it holds of erased records away, in the transaction that erases them.
Forgets = Callable[[Tx, Sequence[Erasure]], None]


class Forgetting:
    """The erasures of one store. ``engine`` gives what the commands take beside a transaction."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine
        self._others: list[Forgets] = []
        self._later: list[Callable[[], object]] = []

    def also(self, forgets: Forgets | None, later: Callable[[], object] | None = None) -> None:
        """Tell another part of the house of every erasure: within its transaction, and ``later``,
        when that is on the disk.
        """
        self._others += [forgets] if forgets else []
        self._later += [later] if later else []

    def elsewhere(self, tx: Tx, erased: Sequence[Erasure]) -> None:
        """Have every other part forget these."""
        for forgets in self._others if erased else ():
            forgets(tx, erased)

    def afterwards(self) -> None:
        """Have every other part do what needs no transaction, such as deleting files."""
        for later in self._later:
            later()

    def preview(self, actor: Actor, kind_name: str, record: str) -> Json:
        """What an erasure of a record would take, and what it would leave: {"goes", "stays"}, lists
        of {"what", "count"}.

        Problem kind_unknown, not_allowed, record_missing, record_erased or record_id_malformed.
        """
        kind = self._engine().kind(kind_name)
        with self._store.read() as rows:
            head = _found(rows, kind, actor, record)
            named = erasing.with_aliases(rows, head.id)
            return {"goes": _goes(rows, named), "stays": _stays(rows, named)}

    def ask(self, origin: Origin, kind_name: str, record: str, reason: str) -> str:
        """Put an erasure before a second person; the id of the proposal. The same person's earlier
        one is replaced.

        Problem password_needed, erasure_reason_unknown, and those of ``preview``.
        """
        if not origin.proven:
            raise Problem("password_needed")
        if reason not in REASONS:
            raise Problem("erasure_reason_unknown", reason=reason, known=", ".join(REASONS))
        engine = self._engine()
        kind = engine.kind(kind_name)

        def work(tx: Tx) -> str:
            own = origin.filled(tx.now_ms)
            head = _found(tx, kind, own.actor, record)
            earlier = [
                replace(one, state="withdrawn", ended="replaced", decided_at=tx.now_ms)
                for one in proposals.of_record(tx, head.id)
                if one.path == proposals.ERASE and one.person == own.actor.human
            ]
            change = Held(proposals.ERASE, None, {"reason": reason})
            fresh = approvals.made(tx, engine, kind, own, head, change)
            writing.show_proposals(tx, own, head, [*earlier, fresh])
            return fresh.id

        return self._store.write(work)

    def check(self, record: str) -> None:
        """Problem record_erased for one that is gone for good, or record_id_malformed."""
        with self._store.read() as rows:
            erasures.refuse(rows, record)

    def ledger(self) -> list[Erasure]:
        """Everything that was ever erased, oldest first."""
        with self._store.read() as rows:
            return erasures.ledger(rows)

    def told(self, actor: Actor) -> list[Json]:
        """The same for a person, the newest first; Problem not_allowed."""
        allowed(actor, "erasure", "list")
        return [_told(one) for one in reversed(self.ledger())]

    def replay(self, ledger: Iterable[Erasure]) -> int:
        """Erase what a restored backup has brought back; how many records and visits that were."""
        engine, known = self._engine(), list(ledger)

        def work(tx: Tx) -> int:
            missing = [one for one in known if erasures.find(tx, one.record) is None]
            back = erasing.replay_erasures(tx, engine, missing)
            self.elsewhere(tx, [*missing, *back])
            return len(back)

        back = self._store.write(work)
        self.afterwards()
        return back


def _found(rows: Rows, kind: Kind, actor: Actor, record: str) -> Head:
    rule = allowed(actor, kind.name, "erase")
    erasures.refuse(rows, record)
    head = queries.get(rows, kind, actor, record)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    return head


def _goes(rows: Rows, named: Sequence[str]) -> list[Json]:
    seen = [visit for one in named for visit in erasing.visits(rows, one)]
    counts = {
        "versions": _count(rows, "record_versions", "record", named),
        "merged": len(named) - 1,
        "visits": len(seen),
        "tasks": sum(len(erasing.about(rows, one)) for one in named),
        "files": _count(rows, "attachment_links", "subject", [*named, *seen]),
        "conflicts": _count(rows, "record_conflicts", "record", named),
        "proposals": _count(rows, "record_proposals", "record", named),
    }
    return [{"what": what, "count": count} for what, count in counts.items() if count]


def _stays(rows: Rows, named: Sequence[str]) -> list[Json]:
    counts = {
        "sales": erasing.held(rows, named),
        "archived": sum(erasing.archived(rows, one) for one in named),
    }
    return [{"what": what, "count": count} for what, count in counts.items() if count]


def _count(rows: Rows, table: str, column: str, named: Sequence[str]) -> int:
    """How many rows of a table are of these."""
    sql = f"SELECT count(*) FROM {table} WHERE {column} = ?"  # noqa: S608
    return sum(int(rows.value(sql, (heads.key(one),))) for one in named)


def _told(one: Erasure) -> Json:
    return {
        "record": one.record,
        "kind": one.kind,
        "reason": one.reason,
        "held": one.held,
        "archived": one.archived,
        "by": one.actor,
        "approved_by": one.approver,
        "at": to_iso(one.at),
    }
