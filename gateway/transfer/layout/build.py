"""From the cells of a row to the data of a record, by the layout (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Data, Field
from gateway.records.model.kind import Kind
from gateway.records.model.patch import pointer
from gateway.records.model.validate import Home
from gateway.transfer.layout import cells, words
from gateway.transfer.layout.mapping import ID, KEY, NUMBER, VERSION, Column, Layout, Target
from gateway.transfer.layout.mapping import target as target_of
from gateway.transfer.layout.rows import Row

DIGEST_BYTES: Final = 16


@dataclass(slots=True)
class Draft:
    """What a row says.

    ``data`` is not checked yet; its groups are keyed by their place in the row. ``elements`` are
    the ids of those that the row names, by group and place. ``blank`` are the targets whose cells
    are empty.
    """

    number: int
    data: Data = field(default_factory=dict)
    key: str = ""
    record: str = ""
    official: str = ""
    version: int = 0
    elements: dict[tuple[str, str], str] = field(default_factory=dict)
    blank: list[Target] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


class Builder:
    """Builds drafts for one kind and layout; ``home`` is the shop's country and currency."""

    def __init__(self, kind: Kind, layout: Layout, width: int, home: Home) -> None:
        self._kind = kind
        self._home = home
        self._width = width
        found = [(column, target_of(kind, column.to)) for column in layout.columns if column.to]
        self._columns = [(column, target) for column, target in found if target is not None]
        self._money = next(
            (column.column for column, target in self._columns if target.name == "currency"), None
        )
        self.column_of = {target.name: column.column for column, target in self._columns}

    def draft(self, row: Row) -> Draft:
        """The draft of a row, with what is wrong with the row itself in ``problems``."""
        draft = Draft(row.number)
        self._check_shape(row, draft)
        currency = self._currency(row)
        for column, target in self._columns:
            text = row.cells[column.column] if column.column < len(row.cells) else ""
            if fault := row.faults.get(column.column):
                draft.problems.append(Problem(fault, pointer=_pointer(target)))
            elif not text or not cells.replaced(column, text).strip():
                draft.blank.append(target)
            else:
                self._put(draft, column, target, text, currency)
        self._complete(draft)
        return draft

    def digest(self, row: Row) -> bytes:
        """What a row says in the columns that are used: 16 bytes."""
        said = (
            (target.name, row.cells[column.column])
            for column, target in self._columns
            if column.column < len(row.cells) and row.cells[column.column].strip()
        )
        text = "\x1e".join(f"{name}\x1f{cell}" for name, cell in sorted(said))
        return canonical.sha256(text.encode("utf-8", "replace"))[:DIGEST_BYTES]

    def _check_shape(self, row: Row, draft: Draft) -> None:
        surplus = [cell for cell in row.cells[self._width :] if cell.strip()]
        if surplus:
            draft.problems.append(Problem("row_too_long", cells=len(row.cells), head=self._width))
        if "line_unreadable" in row.faults.values():
            draft.problems.append(Problem("line_unreadable"))

    def _currency(self, row: Row) -> str:
        if self._money is not None and self._money < len(row.cells):
            found = words.currency(row.cells[self._money].strip()).upper()
            if len(found) == 3 and found.isascii() and found.isalpha():
                return found
        return self._home.currency

    def _put(self, draft: Draft, column: Column, target: Target, text: str, currency: str) -> None:
        if target.field is None:
            _put_special(draft, target, text.strip())
            return
        try:
            value = cells.read(target.field, column, text, currency)
        except Problem as problem:
            problem.pointer = _pointer(target)
            draft.problems.append(problem)
            return
        if len(target.path) == 1:
            draft.data[target.path[0]] = value
        else:
            group, place, member = target.path
            elements = draft.data.setdefault(group, {})
            assert isinstance(elements, dict)  # only groups have paths of three
            elements.setdefault(place, {})[member] = value

    def _complete(self, draft: Draft) -> None:
        """What an address needs and files leave out: what it is for, and its country."""
        for group in self._kind.fields:
            elements = draft.data.get(group.name)
            if group.type != "group" or not isinstance(elements, dict):
                continue
            for place, members in elements.items():
                if (group.name, place) not in draft.elements:
                    for member in group.fields:
                        if member.required and member.name not in members:
                            members.update(self._usual(draft, member, int(place)))

    def _usual(self, draft: Draft, member: Field, place: int) -> Data:
        if member.type == "choice":
            choices = member.choices
            return {member.name: choices[(place - 1) % len(choices)].value}
        if member.type == "country":
            return {member.name: draft.data.get("country") or self._home.country}
        return {}


def _put_special(draft: Draft, target: Target, text: str) -> None:
    name = target.path[-1]
    if len(target.path) == 3:
        draft.elements[target.path[0], target.path[1]] = text
    elif name == KEY:
        draft.key = text
    elif name == ID:
        draft.record = text.lower()
    elif name == NUMBER:
        draft.official = text
    elif name == VERSION:
        if text.isascii() and text.isdigit() and len(text) < 10:
            draft.version = int(text)
        else:
            draft.problems.append(Problem("version_malformed", pointer=_pointer(target)))


def adopt(
    kind: Kind, draft: Draft, current: Mapping[str, object]
) -> tuple[Data, dict[tuple[str, str], str]]:
    """The draft's data with each group's places replaced by ids of elements, and those ids.

    An element that the row names keeps its id. One that is like an element of ``current`` is that
    one, so that a repeated import adds nothing; any other gets its place as its id.
    """
    data = dict(draft.data)
    ids = dict(draft.elements)
    for group in kind.fields:
        elements = data.get(group.name)
        if group.type == "group" and isinstance(elements, Mapping):
            stored = current.get(group.name)
            known = stored if isinstance(stored, Mapping) else {}
            ids |= _identities(group, draft, elements, known)
            data[group.name] = {
                ids[group.name, place]: members for place, members in elements.items()
            }
    return data, ids


def _identities(
    group: Field, draft: Draft, elements: Mapping[str, Data], known: Mapping[str, Data]
) -> dict[tuple[str, str], str]:
    """The id of each element of a row, by group and place."""
    named = {place: draft.elements.get((group.name, place), "") for place in elements}
    for place, members in elements.items():
        free = {e: stored for e, stored in known.items() if e not in named.values()}
        named[place] = named[place] or _alike(group, members, free)
    for place, identity in named.items():
        named[place] = identity or _unused(place, named)
    return {(group.name, place): identity for place, identity in named.items()}


def _unused(place: str, named: Mapping[str, str]) -> str:
    while place in named.values():
        place = f"{place}-1"
    return place


def _alike(group: Field, members: Data, known: Mapping[str, Data]) -> str:
    """The stored element with the same required members, or else with all the same texts."""
    names: Sequence[str] = [member.name for member in group.fields if member.required]
    names = names or [member.name for member in group.fields if member.name in members]
    for element, stored in known.items():
        if names and all(_same(members.get(name), stored.get(name)) for name in names):
            return element
    return ""


def _same(one: object, other: object) -> bool:
    return "".join(str(one).casefold().split()) == "".join(str(other).casefold().split())


def _pointer(target: Target) -> str:
    return pointer(target.path)
