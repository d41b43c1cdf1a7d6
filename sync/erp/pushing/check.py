"""A mapping held against the ERP as it is: a sentence for everything that does not fit.

Asked before going live, so that a missing tax or an unknown field is known before the first sale
waits for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.connector import Refusal
from sync.erp.line import FieldType, Known, Line, Where
from sync.erp.mapping import ours
from sync.erp.mapping.model import ErpMapping, Field, Lookup, Table
from sync.erp.mapping.ours import Shape
from sync.erp.mapping.rendering import Asked
from sync.erp.pushing.lookups import Lookups

_TEXT: tuple[FieldType, ...] = ("text", "choice")
_NUMBER: tuple[FieldType, ...] = ("decimal",)
# What fields of theirs can hold what comes of a transform.
HOLDS: Mapping[str, tuple[FieldType, ...]] = {
    "text": _TEXT,
    "phone": _TEXT,
    "upper": _TEXT,
    "lower": _TEXT,
    "language": _TEXT,
    "money": _NUMBER,
    "quantity": _NUMBER,
    "decimal": _NUMBER,
    "percent": _NUMBER,
    "price": _NUMBER,
    "integer": ("integer", "decimal"),
    "date": ("date",),
    "instant": ("instant",),
    "boolean": ("boolean",),
    "not": ("boolean",),
}
Models = Mapping[str, Known] | None


class Check:
    """One look at an ERP; what a model has is asked for once."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._models: dict[str, Models] = {}

    def all(self, mapping: ErpMapping, shapes: Mapping[str, Shape]) -> Iterator[Problem]:
        """Everything that does not fit. ``shapes`` are our fields by kind and fact type; Trouble
        and Refusal of the line.
        """
        for table in mapping.tables:
            if table.source in shapes:
                for place, path in ours.unknown(table, shapes[table.source]):
                    yield Problem("mapping_source_unknown", table=f"[{place}]", path=path)
            else:
                name = f"[{table.name}]"
                yield Problem("mapping_source_unknown", table=name, path=table.source)
            yield from self._table(mapping, table)

    def _table(self, mapping: ErpMapping, table: Table) -> Iterator[Problem]:
        place = f"[{table.name}]"
        known = self._known(table.model)
        if known is None:
            yield Problem("mapping_model_unknown", model=table.model, table=place)
            return
        named = [table.id, table.number, table.active, table.inactive, table.changed]
        named += [*table.where, *table.sums.values(), *([table.steps.field] if table.steps else ())]
        yield from self._there(place, table.model, named)
        filled = {*named, *(one.place for one in table.lists)}
        yield from self._fields(mapping, place, table.model, table.fields, filled, table.goes_out)
        if table.steps and (one := known.get(table.steps.field)):
            for state in table.steps.presses:
                yield from _choice(
                    f"[{table.name}.steps]", table.model, table.steps.field, one, state
                )
        for each in table.lists:
            below = f"[{table.name}.lists.{each.theirs}]"
            if self._known(each.model) is None:
                yield Problem("mapping_model_unknown", model=each.model, table=below)
                continue
            if table.goes_out:  # what only comes in is found by its parent
                yield from self._there(place, table.model, [each.place])
            yield from self._there(below, each.model, [each.parent, each.active, *each.where])
            own = {each.parent, each.active}
            yield from self._fields(mapping, below, each.model, each.fields, own, table.goes_out)

    def _fields(
        self,
        mapping: ErpMapping,
        place: str,
        model: str,
        fields: Iterable[Field],
        filled: set[str],
        goes_out: bool,
    ) -> Iterator[Problem]:
        known = self._known(model) or {}
        fields = list(fields)
        for one in fields:
            problem = next(iter(self._there(place, model, [one.theirs])), None)
            if problem:
                yield problem
            elif "." not in one.theirs:
                yield from self._field(mapping, place, model, one, known[one.theirs])
        written = filled | {one.theirs for one in fields if one.goes_out}
        for name, one_known in known.items() if goes_out else ():
            if one_known.required and not one_known.read_only and name not in written:
                yield Problem("mapping_field_required", model=model, field=name, table=place)

    def _field(
        self, mapping: ErpMapping, place: str, model: str, one: Field, known: Known
    ) -> Iterator[Problem]:
        told: dict[str, Any] = {"model": model, "field": one.theirs, "table": place}
        if one.goes_out and known.read_only:
            yield Problem("mapping_field_read_only", **told)
        holds, what = _holding(mapping, one)
        if holds and known.type not in holds:
            yield Problem("mapping_field_type", theirs=known.type, ours=what, **told)
        elif (target := _target(mapping, one)) and known.model and target != known.model:
            theirs = f"{known.type} to {known.model}"
            yield Problem("mapping_field_type", theirs=theirs, ours=what, **told)
        if one.lookup and one.lookup.model:
            yield from self._lookup(place, one, one.lookup)
        elif one.refers:
            yield from self._other(mapping, place, one)
        else:
            for value in _constants(one):
                yield from _choice(place, model, one.theirs, known, value)

    def _lookup(self, place: str, one: Field, lookup: Lookup) -> Iterator[Problem]:
        if self._known(lookup.model) is None:
            yield Problem("mapping_model_unknown", model=lookup.model, table=place)
            return
        problems = list(self._there(place, lookup.model, [*lookup.by, *lookup.where, lookup.take]))
        yield from problems
        if problems:
            return
        lookups = Lookups(self._line)
        for value in _constants(one):
            asked = Asked(lookup, (value,))
            lookups.load([asked])
            try:
                lookups.get(asked)
            except Refusal as refusal:
                if refusal.problem.code == "erp_value_doubtful":
                    yield refusal.problem
                else:
                    what = lookup.what
                    yield Problem("mapping_value_missing", what=what, name=value, table=place)

    def _other(self, mapping: ErpMapping, place: str, one: Field) -> Iterator[Problem]:
        """The record that stands for nobody."""
        table = mapping.find(one.refers)
        by = one.by or (table.number if table else "") or "id"
        if table is None or one.otherwise in (None, "") or self._known(table.model) is None:
            return
        if not self._line.find(table.model, [Where(by, "=", one.otherwise)], [], limit=1):
            yield Problem("mapping_value_missing", what=one.refers, name=one.otherwise, table=place)

    def _there(self, place: str, model: str, names: Iterable[str]) -> Iterator[Problem]:
        """A problem for each field that the model, or one it links to, does not have."""
        for name in names:
            at, missing = model, ""
            for part in name.split("."):
                known = self._known(at) or {}
                if part and part != "id" and part not in known:
                    missing = part
                    break
                at = known[part].model if part in known else ""
            if missing:
                yield Problem("mapping_field_unknown", model=at, field=missing, table=place)

    def _known(self, model: str) -> Models:
        if model not in self._models:
            self._models[model] = self._line.describe(model)
        return self._models[model]


