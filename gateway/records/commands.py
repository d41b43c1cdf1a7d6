"""Creating and editing records, inside a caller's transaction.

Every command takes the transaction it writes in, so that a push of a phone, a run of the ERP and a
request of the console give a record its effect together with their own bookkeeping.
"""

from collections.abc import Mapping
from dataclasses import replace

from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import (
    bases,
    clashes,
    conflicts,
    drafts,
    heads,
    numbering,
    scopes,
    sealed,
    writing,
)
from gateway.records.bases import Base, Edit
from gateway.records.docket import Docket, settle
from gateway.records.engine import AUTHORITIES, Engine, Origin, Outcome, Proposal
from gateway.records.heads import Head
from gateway.records.kind import Kind
from gateway.records.merge import merge
from gateway.records.patch import between
from gateway.records.validate import Findings
from gateway.store.transaction import Tx


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
    return place(
        tx, engine, origin, kind, drafts.creation(engine, origin.actor, kind, data), record
    )


def place(
    tx: Tx, engine: Engine, origin: Origin, kind: Kind, findings: Findings, record: str = ""
) -> Outcome:
    """Create a record of data that ``drafts.creation`` has found good, outside the transaction.

    Problem id_reused or record_id_malformed.
    """
    origin = origin.filled(tx.now_ms)
    record = (record or ids.uuid7(tx.now_ms)).lower()
    existing = heads.find(tx, record)
    if existing is not None:
        return _again(tx, kind, existing, findings)
    stored = sealed.seal_all(tx.keyring, kind, record, findings.data, {})
    number = numbering.assign(tx, kind, engine.number_prefix)
    head = writing.begin(tx, kind, origin, writing.first(tx, kind, origin, record, number, stored))
    made = Edit(
        origin.operation, Base(1, findings.data, findings.data), "", clashed=False, patch={}
    )
    bases.remember(tx, kind, head, made)
    return Outcome("created", head, head.seq, (), tuple(findings.warnings))


def edit(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, proposal: Proposal
) -> Outcome:
    """Merge a proposal into a record.

    Problem record_missing (also out of the actor's scope), record_invalid, guarded_field,
    field_not_writable, not_allowed, version_unknown or base_unknown.
    """
    kind = engine.kind(kind_name)
    origin = origin.filled(tx.now_ms)
    head = _in_scope(tx, kind, origin.actor, record)
    base = bases.resolve(tx, kind, head, proposal.base_version, proposal.base_op)
    current = sealed.open_all(tx.keyring, kind, head.id, head.data)
    draft = drafts.edit(engine, origin.actor, kind, proposal.patch, base=base.seen, current=current)
    authority = origin.actor.role in AUTHORITIES
    merged = merge(kind.fields, base.fair, current, draft.data, authority=authority)
    found = list(merged.clashes)
    if current != base.seen:
        misfits = drafts.misfits(engine, kind, merged.data, draft.data)
        found += clashes.misfits(misfits, base.fair, merged.data)
    arriving = clashes.from_merge(tx, head, found, origin)
    waiting = conflicts.waiting(tx, kind, head, tx.keyring) if head.conflicts else []
    docket = settle(kind, waiting, arriving, merged.data, base=base, proposed=draft.data)
    after = writing.advance(tx, kind, origin, head, docket)
    contested = _contested(docket, origin)
    change = between(base.seen, draft.data)
    made = Edit(origin.operation, base, proposal.base_op, bool(contested), change)
    bases.remember(tx, kind, after, made)
    status = _status(head, after, contested, is_merge=current != base.seen)
    seq = None if after is head else after.seq
    return Outcome(status, after, seq, contested, tuple(draft.warnings))


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


def _in_scope(tx: Tx, kind: Kind, actor: Actor, record: str) -> Head:
    rule = allowed(actor, kind.name, "update")
    head = heads.get(tx, kind, record)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    return head


def _again(tx: Tx, kind: Kind, existing: Head, findings: Findings) -> Outcome:
    """The answer to a creation whose id is taken already."""
    if existing.kind == kind.name:
        first = heads.version(tx, existing.id, 1)
        if sealed.open_all(tx.keyring, kind, existing.id, first) == findings.data:
            return Outcome("unchanged", existing, None, (), tuple(findings.warnings))
    raise Problem("id_reused", pointer="/id")


def _contested(docket: Docket, origin: Origin) -> tuple[str, ...]:
    """Ids of the conflicts this operation has opened, or has a new proposal in."""
    return tuple(
        conflict.id
        for conflict in docket.changed
        if conflict.state == "open" and conflict.author.operation == origin.operation
    )


def _status(head: Head, after: Head, contested: tuple[str, ...], *, is_merge: bool) -> str:
    if contested:
        return "conflict"
    if after.version == head.version:
        return "unchanged"
    return "merged" if is_merge else "applied"
