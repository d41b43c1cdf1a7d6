"""The elements of our groups as an ERP tells them: which of theirs is which of ours (pure).

We remember what ours are called there; where that memory is missing, equal values tell. One that
somebody added there is a new one here. What a row says as we would push it says nothing new: what
was joined or shortened on the way there needs no way back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from gateway.kernel import canonical
from gateway.records.model.fields import Data
from sync.erp.bringing.shaping import Brought
from sync.erp.line import Plain, Row
from sync.erp.mapping import arriving, rendering
from sync.erp.mapping.comparing import same
from sync.erp.mapping.model import ANY, Elements, Field, Table
from sync.erp.mapping.rendering import Asked
from sync.erp.mapping.sources import Source
from sync.erp.mapping.transforms import Context

NAME_LENGTH: Final = 16
_NOTHING: Final = object()
Group = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """What is needed beside the rows: the table, our record as the ERP knows it, and what its
    elements are called there (``addresses/a1``).
    """

    table: Table
    own: Source
    links: Mapping[str, str]
    context: Context


@dataclass(slots=True)
class Met:
    """What the rows of a record's elements say: ``values`` by group and element, only what each
    speaks of; ``new`` the elements that are not among ours, ``links`` what all are called there.
    """

    values: dict[str, dict[str, Data]] = field(default_factory=dict)
    new: set[tuple[str, str]] = field(default_factory=set)
    links: dict[str, str] = field(default_factory=dict)


def members(one: Elements) -> frozenset[str]:
    """The members of an element that its rows tell."""
    return frozenset(_ours(each) for each in one.fields if each.comes_in)


def met(lists: Sequence[Elements], brought: Brought, elsewhere: Elsewhere) -> Met:
    """Every element that a row tells of; Problem erp_row_unreadable."""
    found = Met()
    for one in lists:
        if one.theirs in brought.elements:
            _list(one, brought.elements[one.theirs], elsewhere, found)
    return found


def _list(one: Elements, rows: Sequence[Row], elsewhere: Elsewhere, found: Met) -> None:
    ours = dict(elsewhere.own.elements(one.each))
    group = found.values.setdefault(one.each, {})
    for key, row in _named(one, rows, ours, elsewhere):
        if element := ours.get(key):
            group[key] = _told(elsewhere, one, row, element)
        elif told := _new(one, row, elsewhere):
            group[key] = told
            found.new.add((one.each, key))
        else:
            continue  # it says nothing that we could keep
        found.links[f"{one.theirs}/{key}"] = str(row["id"])


def _named(
    one: Elements, rows: Sequence[Row], ours: Mapping[str, Source], elsewhere: Elsewhere
) -> Iterator[tuple[str, Row]]:
    """Each row with our name for it."""
    start = f"{one.theirs}/"
    known = {
        ref: name.removeprefix(start)
        for name, ref in elsewhere.links.items()
        if name.startswith(start) and name.removeprefix(start) in ours
    }
    free = {key: element for key, element in ours.items() if key not in known.values()}
    for row in rows:
        key = known.get(str(row["id"])) or _name(row)
        if key not in ours:
            alike = (k for k, element in free.items() if _is_ours(elsewhere, one, row, element))
            key = next(alike, key)
        free.pop(key, None)
        yield key, row


def _name(row: Row) -> str:
    return f"e{canonical.sha256_hex(str(row['id']).encode())[:NAME_LENGTH]}"


def _is_ours(elsewhere: Elsewhere, one: Elements, row: Row, element: Source) -> bool:
    """Whether a row says what an element of ours would be pushed as."""
    return all(_is_echo(elsewhere, f, row, element) for f in one.fields if f.comes_in)


def _told(elsewhere: Elsewhere, one: Elements, row: Row, element: Source) -> Data:
    told: Data = {}
    for each in (f for f in one.fields if f.comes_in):
        name = _ours(each)
        if name in told:
            continue  # of two fields that make one of ours, the first has said it
        is_echo = _is_echo(elsewhere, each, row, element)
        value = element.get(name) if is_echo else _back(each, row, elsewhere, element)
        if value is not _NOTHING:
            told[name] = value
    return {name: value for name, value in told.items() if value is not None}


def _new(one: Elements, row: Row, elsewhere: Elsewhere) -> Data:
    """A new element of ours; empty where the row says nothing but what all of them have."""
    told = _told(elsewhere, one, row, Source({}, elsewhere.own.top))
    if told.keys() <= one.new.keys():
        return {}
    given = {
        name: elsewhere.own.get(value) if isinstance(value, str) and value[:1] == "/" else value
        for name, value in one.new.items()
    }
    return {**given, **told}


def _is_echo(elsewhere: Elsewhere, one: Field, row: Row, element: Source) -> bool:
    ours = rendering.wanted(elsewhere.table, one, element, elsewhere.context)
    theirs = row[arriving.place(one)]
    names: tuple[Plain, ...]
    if isinstance(ours, Asked):
        names = ours.names or (None,)
    else:
        assert not isinstance(ours, rendering.Reference), "a reference has no way back"
        names = (ours,)
    return any(same(one, theirs, name) for name in names)


def _back(one: Field, row: Row, elsewhere: Elsewhere, element: Source) -> object:
    """Their value as ours, or nothing where it is one that ours cannot say."""
    theirs = row[arriving.place(one)]
    if one.values and theirs not in [v for ours, v in one.values.items() if ours != ANY]:
        return _NOTHING
    if theirs is not None and theirs == one.otherwise:
        return None
    if one.paths[0] == "lines" and isinstance(theirs, str):
        return _street(theirs, element)
    return arriving.told_one(one, row, elsewhere.context)


def _ours(one: Field) -> str:
    return "street" if one.paths[0] == "lines" else one.paths[0]


def _street(lines: str, element: Source) -> str:
    """The street in the ``lines`` of an address, without what we put below it ourselves."""
    listed = [line.strip() for line in lines.splitlines() if line.strip()]
    below = [element.get("district"), element.get("region")]
    while listed and below and listed[-1] in below:
        below.remove(listed.pop())
    return ", ".join(listed)
