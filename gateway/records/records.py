"""Records as the rest of the house uses them: commands in a write of their own, and views."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from config.schema import GatewaySettings
from gateway.access.policy import allowed, find
from gateway.kernel.actor import Actor
from gateway.records import (
    commands,
    conflicts,
    decisions,
    drafts,
    history,
    queries,
    schema,
    scopes,
    view,
)
from gateway.records.decisions import Decision
from gateway.records.docket import Conflict
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.heads import Head
from gateway.records.kind import Kind
from gateway.records.validate import Home
from gateway.store.database import Store

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to, for the one who gave it."""

    status: str
    record: Json
    conflicts: list[Json]
    warnings: list[Json]


class Records:
    """The records of one store.

    ``home`` gives the shop's own country, currency and language once the first-run set-up has named
    them; until then, and without it, they are the site's settings.
    """

    def __init__(
        self,
        store: Store,
        kinds: Mapping[str, Kind],
        settings: GatewaySettings,
        home: Callable[[], Home | None] = lambda: None,
    ) -> None:
        self.store = store
        self._kinds = kinds
        self._settings = settings
        self._home = home

    @property
    def engine(self) -> Engine:
        """What the commands of the engine take beside a transaction."""
        site = self._settings
        home = self._home() or Home(site.country, site.currency, site.language)
        return Engine(self._kinds, home, site.number_prefix)

    def kinds(self, actor: Actor) -> list[Json]:
        """The schema of every kind that the actor works with."""
        home = self.engine.home
        schemas = (schema.kind_schema(kind, actor, home) for kind in self._kinds.values())
        return [found for found in schemas if found is not None]

    def get(self, actor: Actor, kind_name: str, record: str) -> Json:
        """One record; Problem kind_unknown, record_missing or not_allowed."""
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            head = queries.get(rows, kind, actor, record)
        return self.show(actor, head)

    def page(
        self, actor: Actor, kind_name: str, *, search: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[Json], str | None]:
        """A page of records and the cursor of the next one; Problem cursor_malformed."""
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            found = queries.page(rows, kind, actor, search=search, after=after, limit=limit)
        return [self.show(actor, head, "list") for head in found.heads], found.next

    def history(self, actor: Actor, kind_name: str, record: str) -> list[Json]:
        """The versions of a record, newest first."""
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            head = queries.get(rows, kind, actor, record, "history")
            return history.versions(rows, self.store.keyring, kind, actor, head)

    def conflicts(self, actor: Actor, state: str = "open", limit: int = 200) -> list[Json]:
        """Conflicts that the actor may see, oldest first."""
        rule = allowed(actor, "conflict", "list")
        with self.store.read() as rows:
            found = conflicts.page(rows, rule, actor, state, limit)
        shown = (self._show_conflict(actor, conflict, head) for conflict, head in found)
        return [conflict for conflict in shown if conflict is not None]

    def lookup(self, kind_name: str, key: str, value: str) -> Json | None:
        """{"id", "number", "name"} of the record with an exact key, such as a product's GTIN."""
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            head = queries.lookup(rows, kind, key, value)
        if head is None:
            return None
        return {"id": head.id, "number": head.number, "name": kind.title_of(head.data)}

    def create(
        self, origin: Origin, kind_name: str, data: Mapping[str, object], record: str = ""
    ) -> Answer:
        """Create a record; see ``commands.create``."""
        engine = self.engine
        kind = engine.kind(kind_name)
        # Checked here, so that the writer is neither waited for nor held up by it.
        findings = drafts.creation(engine, origin.actor, kind, data)
        outcome = self.store.write(
            lambda tx: commands.place(tx, engine, origin, kind, findings, record)
        )
        return self._answer(origin.actor, outcome)

    def edit(self, origin: Origin, kind_name: str, record: str, proposal: Proposal) -> Answer:
        """Merge a patch into a record; see ``commands.edit``."""
        engine = self.engine
        outcome = self.store.write(
            lambda tx: commands.edit(tx, engine, origin, kind_name, record, proposal)
        )
        return self._answer(origin.actor, outcome)

    def decide(self, origin: Origin, conflict: str, decision: Decision, version: int) -> Json:
        """Decide a conflict; the record afterwards. See ``decisions.decide``."""
        engine = self.engine
        outcome = self.store.write(
            lambda tx: decisions.decide(tx, engine, origin, conflict, decision, version)
        )
        return self.show(origin.actor, outcome.head)

    def show(self, actor: Actor, head: Head, action: str = "read") -> Json:
        """A stored record as JSON for an actor: the one way out."""
        kind = self.engine.kind(head.kind)
        return view.record(self.store.keyring, kind, actor, head, action)

    def _answer(self, actor: Actor, outcome: Outcome) -> Answer:
        with self.store.read() as rows:
            found = [conflicts.get(rows, identity) for identity in outcome.conflicts]
        shown = (self._show_conflict(actor, conflict, outcome.head) for conflict in found)
        return Answer(
            outcome.status,
            self.show(actor, outcome.head),
            [conflict for conflict in shown if conflict is not None],
            [warning.brief(actor.language) for warning in outcome.warnings],
        )

    def _show_conflict(self, actor: Actor, conflict: Conflict, head: Head) -> Json | None:
        kind = self._kinds.get(conflict.kind)
        rule = find(actor.role, conflict.kind, "read")
        if kind is None or rule is None or not scopes.covers(rule, actor, head):
            return None
        return view.conflict(self.store.keyring, kind, rule, conflict, head)
