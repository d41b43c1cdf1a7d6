"""What is read of an ERP and what of ours it becomes: the tables of a mapping that come in, and
what only those need, under ``in`` (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from gateway.records.model.fields import find
from gateway.records.model.kind import Kind, inside
from sync.erp.mapping import arriving
from sync.erp.mapping.model import Elements, ErpMapping, Field, Table

Text = Annotated[str, Meta(min_length=1)]
# A row that is nobody's yet: made here, or left to people.
Strange = Literal["create", "leave"]


class Values(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Rows of ``model`` that hang on ours by ``parent``: the ``value`` of each, in a list of ours
    with ``many``, else of the first.

    Only rows that have the values of ``where`` ("" is an empty one) count, and with ``active``
    those where it is on. ``as`` is a transform of the mapping. ``both``: we push it as well. A row
    of the model itself is read once more with ``parent = "id"``.
    """

    into: Text = msgspec.field(name="to")
    model: Text
    parent: Text
    value: Text
    changed: str = ""
    where: Mapping[Text, str | int | bool] = {}
    active: str = ""
    transform: Literal["", "money"] = msgspec.field(name="as", default="")
    many: bool = False
    both: bool = False

    @property
    def asked(self) -> tuple[str, ...]:
        """Every field to read of a row."""
        return (self.parent, self.value, *self.where, *([self.active] if self.active else []))


class Touch(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A model whose changes lead to reading ours again: its ``parent`` links to a row of ours, or
    a row of ours links to it by ``through``.
    """

    model: Text
    changed: Text
    parent: str = ""
    through: str = ""


class Levels(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A figure that the ERP tells for one place at a time: with each row of ``places`` in turn
    under ``context``, ``value`` of our rows is read.
    """

    into: Text = msgspec.field(name="to")
    places: Text
    name: Text
    context: Text
    value: Text
    where: Mapping[Text, str | int | bool] = {}


class Dated(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field of ours that tells when one of some others changed last, as far as we know."""

    into: Text = msgspec.field(name="to")
    of: tuple[Text, ...]


class Marked(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Where our id stands on a row of theirs: in its ``field``, or in that of one of the rows of
    ``model`` that hang on it by ``parent``; behind ``prefix``. ``write``: we put it there.
    """

    field: Text
    model: str = ""
    parent: str = ""
    prefix: str = ""
    write: bool = False


class Incoming(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What has to be known beside a table to take its rows in.

    ``title`` is what people call a row. ``match`` names exact keys of the kind by which a row is
    known at first sight. ``overlap_s`` is how long a transaction of the ERP may take. All ids are
    compared every ``sweep_h`` hours; with ``anew`` every row of ours is read again then, for what
    the ERP reckons out and stamps nowhere. ``below`` is the field that says what a row hangs on:
    one that hangs on another is known by our id alone, for it may share numbers with that one.
    """

    title: str = ""
    match: tuple[str, ...] = ()
    strange: Strange = "leave"
    overlap_s: Annotated[int, Meta(ge=1, le=86_400)] = 300
    sweep_h: Annotated[int, Meta(ge=1, le=168)] = 24
    anew: bool = False
    below: str = ""
    mark: Marked | None = None
    values: tuple[Values, ...] = ()
    touched: tuple[Touch, ...] = ()
    levels: Levels | None = None
    dated: Dated | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of ours, out of one model of theirs."""

    table: Table
    more: Incoming

    @property
    def kind(self) -> str:
        return self.table.source

    @property
    def model(self) -> str:
        return self.table.model

    @property
    def fields(self) -> tuple[Field, ...]:
        """The fields that come in."""
        return tuple(one for one in self.table.fields if one.comes_in)

    @property
    def lists(self) -> tuple[Elements, ...]:
        """The groups that are the ERP's own: their elements have its ids."""
        return tuple(one for one in self.table.lists if one.direction == "in")

    @property
    def elements(self) -> tuple[Elements, ...]:
        """The groups of ours that come back, and may be added to there."""
        return tuple(one for one in self.table.lists if one.direction == "both")

    @property
    def mark(self) -> Marked | None:
        """Where our id stands."""
        table = self.table
        return self.more.mark or (Marked(field=table.id, prefix=table.prefix) if table.id else None)

    @property
    def asked(self) -> tuple[str, ...]:
        """Every field to read of a row itself."""
        table, mark = self.table, self.mark
        told = [table.changed, table.active, table.inactive, table.number]
        told += [self.more.title, self.more.below]
        told += [mark.field] if mark and not mark.model else []
        told += [touch.through for touch in self.more.touched]
        return tuple(dict.fromkeys(name for name in (*told, *arriving.asked(self.fields)) if name))

    @property
    def both(self) -> frozenset[str]:
        """The fields of ours that are pushed as well."""
        plain = [one.paths[0].split(".")[0] for one in self.fields if one.goes_out]
        more = [one.into for one in self.more.values if one.both]
        return frozenset([*plain, *more, *(one.each for one in self.elements)])

    @property
    def groups(self) -> frozenset[str]:
        """The groups of ours whose elements a row names all of."""
        levels = [self.more.levels.into] if self.more.levels else []
        return frozenset([*(one.each for one in (*self.lists, *self.elements)), *levels])


def sources(mapping: ErpMapping, kinds: Mapping[str, Kind]) -> tuple[Source, ...]:
    """What comes in by a mapping, in its order; ValueError with every fault."""
    found, faults = list[Source](), list[str]()
    for table in mapping.tables:
        if not (table.comes_in and table.is_kind and table.changed):
            continue
        try:
            source = Source(table, msgspec.convert(dict(table.incoming), Incoming))
        except msgspec.ValidationError as error:
            faults.append(f"[{table.source}.in]: {error}.")
            continue
        found.append(source)
        faults += [f"[{table.source}] {fault}" for fault in _faults(source, kinds)]
    if faults:
        raise ValueError("\n".join(f"{mapping.name}: {fault}" for fault in faults))
    return tuple(found)


def _faults(source: Source, kinds: Mapping[str, Kind]) -> Iterator[str]:
    kind = kinds.get(source.kind)
    if kind is None:
        yield f"there is no kind {source.kind}."
        return
    more = source.more
    yield from (f"in.match: {k} is no key of it." for k in more.match if k not in kind.lookups)
    named = [one.paths[0] for one in source.fields]
    named += [f"{group.each}.{f.paths[0]}" for group in source.lists for f in group.fields]
    named += [one.into for one in (*more.values, more.levels, more.dated) if one is not None]
    for name in named:
        if find(kind.fields, inside(name)) is None:
            yield f"there is no field {name} of ours."
