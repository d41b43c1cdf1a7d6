"""A file of many companies: what questions for duplicates and searches cost, and find."""

import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench import noise
from bench.customers import Company, Register
from config.schema import StoreSettings
from gateway.kernel import chinese, ids, tokens
from gateway.kernel.actor import Actor
from gateway.kernel.clock import SystemClock
from gateway.kinds.customer import KIND
from gateway.records import queries
from gateway.records.duplicates import lookalikes
from gateway.records.finding import index
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.rows import Rows

TERRITORIES = 50
WRITES = 50
KEPT = 3000
QUESTIONS = 1000
SEARCHES = 150
CLERK = Actor("cleo", "Cleo", "clerk", "desk")
REP = Actor("ana", "Ana", "rep", "phone", "region 0")


@dataclass(frozen=True)
class Times:
    """Milliseconds of a call: of half, 95 and 99 of 100; and half of them in processor time."""

    p50: float
    p95: float
    p99: float
    cpu: float


@dataclass(frozen=True)
class Online:
    """A file of ``count`` companies under questions; shares of 1, sizes in bytes a company."""

    count: int
    times: Times
    recall_at_5: float
    warn_recall: float
    warn_precision: float
    false_alarms: float
    bytes_whole: float
    bytes_index: float
    add_ms: Times


@dataclass(frozen=True)
class Searched:
    """One way to search: how long a page took, and how often it held the company that was meant."""

    count: int
    who: str
    what: str
    times: Times
    found: float


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
    """A store with so many companies, built through the functions that index every record."""
    place = folder or Path(tempfile.mkdtemp(prefix="waystation-bench-"))
    try:
        kept, near, register = _fill(place, count)
        chinese.warm_up()
        store = Store(place, StoreSettings(), SystemClock())
        try:
            yield Shelf(store, register, kept, near, count)
        finally:
            store.close()
    finally:
        if folder is None:
            shutil.rmtree(place, ignore_errors=True)


