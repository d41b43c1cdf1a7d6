"""What shall become of a row: created, changed, or told back. Decided on a reader, outside a write.

The same decision serves the check and the run, so that a check tells what the run will do.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from gateway.access.policy import allowed, find
from gateway.kernel import canonical, formats, ids
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.edits import drafts
from gateway.records.engine import Engine, Proposal
from gateway.records.finding.index import Ready
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Findings
from gateway.records.rows import heads, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.transfer.keeping import remembered, results
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.remembered import Known
from gateway.transfer.layout.build import Builder, Draft, adopt
from gateway.transfer.layout.findings import Tally
from gateway.transfer.layout.rows import Row
from gateway.transfer.passes.matcher import Alike, Foreign, Matcher
from gateway.transfer.passes.seen import Seen


@dataclass(slots=True)
class Step:
    """What a row comes to.

    ``outcome`` is one of ``book.OUTCOMES``. ``findings`` are there for a creation, ``proposal`` for
    an update of ``record``. ``key`` is what the row is known by from now on, ``tally`` what a check
    has seen in it, ``known_by`` what a run will find the new record by.
    """

    row: int
    outcome: str
    record: str = ""
    findings: Findings | None = None
    proposal: Proposal | None = None
    key: str = ""
    digest: bytes = b""
    marks: tuple[int, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    tally: Tally | None = None
    known_by: Ready | None = None


class Planner:
    """Plans the rows of one import in their order, with the rights of ``actor``."""

    def __init__(
        self,
        engine: Engine,
        kind: Kind,
        imported: Import,
        likeness: tuple[Matcher, Keyring],
    ) -> None:
        self._engine = engine
        self._import = imported.id
        self._for_shop = imported.for_shop
        self.actor = imported.runner
        self._kind = kind
        self._rules = imported.layout.rules
        self._matcher, self._keyring = likeness
        self._foreign = Foreign(kind, imported.id, imported.shape.rows)
        width = len(imported.shape.header)
        self.builder = Builder(kind, imported.layout, width, engine.home)
        # Where in the file a mark of a row (a hash) was seen first: what repeats in one file.
        self._seen = Seen()

    def plan(self, rows: Rows, row: Row) -> Step:
        """The step of a row; everything that is wrong with it is in ``problems``."""
        draft = self.builder.draft(row)
        digest = self.builder.digest(row)
        step = Step(row.number, "problem", key=_key(draft, digest), digest=digest)
        step.problems += draft.problems
        step.marks = self._marks(draft, step)
        try:
            head, known = self._subject(rows, draft, step.key)
            if head is not None:
                step.record = head.id
            self._decide(rows, draft, step, head, known)
        except Problem as problem:
            step.outcome = "problem"
            step.problems += problem.errors or (problem,)
        if step.problems and step.outcome not in ("duplicate", "unchanged"):
            step.outcome = "problem"
        if step.outcome in ("created", "updated", "unchanged"):
            self.keep(step)
        return step

    def keep(self, step: Step) -> None:
        """Remember a row that counts, so that its repetition is noticed."""
        for mark in step.marks:
            self._seen.keep(mark, step.row)

    def marks(self, row: Row) -> Step:
        """A row of an interrupted pass, only to be remembered with ``keep``."""
        draft, digest = self.builder.draft(row), self.builder.digest(row)
        step = Step(row.number, "unchanged", key=_key(draft, digest), digest=digest)
        step.marks = self._marks(draft, step)
        return step

    def _subject(self, rows: Rows, draft: Draft, key: str) -> tuple[Head | None, Known | None]:
        """The record a row is about, and what its source said of it before."""
        known = remembered.known(rows, self._kind.name, key)
        head: Head | None = None
        if draft.record or draft.official:
            head = self._named(rows, draft)
        elif known is not None:
            head = heads.find(rows, known.record)
        if head is None:
            return None, None
        rule = find(self.actor.role, self._kind.name, "update")
        rule = rule or allowed(self.actor, self._kind.name, "read")
        if not scopes.covers(rule, self.actor, head):
            raise Problem("row_record_missing", pointer="/@id")
        return head, known

    def _named(self, rows: Rows, draft: Draft) -> Head:
        head: Head | None = None
        pointer = "/@id"
        if not draft.record:
            pointer = "/@number"
            head = remembered.numbered(rows, self._kind.name, draft.official)
        elif _is_id(draft.record):
            head = heads.find(rows, draft.record)
        if head is None or head.kind != self._kind.name:
            raise Problem("row_record_missing", pointer=pointer)
        return head

    def _decide(
        self, rows: Rows, draft: Draft, step: Step, head: Head | None, known: Known | None
    ) -> None:
        if (first := self._repeats(step.marks[:1])) is not None:
            step.outcome = "duplicate"
            step.problems.append(Problem("row_repeats", row=first))
        elif known is not None and head is not None and known.digest == step.digest:
            step.outcome = "unchanged"
            step.problems.clear()
        elif head is None and self._rules.mode == "update":
            step.problems.append(Problem("row_not_known"))
        elif head is None:
            self._create(rows, draft, step)
        elif self._rules.mode == "create" and not self._was_undone(rows, head):
            step.outcome = "duplicate"
            step.problems.append(Problem("row_exists", number=head.number))
        else:
            self._update(draft, step, head, known)
            self._reopen(rows, step, head)

    def _reopen(self, rows: Rows, step: Step, head: Head) -> None:
        """A row whose record was closed when its import was undone brings it back as it was."""
        if not self._was_undone(rows, head):
            return
        assert step.proposal is not None  # an update
        first = heads.version(rows, head.id, 1)
        patch = {name: first.get(name) for name in self._kind.closing} | dict(step.proposal.patch)
        step.proposal = replace(step.proposal, patch=patch)

    def _create(self, rows: Rows, draft: Draft, step: Step) -> None:
        data, _ = adopt(self._kind, draft, {})
        step.outcome = "created"
        step.findings = drafts.creation(self._engine, self.actor, self._kind, data)
        if self._rules.duplicates == "create":
            return
        if (first := self._repeats(step.marks[1:])) is not None:
            step.outcome = "duplicate"
            step.problems.append(Problem("row_like_row", row=first))
        elif (match := self._match(rows, step.findings.data)) is not None:
            self._duplicate(rows, draft, step, match)

    def _match(self, rows: Rows, data: Data) -> Alike | None:
        """A record that a new row may well be about.

        What this import has made itself is not one of them: its rows are many a branch of one
        chain, and a check, which makes nothing, must come to the same as the run. Nor is what the
        undoing of an import has closed.
        """
        among = self._foreign.among(rows)
        for one in self._matcher(rows, self._keyring, self._kind, data, among):
            if one.grade != "weak" and not self._is_none(rows, one.record):
                return one
        return None

    def _is_none(self, rows: Rows, record: str) -> bool:
        if results.made_by(rows, self._import, record):
            return True
        head = heads.find(rows, record)
        return head is not None and self._was_undone(rows, head)

    def _was_undone(self, rows: Rows, head: Head) -> bool:
        """Whether a record is closed because the import that made it was taken back."""
        closing = self._kind.closing
        is_closed = all(head.data.get(name) == closing[name] for name in closing)
        return is_closed and results.closed_by_undo(rows, head.id)

    def _duplicate(self, rows: Rows, draft: Draft, step: Step, match: Alike) -> None:
        """A new row that is like a record: left alone, or laid on it where it is the same."""
        head = heads.find(rows, match.record)
        rule = find(self.actor.role, self._kind.name, "update")
        covered = head is not None and rule is not None and scopes.covers(rule, self.actor, head)
        lays_on = self._rules.duplicates == "update" and self._rules.mode == "both"
        if head is not None and covered and match.grade == "same" and lays_on:
            step.findings = None
            self._update(draft, step, head, None)
            return
        step.outcome = "duplicate"
        # Out of the actor's scope the record is not named, only that there is one.
        number = head.number if head is not None and covered else "?"
        step.problems.append(Problem("row_like_record", number=number, grade=match.grade))

    def _update(self, draft: Draft, step: Step, head: Head, known: Known | None) -> None:
        current = sealed.open_all(self._keyring, self._kind, head.id, head.data)
        data, elements = adopt(self._kind, draft, current)
        if self._rules.blanks == "clear":
            _clear(draft, data, elements)
        step.record = head.id
        step.outcome = "updated"
        # The word of the shop is about the record as it is now, not about what a list said before.
        base_op = known.operation if known and not self._for_shop else ""
        version = draft.version or (0 if base_op else head.version)
        step.proposal = Proposal(data, version, "" if draft.version else base_op)

    def _repeats(self, marks: tuple[int, ...]) -> int | None:
        return next((row for mark in marks if (row := self._seen.first(mark))), None)

    def _marks(self, draft: Draft, step: Step) -> tuple[int, ...]:
        """Hashes a row is known by within its file: its key first, then what nobody shares."""
        texts = [step.key, *_telling(self._kind, draft.data)]
        kept = texts if step.key.startswith("r:") or not draft.record else texts[:1]
        return tuple(int.from_bytes(canonical.sha256(text.encode())[:8], "big") for text in kept)


def again(step: Step, head: Head) -> Step:
    """The step against the present version: for a base that is not known any more."""
    assert step.proposal is not None  # only updates are tried again
    return replace(step, proposal=Proposal(step.proposal.patch, head.version))


def _key(draft: Draft, digest: bytes) -> str:
    """What a row is known by: its source's key, the record it names, else its own content."""
    if draft.record or draft.official:
        return f"n:{draft.record or draft.official}"
    return f"k:{draft.key}" if draft.key else f"r:{digest.hex()}"


