"""What the gateway would make of an entry: its problems, or its stored form. Nothing is stored.

The same checks as for the entry itself. What depends on the moment of storing (another edit that
comes first, a number taken by another record) is not foreseen.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.edits import drafts
from gateway.records.engine import Engine, Proposal
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Findings
from gateway.records.queries import get
from gateway.records.rows import heads, sealed
from gateway.records.view import Glass
from gateway.store.database import Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """``data`` is the stored form as the actor sees it, with the places in it that are hidden; None
    where there are problems.
    """

    problems: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)
    data: dict[str, Any] | None = None
    masked: list[str] = field(default_factory=list)


class Trials:
    """Tries entries against the rules of one store."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine

    def creation(self, actor: Actor, kind_name: str, data: Mapping[str, object]) -> Verdict:
        """A new record; Problem kind_unknown or not_allowed."""
        engine = self._engine()
        kind = engine.kind(kind_name)
        return self._tried(
            actor, kind, "create", lambda: drafts.creation(engine, actor, kind, data)
        )

    def edit(self, actor: Actor, kind_name: str, record: str, change: Proposal) -> Verdict:
        """An edit of a record; Problem also record_missing or version_unknown."""
        engine = self._engine()
        kind = engine.kind(kind_name)
        with self._store.read() as rows:
            head = get(rows, kind, actor, record, "update")
            seen = heads.version(rows, head.id, change.base_version)
        keyring = self._store.keyring
        base = sealed.open_all(keyring, kind, head.id, seen)
        current = sealed.open_all(keyring, kind, head.id, head.data)
        return self._tried(
            actor,
            kind,
            "update",
            lambda: drafts.edit(engine, actor, kind, change.patch, base=base, current=current),
        )

    def _tried(
        self, actor: Actor, kind: Kind, action: str, check: Callable[[], Findings]
    ) -> Verdict:
        allowed(actor, kind.name, action)
        try:
            findings = check()
        except Problem as problem:
            return Verdict([one.brief(actor.language) for one in problem.errors or (problem,)])
        keyring, record = self._store.keyring, ids.uuid7(self._store.clock.now_ms())
        glass = Glass(keyring, kind, allowed(actor, kind.name, "read"), record)
        seen = glass.data(sealed.seal_all(keyring, kind, record, findings.data, {}))
        warnings = [warning.brief(actor.language) for warning in findings.warnings]
        return Verdict([], warnings, seen, sorted(glass.masked))