def _holding(mapping: ErpMapping, one: Field) -> tuple[tuple[FieldType, ...], str]:
    """What fields can hold what comes of a field of ours, and what that is; none where it is not
    known before there is a value.
    """
    if one.refers or one.lookup:
        if one.lookup and one.lookup.is_many:
            return ("links",), f"links to {one.lookup.model}"
        target = _target(mapping, one)
        # One record of ours may well be the only one in a field of theirs that holds several.
        kinds: tuple[FieldType, ...] = ("link", "links") if one.refers else ("link",)
        return (kinds, f"a link to {target}") if target else ((), "")
    if one.transform:
        return HOLDS[one.transform], one.transform
    is_text = one.template or one.is_joined
    return (_TEXT, "text") if is_text else ((), "")


def _target(mapping: ErpMapping, one: Field) -> str:
    """The model that a field links to."""
    if one.lookup and (one.lookup.take or one.lookup.to):
        return one.lookup.to
    table = mapping.find(one.refers) if one.refers else None
    if table:
        return table.model
    return one.lookup.model if one.lookup else ""


def _constants(one: Field) -> list[str]:
    """The values of theirs that a mapping names itself."""
    named = [*one.values.values(), one.constant, None if one.refers else one.otherwise]
    return [str(one) for one in named if one not in (None, "") and not isinstance(one, bool)]


def _choice(place: str, model: str, field: str, known: Known, value: str) -> Iterator[Problem]:
    if known.choices and value not in known.choices:
        yield Problem(
            "mapping_choice_unknown",
            model=model, field=field, value=value, table=place, choices=", ".join(known.choices),
        )  # fmt: skip
