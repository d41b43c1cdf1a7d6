"""Creating and editing records, inside a caller's transaction.

Every command takes the transaction it writes in, so that a push of a phone, a run of the ERP and a
request of the console give a record its effect together with their own bookkeeping.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import approvals
from gateway.records.approvals import Said
from gateway.records.edits import (
    alias_edits,
    bases,
    clashes,
    conflicts,
    drafts,
    elements,
    proposals,
    references,
    ruling,
    writing,
)
from gateway.records.edits.bases import Base, Edit
from gateway.records.edits.docket import Conflict, Docket, Ruled, settle
from gateway.records.edits.elements import Weighed
from gateway.records.edits.merge import Voices, merge
from gateway.records.edits.rivals import Step
from gateway.records.edits.ruling import Ruler
from gateway.records.edits.standing import Standing
from gateway.records.engine import AUTHORITIES, Engine, Origin, Outcome, Proposal
from gateway.records.finding.index import Ready
from gateway.records.model.fields import Data
from gateway.records.model.guards import Split
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, between, put
from gateway.records.model.survivorship import Claim
from gateway.records.model.validate import Findings
from gateway.records.rows import aliases, erasures, heads, numbering, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class New:
    """A record to be: what ``drafts.creation`` found good, its id if it has one, and what its data
    are found by, where that was worked out before.
    """

    findings: Findings
    record: str = ""
    known_by: Ready | None = None


def create(
    tx: Tx,
    engine: Engine,
    origin: Origin,
    kind_name: str,
    data: Mapping[str, object],
    record: str = "",
) -> Outcome:
    """Create a record; its id is ``record`` or a new one.

    The same creation again is answered with the stored record. Problem record_invalid (every
    problem in ``errors``), not_allowed, field_not_writable, or id_reused when the id is another's.
    """
    kind = engine.kind(kind_name)
    findings = drafts.creation(engine, origin.actor, kind, data)
    return place(tx, engine, origin, kind, New(findings, record))


def place(tx: Tx, engine: Engine, origin: Origin, kind: Kind, new: New) -> Outcome:
    """Create a record of data that was found good outside the transaction.

    What takes a second person is put beside the record. Problem id_reused or record_id_malformed.
    """
    findings = new.findings
    origin = replace(origin.filled(tx.now_ms), typed=findings.typed)
    record = (new.record or ids.uuid7(tx.now_ms)).lower()
    erasures.refuse(tx, record)
    existing = heads.find(tx, record)
    if existing is not None:
        return _again(tx, kind, existing, findings)
    rule = allowed(origin.actor, kind.name, "create")
    data = references.placed(tx, origin.actor, kind, findings)
    guard = engine.guard(kind, rule, origin.actor, creating=True)
    split = guard.split({}, data, fair={}, current={})
    stored = sealed.seal_all(tx.keyring, kind, record, split.data, {})
    number = numbering.assign(tx, kind, engine.number_prefix)
    first = writing.first(tx, kind, origin, record, number, stored)
    head = writing.begin(tx, kind, origin, first, new.known_by)
    # Its author still sees what only waits: later edits from the same phone are built on that.
    change = between(split.data, data)
    base = Base(1, split.data, split.data)
    claim = ruling.claim_of(origin, tx.now_ms)
    made = Edit(origin.author, claim, base, "", clashed=bool(split.held), patch=change)
    bases.remember(tx, kind, head, made)
    head, waiting = approvals.propose(
        tx, engine, kind, origin, head, Said(split.held, split.data, data, base)
    )
    return Outcome("created", head, head.seq, (), tuple(findings.warnings), waiting)


def edit(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, proposal: Proposal
) -> Outcome:
    """Merge a proposal into a record.

    What takes a second person is put beside the record, the rest applies at once. Problem
    record_missing (also out of the actor's scope), record_invalid, field_not_writable, not_allowed,
    version_unknown or base_unknown.
    """
    kind = engine.kind(kind_name)
    origin = origin.filled(tx.now_ms)
    asked, head = _in_scope(tx, kind, origin.actor, record)
    base = bases.resolve(tx, kind, asked, proposal.base_version, proposal.base_op)
    said, change = base, proposal.patch
    own_terms: Data = {}
    if asked.alias_of:
        base, change, own_terms = alias_edits.turned(tx, kind, asked, base, change)
    current = sealed.open_all(tx.keyring, kind, head.id, head.data)
    draft = _draft(tx, engine, origin.actor, kind, (change, base.seen, current))
    origin = replace(origin, typed=draft.typed)
    base, own = approvals.unapplied(tx, kind, base.spoken(kind, draft.data))
    guard = engine.guard(kind, allowed(origin.actor, kind.name, "update"), origin.actor)
    split = guard.split(base.seen, draft.data, fair=base.fair, current=current, own=own)
    claim = ruling.claim_of(origin, tx.now_ms, after=base.at)
    ruler = _ruler(tx, kind, head, (claim, base, split.data))
    weighed = _merged(tx, ruler, head, origin, current)
    found, data = list(weighed.merged.clashes), weighed.merged.data
    if current != base.seen:
        misfits = drafts.misfits(engine, kind, data, split.data)
        found += clashes.misfits(misfits, base.fair, data)
    arriving = clashes.from_merge(tx, head, found, (origin, claim), base)
    arriving += weighed.arriving(tx, head)
    docket = _docket(tx, ruler, head, arriving, weighed, (base, draft.data))
    after = writing.advance(tx, kind, origin, head, docket)
    contested = _contested(docket, origin)
    if asked.alias_of:
        edit = alias_edits.remembered((origin.author, claim), said, proposal, own_terms)
        bases.remember(tx, kind, asked, edit)
    else:
        left = between(base.seen, _word(draft.data, base, split))
        clashed = bool(contested or split.held or ruling.is_kept_out(arriving, origin))
        edit = Edit(origin.author, claim, base, proposal.base_op, clashed, left)
        bases.remember(tx, kind, after, edit)
    after, proposed = approvals.propose(
        tx, engine, kind, origin, after, Said(split.held, base.seen, draft.data, base)
    )
    status = _status(head, after, contested, proposed, is_merge=current != base.seen)
    seq = None if after is head else after.seq
    warnings = (*draft.warnings, *ruling.notes(arriving, origin))
    return Outcome(status, after, seq, contested, warnings, proposed)


def upsert(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, proposal: Proposal
) -> Outcome:
    """Create a record under an id, or edit it: how another system's data comes in.

    ``base_version`` is the version the other system knew; 0 means that it knew the present one.
    What the patch leaves out stays; ``null`` removes.
    """
    existing = heads.find(tx, record)
    if existing is None:
        return create(tx, engine, origin, kind_name, proposal.patch, record)
    if not proposal.base_version:
        proposal = replace(proposal, base_version=existing.version)
    return edit(tx, engine, origin, kind_name, record, proposal)


def _draft(
    tx: Tx, engine: Engine, actor: Actor, kind: Kind, sides: tuple[Mapping[str, object], Data, Data]
) -> Findings:
    """A patch laid on what its author saw, checked; ``sides`` are both, and what stands there."""
    change, seen, current = sides
    draft = drafts.edit(engine, actor, kind, change, base=seen, current=current)
    return references.checked(tx, actor, kind, draft, seen)


def _in_scope(tx: Tx, kind: Kind, actor: Actor, record: str) -> tuple[Head, Head]:
    """The record an actor names, and the one that stands for it: they differ after a merge."""
    rule = allowed(actor, kind.name, "update")
    asked = heads.get(tx, kind, record)
    head = aliases.standing(tx, asked)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    return asked, head


def _again(tx: Tx, kind: Kind, existing: Head, findings: Findings) -> Outcome:
    """The answer to a creation whose id is taken already."""
    if existing.kind == kind.name:
        entered, waiting = _entered(tx, kind, existing)
        if entered == references.repeated(kind, findings.data, entered):
            return Outcome("unchanged", existing, None, (), tuple(findings.warnings), waiting)
    raise Problem("id_reused", pointer="/id")


def _entered(tx: Tx, kind: Kind, head: Head) -> tuple[Data, tuple[str, ...]]:
    """What a record was created with, the part that waited included, and the ids of that part."""
    data = sealed.open_all(tx.keyring, kind, head.id, heads.version(tx, head.id, 1))
    operation = heads.operation_of(tx, head.id, 1)
    waited = proposals.of_operations(tx, [operation])
    for one in waited:
        data = put(data, one.path, proposals.opened(tx.keyring, kind, one, one.proposed))
    return data, tuple(one.id for one in waited)


def _ruler(tx: Tx, kind: Kind, head: Head, said: tuple[Claim, Base, Data]) -> Ruler:
    """The rules before an edit: what it weighs, what it is built on and what its author left."""
    waiting = conflicts.waiting(tx, kind, head, tx.keyring) if head.conflicts else []
    return Ruler(kind, Standing(tx, head), *said, waiting)


def _merged(tx: Tx, ruler: Ruler, head: Head, origin: Origin, current: Data) -> Weighed:
    """What an edit makes of the ``current`` record, the elements that somebody removed weighed."""
    base, left = ruler.base, ruler.left
    voices = Voices(ruler.judge, base.last_words, ruler.spoke, ruler.spared)
    authority = origin.actor.role in AUTHORITIES
    fields = ruler.kind.fields
    merged = merge(fields, base.fair, current, left, authority=authority, voices=voices)
    change = between(base.seen, left)
    step = Step(origin.author, ruler.claim, change, base.version, head.version + 1)
    return elements.weighed(tx, ruler, head, step, merged)


def _docket(
    tx: Tx,
    ruler: Ruler,
    head: Head,
    arriving: Sequence[Conflict],
    weighed: Weighed,
    sides: tuple[Base, Data],
) -> Docket:
    """What becomes of the conflicts of a record; ``sides`` are what the author saw and left."""
    kind = ruler.kind
    by_rule = any(conflict.rule for conflict in arriving)
    told = conflicts.told(tx, kind, head, tx.keyring) if by_rule else []
    waiting, arriving, ended = elements.reconciled(ruler, weighed, arriving, told)
    ruled = Ruled(lambda one: None if weighed.is_in(one.path) else ruler.outweighs(one), told)
    docket = settle(kind, waiting, arriving, weighed.merged.data, view=sides, ruled=ruled)
    return replace(docket, changed=(*ended, *docket.changed))


def _word(left: Data, base: Base, split: Split) -> Data:
    """What an author left, but for what was only asked and is there already: nobody's word yet."""
    for path in split.same:
        left = put(left, path, at(base.seen, path))
    return left


def _contested(docket: Docket, origin: Origin) -> tuple[str, ...]:
    """Ids of the conflicts this operation has opened, or has a new proposal in."""
    return tuple(
        conflict.id
        for conflict in docket.changed
        if conflict.state == "open" and conflict.author.operation == origin.operation
    )


def _status(
    head: Head, after: Head, contested: tuple[str, ...], waiting: tuple[str, ...], *, is_merge: bool
) -> str:
    if contested:
        return "conflict"
    if after.version == head.version:
        return "proposed" if waiting else "unchanged"
    return "merged" if is_merge else "applied"
