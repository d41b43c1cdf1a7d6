"""A mapping as it was read: which of our things becomes which of the ERP's, field by field."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from sync.erp.line import Plain, Row

Direction = Literal["out", "in", "both"]
ANY = "*"  # in a table of values: every other value
GROUP_MAX = 50  # records in one creation, which an ERP does all or not at all


@dataclass(frozen=True, slots=True)
class Lookup:
    """Which record of theirs a value stands for.

    It is looked for in each field of ``by``, among those that keep to ``where``. With ``take`` the
    value is that field of what was found, which is a link to the model ``to`` where that is named.
    ``first``: of several found the one that is there longest will do. ``what`` is what people call
    such a record.
    """

    model: str
    by: tuple[str, ...]
    where: Mapping[str, Plain] = field(default_factory=dict)
    is_many: bool = False
    first: bool = False
    is_optional: bool = False
    take: str = ""
    to: str = ""
    what: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One field of theirs and where its value comes from.

    The value is the first of ``paths`` that is not empty, all of them as lines with ``is_joined``,
    a ``template`` with paths in braces, or a ``constant``; then it goes through ``transform`` or
    ``values``, and is looked up by ``lookup`` or as our record of the kind ``refers``.
    ``otherwise`` stands in for an empty value. ``keeps``: an empty value changes nothing there.
    """

    theirs: str
    paths: tuple[str, ...] = ()
    is_joined: bool = False
    template: str = ""
    constant: Plain = None
    transform: str = ""
    values: Mapping[str, Plain] = field(default_factory=dict)
    places: int = 4
    otherwise: Plain = None
    keeps: bool = False
    drops_zero: bool = False
    lookup: Lookup | None = None
    refers: str = ""
    by: str = ""
    direction: Direction = "out"

    @property
    def goes_out(self) -> bool:
        """Whether it is pushed."""
        return self.direction != "in"

    @property
    def comes_in(self) -> bool:
        """Whether it is taken in."""
        return self.direction != "out"


@dataclass(frozen=True, slots=True)
class Elements:
    """A list inside a record of theirs: one record of ``model`` for each element of ours.

    ``theirs`` is the list's name, which is that of their field unless it ``stands_in`` another one:
    two lists may stand in one field, each with rows of its own, which have one of the values of
    ``where``. ``key`` is the path to what an element is called here, where the list does not say so
    itself. ``when`` names the values that elements of the list have. One that comes in as well
    tells by ``changed`` when it was changed there; ``new`` are values of ours that one has which
    was added there (``/country``: that of the whole record).
    """

    theirs: str
    each: str
    model: str
    parent: str
    fields: tuple[Field, ...]
    key: str = ""
    active: str = ""
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    direction: Direction = "out"
    changed: str = ""
    new: Mapping[str, Plain] = field(default_factory=dict)
    stands_in: str = ""
    where: Mapping[str, tuple[Plain, ...]] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The field of theirs that it stands in."""
        return self.stands_in or self.theirs

    def holds(self, row: Row) -> bool:
        """Whether a row in that field is one of this list."""
        return all(row[name] in values for name, values in self.where.items())


@dataclass(frozen=True, slots=True)
class Rounding:
    """The line of a document that takes what rounding leaves over.

    It stands in the list ``list`` with ``fields`` and its amount in ``amount``. ``source`` is the
    path of an amount that always goes there, ``sum`` the sum of ours whose difference may go there.
    ``like`` are fields that it has from the line whose price left something over.
    """

    list: str
    amount: str
    fields: tuple[Field, ...] = ()
    source: str = ""
    sum: str = ""
    like: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Steps:
    """The way of a document: for each state, told by ``field``, what to press one after the other.

    A new one stands in the first of them. States that are not named are the ERP's affair.
    """

    field: str
    presses: Mapping[str, tuple[str, ...]]

    @property
    def first(self) -> str:
        """The state in which a document is compared with ours before its first step."""
        return next(iter(self.presses))


@dataclass(frozen=True, slots=True)
class Twins:
    """What to do about two documents with one id, where the ERP keeps nobody from making them.

    A draft (in one of the states ``open``) is cancelled by pressing ``cancel``. ``order`` are
    states from the least to the furthest; every other state is further.
    """

    cancel: str
    open: tuple[str, ...]
    order: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """What becomes of one kind of record or type of fact, its ``source``.

    Several tables may be of one source. With ``each`` there is a record of theirs for every element
    of that list of ours, under ``key`` as of ``Elements``; its id is ours and what it is called.
    ``id`` is their field that carries our id, behind ``prefix``; ``number`` the one for our number,
    ``active`` the one that is off for what is out of use (or ``inactive`` the one that is on for
    it), ``changed`` the one that tells when a record was changed. ``where`` are values that all of
    them have. ``is_unique``: the ERP itself keeps two with one id apart. ``incoming`` is what has
    to be known beside this to take records in (``sync.erp.bringing.plan``).
    """

    name: str
    source: str
    model: str
    id: str
    each: str = ""
    key: str = ""
    direction: Direction = "out"
    prefix: str = ""
    number: str = ""
    active: str = ""
    inactive: str = ""
    changed: str = ""
    is_unique: bool = False
    group: int = GROUP_MAX
    fields: tuple[Field, ...] = ()
    lists: tuple[Elements, ...] = ()
    where: Mapping[str, Plain] = field(default_factory=dict)
    when: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    steps: Steps | None = None
    sums: Mapping[str, str] = field(default_factory=dict)
    rounding: Rounding | None = None
    twins: Twins | None = None
    incoming: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_kind(self) -> bool:
        """Whether it is about records rather than facts, whose types have a dot."""
        return "." not in self.source

    @property
    def goes_out(self) -> bool:
        """Whether it is pushed."""
        return self.direction != "in"

    @property
    def comes_in(self) -> bool:
        """Whether it is taken in."""
        return self.direction != "out"

    def standing(self, *, is_active: bool) -> dict[str, bool]:
        """What their fields say of a record that is in use, or is not; nothing without a field."""
        told = {self.active: is_active, self.inactive: not is_active}
        return {name: value for name, value in told.items() if name}


@dataclass(frozen=True, slots=True)
class Erp:
    """What holds for a whole ERP: the zone its days are in (the gateway's where it is not named),
    and how it rounds a line's amount.
    """

    name: str = ""
    time_zone: str = ""
    half: Literal["up", "even"] = "up"


@dataclass(frozen=True, slots=True)
class ErpMapping:
    """Everything of ours that an ERP has a place for, in the order in which it is pushed."""

    name: str
    tables: tuple[Table, ...]
    erp: Erp = Erp()

    def find(self, source: str) -> Table | None:
        """The table of what a record of a kind, or a fact, itself becomes."""
        return next((table for table in self.of(source) if not table.each), None)

    def of(self, source: str) -> tuple[Table, ...]:
        """Every table of a kind or fact type, as they stand in the file."""
        return tuple(table for table in self.tables if table.source == source)

    def only(self, sources: Collection[str]) -> "ErpMapping":
        """The same for some kinds and fact types; every kind stays, because facts refer to them."""
        kept = tuple(one for one in self.tables if one.is_kind or one.source in sources)
        return replace(self, tables=kept)

    @property
    def takes(self) -> tuple[str, ...]:
        """The kinds and fact types that are pushed: kinds first, for facts refer to them."""
        out = [table for table in self.tables if table.goes_out]
        sources = (table.source for table in sorted(out, key=lambda table: not table.is_kind))
        return tuple(dict.fromkeys(sources))
