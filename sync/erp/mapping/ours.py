"""The fields of ours that a mapping may read: what it names and nobody has is a slip (pure)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

import msgspec.inspect
from msgspec import Struct

from gateway.records.model.fields import Field as OurField
from gateway.records.model.kind import Kind
from sync.erp.mapping.model import Field, Table
from sync.erp.mapping.transforms import places

# Fields by name; those of a group or of the elements of a list below it, None below a single value.
Shape = Mapping[str, Any]
EVERYWHERE: Final = ("id", "time")
OF_RECORDS: Final = ("number", "active")
OF_LINES: Final = ("codes", "name", "net", "price")
OF_RECEIPTS: Final = ("title", "untaxed")
OF_REPORTS: Final[Mapping[str, Any]] = {"taken": {"type": None, "amount": None}, "summary": None}
OF_ELEMENTS: Final = ("key", "index", "value")
# What is added for a mapping to read, and the fields that it is made of.
MADE_OF: Final[Mapping[str, tuple[str, ...]]] = {
    "title": ("register", "receipt"),
    "untaxed": ("net", "rounding"),
    "taken": ("tenders",),
    "summary": ("net", "tax", "rounding", "total", "tenders", "sales", "returns", "currency"),
    "name": ("legal_name", "trade_name"),
    "reaches": ("phone", "mobile", "fax", "email", "website", "wechat", "contacts"),
    "active": ("status",),
}
_REACH: Final[Shape] = {"type": None, "value": None, "name": None}


def shapes(kinds: Mapping[str, Kind], facts: Mapping[str, type[Struct]]) -> dict[str, Shape]:
    """Everything that can be read, by kind and fact type."""
    records = {name: of_kind(kind) for name, kind in kinds.items()}
    return {**records, **{name: of_fact(type) for name, type in facts.items()}}


def of_kind(kind: Kind) -> Shape:
    """What can be read of a record."""
    found: dict[str, Any] = _names((*EVERYWHERE, *OF_RECORDS))
    found |= {"aliases": {"id": None}, **{one.name: _below(one) for one in kind.fields}}
    if kind.name == "customer":
        found |= {"name": None, "reaches": _REACH}
        found["addresses"] = {**found["addresses"], "lines": None}
    return found


def of_fact(type: type[Struct]) -> Shape:
    """What can be read of a fact."""
    found = {**_names(EVERYWHERE), **_fields(msgspec.inspect.type_info(type))}
    if isinstance(lines := found.get("lines"), Mapping):
        found["lines"] = {**lines, **_names(OF_LINES)}
    if "receipt" in found and "register" in found:
        found |= _names(OF_RECEIPTS)
    if "report" in found and "register" in found:
        found |= OF_REPORTS
    return found


def unknown(table: Table, shape: Shape) -> Iterator[tuple[str, str]]:
    """(place, path) of everything that a table reads and nobody has."""
    own = shape
    if table.each:
        if not _has(shape, table.each):
            yield table.name, table.each
            return
        own = {**(_at(shape, table.each) or {}), **_names(OF_ELEMENTS)}
    yield from _unread(table.name, table.fields, own, shape)
    yield from _missing(table.name, (*table.when, *table.sums), own, shape)
    for one in table.lists:
        place = f"{table.name}.lists.{one.theirs}"
        if not _has(*_scope(one.each, own, shape)):
            yield place, one.each
            continue
        below = _at(*_scope(one.each, own, shape))
        element = {**(below or {}), **_names(OF_ELEMENTS)}
        yield from _unread(place, one.fields, element, shape)
        yield from _missing(place, one.when, element, shape)


def read(table: Table) -> set[str]:
    """The top-level fields of ours that a table has a use for."""
    paths = [path for one in table.fields for path in _paths(one)]
    paths += [*table.sums, *table.when, *(one.each for one in table.lists)]
    if table.each:
        paths = [table.each, *(path for path in paths if path.startswith("/"))]
    within = [path for one in table.lists for field in one.fields for path in _paths(field)]
    paths += [path for path in within if path.startswith("/")]
    paths += [table.rounding.source] if table.rounding else []
    names = {path.removeprefix("/").split(".")[0] for path in paths if path}
    return names.union(*(MADE_OF.get(name, ()) for name in names))


def _unread(
    place: str, fields: Iterable[Field], own: Shape, top: Shape
) -> Iterator[tuple[str, str]]:
    for one in fields:
        yield from _missing(f"{place}.{one.theirs}", _paths(one), own, top)


def _missing(place: str, paths: Iterable[str], own: Shape, top: Shape) -> Iterator[tuple[str, str]]:
    yield from ((place, path) for path in paths if not _has(*_scope(path, own, top)))


def _scope(path: str, own: Shape, top: Shape) -> tuple[Shape, str]:
    """Where a path is read from, and what it is there."""
    return (top, path.removeprefix("/")) if path.startswith("/") else (own, path)


def _paths(one: Field) -> tuple[str, ...]:
    return (*one.paths, *(places(one.template) if one.template else ()))


def _has(shape: Shape, path: str) -> bool:
    below: Any = shape
    for name in path.split("."):
        if not isinstance(below, Mapping) or name not in below:
            return False
        below = below[name]
    return True


def _at(shape: Shape, path: str) -> Any:
    below: Any = shape
    for name in path.split("."):
        below = below.get(name) if isinstance(below, Mapping) else None
    return below


def _names(names: Iterable[str]) -> dict[str, Any]:
    return dict.fromkeys(names)


def _below(one: OurField) -> Any:
    return {each.name: _below(each) for each in one.fields} if one.fields else None


def _fields(found: msgspec.inspect.Type) -> Any:
    """The fields of a struct, or of the structs in a list; None for a single value."""
    if isinstance(found, msgspec.inspect.Metadata):
        return _fields(found.type)
    if isinstance(found, msgspec.inspect.ListType):
        return _fields(found.item_type)
    if isinstance(found, msgspec.inspect.UnionType):
        return next((below for one in found.types if (below := _fields(one))), None)
    if isinstance(found, msgspec.inspect.StructType):
        return {one.encode_name: _fields(one.type) for one in found.fields}
    return None