def _is_id(text: str) -> bool:
    try:
        ids.to_bytes(text)
    except ValueError:
        return False
    return True


def _telling(kind: Kind, data: Data) -> Iterator[str]:
    """What two rows of one file hardly share unless they are about the same."""
    for name in kind.lookups:
        if name in ("tax_id", "gtin", "sku"):
            for _, text in kind.values(kind.lookups[name], data):
                yield f"{name}:{''.join(formats.fold(text).split())}"
    title = formats.fold(kind.title_of(data))
    for name in ("phone", "email"):
        if title and data.get(name):
            yield f"{name}:{title}:{formats.fold(str(data[name]))}"


def _clear(draft: Draft, data: Data, elements: dict[tuple[str, str], str]) -> None:
    """Empty cells clear their fields; an element that is empty as a whole goes."""
    for target in draft.blank:
        if target.field is None:
            continue
        if len(target.path) == 1:
            data.setdefault(target.path[0], None)
            continue
        group, place, member = target.path
        identity = elements.get((group, place))
        if identity is None:
            continue
        filled = data.setdefault(group, {})
        assert isinstance(filled, dict)  # groups are maps by element
        if place_is_empty(draft, group, place):
            filled[identity] = None
        else:
            filled.setdefault(identity, {})[member] = None


def place_is_empty(draft: Draft, group: str, place: str) -> bool:
    """Whether a row says nothing at all about one element."""
    said = draft.data.get(group)
    return not (isinstance(said, dict) and said.get(place))
