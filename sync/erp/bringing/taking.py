"""Taking rows in: the ERP's word about each as an edit like anybody's, or a new record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.transaction import Tx
from sync.erp.book import ERP
from sync.erp.bringing import book, finding, saying
from sync.erp.bringing.book import Known
from sync.erp.bringing.plan import Source
from sync.erp.bringing.shaping import Brought
from sync.erp.bringing.terms import Terms
from sync.erp.bringing.weighing import Word, weighed

GROUP_MAX: Final = 8  # rows in one write, so that nobody waits long behind them
BEHIND_MAX: Final = 200  # versions
Fate = Literal["new", "changed", "conflict", "same", "refused", "left"]


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row, and which record it is; empty where it is none. ``news`` are the fields
    of which the row said something new.
    """

    brought: Brought
    fate: Fate
    record: str = ""
    news: frozenset[str] = frozenset()


class Taker:
    """Takes rows of one connector into the records of a store."""

    def __init__(self, store: Store, engine: Callable[[], Engine], connector: str) -> None:
        self._store = store
        self._engine = engine
        self.connector = connector

    def take(self, source: Source, rows: Sequence[Brought]) -> list[Taken]:
        """Take rows in, a few in each write; those that say nothing new are not written at all."""
        terms = Terms(self.connector, self._engine(), source)
        done, open_ = list[Taken](), list[Brought]()
        with self._store.read() as reader:
            for one in rows:
                known = book.known(reader, self.connector, source.kind, one.ref)
                if known is not None and (known.mark, known.is_gone) == (one.mark, one.is_gone):
                    done.append(Taken(one, "refused" if known.is_refused else "same", known.record))
                else:
                    open_.append(one)
        for start in range(0, len(open_), GROUP_MAX):
            work = partial(_all, terms=terms, rows=open_[start : start + GROUP_MAX])
            done += self._store.write(work)
        return done

    def refuse(self, source: Source, brought: Brought, problem: Problem) -> Taken:
        """Keep that a row cannot be taken, for a person to see."""
        place = (self.connector, source.kind)
        self._store.write(lambda tx: book.refuse(tx, *place, brought, problem))
        return Taken(brought, "refused")


def gone(known: Known, title: str) -> Brought:
    """What is to be said of a row that the ERP has no more: it is out of use, and nothing else."""
    return Brought(known.ref, title, "", (known.record,), is_active=False, values={}, is_gone=True)


def _all(tx: Tx, terms: Terms, rows: Sequence[Brought]) -> list[Taken]:
    return [_taken(tx, terms, one) for one in rows]


def _taken(tx: Tx, terms: Terms, brought: Brought) -> Taken:
    """One row; that it is refused holds up no other."""
    try:
        with tx.attempt():
            return _apply(tx, terms, brought)
    except Problem as problem:
        if problem.code == "record_erased":
            return Taken(brought, "left")  # to note it down would be to keep its name again
        book.refuse(tx, terms.connector, terms.kind.name, brought, problem)
        return Taken(brought, "refused")


def _apply(tx: Tx, terms: Terms, brought: Brought) -> Taken:
    if terms.source.more.strange == "leave" and not _is_ours(tx, terms, brought):
        return Taken(brought, "left")
    word = weighed(tx, terms, brought)
    origin = Origin(ERP, operation=ids.uuid7(tx.now_ms), device=terms.connector)
    outcome = _said(tx, terms, origin, word)
    head = outcome.head if outcome else word.head
    assert head is not None, "a new record has an outcome"
    now = Known(
        ref=brought.ref,
        record=word.head.id if word.head else head.id,
        version=_built_on(word, outcome),
        operation=origin.operation if outcome else word.base.operation,
        said=_remembered(tx, word),
        mark=brought.mark,
        is_refused=False,
        is_gone=brought.is_gone,
    )
    book.keep(tx, terms.connector, terms.kind.name, brought, now)
    _link(tx, terms, word, outcome.head if outcome else head)
    return Taken(brought, _fate(outcome), now.record, frozenset(path[0] for path in word.news))


def _link(tx: Tx, terms: Terms, word: Word, head: Head) -> None:
    """Remember what elements are called there. One that waits for a person is none of ours yet, and
    a push would take it out of use there.
    """
    ours = {
        f"{one.theirs}/{key}"
        for one in terms.source.elements
        for key in dict(head.data.get(one.each) or {})  # type: ignore[call-overload]
    }
    links = {name: ref for name, ref in word.links.items() if name in ours}
    book.link_elements(tx, terms.connector, head.id, links)


def _is_ours(tx: Tx, terms: Terms, brought: Brought) -> bool:
    """Whether a row is somebody's here; what nobody knows need not be fit for a record."""
    known = book.known(tx, terms.connector, terms.kind.name, brought.ref)
    return finding.record(tx, terms, known, brought) is not None


def _built_on(word: Word, outcome: Outcome | None) -> int:
    """The version that the ERP's next word is built on.

    Where its word was merged into what others have said, it has not seen theirs: it goes on from
    where it was, with its own words on top, as a phone does. Only a record that changes all the
    time without the ERP hearing of it is taken up at its newest version after a while.
    """
    if outcome is None:
        return word.base.version
    is_alone = outcome.status in ("created", "applied")
    is_long = outcome.head.version - word.base.version > BEHIND_MAX
    return outcome.head.version if is_alone or is_long else word.base.version


def _said(tx: Tx, terms: Terms, origin: Origin, word: Word) -> Outcome | None:
    """The ERP's word as a command; None where it says nothing new."""
    as_of, kind = to_iso(tx.now_ms), terms.kind.name
    if word.head is None:
        filled = {path: value for path, value in word.told.items() if value is not None}
        data = saying.dated(terms.source, saying.patch(filled, filled), as_of)
        return commands.create(tx, terms.engine, origin, kind, data)
    if not word.news:
        return None
    change = saying.dated(terms.source, saying.patch(word.news, word.told), as_of)
    proposal = Proposal(change, word.base.version, word.base.operation)
    return commands.edit(tx, terms.engine, origin, kind, word.head.id, proposal)


def _remembered(tx: Tx, word: Word) -> saying.Said:
    """What to expect of the row from now on; one that is gone leaves what it said."""
    told = saying.remembered(word.told, tx.keyring.digest)
    return {**word.base.expected, **told} if word.brought.is_gone else told


def _fate(outcome: Outcome | None) -> Fate:
    if outcome is None or outcome.status == "unchanged":
        return "same"
    if outcome.status == "created":
        return "new"
    return "conflict" if outcome.status == "conflict" else "changed"
