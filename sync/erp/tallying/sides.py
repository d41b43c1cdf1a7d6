"""Two sides of the same day, and where they differ (pure).

A side is counted, summed and hashed: equal hashes mean that every document is on both sides with
the same sums. Where they differ each document that is to blame is named.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from gateway.kernel import canonical

Fault = Literal["missing", "twice", "unfinished", "differs"]
FAULTS: tuple[Fault, ...] = ("missing", "twice", "unfinished", "differs")
Figures = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ours:
    """What we say of a document or record: its id there, its journal entry, what people call it.

    ``figures`` are what is compared, by their fields, each as plain text. With ``is_waiting`` the
    ERP need not have it yet.
    """

    id: str
    seq: int
    title: str
    figures: Figures
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Theirs:
    """One row of theirs. ``is_final`` is off while it has not gone to its end."""

    id: str
    ref: str
    figures: Figures
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """A document that is not the same on both sides; ``fields`` name what differs.

    ``ours`` and ``theirs`` are its sums. Other values are nobody's who only keeps the books.
    """

    fault: Fault
    id: str
    seq: int
    title: str
    refs: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    ours: Figures = field(default_factory=dict)
    theirs: Figures = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Side:
    """How many, what they come to by field, and the SHA-256 of all of them by id."""

    count: int
    sums: Mapping[str, Decimal]
    sha256: str


@dataclass(frozen=True, slots=True)
class Tally:
    """Both sides, what is still on its way, and what differs, by title."""

    ours: Side
    theirs: Side
    waiting: int
    findings: tuple[Finding, ...]

    @property
    def agrees(self) -> bool:
        """Whether both sides are the same."""
        return self.ours.sha256 == self.theirs.sha256 and not self.findings


def compare(ours: Iterable[Ours], theirs: Iterable[Theirs], summed: Sequence[str]) -> Tally:
    """Both sides by id; ``summed`` are the fields that add up.

    What is waiting counts on neither side. Rows whose id is none of ours are somebody else's.
    """
    wanted = {one.id: one for one in ours}
    rows: dict[str, list[Theirs]] = {}
    for row in theirs:
        if row.id in wanted:
            rows.setdefault(row.id, []).append(row)
    settled = [one for one in wanted.values() if not one.is_waiting]
    findings = [found for one in settled for found in _faults(one, rows.get(one.id, ()), summed)]
    there = [row for one in settled for row in rows.get(one.id, ())]
    return Tally(
        side([(one.id, one.figures) for one in settled], summed),
        side([(row.id, row.figures) for row in there], summed),
        len(wanted) - len(settled),
        tuple(sorted(findings, key=lambda one: (FAULTS.index(one.fault), one.title, one.id))),
    )


def side(documents: Iterable[tuple[str, Figures]], summed: Sequence[str]) -> Side:
    """Documents in any order as one side."""
    sums = dict.fromkeys(summed, Decimal(0))
    lines = []
    for identity, figures in documents:
        for name in summed:
            sums[name] += Decimal(figures.get(name) or 0)
        lines.append("|".join([identity, *(f"{k}={v}" for k, v in sorted(figures.items()))]))
    return Side(len(lines), sums, canonical.sha256_hex("\n".join(sorted(lines)).encode()))


def _faults(one: Ours, rows: Sequence[Theirs], summed: Sequence[str]) -> list[Finding]:
    told = (one.id, one.seq, one.title, tuple(row.ref for row in rows))
    if not rows:
        return [Finding("missing", *told)]
    if len(rows) > 1:
        return [Finding("twice", *told)]
    (row,) = rows
    names = {*one.figures, *row.figures}
    differing = sorted(name for name in names if one.figures.get(name) != row.figures.get(name))
    if differing:
        sums = [
            {name: each.get(name, "") for name in summed} for each in (one.figures, row.figures)
        ]
        return [Finding("differs", *told, tuple(differing), *sums)]
    return [] if row.is_final else [Finding("unfinished", *told)]
