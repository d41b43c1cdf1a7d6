"""Finding every duplicate of labelled records: our comparison, and Splink on the same records."""

import json
import math
import random
import resource
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bench import weights
from bench.labelled import Labelled, Pair
from bench.peers import environment
from gateway.kernel import matching
from gateway.kernel.matching import Matching, Profile

BLOCK_MAX = 150
DRAWN = 20_000


@dataclass(frozen=True)
class Linked:
    """How well pairs were found: from 0 to 1, seconds, MiB at the most."""

    who: str
    set: str
    precision: float
    recall: float
    f1: float
    seconds: float
    memory_mib: float


@dataclass(frozen=True)
class Taught:
    """A comparison with learned weights, and the probability from which a pair counts."""

    matching: Matching
    threshold: float


def teach(found: Labelled, how: Matching) -> Taught:
    """Weights and threshold from one labelled set, beside pairs drawn at random."""
    profiles = _profiles(found, how)
    pairs = list(_questions(found, how, profiles))
    chance, identities = random.Random(1), sorted(found.records)
    drawn = (sorted(chance.sample(identities, 2)) for _ in range(DRAWN))
    others = [(a, b) for a, b in drawn if (a, b) not in found.same and found.asks(a, b)]
    judged = ((profiles[a], profiles[b], (a, b) in found.same) for a, b in pairs + others)
    fitted = weights.fit(how, judged)
    scored = ((matching.compare(fitted, profiles[a], profiles[b]).score, (a, b)) for a, b in pairs)
    return Taught(fitted, _threshold(sorted(scored, reverse=True), found.same))


def _threshold(scores: Sequence[tuple[float, Pair]], same: frozenset[Pair]) -> float:
    """From where on most is right; half-way, in bits, between the examples on both sides of it."""
    best, place, hits = 0.0, 0, 0
    for count, (_, pair) in enumerate(scores, 1):
        hits += pair in same
        f1 = 2 * hits / (count + len(same))
        if f1 > best:
            best, place = f1, count
    lowest = scores[place - 1][0]
    below = scores[place][0] if place < len(scores) else lowest
    return 1 / (1 + 2 ** -((_bits(lowest) + _bits(below)) / 2))


def _bits(score: float) -> float:
    return math.log2(score / (1 - score)) if 0 < score < 1 else math.copysign(60, score - 0.5)


def ours(found: Labelled, taught: Taught) -> Linked:
    """Our comparison over all pairs of every block."""
    began = time.process_time()
    profiles = _profiles(found, taught.matching)
    questions = _questions(found, taught.matching, profiles)
    said = {pair for pair in questions if _is_one(taught, profiles, pair)}
    seconds = time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return judged("Waystation", found, said, seconds, memory)


def crossed(found: Labelled, how: Matching) -> Linked:
    """The same on a set of its own: each half is judged by what was learned from the other."""
    halves = [_half(found, side) for side in (0, 1)]
    said: set[Pair] = set()
    seconds = 0.0
    for half, other in (halves, halves[::-1]):
        taught = teach(other, how)
        began = time.process_time()
        profiles = _profiles(half, how)
        said |= {
            pair for pair in _questions(half, how, profiles) if _is_one(taught, profiles, pair)
        }
        seconds += time.process_time() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return judged("Waystation", found, said, seconds, memory)


def _half(found: Labelled, side: int) -> Labelled:
    """Every second record of the first list, with the whole of the second."""
    firsts = sorted(found.linking)[side::2]
    records = {i: t for i, t in found.records.items() if i in firsts or i not in found.linking}
    same = frozenset(pair for pair in found.same if pair[0] in records and pair[1] in records)
    return Labelled(found.name, records, same, frozenset(firsts))


def _is_one(taught: Taught, profiles: Mapping[str, Profile], pair: Pair) -> bool:
    one, other = profiles[pair[0]], profiles[pair[1]]
    return matching.compare(taught.matching, one, other).score >= taught.threshold


def judged(who: str, found: Labelled, said: set[Pair], seconds: float, memory: float) -> Linked:
    """Pairwise precision, recall and their harmonic mean."""
    right = len(said & found.same)
    precision = right / len(said) if said else 0.0
    recall = right / len(found.same)
    f1 = 2 * right / (len(said) + len(found.same))
    return Linked(who, found.name, precision, recall, f1, seconds, memory)


def splink(found: Labelled, columns: tuple[str, ...]) -> Linked:
    """Splink, trained by expectation maximisation as its manual does it; pairs from 0.5 on."""
    rows = [
        {"unique_id": i, "side": int(i in found.linking)} | {c: _one(t, c) for c in columns}
        for i, t in found.records.items()
    ]
    script = Path(__file__).with_name("peers") / "splink_link.py"
    question = {"rows": rows, "columns": columns, "link": bool(found.linking)}
    answered = subprocess.run(
        [environment.program("python"), script],
        input=json.dumps(question),
        capture_output=True,
        text=True,
        check=True,
    )
    answer = json.loads(answered.stdout.splitlines()[-1])
    said = {(min(a, b), max(a, b)) for a, b in answer["pairs"]}
    return judged("Splink 5", found, said, answer["seconds"], answer["memory_mib"])


def _one(texts: Mapping[str, tuple[str, ...]], column: str) -> str | None:
    return texts[column][0] if texts.get(column) else None


def _profiles(found: Labelled, how: Matching) -> dict[str, Profile]:
    return {i: matching.profile(how.traits, texts) for i, texts in found.records.items()}


def _questions(found: Labelled, how: Matching, profiles: Mapping[str, Profile]) -> Iterator[Pair]:
    """Every pair that shares a block, once; a block that is too large says nothing."""
    firsts: dict[str, str] = {}
    blocks: dict[str, list[str]] = {}
    for identity, one in profiles.items():
        for key in matching.keys(how, one):
            # Most keys are nobody else's: no list for them.
            first = firsts.setdefault(key, identity)
            if first is not identity:
                blocks.setdefault(key, [first]).append(identity)
    asked: set[Pair] = set()
    for members in blocks.values():
        if len(members) <= BLOCK_MAX:
            asked.update(pair for pair in combinations(sorted(members), 2) if found.asks(*pair))
    yield from sorted(asked)
