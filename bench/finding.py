"""A file of many companies: what questions for duplicates and searches cost, and find."""

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from bench import noise
from bench.customers import Company
from bench.shelf import CLERK, REP, Shelf, new_head
from gateway.kernel import tokens
from gateway.kernel.actor import Actor
from gateway.kinds.customer import KIND
from gateway.records import queries
from gateway.records.duplicates import lookalikes
from gateway.records.finding import index
from gateway.records.rows import heads
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

QUESTIONS = 1000
SEARCHES = 150


@dataclass(frozen=True)
class Times:
    """Milliseconds of a call: of half, 95 and 99 of 100; and in processor time of half and 99."""

    p50: float
    p95: float
    p99: float
    cpu: float
    cpu99: float


@dataclass(frozen=True)
class Online:
    """A file of ``count`` companies under questions; shares of 1, sizes in bytes a company.

    ``bytes_texts`` is what a search compares, ``bytes_words`` what slips are mended by.
    """

    count: int
    times: Times
    recall_at_5: float
    warn_recall: float
    warn_precision: float
    false_alarms: float
    bytes_whole: float
    bytes_texts: float
    bytes_pieces: float
    bytes_words: float
    add: Times


@dataclass(frozen=True)
class Searched:
    """One way to search: how long a page took, and how often it held the company that was meant."""

    count: int
    who: str
    what: str
    times: Times
    found: float


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
        sizes = [size / full.count for size in _sizes(rows)]
    known = sum(1 for _, meant in asked if meant)
    return Online(
        full.count, times(walls, processors), hits / known, warned / known,
        warned / max(1, warnings), alarms / (len(asked) - known), *sizes, _adding(full),
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


def _sizes(rows: Rows) -> tuple[int, int, int, int]:
    """Bytes of the whole file, and of what is only there to find records by."""
    page = int(rows.value("PRAGMA page_size"))
    whole = page * int(rows.value("PRAGMA page_count"))
    lines = "length(sort) + length(CAST(business AS BLOB)) + length(CAST(personal AS BLOB)) + 64"
    texts = int(rows.value(f"SELECT sum({lines}) FROM record_index"))
    pieces = int(rows.value("SELECT sum(length(block)) FROM record_tokens_data"))
    words = rows.value(
        "SELECT sum(length(CAST(slip AS BLOB)) + length(CAST(word AS BLOB)) + 5) FROM record_words"
    )
    return whole, texts, pieces, int(words)


class _Undone(Exception):
    """Takes back what was written to be measured."""


def _adding(full: Shelf) -> Times:
    """Indexing one more company, without the commit; none of them stays."""
    walls, processors = [], []

    def work(tx: Tx) -> None:
        for number, company in enumerate(full.register.companies(200), full.count):
            head = new_head(number, company)
            heads.save(tx, head)
            began, worked = time.perf_counter(), time.thread_time()
            index.save(tx, KIND, head)
            processors.append(time.thread_time() - worked)
            walls.append(time.perf_counter() - began)
        raise _Undone

    with suppress(_Undone):
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
    """Of seconds of many calls."""

    def at(seconds: Sequence[float], share: float) -> float:
        ordered = sorted(seconds)
        return 1000 * ordered[min(len(ordered) - 1, int(len(ordered) * share))]

    walled = (at(walls, share) for share in (0.5, 0.95, 0.99))
    return Times(*walled, at(processors, 0.5), at(processors, 0.99))
