"""What of a row is the ERP's own word, and which state of our record it is built on.

The word is what differs from what the ERP said last, or from what it took from us since. So a
change of the same field here and there is a conflict, changes of different fields merge, and what
we pushed ourselves comes back as nothing new.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from gateway.records.model import validate
from gateway.records.model.fields import Data, Path
from gateway.records.model.patch import at, dotted
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx
from sync.erp.bringing import book, elements, finding, saying
from sync.erp.bringing.book import Known
from sync.erp.bringing.elements import Elsewhere, Met
from sync.erp.bringing.plan import Source
from sync.erp.bringing.saying import Places, Said
from sync.erp.bringing.shaping import Brought
from sync.erp.bringing.terms import Terms
from sync.erp.mapping import sources
from sync.erp.mapping.transforms import Context


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
    """What a row says, and what of that is new; ``head`` is our record, None for a new one.

    ``links`` are what our elements are called there.
    """

    brought: Brought
    head: Head | None
    base: Base
    told: Places
    news: Places
    links: Mapping[str, str] = field(default_factory=dict)


def weighed(tx: Tx, terms: Terms, brought: Brought) -> Word:
    """What a row says that is new; Problem record_invalid."""
    kind, digest = terms.kind, tx.keyring.digest
    known = book.known(tx, terms.connector, kind.name, brought.ref)
    head = finding.record(tx, terms, known, brought)
    said = known.said if known else {}
    active = saying.standing(kind, is_active=brought.is_active, said=said, digest=digest)
    current = sealed.open_all(tx.keyring, kind, head.id, head.data) if head else {}
    links = book.elements_of(tx, terms.connector, head.id) if head else {}
    base = _base(tx, terms, known, head, links) if head else Base(0, "", {})
    own = _known_there(tx, terms, head, base, current)
    met = _elements(terms, brought, own, links)
    values = {**brought.values, **active, **_whole(met, own)}
    told = saying.places(saying.tidied(kind, values, current, terms.engine.home))
    told = {path: value for path, value in told.items() if _is_told(met, path)}
    if head is None:
        return Word(brought, None, base, told, told, met.links)
    if known is None and not base.expected:
        filled = {path: value for path, value in told.items() if value is not None}
        found = {path: value for path, value in filled.items() if value != at(current, path)}
    else:
        groups = terms.source.groups & values.keys()
        found = saying.news(told, base.expected, groups, digest)
    news = _without_echoes(tx, head, base.version, found)
    return Word(brought, head, base, told, news, met.links)


def _elements(terms: Terms, brought: Brought, own: Data, links: Mapping[str, str]) -> Met:
    if not brought.elements:
        return Met()
    read = sources.record(terms.kind.name, own)
    context = Context(terms.engine.home.currency)
    elsewhere = Elsewhere(terms.source.table, read, links, context)
    return elements.met(terms.source.elements, brought, elsewhere)


def _known_there(tx: Tx, terms: Terms, head: Head | None, base: Base, current: Data) -> Data:
    """Our record as the ERP knows it."""
    if head is None:
        return validate.defaults(terms.kind.fields, terms.engine.home)
    if base.version in (0, head.version):
        return current
    past = heads.version(tx, head.id, base.version)
    return sealed.open_all(tx.keyring, terms.kind, head.id, past)


def _whole(met: Met, own: Data) -> Data:
    """Elements with those members of ours of which their rows say nothing."""
    return {
        group: {key: {**_element(own, group, key), **told} for key, told in found.items()}
        for group, found in met.values.items()
    }


def _element(own: Data, group: str, key: str) -> Data:
    found = own.get(group)
    element = found.get(key) if isinstance(found, Mapping) else None
    return dict(element) if isinstance(element, Mapping) else {}


def _is_told(met: Met, path: Path) -> bool:
    """Whether a row speaks of a place, and not only our own element of it."""
    if len(path) == 1 or path[0] not in met.values or path[:2] in met.new:
        return True
    return path[2] in met.values[path[0]].get(path[1], ())


def _base(tx: Tx, terms: Terms, known: Known | None, head: Head, links: Mapping[str, str]) -> Base:
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
    expected = _expected(tx, terms.source, own.said if own else {}, sent, links)
    return Base(pushed, "", expected)


def _expected(
    tx: Tx, source: Source, said: Said, sent: Mapping[str, object], links: Mapping[str, str]
) -> Said:
    """What a row said last, with what it was told since in the fields that are pushed."""
    pushed = {
        path: v
        for path, v in saying.places(sent).items()
        if path[0] in source.both and (len(path) == 1 or _is_there(source, path, links))
    }
    kept = {place: one for place, one in said.items() if place.split(".")[0] not in source.both}
    return kept | {dotted(p): saying.named(v, tx.keyring.digest) for p, v in pushed.items()}


def _is_there(source: Source, path: Path, links: Mapping[str, str]) -> bool:
    """Whether a member of an element of ours is one that its row there tells."""
    group, key, member = path
    return any(
        one.each == group and f"{one.theirs}/{key}" in links and member in elements.members(one)
        for one in source.elements
    )


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
