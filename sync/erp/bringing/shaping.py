"""From rows of an ERP to what they say in our words (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from gateway.kernel import canonical
from gateway.records.model.fields import Data
from sync.erp.bringing.plan import Source, Values
from sync.erp.canonical import UUID_LENGTH
from sync.erp.line import Plain, Row
from sync.erp.mapping import arriving
from sync.erp.mapping.model import Elements, Field
from sync.erp.mapping.transforms import TRANSFORMS, Context, number, plain


@dataclass(frozen=True, slots=True)
class Level:
    """A figure for one place, with the place's id and name there."""

    place: str
    name: str
    value: Plain


@dataclass(frozen=True, slots=True)
class Whole:
    """A row with everything that hangs on it: child rows by model and link, figures by place."""

    row: Row
    children: Mapping[tuple[str, str], Sequence[Row]] = field(default_factory=dict)
    levels: tuple[Level, ...] = ()


@dataclass(frozen=True, slots=True)
class Brought:
    """What a row says: ``values`` holds every field of ours it speaks of, None where it is empty.

    ``elements`` are the rows of those groups of ours that come back, by their list. ``marks`` are
    the ids of ours that it carries. One that ``is_gone`` says nothing but that; one that
    ``is_below`` hangs on another.
    """

    ref: str
    title: str
    number: str
    marks: tuple[str, ...]
    is_active: bool
    values: Data = field(repr=False)
    is_gone: bool = False
    is_below: bool = False
    elements: Mapping[str, tuple[Row, ...]] = field(default_factory=dict, repr=False)

    @property
    def mark(self) -> str:
        """A short name for all that it says."""
        told = {"active": self.is_active, "number": self.number, "values": self.values}
        if self.elements:
            told["elements"] = {
                name: [str(sorted(row.items())) for row in rows]
                for name, rows in self.elements.items()
            }
        return canonical.sha256_hex(canonical.encode(told))[:24]


def brought(source: Source, whole: Whole, context: Context) -> Brought:
    """What a row says; Problem erp_row_unreadable."""
    row, table = whole.row, source.table
    values: Data = _told(source.fields, row, context)
    for one in source.more.values:
        values[one.into] = _listed(one, whole.children.get((one.model, one.parent), ()), context)
    for group in source.lists:
        values[group.each] = {
            _key(group, each): _filled(_told(group.fields, each, context))
            for each in _standing(group, whole)
        }
    if source.more.levels is not None:
        values[source.more.levels.into] = _levels(whole.levels)
    standing = [bool(row[table.active])] if table.active else []
    standing += [not row[table.inactive]] if table.inactive else []
    return Brought(
        ref=str(row["id"]),
        title=title(source, row),
        number=str(row[table.number] or "") if table.number else "",
        marks=_marks(source, whole),
        is_active=all(standing),
        values=values,
        is_below=bool(source.more.below and row[source.more.below]),
        elements={one.theirs: _standing(one, whole) for one in source.elements},
    )


def _standing(one: Elements, whole: Whole) -> tuple[Row, ...]:
    """The rows of a list that are in use."""
    rows = filter(one.holds, whole.children.get((one.model, one.parent), ()))
    return tuple(row for row in rows if not one.active or row[one.active])


def title(source: Source, row: Row) -> str:
    """What people call a row."""
    return str(row.get(source.more.title) or row["id"])


def _told(fields: Iterable[Field], row: Row, context: Context) -> Data:
    """Fields of a row; amounts with more places than the currency has are rounded."""
    listed = list(fields)
    amounts = {one.theirs for one in listed if one.transform == "money"}
    exact = {
        name: _cut(value, context) if name in amounts else value for name, value in row.items()
    }
    return arriving.told(listed, exact, context)


def _cut(value: Plain, context: Context) -> Plain:
    if isinstance(value, Decimal) and value.is_finite():
        return value.quantize(context.unit, rounding=ROUND_HALF_UP)
    return value


def _listed(one: Values, rows: Sequence[Row], context: Context) -> object:
    counting = [row for row in rows if not one.active or row[one.active]]
    counting = [r for r in counting if all((r[n] or "") == v for n, v in one.where.items())]
    found = [row[one.value] for row in counting if row[one.value] not in (None, "")]
    if one.transform:
        told = [TRANSFORMS[one.transform].back(_cut(value, context), context) for value in found]
        return told[0] if told else None
    texts = [str(value) for value in found]
    if one.many:
        return sorted(set(texts))
    return texts[0] if texts else None


def _levels(levels: Sequence[Level]) -> Data:
    return {
        f"p{one.place}": {"place": one.name, "quantity": plain(number(one.value))}
        for one in levels
        if one.value is not None
    }


def _key(group: Elements, row: Row) -> str:
    return f"e{row[group.key] if group.key else row['id']}"


def _filled(told: Data) -> Data:
    return {name: value for name, value in told.items() if value is not None}


def _marks(source: Source, whole: Whole) -> tuple[str, ...]:
    mark = source.mark
    if mark is None:
        return ()
    rows = whole.children.get((mark.model, mark.parent), ()) if mark.model else [whole.row]
    told = [str(row[mark.field] or "") for row in rows]
    ids = (one.removeprefix(mark.prefix) for one in told if one.startswith(mark.prefix))
    return tuple(one.lower() for one in ids if len(one) == UUID_LENGTH)