def _fill(place: Path, count: int) -> tuple[list[tuple[str, Company]], frozenset[str], Register]:
    """A folder that is partly full is filled up: the companies are the same every time."""
    store = Store(place, StoreSettings(cache_kib=524_288), SystemClock())
    register, kept, near, waiting = Register(1), [], [], []
    with store.read() as rows:
        done = int(rows.value("SELECT count(*) FROM records"))
    try:
        for number, company in enumerate(register.companies(count)):
            head = _head(number, company)
            if number % (1 + count // KEPT) == 0:
                kept.append((head.id, company))
                near += [head.id] if head.territory == REP.territory else []
            waiting += [head] if number >= done else []
            if len(waiting) == WRITES or (waiting and number == count - 1):
                store.write(_saving(waiting))
                waiting = []
        while store.write(lambda tx: index.merge(tx, 200)):
            pass  # as the daily job does, in smaller portions
    finally:
        store.close()
    return kept, frozenset(near), register


def _head(number: int, company: Company) -> Head:
    """Ids grow with time, as those of real records do."""
    record = ids.to_text((number << 80 | 0x7 << 76).to_bytes(16, "big"))
    own = {"type": "company", "status": "active", "currency": "EUR"}
    data = {**company.data, **own, "territory": f"region {number // 7 % TERRITORIES}"}
    said = (f"W1-C{number:06d}", str(data["territory"]), "ana", heads.sort_key(KIND, data), data)
    return Head(record, KIND.name, 1, *said, "at_gateway", None, 0, 1, 1, number + 1)


def _saving(found: Sequence[Head]) -> Callable[[object], None]:
    def work(tx: object) -> None:
        for head in found:
            heads.save(tx, head)
            index.save(tx, KIND, head)

    return work


def online(full: Shelf) -> Online:
    """A thousand questions: six in ten about a company on file, the rest about new ones."""
    chance = random.Random(9)
    asked = [_question(full, chance) for _ in range(QUESTIONS)]
    walls, processors = [], []
    hits = warned = warnings = alarms = 0
    with full.store.read() as rows:
        for data, _ in asked[:30]:
            lookalikes.candidates(rows, full.store.keyring, KIND, data)
        for data, meant in asked:
            began, worked = time.perf_counter(), time.thread_time()
            found = lookalikes.candidates(rows, full.store.keyring, KIND, data)
            processors.append(time.thread_time() - worked)
            walls.append(time.perf_counter() - began)
            told = [one.record for one in found if one.grade != "weak"]
            hits += meant in [one.record for one in found]
            warned += bool(meant) and meant in told
            warnings += bool(told)
            alarms += bool(told) and not meant
        whole, own = _sizes(rows)
    known = sum(1 for _, meant in asked if meant)
    return Online(
        full.count, times(walls, processors), hits / known, warned / known,
        warned / max(1, warnings), alarms / (len(asked) - known), whole / full.count,
        own / full.count, _adding(full),
    )  # fmt: skip


def _question(full: Shelf, chance: random.Random) -> tuple[dict[str, object], str]:
    meant, company = chance.choice(full.kept)
    if chance.random() < 0.6:
        return noise.noisy(company, chance), meant
    if chance.random() < 0.5:
        return dict(full.register.company().data), ""
    if chance.random() < 0.5:
        return dict(full.register.namesake(company).data), ""
    return {**full.register.company().data, "phone": company.data["phone"]}, ""


def _sizes(rows: Rows) -> tuple[int, int]:
    """Bytes of the whole file, and of what is only there to find records by."""
    page = int(rows.value("PRAGMA page_size"))
    whole = page * int(rows.value("PRAGMA page_count"))
    tokens_held = int(rows.value("SELECT sum(length(block)) FROM record_tokens_data"))
    texts = "length(sort) + length(CAST(business AS BLOB)) + length(CAST(personal AS BLOB)) + 64"
    lines = int(rows.value(f"SELECT sum({texts}) FROM record_index"))
    return whole, tokens_held + lines


def _adding(full: Shelf) -> Times:
    """Indexing one more company, each in a write of its own, without the commit."""
    walls, processors = [], []

    def work(tx: object) -> None:
        for number, company in enumerate(full.register.companies(200), full.count):
            head = _head(number, company)
            heads.save(tx, head)
            began, worked = time.perf_counter(), time.thread_time()
            index.save(tx, KIND, head)
            processors.append(time.thread_time() - worked)
            walls.append(time.perf_counter() - began)

    full.store.write(work)
    return times(walls, processors)


def _first_word(company: Company) -> str:
    return company.brand if company.chinese else company.brand.split()[0]


def _pinyin(company: Company) -> str:
    return tokens.spoken(tokens.fold(company.brand + company.trade))[0]


def _tail(company: Company) -> str:
    return str(company.data["phone"])[-6:]


def _contact(company: Company) -> str:
    return str(company.data["contacts"]["c1"]["name"])


def _street(company: Company) -> str:
    return str(company.data["addresses"]["a1"]["street"])


def _slip(company: Company) -> str:
    name = f"{company.brand}{company.trade}" if company.chinese else company.name
    return name[:2] + name[3:]


WAYS: dict[str, Callable[[Company], str]] = {
    "whole name": lambda company: company.name,
    "brand": _first_word,
    "brand and city": lambda company: f"{company.city} {_first_word(company)}",
    "trade": lambda company: company.trade,
    "city and trade": lambda company: f"{company.trade} {company.city}",
    "three letters": lambda company: company.name[:3],
    "pinyin": lambda company: _pinyin(company) if company.chinese else company.brand,
    "initials": lambda company: (
        tokens.spoken(tokens.fold(company.brand + company.trade))[1] if company.chinese
        else company.brand[:4]
    ),
    "tail of the phone": _tail,
    "tax number": lambda company: str(company.data.get("tax_id", company.data["email"])),
    "contact": _contact,
    "street": _street,
    "a slip": _slip,
}  # fmt: skip


def searches(full: Shelf) -> list[Searched]:
    """Every way to search, by a clerk who sees all and by a rep of one territory in fifty."""
    chance = random.Random(4)
    found = []
    for who in (CLERK, REP):
        known = [one for one in full.kept if not who.territory or one[0] in full.near]
        asked = [chance.choice(known) for _ in range(SEARCHES)]
        for what, words in WAYS.items():
            found.append(_searched(full, who, what, [(i, words(c)) for i, c in asked]))
    return found


def _searched(full: Shelf, who: Actor, what: str, asked: Sequence[tuple[str, str]]) -> Searched:
    walls, processors, hits = [], [], 0
    with full.store.read() as rows:
        queries.page(rows, KIND, who, search=asked[0][1])
        for meant, words in asked:
            began, worked = time.perf_counter(), time.thread_time()
            page = queries.page(rows, KIND, who, search=words)
            processors.append(time.thread_time() - worked)
            walls.append(time.perf_counter() - began)
            hits += meant in [head.id for head in page.heads]
    return Searched(full.count, who.role, what, times(walls, processors), hits / len(asked))


def times(walls: Sequence[float], processors: Sequence[float]) -> Times:
    """Seconds of many calls."""
    ordered = sorted(1000 * wall for wall in walls)
    at = [ordered[min(len(ordered) - 1, int(len(ordered) * share))] for share in (0.5, 0.95, 0.99)]
    return Times(*at, 1000 * statistics.median(processors))
