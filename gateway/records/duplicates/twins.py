"""What somebody who enters a record is told about records that look like it, and what is refused.

Everybody hears that a customer may be on file already, also beyond the own territory: of a record
out of scope only its grade, a masked title, and whom to ask. Only one that is the same in so many
words (its tax number) stops an entry, and only until the person says that it is another.
"""

from collections.abc import Callable, Collection, Mapping
from typing import Any, Final

from gateway.access import policy
from gateway.access.policy import Rule, allowed
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import view
from gateway.records.duplicates import lookalikes, pairs
from gateway.records.duplicates.lookalikes import Among, Candidate
from gateway.records.engine import Engine
from gateway.records.model import masks
from gateway.records.model.fields import Data, find
from gateway.records.model.kind import Kind, inside
from gateway.records.rows import heads, scopes, sealed
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]
_KEPT: Final = ("same", "strong")


class Twins:
    """Duplicates at the moment of entry, over one store."""

    def __init__(self, store: Store, engine: Callable[[], Engine]) -> None:
        self._store = store
        self._engine = engine

    def like(
        self, actor: Actor, kind_name: str, data: Mapping[str, object], exclude: str = ""
    ) -> list[Json]:
        """Records that look like what somebody is typing; Problem kind_unknown or not_allowed.

        ``exclude`` is the record it belongs to: what that is known not to be is not told again.
        """
        kind = self._engine().kind(kind_name)
        allowed(actor, kind.name, "duplicates")
        with self._store.read() as rows:
            keyring = self._store.keyring
            own = exclude.lower()
            found = lookalikes.candidates(rows, keyring, kind, dict(data), Among(without=own))
            others = _denied(rows, kind, own)
            return self.told(rows, actor, kind, [one for one in found if one.record not in others])

    def at_creation(self, rows: Rows, kind: Kind, data: Data, record: str) -> list[Candidate]:
        """Records that look like a new one; none for the repetition of a creation."""
        if record and heads.find(rows, record) is not None:
            return []
        return lookalikes.candidates(rows, self._store.keyring, kind, data)

    def told(
        self, rows: Rows, actor: Actor, kind: Kind, found: Collection[Candidate]
    ) -> list[Json]:
        """Candidates as JSON for an actor; the one way out for them.

        {"id", "grade", "score", "in_scope", "number", "title", "ask", "reasons"}; out of scope
        ``number`` is null, ``title`` masked, and ``ask`` {"territory", "name"} of who entered it.
        """
        rule = allowed(actor, kind.name, "duplicates")
        heads_found = ((one, heads.find(rows, one.record)) for one in found)
        return [
            _told(rows, actor, kind, rule, one, head)
            for one, head in heads_found
            if head is not None
        ]


def refuse_same(
    tx: Tx, kind: Kind, data: Data, record: str, not_duplicate_of: Collection[str]
) -> None:
    """Problem duplicate_found when a record is the same and nobody has said that it is not.

    Asked in the writer, so that of two entries at the same moment only one gets by.
    """
    if record and heads.find(tx, record) is not None:
        return
    denied = {one.lower() for one in not_duplicate_of}
    same = [one for one in lookalikes.decided(tx, tx.keyring, kind, data) if one not in denied]
    if same:
        raise Problem("duplicate_found", pointer="/data", records=",".join(sorted(same)))


def remember(
    tx: Tx,
    kind: Kind,
    record: str,
    found: Collection[Candidate],
    denied: tuple[Actor, Collection[str]],
) -> None:
    """Store what a new record looks like as pairs, as decided those that the actor has denied."""
    actor, others = denied[0], {one.lower() for one in denied[1]}
    for one in found:
        if one.record in others:
            pairs.remember(tx, kind, record, one, state="not_same", by=actor.id)
        elif one.grade in _KEPT:
            pairs.remember(tx, kind, record, one)


def deny(tx: Tx, kind: Kind, head: Head, others: Collection[str], actor: Actor) -> None:
    """Remember that a record, as somebody has just left it, is none of some others.

    A pair that waits for people already is left to those who decide such pairs.
    """
    if not others:
        return
    decides = policy.find(actor.role, "duplicate", "update") is not None
    waiting = set() if decides else _paired(tx, head.id, "open")
    data = sealed.open_all(tx.keyring, kind, head.id, head.data)
    for other in others:
        known = _known(tx, kind, other)
        if known is not None and known.id not in (head.id, *waiting):
            found = lookalikes.between(tx.keyring, kind, (head.id, data), known)
            if found is not None:
                pairs.remember(tx, kind, head.id, found, state="not_same", by=actor.id)


def _denied(rows: Rows, kind: Kind, record: str) -> set[str]:
    """The records that somebody has said are others than this one."""
    if _known(rows, kind, record) is None:
        return set()
    return _paired(rows, record, "not_same")


def _paired(rows: Rows, record: str, state: str) -> set[str]:
    """The records that a record makes a pair of this state with."""
    found = [pair for pair in pairs.of_record(rows, record) if pair.state == state]
    return {pair.other if pair.one == record else pair.one for pair in found}


def _known(rows: Rows, kind: Kind, record: str) -> Head | None:
    """A record of the kind; None for what is no id: a phone's word about it refuses nothing."""
    try:
        head = heads.find(rows, record)
    except Problem:
        return None
    return head if head is not None and head.kind == kind.name else None


def _told(rows: Rows, actor: Actor, kind: Kind, rule: Rule, one: Candidate, head: Head) -> Json:
    seen = scopes.covers(rule, actor, head)
    title = view.title(kind, rule, head)
    return {
        "id": head.id,
        "grade": one.grade,
        "score": one.score,
        "in_scope": seen,
        "number": head.number if seen else None,
        "title": title if seen else f"{title[:1]}{masks.HIDDEN}",
        "ask": None if seen else {"territory": head.territory, "name": _author(rows, head)},
        "reasons": [
            {"code": reason.code, "field": reason.field, "weight": reason.weight}
            for reason in one.reasons
            if _knows_of(kind, rule, reason.field)
        ],
    }


def _knows_of(kind: Kind, rule: Rule, name: str) -> bool:
    field = find(kind.fields, inside(name))
    return field is not None and field.data_class in rule.clear | rule.masked


def _author(rows: Rows, head: Head) -> str:
    """Who entered a record."""
    found = rows.value(
        "SELECT actor_name FROM record_versions WHERE record = ? AND version = 1",
        (heads.key(head.id),),
    )
    return str(found or "")
