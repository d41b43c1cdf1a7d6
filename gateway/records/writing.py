"""How a changed record reaches the disk: journal entries, the new version and the head at once."""

from dataclasses import replace

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.records import conflicts, heads, sealed
from gateway.records.docket import Docket
from gateway.records.engine import Origin
from gateway.records.fields import Data
from gateway.records.heads import Head
from gateway.records.kind import Kind
from gateway.records.patch import between
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


def begin(tx: Tx, kind: Kind, origin: Origin, head: Head) -> Head:
    """Store the first version of a record; the head with its place in the journal."""
    head = replace(head, seq=_tell(tx, "record.created", origin, head, {"patch": head.data}))
    heads.save_version(tx, kind, head, origin.author)
    return head


def advance(tx: Tx, kind: Kind, origin: Origin, head: Head, docket: Docket) -> Head:
    """Store what an edit or a decision made of a record; the very same head if that is nothing."""
    stored = sealed.seal_all(tx.keyring, kind, head.id, docket.data, head.data)
    after = head
    if stored != head.data:
        after = _next_version(tx, kind, origin, head, stored)
    if docket.changed:
        after = _contest(tx, kind, origin, after, docket)
    return after


def show_stage(tx: Tx, origin: Origin, head: Head) -> Head:
    """Store a head whose stage has changed."""
    said: Data = {"stage": head.stage}
    if head.stage_detail:
        said["detail"] = head.stage_detail
    head = replace(head, seq=_tell(tx, "record.stage", origin, head, said))
    heads.save(tx, head)
    return head


def _next_version(tx: Tx, kind: Kind, origin: Origin, head: Head, stored: Data) -> Head:
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
    change = between(head.data, stored)
    after = replace(after, seq=_tell(tx, "record.edited", origin, after, {"patch": change}))
    heads.save_version(tx, kind, after, origin.author)
    if after.territory != head.territory:
        heads.depart(tx, after, head.territory, after.seq)
    return after


def _contest(tx: Tx, kind: Kind, origin: Origin, head: Head, docket: Docket) -> Head:
    told = [conflicts.journal_form(tx.keyring, kind, conflict) for conflict in docket.changed]
    # The operation's own id is taken where the same edit also made a new version.
    taken = tx.value("SELECT 1 FROM journal WHERE id = ?", (ids.to_bytes(origin.operation),))
    if taken:
        origin = replace(origin, operation=ids.uuid7(tx.now_ms), seq=None)
    seq = _tell(tx, "record.conflict", origin, head, {"conflicts": told})
    conflicts.save(tx, kind, docket.changed)
    head = replace(head, seq=seq, conflicts=len(docket.open))
    heads.save(tx, head)
    return head


def _tell(tx: Tx, type: str, origin: Origin, head: Head, said: Data) -> int:
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
