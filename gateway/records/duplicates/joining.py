"""Two records of one kind made into one, place by place (pure).

``kept`` is the record that stays, ``other`` the one that becomes its alias. Every place where they
differ has a proposal by rule and the sides that a person may choose instead; a place without sides
is decided by rule alone: consents, and what the ERP owns.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from gateway.kernel.problems import Problem
from gateway.records.duplicates import permits
from gateway.records.model import sets
from gateway.records.model.constraints import applies
from gateway.records.model.fields import Data, Field, Path
from gateway.records.model.kind import Kind
from gateway.records.model.likening import Elements, pair_up
from gateway.records.model.patch import dotted, put

Side = Literal["kept", "other", "both"]
Reason = Literal[
    "filled", "ranked", "longer", "newer", "united", "stricter", "erp", "guarded", "kept"
]  # fmt: skip
# Whether the other record's value at a place is the newer one; by its path in either record.
IsNewer = Callable[[Path, Path], bool]
# Whose value a rule of survivorship prefers there; None where none does.
Ranked = Callable[[Path, Path], Literal["kept", "other"] | None]

CHOICE: Final[tuple[Side, ...]] = ("kept", "other")
ALL: Final[tuple[Side, ...]] = ("kept", "other", "both")


@dataclass(frozen=True, slots=True)
class Place:
    """Where two records differ.

    ``path`` is the place in the record that stays. ``proposed`` holds unless somebody chooses one
    of ``sides``; ``reason`` says by which rule.
    """

    path: Path
    field: Field
    kept: object
    other: object
    proposed: Side
    reason: Reason
    sides: tuple[Side, ...] = CHOICE


@dataclass(frozen=True, slots=True)
class Comparison:
    """The places where two records differ. ``elements`` says what the other's elements are called
    in the record that stays, by group.
    """

    places: tuple[Place, ...]
    elements: Elements


def compare(
    kind: Kind,
    kept: Data,
    other: Data,
    is_newer: IsNewer,
    ranked: Ranked = lambda _here, _there: None,
) -> Comparison:
    """Where two records differ, and what is proposed. What only ``kept`` has stays as it is."""
    ages = _Ages(is_newer, ranked)
    found: list[Place] = []
    elements: dict[str, Mapping[str, str]] = {}
    for field in kind.fields:
        ours, theirs = kept.get(field.name), other.get(field.name)
        if field.type != "group":
            is_title = field.name in kind.title
            found += _leaf(field, (field.name,), (field.name,), (ours, theirs), ages, is_title)
        elif field.policy == "consent":
            found += _consents(field, _group(ours), _group(theirs))
        else:
            named = pair_up(field, _group(ours), _group(theirs))
            elements[field.name] = named
            found += _elements(field, named, _group(ours), _group(theirs), ages)
    return Comparison(tuple(found), elements)


@dataclass(frozen=True, slots=True)
class _Ages:
    """What is known of the values of both records beside themselves."""

    is_newer: IsNewer
    ranked: Ranked


def join(
    kind: Kind, kept: Data, other: Data, compared: Comparison, choices: Mapping[str, str]
) -> Data:
    """The one record of two. ``choices`` by dotted place; the rest as proposed.

    Problem merge_choice_unknown, or merge_choice_fixed where a rule alone decides.
    """
    chosen = _chosen(compared, choices)
    known = {field.name for field in kind.fields}
    data = {name: value for name, value in other.items() if name not in known} | kept
    for place in compared.places:
        if place.field.policy == "consent":
            continue
        side = chosen[dotted(place.path)]
        if side == "both":
            members = sets.members(place.kept) | sets.members(place.other)
            data = put(data, place.path, sets.joined(place.field, members))
        elif side == "other":
            data = put(data, place.path, place.other)
    for field in kind.fields:
        if field.when and not applies(field, data, data):
            # A date of birth does not come with whoever stays a company.
            data = put(data, (field.name,), kept.get(field.name))
    return permits.strictest(kind, data, kept, other)


def _chosen(compared: Comparison, choices: Mapping[str, str]) -> dict[str, str]:
    chosen: dict[str, str] = {dotted(place.path): place.proposed for place in compared.places}
    sides = {dotted(place.path): place.sides for place in compared.places}
    for where, side in choices.items():
        if where not in chosen:
            raise Problem("merge_choice_unknown", field=where[:200])
        if side not in sides[where]:
            raise Problem("merge_choice_fixed", field=where[:200])
        chosen[where] = side
    return chosen


def _leaf(
    field: Field,
    path: Path,
    theirs: Path,
    sides: tuple[object, object],
    ages: _Ages,
    is_title: bool,
) -> list[Place]:
    kept, other = sides
    if other is None or other == kept:
        return []
    if field.policy == "consent":
        return [Place(path, field, kept, other, "kept", "stricter", ())]
    if field.policy == "erp":
        # A block by the ERP holds for whoever either of the two was.
        side: Side = "other" if kept is None or other is True else "kept"
        return [Place(path, field, kept, other, side, "erp", ())]
    if kept is None:
        return [Place(path, field, kept, other, "other", "filled")]
    if sets.is_set(field):
        return [Place(path, field, kept, other, "both", "united", ALL)]
    return [Place(path, field, kept, other, *_ruled(field, path, theirs, sides, ages, is_title))]


def _ruled(
    field: Field,
    path: Path,
    theirs: Path,
    sides: tuple[object, object],
    ages: _Ages,
    is_title: bool,
) -> tuple[Side, Reason]:
    """What is proposed where both records say something, and not the same."""
    kept, other = (str(side) for side in sides)
    if field.guarded:
        return "kept", "guarded"
    if (higher := ages.ranked(path, theirs)) is not None:
        return higher, "ranked"
    if is_title and len(kept) != len(other):
        return ("other" if len(other) > len(kept) else "kept"), "longer"
    if field.policy == "identity" or is_title:
        return "kept", "kept"
    return ("other", "newer") if ages.is_newer(path, theirs) else ("kept", "kept")


def _elements(
    group: Field, named: Mapping[str, str], ours: Data, theirs: Data, ages: _Ages
) -> list[Place]:
    found: list[Place] = []
    for element, members in theirs.items():
        path, there = (group.name, named[element]), (group.name, element)
        mine = ours.get(named[element])
        if mine is None:
            found.append(Place(path, group, None, members, "other", "filled"))
        elif group.unit:
            if mine != members:
                found.append(_unit(group, path, there, (mine, members), ages))
        else:
            for member in group.fields:
                sides = (_group(mine).get(member.name), _group(members).get(member.name))
                places = ((*path, member.name), (*there, member.name))
                is_title = member is _name_of(group.fields)
                found += _leaf(member, *places, sides, ages, is_title)
    return found


def _unit(
    group: Field, path: Path, theirs: Path, sides: tuple[object, object], ages: _Ages
) -> Place:
    if group.guarded:
        return Place(path, group, *sides, "kept", "guarded")
    if (higher := ages.ranked(path, theirs)) is not None:
        return Place(path, group, *sides, higher, "ranked")
    newer = ages.is_newer(path, theirs)
    return Place(path, group, *sides, "other" if newer else "kept", "newer" if newer else "kept")


def _consents(group: Field, ours: Data, theirs: Data) -> list[Place]:
    names = sorted(ours.keys() | theirs.keys())
    return [
        Place((group.name, name), group, ours.get(name), theirs.get(name), "kept", "stricter", ())
        for name in names
        if ours.get(name) != theirs.get(name)
    ]


def _name_of(fields: Sequence[Field]) -> Field | None:
    """The member that a person calls an element by: its first required text."""
    return next((field for field in fields if field.required and field.type == "text"), None)


def _group(value: object) -> Data:
    return dict(value) if isinstance(value, Mapping) else {}
