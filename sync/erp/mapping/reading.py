"""A mapping file as a mapping: every fault at once, each with its place and what to write instead.

A site's own file of the same name replaces the shipped one table by table and key by key, so that
it only holds what differs.
"""

import difflib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sync.erp.mapping import keys
from sync.erp.mapping.building import comes_back, mapping
from sync.erp.mapping.keys import Key
from sync.erp.mapping.model import ErpMapping

SHIPPED: Final = Path(__file__).parents[3] / "config" / "mappings"
FOLDER: Final = "mappings"  # in the data folder
ERP: Final = "erp"
VALUES: Final = "values"
# What says nothing for the other sort of source.
_OF_KINDS: Final = frozenset({"number", "active", "inactive"})
_OF_FACTS: Final = frozenset({"steps", "sums", "rounding", "twins"})
_INNER: Final[Mapping[str, tuple[Mapping[str, Key], str]]] = {
    "rounding": (keys.ROUNDING, "rounding"),
    "twins": (keys.TWINS, "twins"),
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that cannot be accepted: where it stands, and a sentence about it."""

    file: str
    table: str
    key: str
    sentence: str

    def __str__(self) -> str:
        place = f"[{self.table}]" + (f" {self.key}" if self.key else "")
        return f"{self.file}, {place if self.table else self.key}: {self.sentence}"


class MappingRefused(ValueError):
    """A mapping that cannot be accepted, with every fault of it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


def load(name: str, data: Path | None = None, shipped: Path = SHIPPED) -> ErpMapping:
    """The mapping to an ERP, with what the site's own file says otherwise; MappingRefused."""
    files = [shipped / f"{name}.toml"]
    if data is not None and (own := data / FOLDER / f"{name}.toml").exists():
        files = [file for file in files if file.exists()] + [own]
    tables: dict[str, Any] = {}
    for file in files:
        tables = _over(tables, _file(file))
    return read(name, tables, " and ".join(map(str, files)))


def parse(name: str, text: str) -> ErpMapping:
    """A mapping from the text of a file; MappingRefused."""
    return read(name, tomllib.loads(text), name)


def read(name: str, tables: Mapping[str, Any], file: str) -> ErpMapping:
    """A mapping from its tables; MappingRefused with every fault."""
    whole = {key: _likened(tables, table) for key, table in tables.items()}
    faults = list(_Checking(file).all(whole))
    if faults:
        raise MappingRefused(faults)
    return mapping(name, whole)


def _likened(tables: Mapping[str, Any], table: Any) -> Any:
    """A table with what it does not say itself taken from the one that it is like."""
    like = tables.get(table.get("like", "")) if isinstance(table, Mapping) else None
    return _over(like, table) if isinstance(like, Mapping) else table


def _file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        sentence = f"it cannot be read: {error.strerror}."
    except ValueError as error:  # bad UTF-8 or bad TOML; both say where
        sentence = f"it is not a TOML file: {error}."
    raise MappingRefused([Fault(str(file), "", "the file", sentence)])


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Tables with those of another file above them, key by key; a field is replaced whole."""
    return {key: _one_over(below.get(key), above.get(key)) for key in {**below, **above}}


def _one_over(below: Any, above: Any) -> Any:
    if above is None:
        return below
    if isinstance(above, Mapping) and isinstance(below, Mapping) and not _is_field(above):
        return _over(below, above)
    return above


def _is_field(value: Mapping[str, Any]) -> bool:
    return bool(value.keys() & {"from", "join", "text", "value", "refers"})


class _Checking:
    """Looks through the tables of one file."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._names: set[str] = set()

    def all(self, tables: Mapping[str, Any]) -> Iterable[Fault]:
        """Everything that cannot be accepted."""
        self._names = {name for name in tables if name not in (ERP, VALUES)}
        known = {name for name in self._names if _is_whole(tables[name])}
        values = tables.get(VALUES, {})
        for name, table in tables.items():
            if not isinstance(table, Mapping):
                yield self._fault("", name, "only tables stand at the top, such as [customer].")
            elif name == ERP:
                yield from self._keys(ERP, table, keys.ERP)
                yield from self._left(table.get("leaves"))
            elif name == VALUES:
                for key, value in table.items():
                    if not keys.is_plain(value):
                        yield self._fault(VALUES, key, "write a text or a whole number.")
            else:
                yield from self._table(name, table, known)
        yield from self._places("", tables, values)

    def _left(self, leaves: object) -> Iterable[Fault]:
        """Only facts are left out: kinds are what facts refer to."""
        for name in leaves if isinstance(leaves, list) else ():
            if name not in self._names or "." not in str(name):
                yield self._fault(ERP, "leaves", f"there is no table [{name}] of facts.")

    def _table(self, name: str, table: Mapping[str, Any], known: set[str]) -> Iterable[Fault]:
        yield from self._keys(name, table, keys.TABLE)
        comes_in = table.get("direction") == "in"
        yield from self._needed(name, table, "incoming" if comes_in else "table")
        yield from self._fields(f"{name}.fields", table.get("fields"), known, comes_in=comes_in)
        lists = table.get("lists", {})
        for theirs, one in lists.items() if isinstance(lists, Mapping) else ():
            place = f"{name}.lists.{theirs}"
            if not isinstance(one, Mapping):
                yield self._fault(f"{name}.lists", theirs, "write a table.")
                continue
            yield from self._keys(place, one, keys.LIST)
            yield from self._needed(place, one, "list")
            below = f"{place}.fields"
            yield from self._fields(below, one.get("fields"), known, comes_in=comes_in)
        for inner, (allowed, needed) in _INNER.items():
            if isinstance(one := table.get(inner), Mapping):
                yield from self._keys(f"{name}.{inner}", one, allowed)
                yield from self._needed(f"{name}.{inner}", one, needed)
        yield from self._rounding(name, table, known)
        yield from self._steps(name, table)
        yield from self._sort(name, table)
        if (like := table.get("like", name)) not in self._names:
            yield self._fault(name, "like", f"there is no table [{like}].")

    def _rounding(self, name: str, table: Mapping[str, Any], known: set[str]) -> Iterable[Fault]:
        rounding = table.get("rounding")
        if not isinstance(rounding, Mapping):
            return
        place = f"{name}.rounding"
        yield from self._fields(f"{place}.fields", rounding.get("fields"), known)
        lists, sums = table.get("lists", {}), table.get("sums", {})
        if (one := rounding.get("list")) and one not in lists:
            yield self._fault(place, "list", f"there is no [{name}.lists.{one}].")
        if (one := rounding.get("sum")) and one not in sums:
            yield self._fault(place, "sum", f"[{name}.sums] has no {one}.")

    def _steps(self, name: str, table: Mapping[str, Any]) -> Iterable[Fault]:
        steps = table.get("steps")
        if isinstance(steps, Mapping):
            place = f"{name}.steps"
            if not keys.STEPS_FIELD.accepts(steps.get("field")):
                yield self._fault(place, "field", f"write {keys.STEPS_FIELD.expected}.")
            for state, presses in steps.items():
                if state != "field" and not keys.PRESSES.accepts(presses):
                    yield self._fault(place, state, f"write {keys.PRESSES.expected}.")
            if not steps.keys() - {"field"}:
                yield self._fault(place, "", 'name a state, such as draft = "confirm".')
        for needy in ("sums", "twins"):
            if needy in table and "steps" not in table:
                sentence = f"[{name}.steps] must be there too: it tells where a document stands."
                yield self._fault(f"{name}.{needy}", "", sentence)

    def _sort(self, name: str, table: Mapping[str, Any]) -> Iterable[Fault]:
        is_fact = "." in table.get("of", name)
        for key in (_OF_KINDS if is_fact else _OF_FACTS) & table.keys():
            whose = "records, and this is a type of fact" if is_fact else "facts"
            yield self._fault(name, key, f"it belongs to {whose}; take it out.")

    def _fields(
        self, place: str, fields: object, known: set[str], *, comes_in: bool = False
    ) -> Iterable[Fault]:
        if not isinstance(fields, Mapping):
            return
        for theirs, told in fields.items():
            if not keys.is_field(theirs):
                yield self._fault(place, theirs, "that is no name of a field.")
            if isinstance(told, str):
                if not keys.is_path(told):
                    sentence = 'write a field of ours; a text as it is: { value = "…" }.'
                    yield self._fault(place, theirs, sentence)
            elif isinstance(told, Mapping):
                yield from self._keys(f"{place}.{theirs}", told, keys.FIELD)
                direction = told.get("direction", "in" if comes_in else "out")
                in_element = ".lists." in place
                for sentence in _contradictions(told, known, direction, in_element=in_element):
                    yield self._fault(place, theirs, sentence)
            else:
                yield self._fault(place, theirs, "write a field of ours or { value = … }.")

    def _keys(
        self, place: str, table: Mapping[str, Any], allowed: Mapping[str, Key]
    ) -> Iterable[Fault]:
        for key, value in table.items():
            if key not in allowed:
                near = difflib.get_close_matches(key, allowed, 1)
                meant = f" Is {near[0]} meant?" if near else f" Known are {', '.join(allowed)}."
                yield self._fault(place, key, f"there is no such key.{meant}")
            elif not allowed[key].accepts(value) and not _is_placed(value):
                yield self._fault(place, key, f"write {allowed[key].expected}.")

    def _needed(self, place: str, table: Mapping[str, Any], needed: str) -> Iterable[Fault]:
        for key in keys.NEEDED[needed]:
            if key not in table:
                yield self._fault(place, key, f"is missing: {_WHY.get(key, 'it is needed')}.")

    def _places(self, place: str, value: object, values: Mapping[str, Any]) -> Iterable[Fault]:
        """Values that are named by ``$name`` and stand nowhere."""
        if isinstance(value, Mapping):
            for key, one in value.items():
                yield from self._places(f"{place}.{key}".strip("."), one, values)
        elif isinstance(value, list):
            for one in value:
                yield from self._places(place, one, values)
        elif _is_placed(value) and str(value)[1:] not in values:
            sentence = f"[{VALUES}] has no {str(value)[1:]}; write it there."
            table, _, key = place.rpartition(".")
            yield self._fault(table, key, sentence)

    def _fault(self, table: str, key: str, sentence: str) -> Fault:
        return Fault(self._file, table, key, sentence)


_WHY: Final[Mapping[str, str]] = {
    "model": 'their model, such as "res.partner"',
    "id": "their field that carries our id, so that nothing is ever made twice",
    "fields": "a table of their fields and ours",
    "each": 'our list, such as "addresses"',
    "parent": "the field of their element that links to what it belongs to",
}


def _is_whole(table: object) -> bool:
    """Whether its records stand for records of ours, and not for elements of them."""
    return isinstance(table, Mapping) and not table.keys() & {"of", "each"}


def _is_placed(value: object) -> bool:
    return isinstance(value, str) and value.startswith("$")


def _contradictions(
    told: Mapping[str, Any], known: set[str], direction: str, *, in_element: bool
) -> Iterable[str]:
    if direction != "out" and not comes_back(told, in_element=in_element):
        yield "it cannot be taken in: name one field of ours by from, without links or refers."
    sources = [key for key in ("from", "join", "text", "value") if key in told]
    if len(sources) != 1:
        yield "say exactly one of from, join, text and value."
    looks = [key for key in ("link", "links", "refers") if key in told]
    if len(looks) > 1:
        yield "say only one of link, links and refers."
    if ("link" in told or "links" in told) and "by" not in told:
        yield 'say by which field it is found, such as by = "code".'
    if not looks and (extra := told.keys() & {"by", "where", "several", "missing", "take", "to"}):
        yield f"{', '.join(sorted(extra))} only belong to a link."
    if "refers" in told and told["refers"] not in known:
        yield f"there is no table [{told['refers']}] whose records are meant."
    if "to" in told and "take" not in told:
        yield "to belongs to take: it names the model that the taken field links to."
