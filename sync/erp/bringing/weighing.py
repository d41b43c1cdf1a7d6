"""What of a row is the ERP's own word, and which state of our record it is built on.

The word is what differs from what the ERP said last, or from what it took from us since. So a
change of the same field here and there is a conflict, changes of different fields merge, and what
we pushed ourselves comes back as nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.records.model.patch import at, dotted
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx
from sync.erp.bringing import book, finding, saying
from sync.erp.bringing.book import Known
from sync.erp.bringing.plan import Source
from sync.erp.bringing.saying import Places, Said
from sync.erp.bringing.shaping import Brought
from sync.erp.bringing.terms import Terms


@dataclass(frozen=True, slots=True)
class Base:
    """What an ERP's word is built on: a version of ours, its own last word beside it, and what was
    expected of its row.
    """

    version: int
    operation: str
    expected: Said


@dataclass(frozen=True, slots=True)
class Word:
    """What a row says, and what of that is new; ``head`` is our record, None for a new one."""

    brought: Brought
    head: Head | None
    base: Base
    told: Places
    news: Places


def weighed(tx: Tx, terms: Terms, brought: Brought) -> Word:
    """What a row says that is new; Problem record_invalid."""
    kind, digest = terms.kind, tx.keyring.digest
    known = book.known(tx, terms.connector, kind.name, brought.ref)
    head = finding.record(tx, terms, known, brought)
    said = known.said if known else {}
    active = saying.standing(kind, is_active=brought.is_active, said=said, digest=digest)
    current = sealed.open_all(tx.keyring, kind, head.id, head.data) if head else {}
    values = saying.tidied(kind, {**brought.values, **active}, current, terms.engine.home)
    told = saying.places(values)
    if head is None:
        return Word(brought, None, Base(0, "", {}), told, told)
    base = _base(tx, terms, known, head)
    if known is None and not base.expected:
        filled = {path: value for path, value in told.items() if value is not None}
        found = {path: value for path, value in filled.items() if value != at(current, path)}
    else:
        groups = terms.source.groups & brought.values.keys()
        found = saying.news(told, base.expected, groups, digest)
    return Word(brought, head, base, told, _without_echoes(tx, head, base.version, found))


def _base(tx: Tx, terms: Terms, known: Known | None, head: Head) -> Base:
    """The newest state of ours that the ERP had: what it said last, or took from us since."""
    own = known if known is not None and known.record and known.version else None
    if own is not None and own.record != head.id:
        return Base(head.version, "", own.said)  # it was merged into another one since
    pushed = book.pushed(tx, terms.connector, head.id)
    if own is not None and own.version >= pushed:
        return Base(own.version, own.operation, own.said)
    if not pushed:
        return Base(head.version, "", {})
    sent = sealed.open_all(tx.keyring, terms.kind, head.id, heads.version(tx, head.id, pushed))
    return Base(pushed, "", _expected(tx, terms.source, own.said if own else {}, sent))


def _expected(tx: Tx, source: Source, said: Said, sent: Mapping[str, object]) -> Said:
    """What a row said last, with what it was told since in the fields that are pushed."""
    pushed = {path: v for path, v in saying.places(sent).items() if path[0] in source.both}
    kept = {place: one for place, one in said.items() if place.split(".")[0] not in source.both}
    return kept | {dotted(p): saying.named(v, tx.keyring.digest) for p, v in pushed.items()}


def _without_echoes(tx: Tx, head: Head, version: int, found: Places) -> Places:
    """What is new without what we have said ourselves since: it may be under way to the ERP."""
    if not found or version >= head.version:
        return found
    later = [heads.version(tx, head.id, one) for one in range(version + 1, head.version + 1)]
    return {
        path: value
        for path, value in found.items()
        if value is None or all(at(one, path) != value for one in later)
    }
