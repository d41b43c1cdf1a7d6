"""Whether two records are about one thing: compared trait by trait, with a weight for each (pure).

The model is that of Fellegi and Sunter (A theory for record linkage, JASA 64, 1969): every
agreement or disagreement counts as so many bits for or against, the log2 of how much more often it
is seen among pairs that are one thing than among pairs that are not. The bits are added to
``prior``, and their sum is a probability. The weights are a table that people can read and change.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import inf, log2
from typing import Any, Final, Literal, Protocol

from gateway.kernel.measures import NO_WORDS, Measure

# Goes up whenever the same text gives another key, piece or normal form than before.
RULES: Final = 2

Grade = Literal["same", "strong", "weak"]
Agreement = Literal["same", "alike", "different"]

_SAME: Final = 0.96
# Bits that are added up in another order may come to a little more or less.
_ROUNDING: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """Something that two records are compared by.

    ``fields`` are where its values stand. ``levels`` are (likeness, bits), the best likeness first;
    the first that is reached counts, ``differs`` where none is. A record without a value says
    nothing. ``decides`` makes two records one in so many words: a tax number.
    """

    code: str
    measure: Measure
    fields: tuple[str, ...]
    levels: tuple[tuple[float, float], ...]
    differs: float
    decides: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Matching:
    """How a kind finds duplicates.

    ``blocks`` name traits; records that share a key in all traits of one block are compared at all.
    ``prior`` are the bits of two records of which nothing is known but that they share a block.
    From ``strong`` and ``weak`` on a probability has that grade.
    """

    traits: tuple[Trait, ...]
    blocks: tuple[tuple[str, ...], ...]
    prior: float
    strong: float = 0.9
    weak: float = 0.5
    # Traits in the order that tells soonest that two records are nothing alike, with the most bits
    # that each can bring: what decides, then what is short, then texts that are taken apart.
    soonest: tuple[tuple[Trait, float], ...] = dataclasses.field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        ordered = sorted(self.traits, key=_slowness)
        most = tuple((t, max(0.0, t.differs, *(bits for _, bits in t.levels))) for t in ordered)
        object.__setattr__(self, "soonest", most)

    @property
    def least(self) -> float:
        """The bits from which on a likeness has a grade."""
        least = min(self.strong, self.weak)
        return log2(least / (1.0 - least)) if 0.0 < least < 1.0 else -inf

    def trait(self, code: str) -> Trait:
        """A trait by its code."""
        return next(trait for trait in self.traits if trait.code == code)


def _slowness(trait: Trait) -> tuple[bool, bool]:
    return not trait.decides, trait.measure.words is not NO_WORDS


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records look alike, or do not: ``weight`` in bits, ``field`` where it stands."""

    code: Agreement
    field: str
    weight: float


@dataclass(frozen=True, slots=True)
class Likeness:
    """What a comparison came to; the score is a probability."""

    score: float
    grade: Grade | None
    reasons: tuple[Reason, ...]


# The values of a trait, in normal form, each with the field it stands in.
Values = tuple[tuple[str, Any], ...]
Profile = Mapping[str, Values]


class Known(Protocol):
    """What a record is compared by: a profile, or something that works it out when asked."""

    def get(self, code: str, /) -> Values | None:
        """The values of a trait; nothing where there are none."""


def profile(traits: Iterable[Trait], texts: Mapping[str, Sequence[str]]) -> Profile:
    """The normal forms of a record, of its texts by field."""
    found: dict[str, tuple[tuple[str, Any], ...]] = {}
    for trait in traits:
        if values := forms(trait, texts):
            found[trait.code] = values
    return found


def forms(trait: Trait, texts: Mapping[str, Sequence[str]]) -> Values:
    """The values of one trait, each once."""
    found: dict[Any, str] = {}
    for field in trait.fields:
        for text in texts.get(field, ()):
            form = trait.measure.form(text)
            if form is not None:
                found.setdefault(form, field)
    return tuple((field, form) for form, field in found.items())


def keys(matching: Matching, one: Profile) -> set[str]:
    """The exact keys of a record: records that share one may be one thing."""
    known = {
        trait.code: [key for _, form in one[trait.code] for key in trait.measure.keys(form)]
        for trait in matching.traits
        if trait.code in one
    }
    found: list[str] = []
    for first, *others in matching.blocks:
        label, joined = first, known.get(first, [])
        for code in others:
            label = f"{label}+{code}"
            joined = [f"{key}|{other}" for key in joined for other in known.get(code, ())]
        found += [f"{label}:{key}" for key in joined]
    return set(found)


def compare(matching: Matching, one: Known, other: Known) -> Likeness:
    """How likely it is that two records are one thing, and why."""
    found = {}
    for trait in matching.traits:
        ours, theirs = one.get(trait.code), other.get(trait.code)
        if ours and theirs:
            found[trait.code] = _weigh(trait, ours, theirs)
    return _likeness(matching, found)


def graded(matching: Matching, one: Known, other: Known) -> Likeness | None:
    """The same for two that come to a grade, else None: mostly after a look at some short traits,
    so that of a profile that works out its forms when they are asked for, few are worked out.
    """
    found: dict[str, Reason] = {}
    bits, decided, least = matching.prior, False, matching.least - _ROUNDING
    asked = [
        (trait, most, ours) for trait, most in matching.soonest if (ours := one.get(trait.code))
    ]
    rest = sum(most for _, most, _ in asked)
    deciding = sum(trait.decides for trait, _, _ in asked)
    for at, (trait, most, ours) in enumerate(asked, 1):
        rest -= most
        if theirs := other.get(trait.code):
            reason = found[trait.code] = _weigh(trait, ours, theirs)
            bits += reason.weight
            decided |= trait.decides and reason.code == "same"
        if not decided and at >= deciding and bits + rest < least:
            return None
    likeness = _likeness(matching, found)
    return likeness if likeness.grade is not None else None


def _likeness(matching: Matching, found: Mapping[str, Reason]) -> Likeness:
    """What the reasons by traits come to, always added up in one order."""
    reasons = [(t, found[t.code]) for t in matching.traits if t.code in found]
    bits = matching.prior + sum(reason.weight for _, reason in reasons)
    decided = any(trait.decides and reason.code == "same" for trait, reason in reasons)
    score = 1.0 / (1.0 + 2.0 ** -max(-60.0, min(60.0, bits)))
    grade = _grade(matching, score, decided=decided)
    return Likeness(score, grade, tuple(reason for _, reason in reasons))


def _weigh(
    trait: Trait, ours: Sequence[tuple[str, Any]], theirs: Sequence[tuple[str, Any]]
) -> Reason:
    """The best of all pairs of values."""
    best, place = -1.0, ours[0][0]
    for (field, form), (_, other) in product(ours, theirs):
        likeness = trait.measure.alike(form, other)
        if likeness > best:
            best, place = likeness, field
        if best >= 1.0:
            break
    for least, weight in trait.levels:
        if best >= least:
            code: Agreement = "same" if best >= _SAME else "alike"
            return Reason(code if weight > 0 else "different", place, weight)
    return Reason("different", place, trait.differs)


def _grade(matching: Matching, score: float, *, decided: bool) -> Grade | None:
    if decided:
        return "same"
    if score >= matching.strong:
        return "strong"
    return "weak" if score >= matching.weak else None
