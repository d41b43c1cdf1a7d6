"""What would be sent for an entry, field by field, and what of it the ERP has no place for (pure).

Nobody is asked: what the ERP looks up is told as what it would be looked up by.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Refusal
from sync.erp.line import Plain
from sync.erp.mapping import ours
from sync.erp.mapping.model import Elements, Field, Table
from sync.erp.mapping.rendering import Asked, Reference, Wanted, keeps_to, wanted
from sync.erp.mapping.sources import Source, source
from sync.erp.mapping.transforms import Context, places, plain

# What every entry has and no ERP needs a place for.
_AROUND = frozenset({"status", "active", "currency", "prices_include_tax", "chain"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One field of theirs: the fields of ours it is made of, and what comes of them.

    ``looked_up`` says what stands for the value there. ``is_hidden``: the reader may not see it.
    """

    theirs: str
    ours: tuple[str, ...]
    value: Plain = None
    looked_up: str = ""
    is_hidden: bool = False
    problem: Problem | None = None


@dataclass(frozen=True, slots=True)
class ShownList:
    """A list of theirs, each element under our name for it."""

    theirs: str
    model: str
    elements: tuple[tuple[str, tuple[Shown, ...]], ...]


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """One record of theirs, of an element of ours where it has a ``key``.

    Nothing is sent of it unless it ``concerns`` the ERP.
    """

    model: str
    key: str
    concerns: bool
    fields: tuple[Shown, ...]
    lists: tuple[ShownList, ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be sent; ``left`` are fields of ours that have a value and no place there."""

    source: str
    documents: tuple[ShownDocument, ...]
    left: tuple[str, ...] = field(default=())


def preview(
    tables: Sequence[Table], entry: Entry, context: Context, hidden: Collection[str] = ()
) -> Preview:
    """The preview of an entry by its tables; ``hidden`` are fields of ours that the reader may not
    see. Problem erp_entry_unreadable.
    """
    read = source(entry)
    documents = [one for table in tables for one in _documents(table, read, context, hidden)]
    known = {name for table in tables for name in ours.read(table)} | _AROUND | set(hidden)
    left = sorted(name for name, value in entry.data.items() if value and name not in known)
    return Preview(entry.kind or entry.type, tuple(documents), tuple(left))


def _documents(
    table: Table, read: Source, context: Context, hidden: Collection[str]
) -> Iterator[ShownDocument]:
    parts: Iterable[tuple[str, Source]] = [("", read)]
    if table.each:
        # Within an element nothing is hidden by itself: a group is hidden as a whole.
        parts = () if table.each in hidden else read.elements(table.each, table.key)
    for key, part in parts:
        identity = f"{table.prefix}{read.get('id')}" + (f"/{key}" if key else "")
        named = [Shown(table.id, ("id",), identity)]
        if table.number and not key and read.get("number"):
            named.append(Shown(table.number, ("number",), str(read.get("number"))))
        unseen = _around(hidden) if table.each else hidden
        fields = _fields(table, table.fields, part, context, unseen)
        lists = tuple(_list(table, one, part, context, hidden) for one in table.lists)
        concerned = keeps_to(part, table.when)
        yield ShownDocument(table.model, key, concerned, (*named, *fields), lists)


def _fields(
    table: Table, fields: Iterable[Field], read: Source, context: Context, hidden: Collection[str]
) -> Iterator[Shown]:
    for one in fields:
        if one.goes_out:
            yield _shown(table, one, read, context, hidden)


def _list(
    table: Table, one: Elements, read: Source, context: Context, hidden: Collection[str]
) -> ShownList:
    # Within an element nothing is hidden by itself: a group is hidden as a whole.
    found = () if one.each.split(".")[0] in hidden else read.elements(one.each, one.key)
    return ShownList(
        one.theirs,
        one.model,
        tuple(
            (key, tuple(_fields(table, one.fields, element, context, _around(hidden))))
            for key, element in found
            if keeps_to(element, one.when)
        ),
    )


def _shown(
    table: Table, one: Field, read: Source, context: Context, hidden: Collection[str]
) -> Shown:
    paths = (*one.paths, *(places(one.template) if one.template else ()))
    if any(_is_hidden(path, hidden) for path in paths):
        return Shown(one.theirs, paths, is_hidden=True)
    try:
        value = wanted(table, one, read, context)
    except Refusal as refusal:
        return Shown(one.theirs, paths, problem=refusal.problem)
    except (ValueError, ArithmeticError) as error:
        problem = Problem("erp_entry_unreadable", reason=f"{one.theirs}: {error}")
        return Shown(one.theirs, paths, problem=problem)
    return Shown(one.theirs, paths, *_told(value))


def _around(hidden: Collection[str]) -> frozenset[str]:
    """What is hidden of the whole object, as an element reads it."""
    return frozenset(f"/{name}" for name in hidden)


def _is_hidden(path: str, hidden: Collection[str]) -> bool:
    """Whether what stands at a path, or what it is made of, is not for the reader."""
    start = path.split(".")[0]
    name = start.removeprefix("/")
    names = {start, name, *ours.MADE_OF.get(name, ())}
    return any(one in hidden for one in names)


def _told(value: Wanted) -> tuple[Plain, str]:
    if isinstance(value, Asked):
        names = ", ".join(map(_text, value.names))
        return names, f"{value.lookup.model}.{'/'.join(value.lookup.by)}"
    if isinstance(value, Reference):
        return value.name or value.otherwise, value.kind
    return value, ""


def _text(value: Plain) -> str:
    return str(value) if isinstance(value, str | bool | int) or value is None else plain(value)
