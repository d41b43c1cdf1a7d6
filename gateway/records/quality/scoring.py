"""How good a record is: what is missing in it and what is doubtful, as points (pure).

A kind declares what a good record of it has (``Standard``). The score is the weight of what is
there and valid, of a hundred; what is there but doubtful counts half. Only business and contact
fields (classes O and P) are judged: everybody who reads a record knows of them, so a score tells
nobody about a field that the role may not see.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import is_sealed
from gateway.records.model.constraints import applies
from gateway.records.model.fields import Data, Path, leaves
from gateway.records.model.kind import Kind, inside
from gateway.records.model.patch import dotted, pointer, put
from gateway.records.model.standard import JUDGED, Want
from gateway.records.model.validate import Home, check

# What a fault costs that no want is about, in the weights of wants.
FAULT_WEIGHT: Final = 1
# What a review that is overdue adds to the worth of looking at a record.
REVIEW_WORTH: Final = 10


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to mend: the place, what is wrong, and the points that mending it brings."""

    field: str
    problem: Problem
    points: int


@dataclass(frozen=True, slots=True)
class Quality:
    """``score``, ``completeness`` and ``validity`` from 0 to 100, and what to mend, dearest first.

    Completeness is the weight of what is filled in, validity the part of it that is right.
    """

    score: int
    completeness: int
    validity: int
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Judged:
    """One want, or a fault beside them all: how far it is met, from 0 to 1."""

    place: str
    weight: int
    filled: bool
    met: float
    problem: Problem | None


def assess(kind: Kind, data: Mapping[str, object], home: Home) -> Quality:
    """The quality of a record's stored data; 100 for a kind without a standard and without faults.

    Sealed values are not opened, and so not judged.
    """
    plain = _plain(kind, data)
    faults = _faults(kind, plain, home)
    places = [path for path, _, _ in leaves(kind.fields, plain)]
    judged = [_judge(want, places, faults) for want in _wanted(kind, plain)]
    named = {problem.pointer for one in judged if (problem := one.problem) is not None}
    for place, (problem, met) in faults.items():
        if place not in named:
            judged.append(
                _Judged(_dotted(place), FAULT_WEIGHT, filled=True, met=met, problem=problem)
            )
    whole = sum(one.weight for one in judged)
    filled = sum(one.weight for one in judged if one.filled)
    met = sum(one.weight * one.met for one in judged)
    found = [
        Finding(one.place, one.problem, max(1, round(100 * one.weight * (1 - one.met) / whole)))
        for one in judged
        if one.problem is not None
    ]
    found.sort(key=lambda finding: (-finding.points, finding.field))
    return Quality(_part(met, whole), _part(filled, whole), _part(met, filled), tuple(found))


def _part(some: float, whole: float) -> int:
    """Per cent, rounded down: only a record without fault is at a hundred."""
    return int(100 * some / whole) if whole else 100


def _plain(kind: Kind, data: Mapping[str, object]) -> Data:
    """What is judged: known fields, without what is sealed."""
    plain = {name: value for name, value in data.items() if kind.field(name) is not None}
    for path, _, value in list(leaves(kind.fields, plain)):
        if is_sealed(value):
            plain = put(plain, path, None)
    return plain


def _faults(kind: Kind, data: Data, home: Home) -> dict[str, tuple[Problem, float]]:
    """What is wrong or doubtful by pointer, with how far it still counts."""
    fields = tuple(field for field in kind.fields if field.data_class in JUDGED)
    known = {field.name for field in fields}
    found = check(fields, {name: value for name, value in data.items() if name in known}, home)
    told: dict[str, tuple[Problem, float]] = {}
    for problem in (*found.problems, *kind.faults(data)):
        if problem.code != "field_required" and _is_judged(kind, problem):
            told.setdefault(problem.pointer, (problem, 0.0))
    for problem in found.warnings:
        if _is_judged(kind, problem):
            told.setdefault(problem.pointer, (problem, 0.5))
    return told


def _is_judged(kind: Kind, problem: Problem) -> bool:
    place = problem.pointer.split("/")[1:]
    field = kind.field(place[0]) if place else None
    if field is None or field.data_class not in JUDGED:
        return False
    member = field.member(place[2]) if len(place) > 2 else None
    return member is None or member.data_class in JUDGED


def _wanted(kind: Kind, data: Data) -> Iterator[Want]:
    """The wants that go with what a record is: a person has no industry."""
    for want in kind.standard.wants if kind.standard else ():
        first = kind.field(inside(want.fields[0])[0])
        own = not want.when or data.get(want.when[0]) in want.when[1:]
        if own and first is not None and applies(first, data, data):
            yield want


def _judge(
    want: Want, places: Sequence[Path], faults: Mapping[str, tuple[Problem, float]]
) -> _Judged:
    """The best of the values that would do: one right phone number is enough."""
    best: _Judged | None = None
    for path in _values(want, places):
        problem, met = faults.get(pointer(path), (None, 1.0))
        if best is None or met > best.met:
            best = _Judged(dotted(path), want.weight, filled=True, met=met, problem=problem)
    if best is not None:
        return best
    missing = Problem("quality_missing")
    return _Judged(want.fields[0], want.weight, filled=False, met=0.0, problem=missing)


def _values(want: Want, places: Sequence[Path]) -> Iterator[Path]:
    """The places of a record that would do, in the order of its fields."""
    wanted = [inside(name) for name in want.fields]
    for path in places:
        for place in wanted:
            if path[0] == place[0] and (len(place) == 1 or path[2:] == place[2:]):
                yield path
                break


def _dotted(place: str) -> str:
    parts = place.split("/")[1:]
    return ".".join(part.replace("~1", "/").replace("~0", "~") for part in parts)
