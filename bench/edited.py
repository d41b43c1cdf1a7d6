"""A file of many companies after edits: what searches and questions cost then, and each edit."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from statistics import median

from bench import finding
from bench.finding import Times, times
from bench.shelf import Shelf
from gateway.kernel import ids
from gateway.kinds.customer import KIND
from gateway.records.finding import index, parts
from gateway.records.finding.reindexing import MERGED
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx

STEPS = (0, 1_000, 10_000)
# With an edit every second, the job that merges parts comes after so many.
EDITS_A_TURN = 300
DIGITS, STREETS, NAMES = "0123456789", ("Am Markt", "Lindenweg", "人民路"), ("Nord", "Süd", "集团")


@dataclass(frozen=True)
class Edited:
    """A file after so many edits, each a write of its own; milliseconds of processor time.

    ``half`` is the median of all ways to search, ``slowest`` the highest p99 of one of them,
    ``entry`` a question at the form, ``edit`` what the index took of an edit.
    """

    count: int
    edits: int
    half: float
    slowest: float
    way: str
    entry: Times
    edit: Times | None
    merging: float
    parts: int


def measured(full: Shelf) -> list[Edited]:
    """Searches before any edit and after more and more of them; none touches who is asked for."""
    chance = random.Random(6)
    known = {record for record, _ in full.kept}
    with full.store.read() as rows:
        listed = rows.tuples("SELECT id FROM records ORDER BY id")
    others = [one for (record,) in listed if (one := ids.to_text(record)) not in known]
    found, done = [], 0
    _merge(full)
    for step in STEPS:
        costs, merging = [], 0.0
        while done < step:
            done += 1
            cost = full.store.write(_editing(chance.choice(others), chance))
            costs.append(cost)
            if done % EDITS_A_TURN == 0:
                merging += _merge(full)
        found.append(_searched(full, done, costs, merging))
    return found


def _editing(record: str, chance: random.Random) -> Callable[[Tx], float]:
    def work(tx: Tx) -> float:
        head = heads.find(tx, record)
        assert head is not None  # a company of this very file
        after = _changed(head, chance)
        heads.save(tx, after)
        began = time.thread_time()
        index.save(tx, KIND, after)
        return time.thread_time() - began

    return work


def _changed(head: Head, chance: random.Random) -> Head:
    """Half of the edits change a phone, three in ten a street, the rest a name."""
    data, what = dict(head.data), chance.random()
    if what < 0.5:
        data["phone"] = "+4930" + "".join(chance.choices(DIGITS, k=8))
    elif what < 0.8:
        places = data["addresses"]
        assert isinstance(places, dict)
        street = f"{chance.choice(STREETS)} {chance.randrange(300)}"
        data["addresses"] = {"a1": {**places["a1"], "street": street}}
    else:
        data["legal_name"] = f"{data['legal_name']} {chance.choice(NAMES)}"
    return replace(head, version=head.version + 1, data=data, sort=heads.sort_key(KIND, data))


def _merge(full: Shelf) -> float:
    """One turn of the job that merges parts; its processor time in seconds."""
    taken, more = 0.0, True

    def work(tx: Tx) -> bool:
        nonlocal taken
        began = time.thread_time()
        left = parts.merge(tx, MERGED)
        taken += time.thread_time() - began
        return left

    while more:
        more = full.store.write(work)
    return taken


def _searched(full: Shelf, edits: int, costs: list[float], merging: float) -> Edited:
    ways = finding.searches(full)
    slowest = max(ways, key=lambda one: one.times.cpu99)
    with full.store.read() as rows:
        count = int(rows.value("SELECT count(DISTINCT segid) FROM record_tokens_idx"))
    return Edited(
        full.count, edits, median(one.times.cpu for one in ways), slowest.times.cpu99,
        f"{slowest.who}, {slowest.what}", finding.online(full).times,
        times(costs, costs) if costs else None, 1000 * merging / max(1, len(costs)), count,
    )  # fmt: skip
