"""Weights learned from pairs that people have judged, instead of set by hand (pure)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from math import log2

from gateway.kernel.matching import Matching, Profile, Trait, compare

# No number of examples makes one trait the whole judgement.
BITS_MAX = 14.0


def fit(matching: Matching, judged: Iterable[tuple[Profile, Profile, bool]]) -> Matching:
    """The same comparison with the weights that these pairs speak for.

    ``judged`` are pairs that share a block, and whether they are one thing. A level that was never
    seen counts half a time (Laplace), so that nothing is impossible.
    """
    seen: dict[bool, Counter[tuple[str, int]]] = {True: Counter(), False: Counter()}
    pairs: Counter[bool] = Counter()
    bare = [_numbered(trait) for trait in matching.traits]
    numbered = replace(matching, traits=tuple(bare))
    for one, other, same in judged:
        pairs[same] += 1
        both = [trait for trait in bare if one.get(trait.code) and other.get(trait.code)]
        reasons = compare(numbered, one, other).reasons
        for trait, reason in zip(both, reasons, strict=True):
            seen[same][trait.code, round(reason.weight)] += 1
    traits = tuple(_weighed(trait, seen) for trait in matching.traits)
    prior = log2((pairs[True] + 0.5) / (pairs[False] + 0.5))
    return replace(matching, traits=traits, prior=round(prior, 2))


def _numbered(trait: Trait) -> Trait:
    """The trait with the numbers of its levels for weights: what was reached can be read off."""
    levels = tuple((least, float(n)) for n, (least, _) in enumerate(trait.levels, 1))
    return replace(trait, levels=levels, differs=0.0)


def _weighed(trait: Trait, seen: dict[bool, Counter[tuple[str, int]]]) -> Trait:
    count = len(trait.levels) + 1
    totals = {same: sum(seen[same][trait.code, n] for n in range(count)) for same in (True, False)}

    def bits(level: int) -> float:
        often = (seen[True][trait.code, level] + 0.5) / (totals[True] + 0.5 * count)
        seldom = (seen[False][trait.code, level] + 0.5) / (totals[False] + 0.5 * count)
        return round(max(-BITS_MAX, min(BITS_MAX, log2(often / seldom))), 2)

    levels = tuple((least, bits(n)) for n, (least, _) in enumerate(trait.levels, 1))
    return replace(trait, levels=levels, differs=bits(0))
