"""A store full of invented companies, to be asked and searched; kept in a folder if told so."""

import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.customers import Company, Register
from config.schema import StoreSettings
from gateway.kernel import chinese, ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import SystemClock
from gateway.kinds.customer import KIND
from gateway.records.finding import index, parts
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.transaction import Tx

KNOWN = "companies.pickle"
TERRITORIES = 50
WRITES = 50
KEPT = 3000
CLERK = Actor("cleo", "Cleo", "clerk", "desk")
REP = Actor("ana", "Ana", "rep", "phone", "region 0")


@dataclass(frozen=True)
class Shelf:
    """An open store full of companies, and some of them to ask for, by id."""

    store: Store
    register: Register
    kept: Sequence[tuple[str, Company]]
    near: frozenset[str]
    count: int


@contextmanager
def shelf(count: int, folder: Path | None = None) -> Iterator[Shelf]:
    """A store with so many companies, built through the functions that index every record.

    In a ``folder`` it is kept, and built but once: what a stop has left there is filled up.
    """
    place = folder or Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        if not (place / KNOWN).exists():
            known = _fill(place, count)
            (place / KNOWN).write_bytes(pickle.dumps(known))
        kept, near, register = pickle.loads((place / KNOWN).read_bytes())  # our own, of another run
        chinese.warm_up()
        store = Store(place, StoreSettings(), SystemClock())
        _renew(store)
        try:
            yield Shelf(store, register, kept, near, count)
        finally:
            store.close()
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def _fill(place: Path, count: int) -> tuple[list[tuple[str, Company]], frozenset[str], Register]:
    """Companies kept to be asked for, those of them in the rep's territory, and the register.

    The companies are the same every time.
    """
    store = Store(place, StoreSettings(cache_kib=524_288), SystemClock())
    register, kept, near, waiting = Register(1), [], [], []
    with store.read() as rows:
        done = int(rows.value("SELECT count(*) FROM record_index"))
    try:
        for number, company in enumerate(register.companies(count)):
            head = new_head(number, company)
            if number % (1 + count // KEPT) == 0:
                kept.append((head.id, company))
                near += [head.id] if head.territory == REP.territory else []
            waiting += [head] if number >= done else []
            if len(waiting) == WRITES or (waiting and number == count - 1):
                store.write(_saving(waiting))
                waiting = []
        _settle(store)
    finally:
        store.close()
    return kept, frozenset(near), register


def _renew(store: Store) -> None:
    """Index what a folder holds that was kept before the index had its present form."""
    after, renewed = 0, False
    while True:
        with store.read() as rows:
            found = rows.tuples(
                "SELECT doc, record FROM record_index WHERE hashes = x'' AND doc > ?"
                " ORDER BY doc LIMIT ?",
                (after, WRITES),
            )
        if not found:
            break
        store.write(_indexing([record for _, record in found]))
        after, renewed = found[-1][0], True
    if renewed:
        _settle(store)


def _settle(store: Store) -> None:
    while store.write(lambda tx: parts.merge(tx, 200)):
        pass  # as a job does every few minutes, in smaller portions
    store.write(_settled)


def _settled(tx: Tx) -> None:
    """Says that all is indexed by the rules of today, as the daily job does."""
    tx.execute(
        "INSERT OR REPLACE INTO record_index_rules (kind, rules) VALUES (?,?)",
        (KIND.name, index.rules(KIND)),
    )


def new_head(number: int, company: Company) -> Head:
    """A company as a record. Ids grow with time, as those of real records do."""
    record = ids.to_text((number << 80 | 0x7 << 76).to_bytes(16, "big"))
    own = {"type": "company", "status": "active", "currency": "EUR"}
    data = {**company.data, **own, "territory": f"region {number // 7 % TERRITORIES}"}
    said = (f"W1-C{number:06d}", str(data["territory"]), "ana", heads.sort_key(KIND, data), data)
    return Head(record, KIND.name, 1, *said, "at_gateway", None, 0, 1, 1, number + 1)


def _saving(found: Sequence[Head]) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        for head in found:
            heads.save(tx, head)
            index.save(tx, KIND, head)

    return work


def _indexing(records: Sequence[bytes]) -> Callable[[Tx], None]:
    def work(tx: Tx) -> None:
        for record in records:
            if (head := heads.find(tx, ids.to_text(record))) is not None:
                index.save(tx, KIND, head, anew=True)

    return work
