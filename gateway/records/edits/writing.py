"""How a changed record reaches the disk: journal entries, the new version and the head at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.records.edits import conflicts, proposals
from gateway.records.edits.docket import Docket
from gateway.records.edits.proposals import Waiting
from gateway.records.engine import Origin
from gateway.records.finding import index
from gateway.records.finding.index import Ready
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.model.patch import between
from gateway.records.rows import files, heads, reasons, sealed, typed
from gateway.records.rows.heads import Author, Head
from gateway.store.journal import Entry
from gateway.store.transaction import Tx


def stage_after(actor: Actor) -> str:
    """The stage of what an actor writes: what comes from the ERP is accepted there already."""
    return "accepted" if actor.role == "erp" else "at_gateway"


def first(tx: Tx, kind: Kind, origin: Origin, record: str, number: str, stored: Data) -> Head:
    """The head of a new record, before it has its place in the journal."""
    return Head(
        id=record,
        kind=kind.name,
        version=1,
        number=number,
        territory=str(stored.get("territory", "")),
        owner=origin.actor.id,
        sort=heads.sort_key(kind, stored),
        data=stored,
        stage=stage_after(origin.actor),
        stage_detail=None,
        conflicts=0,
        created_at=tx.now_ms,
        updated_at=tx.now_ms,
        seq=0,
    )


def begin(tx: Tx, kind: Kind, origin: Origin, head: Head, known_by: Ready | None = None) -> Head:
    """Store the first version of a record; the head with its place in the journal."""
    head = replace(head, seq=_tell(tx, "record.created", origin, head, {"patch": head.data}))
    _keep(tx, kind, head, origin.author, known_by)
    typed.keep(tx, head, origin.typed, {})
    files.keep(tx, head, origin.file)
    return head


def advance(tx: Tx, kind: Kind, origin: Origin, head: Head, docket: Docket) -> Head:
    """Store what an edit or a decision made of a record; the very same head if that is nothing."""
    stored = sealed.seal_all(tx.keyring, kind, head.id, docket.data, head.data)
    after = head
    if stored != head.data:
        after = _next_version(tx, kind, origin, head, stored)
        after = show_proposals(tx, origin, after, proposals.overtaken(tx, kind, after, docket.data))
    if docket.changed:
        after = contest(tx, kind, origin, after, docket)
    return after


def apart(tx: Tx, origin: Origin) -> Origin:
    """The origin of an entry beside the one that bears the operation's id."""
    return replace(origin, operation=ids.uuid7(tx.now_ms), seq=None)


def combine(
    tx: Tx, kind: Kind, origin: Origin, head: Head, stored: Data, said: Mapping[str, object]
) -> Head:
    """Store what a merge, or the end of one, made of a record: a new version in any case."""
    after = _next_version(tx, kind, origin, head, stored, said)
    data = sealed.open_all(tx.keyring, kind, head.id, stored)
    return show_proposals(tx, origin, after, proposals.overtaken(tx, kind, after, data))


def retire(tx: Tx, kind: Kind, origin: Origin, head: Head, said: Mapping[str, object]) -> Head:
    """Store a record that has become an alias: nobody finds it any more but by its id."""
    head = replace(head, seq=_tell(tx, "record.merged", apart(tx, origin), head, said))
    heads.save(tx, head)
    index.forget(tx, kind, head.id)
    return head


def restore(tx: Tx, kind: Kind, origin: Origin, head: Head, said: Mapping[str, object]) -> Head:
    """Store a record that has been an alias and is none any more."""
    stage = stage_after(origin.actor)
    head = replace(head, stage=stage, stage_detail=None, updated_at=tx.now_ms)
    head = replace(head, seq=_tell(tx, "record.unmerged", apart(tx, origin), head, said))
    heads.save(tx, head)
    index.save(tx, kind, head)
    index.save_keys(tx, kind, head)
    return head


def show_proposals(tx: Tx, origin: Origin, head: Head, changed: Sequence[Waiting]) -> Head:
    """Store new and ended proposals beside a record; its head with its place in the journal."""
    if not changed:
        return head
    told = [proposals.journal_form(one) for one in changed]
    seq = _tell(tx, "record.approval", _unused(tx, origin), head, {"approvals": told})
    proposals.save(tx, changed)
    head = replace(head, seq=seq)
    heads.save(tx, head)
    return head


def show_stage(tx: Tx, origin: Origin, head: Head) -> Head:
    """Store a head whose stage has changed."""
    said: Data = {"stage": head.stage}
    if head.stage_detail:
        said |= reasons.journal_form(head.stage_detail)
    head = replace(head, seq=_tell(tx, "record.stage", origin, head, said))
    heads.save(tx, head)
    return head


def show_check(tx: Tx, origin: Origin, head: Head) -> None:
    """Tell the journal that a person has looked at a record and found it right."""
    _tell(tx, "record.checked", origin, head, {})


def _next_version(
    tx: Tx,
    kind: Kind,
    origin: Origin,
    head: Head,
    stored: Data,
    more: Mapping[str, object] | None = None,
) -> Head:
    after = replace(
        head,
        version=head.version + 1,
        data=stored,
        territory=str(stored.get("territory", "")),
        sort=heads.sort_key(kind, stored),
        stage=stage_after(origin.actor),
        stage_detail=None,
        updated_at=tx.now_ms,
    )
    said: Data = {"patch": between(head.data, stored), **(more or {})}
    if origin.approver is not None:
        said["approved_by"] = origin.approver.id
    after = replace(after, seq=_tell(tx, "record.edited", origin, after, said))
    _keep(tx, kind, after, origin.author)
    typed.keep(tx, after, origin.typed, head.data)
    files.keep(tx, after, origin.file)
    if after.territory != head.territory:
        heads.depart(tx, after, head.territory, after.seq)
    return after


def _keep(tx: Tx, kind: Kind, head: Head, author: Author, known_by: Ready | None = None) -> None:
    heads.save_version(tx, head, author)
    index.save(tx, kind, head, known_by)
    index.save_keys(tx, kind, head)


def contest(tx: Tx, kind: Kind, origin: Origin, head: Head, docket: Docket) -> Head:
    """Store the conflicts of a record, new ones and changed ones; its head."""
    if not docket.changed and head.conflicts == len(docket.open):
        return head
    told = [conflicts.journal_form(tx.keyring, kind, conflict) for conflict in docket.changed]
    seq = _tell(tx, "record.conflict", _unused(tx, origin), head, {"conflicts": told})
    conflicts.save(tx, kind, docket.changed)
    head = replace(head, seq=seq, conflicts=len(docket.open))
    heads.save(tx, head)
    return head


def _unused(tx: Tx, origin: Origin) -> Origin:
    """The origin of one more entry: its own id is taken where it also made a new version."""
    taken = tx.value("SELECT 1 FROM journal WHERE id = ?", (ids.to_bytes(origin.operation),))
    return apart(tx, origin) if taken else origin


def _tell(tx: Tx, type: str, origin: Origin, head: Head, said: Mapping[str, object]) -> int:
    entry = Entry(
        id=origin.operation,
        type=type,
        body={"kind": head.kind, "id": head.id, "version": head.version, **said},
        kind=head.kind,
        subject=head.id,
        actor=origin.actor.id,
        device=origin.device,
        origin_epoch=origin.epoch,
        origin_seq=origin.seq,
        occurred_at=origin.occurred_at,
        clock_offset_ms=origin.clock_offset_ms,
    )
    return tx.append(entry)
