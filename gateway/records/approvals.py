"""Two people for one change: proposing it, deciding it, taking it back, letting it expire."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from gateway.access.policy import Rule, allowed
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.records import erasing
from gateway.records.duplicates import merging
from gateway.records.edits import conflicts, proposals, writing
from gateway.records.edits.bases import Base
from gateway.records.edits.docket import refresh
from gateway.records.edits.proposals import Waiting
from gateway.records.engine import Engine, Origin, Outcome
from gateway.records.model import guards, validate
from gateway.records.model.fields import Data, Path
from gateway.records.model.guards import Held
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted, put
from gateway.records.rows import heads, restored, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx

Decision = Literal["approve", "reject"]
EXPIRED_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Said:
    """What an edit holds back, what its author saw and left, and what it is built on."""

    held: Sequence[Held]
    seen: Data
    left: Data
    base: Base

    def is_moved(self, one: Held, data: Data) -> bool:
        """Whether somebody has spoken of a held place since, if only to go back after that."""
        return at(data, one.path) != one.base or self.base.spoken_of(one.path)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision: ``hash`` is that of the change as it was shown, ``answer`` goes to its author."""

    decision: Decision
    hash: str
    answer: str = ""


def unapplied(tx: Tx, kind: Kind, base: Base) -> tuple[Base, list[Path]]:
    """The base of an edit without what its author's earlier edits only proposed, and those places.

    A phone that edits a record twice before it hears from the gateway still shows the proposed
    value: what it was proposed against is the fair base there, unless it was approved meanwhile.
    """
    fair, places = base.fair, []
    for one in proposals.of_operations(tx, base.chain):
        side = one.proposed if one.state == "approved" else one.base
        fair = put(fair, one.path, proposals.opened(tx.keyring, kind, one, side))
        places.append(one.path)
    return replace(base, fair=fair), places


def propose(
    tx: Tx,
    engine: Engine,
    kind: Kind,
    origin: Origin,
    head: Head,
    said: Said,
) -> tuple[Head, tuple[str, ...]]:
    """Put held changes beside their record; the head, and the ids of the proposals.

    An earlier proposal of the same person for the same place is replaced, or taken back where the
    edit speaks of the place and nothing is held for it any more. The same proposal again stays.
    """
    waiting = [p for p in proposals.of_record(tx, head.id) if p.person == origin.actor.human]
    if not (said.held or waiting):
        return head, ()
    data = sealed.open_all(tx.keyring, kind, head.id, head.data)
    mine = {one.path: one for one in waiting}
    changed: list[Waiting] = []
    named: list[str] = []
    for one in said.held:
        before = mine.pop(one.path, None)
        if before is not None and _is_same(tx, kind, before, one):
            named.append(before.id)
            continue
        if before is not None:
            changed.append(_ended(tx, before, "withdrawn", "replaced"))
        fresh = made(tx, engine, kind, origin, head, one)
        if said.is_moved(one, data):
            # Somebody changed it before this arrived: the answer would be to another question.
            fresh = replace(fresh, state="withdrawn", ended="moved", decided_at=tx.now_ms)
        changed.append(fresh)
        named.append(fresh.id)
    taken_back = [one for path, one in mine.items() if at(said.seen, path) != at(said.left, path)]
    changed += [_ended(tx, one, "withdrawn", "author") for one in taken_back]
    return writing.show_proposals(tx, origin, head, changed), tuple(named)


def decide(
    tx: Tx,
    engine: Engine,
    origin: Origin,
    identity: str,
    verdict: Verdict,
) -> Outcome:
    """Approve or reject exactly the change that was shown, as the second person.

    Problem approval_missing, approval_own, approval_ended, approval_expired, approval_changed,
    approval_reason_missing, approval_unfit, password_needed, not_allowed or field_not_writable.
    """
    origin = origin.filled(tx.now_ms)
    rule = allowed(origin.actor, "approval", "update")
    one = proposals.get(tx, identity)
    kind = engine.kind(one.kind)
    head = _seen(tx, kind, origin.actor, rule, one)
    _check_open(tx, one)
    check_second(engine, rule, kind, origin.actor, one)
    if not origin.proven:
        raise Problem("password_needed")
    base, proposed = (proposals.opened(tx.keyring, kind, one, v) for v in (one.base, one.proposed))
    if not verdict.hash == one.hash == proposals.hash_of(tx.keyring, one, base, proposed):
        raise Problem("approval_changed")
    approves, answer = verdict.decision == "approve", verdict.answer.strip()
    if not approves and not answer:
        raise Problem("approval_reason_missing", pointer="/reason")
    if approves and one.path == proposals.ERASE:
        return _erase(tx, engine, origin, head, one)
    state = "approved" if approves else "rejected"
    ended = replace(_ended(tx, one, state, "decided", origin.actor), answer=answer)
    after = head
    if approves:
        # Ended first, so that the new version does not find it open and overtaken.
        proposals.save(tx, [ended])
        after = _apply(tx, engine, origin, head, Held(one.path, base, proposed), one)
    after = writing.show_proposals(tx, origin, after, [ended])
    return Outcome("applied" if approves else "unchanged", after, after.seq)


def withdraw(tx: Tx, engine: Engine, origin: Origin, identity: str) -> Outcome:
    """Take back one's own proposal; Problem approval_missing, approval_not_own, approval_ended."""
    origin = origin.filled(tx.now_ms)
    rule = allowed(origin.actor, "approval", "withdraw")
    one = proposals.get(tx, identity)
    kind = engine.kind(one.kind)
    head = heads.get(tx, kind, one.record)
    if one.person != origin.actor.human:
        _seen(tx, kind, origin.actor, rule, one)
        raise Problem("approval_not_own")
    if one.state != "open":
        raise Problem("approval_ended")
    ended = _ended(tx, one, "withdrawn", "author", origin.actor)
    return Outcome("unchanged", writing.show_proposals(tx, origin, head, [ended]))


