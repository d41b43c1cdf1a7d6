"""Records as the rest of the house uses them: commands in a write of their own, and views."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from config.schema import ApprovalSettings, GatewaySettings, QualitySettings
from gateway.access.policy import allowed, find
from gateway.kernel.actor import Actor
from gateway.kernel.clock import latest_day
from gateway.records import commands, queries, schema, view
from gateway.records.commands import New
from gateway.records.dealings import Dealings
from gateway.records.duplicates import twins
from gateway.records.duplicates.comparing import Comparing
from gateway.records.duplicates.twins import Twins
from gateway.records.edits import conflicts, decisions, drafts, proposals
from gateway.records.edits.decisions import Decision
from gateway.records.edits.docket import Conflict
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.finding.reindexing import Reindexing
from gateway.records.following import Following
from gateway.records.forgetting import Forgetting
from gateway.records.inbox import Inbox
from gateway.records.merges import Merges
from gateway.records.model.guards import HOUR_MS, Terms
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Home
from gateway.records.past import history, restoring
from gateway.records.past.restoring import Restoration
from gateway.records.past.timeline import Timeline
from gateway.records.quality.judging import Judging
from gateway.records.quality.worklist import Worklist
from gateway.records.rows import aliases, scopes
from gateway.records.rows.heads import Head
from gateway.records.submissions import Submissions
from gateway.records.trials import Trials
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]
EXPIRY_S = 300
INDEX_S = 86_400
PARTS_S = 300
DUPLICATES_S = 60
QUALITY_S = 60
FOLLOWING_S = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command came to, for the one who gave it."""

    status: str
    record: Json
    conflicts: list[Json]
    proposals: list[Json]
    warnings: list[Json]
    duplicates: list[Json] = field(default_factory=list)


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
        approvals: ApprovalSettings | None = None,
        quality: QualitySettings | None = None,
    ) -> None:
        self.store = store
        self._kinds = kinds
        self._settings = settings
        self._home = home
        self._approvals = approvals or ApprovalSettings()
        self.forgetting = Forgetting(store, lambda: self.engine)
        self.inbox = Inbox(store, lambda: self.engine, self.forgetting)
        self.twins = Twins(store, lambda: self.engine)
        self.trials = Trials(store, lambda: self.engine)
        hourly = settings.submissions_per_hour
        self.submissions = Submissions(store, lambda: self.engine, hourly)
        self.merges = Merges(store, lambda: self.engine, self.shown)
        self.dealings = Dealings(store, lambda: self.engine)
        self.following = Following(store, lambda: self.engine)
        self.timeline = Timeline(store, lambda: self.engine)
        days = (quality or QualitySettings()).review_after_days
        self.worklist = Worklist(store, lambda: self.engine, days)
        self.judging = Judging(store, lambda: self.engine, days)
        self.reindexing = Reindexing(store, lambda: self.engine)
        self.comparing = Comparing(store, lambda: self.engine)

    def jobs(self) -> list[tuple[str, int, Callable[[], object]]]:
        """What is to be done by the clock: a name, the pause in seconds, the call."""
        return [
            ("approvals", EXPIRY_S, self.inbox.expire),
            ("record index", INDEX_S, self.reindexing.run),
            ("index parts", PARTS_S, self.reindexing.tidy),
            ("duplicates", DUPLICATES_S, self.comparing.run),
            ("quality", QUALITY_S, self.judging.run),
            ("following", FOLLOWING_S, self.following.run),
        ]

    def stop(self) -> None:
        """End the jobs under way."""
        self.reindexing.stop()
        self.comparing.stop()
        self.judging.stop()
        self.following.stop()

    @property
    def engine(self) -> Engine:
        """What the commands of the engine take beside a transaction."""
        site = self._settings
        home = self._home() or Home(site.country, site.currency, site.language)
        home = replace(home, today=latest_day(self.store.clock.now_ms()))
        return Engine(self._kinds, home, site.number_prefix, self._terms(home))

    def _terms(self, home: Home) -> Terms:
        said = self._approvals
        limits = {
            "credit_limit": said.credit_limit_threshold,
            "payment_terms": said.payment_terms_threshold,
        }
        return Terms(limits, home.currency, said.expiry_hours * HOUR_MS, said.erp_decides)

    def kinds(self, actor: Actor) -> list[Json]:
        """The schema of every kind that the actor works with."""
        engine = self.engine
        schemas = (
            schema.kind_schema(kind, actor, engine.home, engine.terms)
            for kind in self._kinds.values()
        )
        return [found for found in schemas if found is not None]

    def get(self, actor: Actor, kind_name: str, record: str) -> Json:
        """One record; for an alias the one that stands for it, which ``alias_of`` then names.

        Problem kind_unknown, record_missing or not_allowed.
        """
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            head = queries.get(rows, kind, actor, record)
        seen = self.show(actor, head)
        return seen if head.id == record.lower() else {**seen, "alias_of": head.id}

    def page(
        self, actor: Actor, kind_name: str, *, search: str = "", after: str = "", limit: int = 50
    ) -> tuple[list[Json], str | None]:
        """A page of records and the cursor of the next one; Problem cursor_malformed."""
        kind = self.engine.kind(kind_name)
        with self.store.read() as rows:
            found = queries.page(rows, kind, actor, search=search, after=after, limit=limit)
            return list(self.shown(rows, actor, found.heads)), found.next

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
        self,
        origin: Origin,
        kind_name: str,
        data: Mapping[str, object],
        record: str = "",
        not_duplicate_of: Collection[str] = (),
    ) -> Answer:
        """Create a record; see ``commands.create``.

        Problem duplicate_found when another is the same in so many words, and its id is not among
        ``not_duplicate_of``. Others that look like it are answered, and kept for somebody to judge.
        """
        engine = self.engine
        kind = engine.kind(kind_name)
        # Checked here, so that the writer is neither waited for nor held up by it.
        findings = drafts.creation(engine, origin.actor, kind, data)
        with self.store.read() as rows:
            found = self.twins.at_creation(rows, kind, findings.data, record)

        def work(tx: Tx) -> Outcome:
            twins.refuse_same(tx, kind, findings.data, record, not_duplicate_of)
            outcome = commands.place(tx, engine, origin, kind, New(findings, record))
            if outcome.status == "created":
                denied = (origin.actor, not_duplicate_of)
                twins.remember(tx, kind, outcome.head.id, found, denied)
            return outcome

        outcome = self.store.write(work)
        with self.store.read() as rows:
            told = self.twins.told(rows, origin.actor, kind, found)
        return replace(self._answer(origin.actor, outcome), duplicates=told)

    def edit(
        self,
        origin: Origin,
        kind_name: str,
        record: str,
        proposal: Proposal,
        not_duplicate_of: Collection[str] = (),
    ) -> Answer:
        """Merge a patch into a record; see ``commands.edit``. That it is none of
        ``not_duplicate_of`` is remembered of those that it looks like.
        """
        engine = self.engine

        def work(tx: Tx) -> Outcome:
            outcome = commands.edit(tx, engine, origin, kind_name, record, proposal)
            kind = engine.kind(kind_name)
            twins.deny(tx, kind, outcome.head, not_duplicate_of, origin.actor)
            return outcome

        return self._answer(origin.actor, self.store.write(work))

    def restore(
        self, origin: Origin, kind_name: str, record: str, asked: Restoration
    ) -> tuple[Answer, list[str]]:
        """Bring a version back: the answer, and what stayed; see ``restoring.restore``."""
        engine = self.engine
        done = self.store.write(
            lambda tx: restoring.restore(tx, engine, origin, kind_name, record, asked)
        )
        return self._answer(origin.actor, done.outcome), list(done.left)

    def decide(self, origin: Origin, conflict: str, decision: Decision, version: int) -> Json:
        """Decide a conflict; the record afterwards. See ``decisions.decide``."""
        engine = self.engine
        outcome = self.store.write(
            lambda tx: decisions.decide(tx, engine, origin, conflict, decision, version)
        )
        return self.show(origin.actor, outcome.head)

    def show(self, actor: Actor, head: Head, action: str = "read") -> Json:
        """A stored record as JSON for an actor: the one way out."""
        with self.store.read() as rows:
            return next(self.shown(rows, actor, [head], action))

    def shown(
        self, rows: Rows, actor: Actor, heads: Sequence[Head], action: str = "list"
    ) -> Iterator[Json]:
        """Several of them one by one, within a read that the caller has opened."""
        now_ms, engine = self.store.clock.now_ms(), self.engine
        beside = proposals.beside(rows, [head.id for head in heads], now_ms)
        below = aliases.below(rows, [head.id for head in heads])
        for head in heads:
            kind, waiting = engine.kind(head.kind), beside.get(head.id, ())
            seen = view.record(self.store.keyring, kind, actor, head, action, waiting)
            also = below.get(head.id, ())
            yield {**seen, "aliases": [{"id": one.id, "number": one.number} for one in also]}

    def _answer(self, actor: Actor, outcome: Outcome) -> Answer:
        with self.store.read() as rows:
            found = [conflicts.get(rows, identity) for identity in outcome.conflicts]
        shown = (self._show_conflict(actor, conflict, outcome.head) for conflict in found)
        return Answer(
            outcome.status,
            self.show(actor, outcome.head),
            [conflict for conflict in shown if conflict is not None],
            self.inbox.shown(actor, outcome.proposals),
            [warning.brief(actor.language) for warning in outcome.warnings],
        )

    def _show_conflict(self, actor: Actor, conflict: Conflict, head: Head) -> Json | None:
        kind = self._kinds.get(conflict.kind)
        rule = find(actor.role, conflict.kind, "read")
        if kind is None or rule is None or not scopes.covers(rule, actor, head):
            return None
        return view.conflict(self.store.keyring, kind, rule, conflict, head)
