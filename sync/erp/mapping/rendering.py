"""An entry as the documents an ERP is to have of it, as far as that can be said without asking it.

What only the ERP knows (which of its records a code stands for) is left in place as ``Asked`` or
``Reference``, to be looked up for many entries at once.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Outcome, Refusal
from sync.erp.line import Plain
from sync.erp.mapping import transforms
from sync.erp.mapping.model import ANY, Elements, ErpMapping, Field, Lookup, Rounding, Table
from sync.erp.mapping.sources import Source, source
from sync.erp.mapping.transforms import Context


@dataclass(frozen=True, slots=True)
class Asked:
    """The record of theirs that one of the ``names`` stands for, the best name first.

    With a lookup for many these are all of them.
    """

    lookup: Lookup
    names: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """The record of theirs that stands for a record of ours, named by id or number.

    ``otherwise`` is the one that an empty name stands for, in their field ``by``. ``take`` and
    ``to`` as of a lookup.
    """

    kind: str
    name: str
    otherwise: Plain = None
    by: str = ""
    take: str = ""
    to: str = ""


Wanted = Plain | Asked | Reference
WantedValues = Mapping[str, Wanted]


@dataclass(frozen=True, slots=True)
class Document:
    """What an ERP is to have of an entry, or of the element ``key`` of it.

    ``lists`` holds the elements of each list of theirs under our names for them, ``sums`` what the
    ERP has to add it up to, by their fields. ``before`` is the same as the ERP had it last.
    """

    entry: Entry
    table: Table
    id: str
    number: str
    values: WantedValues
    context: Context
    lists: Mapping[str, Mapping[str, WantedValues]] = field(default_factory=dict)
    sums: Mapping[str, Decimal] = field(default_factory=dict)
    key: str = ""
    before: "Document | None" = None


def context(
    mapping: ErpMapping, table: Table, entry: Entry, currency: str, time_zone: str
) -> Context:
    """What the transforms of an entry have to know: a fact's money is in its own currency, that of
    a record in the gateway's.
    """
    own = None if table.is_kind else entry.data.get("currency")
    zone = ZoneInfo(mapping.erp.time_zone or time_zone)
    return Context(str(own or currency), zone, mapping.erp.half)


def render(table: Table, entry: Entry, context: Context) -> list[Document]:
    """The documents of an entry: none where the table is not about it, one for each element where
    it is about those. Problem erp_entry_unreadable, or Refusal erp_value_unmapped.
    """
    return [
        _document(table, entry, key, part, context) for key, part in _parts(table, source(entry))
    ]


def summed(table: Table, entry: Entry, context: Context) -> list[Document]:
    """The same with nothing in them but what the ERP has to add up: a tenth of the work."""
    return [_sums(table, entry, key, part, context) for key, part in _parts(table, source(entry))]


def _parts(table: Table, read: Source) -> list[tuple[str, Source]]:
    parts = read.elements(table.each, table.key) if table.each else [("", read)]
    return [(key, part) for key, part in parts if keeps_to(part, table.when)]


def _document(table: Table, entry: Entry, key: str, read: Source, context: Context) -> Document:
    values = _values(table, table.fields, read, context)
    if table.is_kind:
        values |= table.standing(is_active=read.get("/active") is not False)
    lists = {
        one.theirs: dict(_elements(table, one, read, context, table.rounding))
        for one in table.lists
    }
    document = _sums(table, entry, key, read, context)
    return replace(document, values={**table.where, **values}, lists=lists)


def _sums(table: Table, entry: Entry, key: str, read: Source, context: Context) -> Document:
    identity = f"{table.prefix}{read.get('/id')}"
    number = "" if table.each else str(read.get("number") or "")
    sums = {
        theirs: transforms.amount(read.get(ours) or 0, context)
        for ours, theirs in table.sums.items()
    }
    return Document(
        entry=entry,
        table=table,
        id=f"{identity}/{key}" if table.each else identity,
        number=number,
        values={},
        context=context,
        sums=sums,
        key=key,
    )


def rounding_line(
    table: Table, rounding: Rounding, amount: Decimal, context: Context
) -> WantedValues:
    """The line that takes an amount that rounding left over; its other values are constants."""
    constants = _values(table, rounding.fields, Source({}, {}), context)
    return {**constants, rounding.amount: amount}


def _values(
    table: Table, fields: tuple[Field, ...], read: Source, context: Context
) -> dict[str, Wanted]:
    values: dict[str, Wanted] = {}
    for one in fields:
        if not one.goes_out:
            continue
        try:
            value = wanted(table, one, read, context)
        except (ValueError, ArithmeticError) as error:
            raise Problem("erp_entry_unreadable", reason=f"{one.theirs}: {error}") from error
        if value is not None or not one.keeps:
            values[one.theirs] = value
    return values


def _elements(
    table: Table, one: Elements, read: Source, context: Context, rounding: Rounding | None
) -> Iterator[tuple[str, dict[str, Wanted]]]:
    """Elements of a list, and lines for what rounding leaves over in it."""
    takes_rest = rounding is not None and rounding.list == one.theirs
    for key, element in read.elements(one.each, one.key):
        if not keeps_to(element, one.when):
            continue
        values = _values(table, one.fields, element, context)
        yield key, values
        rest = _rest(one, element, context)
        if takes_rest and rounding and rest:
            like = {name: values[name] for name in rounding.like if name in values}
            yield f"{key}/rest", {**rounding_line(table, rounding, rest, context), **like}
    if takes_rest and rounding and rounding.source and (minor := read.get(rounding.source)):
        amount = transforms.amount(minor, context)
        yield "rounding", dict(rounding_line(table, rounding, amount, context))


def wanted(table: Table, one: Field, read: Source, context: Context) -> Wanted:
    """The value of one field; ValueError where a transform cannot take what stands there, Refusal
    erp_value_unmapped.
    """
    value = _raw(one, read)
    if one.refers:
        take, to = (one.lookup.take, one.lookup.to) if one.lookup else ("", "")
        return Reference(one.refers, str(value or ""), one.otherwise, one.by, take, to)
    if _is_empty(value, one):
        value = one.otherwise
        if one.transform and one.otherwise is None:
            value = None
    elif one.values:
        value = _from_table(table, one, value)
    elif one.transform == "price":
        value = _price(one, read, context)[0]
    elif one.transform:
        value = transforms.TRANSFORMS[one.transform].out(value, context)
    if one.lookup:
        names = value if isinstance(value, list | tuple) else (value,)
        known = tuple(name for name in names if name not in (None, ""))
        return Asked(one.lookup, known) if known or one.lookup.is_many else None
    return _plain(value)


def _raw(one: Field, read: Source) -> Any:
    if one.template:
        return transforms.filled(one.template, read.get)
    if not one.paths:
        return one.constant
    found = [read.get(path) for path in one.paths]
    if one.is_joined:
        return "\n".join(str(part) for part in found if part not in (None, ""))
    return next((value for value in found if value not in (None, "", [])), None)


def _is_empty(value: Any, one: Field) -> bool:
    if value in (None, "", [], ()):
        return True
    return one.drops_zero and transforms.number(value) == 0


def _from_table(table: Table, one: Field, value: Any) -> Plain:
    name = _name(value)
    if name in one.values:
        return one.values[name]
    if ANY in one.values:
        return one.values[ANY]
    place = f"{table.name}: {one.theirs}"
    problem = Problem("erp_value_unmapped", value=name[:80], place=place)
    raise Refusal(Outcome.NEEDS_PERSON, problem)


def _plain(value: Any) -> Plain:
    if isinstance(value, list | tuple):
        value = value[0] if value else None
    if value is None or isinstance(value, str | int | bool | Decimal):
        return value if value != "" else None
    raise ValueError("a list or group, of which a single field must be named")


def _name(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def keeps_to(read: Source, when: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether an object or element has the values that a mapping asks for."""
    return all(_name(read.get(path)) in allowed for path, allowed in when.items())


def _price(one: Field, read: Source, context: Context) -> tuple[Decimal, Decimal]:
    stated = read.get("price")
    return transforms.unit_price(
        transforms.number(read.get("quantity")),
        None if stated is None else transforms.amount(stated, context),
        transforms.amount(read.get("net"), context),
        context,
        one.places,
    )


def _rest(one: Elements, read: Source, context: Context) -> Decimal:
    """What the price of an element cannot express of its amount."""
    price = next((each for each in one.fields if each.transform == "price"), None)
    return _price(price, read, context)[1] if price else Decimal(0)