def expire(tx: Tx, engine: Engine) -> int:
    """End up to 200 proposals whose time is over; how many it were."""
    rows = tx.all(
        f"SELECT {proposals.COLUMNS} FROM record_proposals p"  # noqa: S608
        " WHERE p.state = 'open' AND p.expires_at <= ? ORDER BY p.expires_at LIMIT ?",
        (tx.now_ms, EXPIRED_MAX),
    )
    for row in rows:
        one = _ended(tx, proposals.from_row(row), "expired", "expired")
        if one.kind in engine.kinds:
            head = heads.get(tx, engine.kind(one.kind), one.record)
            writing.show_proposals(tx, Origin(SYSTEM).filled(tx.now_ms), head, [one])
        else:
            # A kind that this gateway has forgotten has nobody to be told.
            proposals.save(tx, [one])
    return len(rows)


def check_second(engine: Engine, rule: Rule, kind: Kind, actor: Actor, one: Waiting) -> None:
    """Whether an actor may be the second person for a proposal.

    Problem approval_own, not_allowed (an ERP that the settings do not name), field_not_writable.
    """
    if actor.human in (one.person, one.mender):
        raise Problem("approval_own")
    if actor.role == "erp" and not engine.terms.erp_decides:
        raise Problem("not_allowed", role="erp", resource="approval", action="update")
    if not guards.classes(kind, one.path, one.base, one.proposed) <= rule.writable:
        raise Problem("field_not_writable", field=dotted(one.path))


def _seen(tx: Tx, kind: Kind, actor: Actor, rule: Rule, one: Waiting) -> Head:
    """The record of a proposal, where it exists for the actor."""
    head = heads.get(tx, kind, one.record)
    read = allowed(actor, kind.name, "read")
    if not all(scopes.covers(each, actor, head) for each in (rule, read)):
        raise Problem("approval_missing")
    return head


def _check_open(tx: Tx, one: Waiting) -> None:
    if one.state == "expired" or (one.state == "open" and one.expires_at <= tx.now_ms):
        raise Problem("approval_expired")
    if one.state != "open":
        raise Problem("approval_ended")


def _erase(tx: Tx, engine: Engine, origin: Origin, head: Head, one: Waiting) -> Outcome:
    """Nothing is written down of the proposal itself: it goes with its record."""
    assert isinstance(one.proposed, dict), "a proposed erasure is an object"
    # One human being with two accounts is one person.
    author = Actor(one.author.actor, one.author.actor_name, "", person=one.person)
    way = replace(origin, actor=author, approver=origin.actor)
    done = erasing.erase(tx, engine, way, head.kind, head.id, str(one.proposed["reason"]))
    return Outcome("erased", head, tx.seq, erased=tuple(done))


def _apply(tx: Tx, engine: Engine, origin: Origin, head: Head, change: Held, one: Waiting) -> Head:
    """The record with an approved change, authored by whoever proposed it."""
    kind = engine.kind(head.kind)
    # Its rights were judged when it was proposed; here only its name counts.
    author = Actor(one.author.actor, one.author.actor_name, "")
    way = replace(
        origin, actor=author, device=one.author.device, channel=one.author.channel,
        approver=origin.actor,
    )  # fmt: skip
    if one.path == proposals.MERGE:
        decides = allowed(origin.actor, "approval", "update")
        return merging.approved(tx, engine, kind, way, decides, one)
    current = sealed.open_all(tx.keyring, kind, head.id, head.data)
    data = put(current, change.path, change.proposed)
    known = {(fault.code, fault.pointer) for fault in kind.faults(current)}
    faults = [f for f in kind.faults(data) if (f.code, f.pointer) not in known]
    if faults:
        raise Problem("approval_unfit", errors=validate.refusal(faults).errors)
    docket = refresh(kind, conflicts.waiting(tx, kind, head, tx.keyring), data)
    after = writing.advance(tx, kind, way, head, docket)
    if one.restored_from and after.version > head.version:
        restored.keep(tx, after, one.restored_from)
    return after


def made(tx: Tx, engine: Engine, kind: Kind, origin: Origin, head: Head, held: Held) -> Waiting:
    """A new proposal beside a record, not stored yet."""
    base, proposed = (
        sealed.seal_at(tx.keyring, kind, head.id, held.path, side)
        for side in (held.base, held.proposed)
    )
    one = Waiting(
        id=ids.uuid7(tx.now_ms),
        record=head.id,
        kind=kind.name,
        path=held.path,
        base=base,
        proposed=proposed,
        version=head.version,
        hash="",
        reason=origin.reason.strip(),
        author=origin.author,
        person=origin.actor.human,
        mender=origin.mender,
        at=tx.now_ms,
        expires_at=tx.now_ms + engine.terms.expiry_ms,
        restored_from=origin.restored_from or None,
    )
    return replace(one, hash=proposals.hash_of(tx.keyring, one, held.base, held.proposed))


def _is_same(tx: Tx, kind: Kind, one: Waiting, held: Held) -> bool:
    sides = (proposals.opened(tx.keyring, kind, one, v) for v in (one.base, one.proposed))
    return tuple(sides) == (held.base, held.proposed)


def _ended(tx: Tx, one: Waiting, state: str, why: str, by: Actor = SYSTEM) -> Waiting:
    named = ("", "") if by is SYSTEM else (by.id, by.name)
    return replace(
        one, state=state, ended=why, decided_by=named[0], decided_name=named[1],
        decided_at=tx.now_ms,
    )  # fmt: skip
