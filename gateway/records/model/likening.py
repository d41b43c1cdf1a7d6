"""Which elements of two records' groups are one and the same (pure).

Contacts, addresses and accounts of both records are kept; equal ones are folded into one. Two
people of one name are one only when nothing they can be reached by says otherwise.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from gateway.kernel import formats
from gateway.records.model.fields import Data, Field, Single

# By group: the other record's element ids to those in the record that stays.
Elements = Mapping[str, Mapping[str, str]]

_REACHES: Final = ("phone", "email", "wechat")


def pair_up(group: Field, kept: Data, other: Data) -> dict[str, str]:
    """What each element of ``other`` is called beside those of ``kept``: an element of ``kept``
    that is the same, or a name of its own.
    """
    named: dict[str, str] = {}
    free = {name: members for name, members in kept.items() if isinstance(members, Mapping)}
    for likeness in (_equal, _alike, _same_slot):
        for name, members in other.items():
            if name in named or not isinstance(members, Mapping):
                continue
            found = next(
                (
                    one
                    for one, mine in free.items()
                    if likeness(group, (one, mine), (name, members))
                ),
                None,
            )
            if found is not None:
                named[name] = found
                del free[found]
    taken = {*kept, *named.values()}
    for name in other:
        if name not in named:
            named[name] = _own_name(name, taken)
            taken.add(named[name])
    return named


_Named = tuple[str, Mapping[str, object]]


def _equal(_group: Field, one: _Named, other: _Named) -> bool:
    return _folded(one[1]) == _folded(other[1])


def _alike(group: Field, one: _Named, other: _Named) -> bool:
    if group.keys:
        return one[0] == other[0]
    if group.unit:
        return _same_account(group, one[1], other[1])
    return _same_person(group, one[1], other[1])


def _same_account(group: Field, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    """Whether a number that is kept secret is the same in both."""
    secret = [field.name for field in group.fields if field.sealed]
    return any(one.get(name) and _fold(one[name]) == _fold(other.get(name)) for name in secret)


def _same_person(group: Field, one: Mapping[str, object], other: Mapping[str, object]) -> bool:
    name = next((f.name for f in group.fields if f.required and f.type == "text"), "")
    if not one.get(name) or _fold(one[name]) != _fold(other.get(name)):
        return False
    ours, theirs = set(_reaches(group, one)), set(_reaches(group, other))
    return not ours or not theirs or bool(ours & theirs)


def _same_slot(group: Field, one: _Named, other: _Named) -> bool:
    """Whether both hold a value that only one element may have, such as the registered office."""
    singles = [rule for rule in group.constraints if isinstance(rule, Single)]
    return any(one[1].get(s.field) == s.value == other[1].get(s.field) for s in singles)


def _reaches(group: Field, members: Mapping[str, object]) -> Iterator[str]:
    for field in group.fields:
        if field.type in _REACHES and members.get(field.name):
            yield _fold(members[field.name])


def _folded(members: Mapping[str, object]) -> dict[str, str]:
    return {name: _fold(value) for name, value in members.items()}


def _fold(value: object) -> str:
    return formats.fold(str(value)).replace(" ", "") if value is not None else ""


def _own_name(name: str, taken: set[str]) -> str:
    count, own = 2, name
    while own in taken:
        own, count = f"{name[:58]}-{count}", count + 1
    return own
