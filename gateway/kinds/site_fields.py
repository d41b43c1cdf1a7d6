"""Fields that a site adds to a kind in its `site.toml`, read once at the start.

``[fields.customer.route]`` becomes the field ``x_route`` of customers: the prefix keeps it apart
from every field this house may declare later. Whatever cannot be accepted is told in one sentence
each, as it is for settings.
"""

import difflib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, get_args

from gateway.records.model.fields import SEALABLE, Choice, Field, Labels, Policy, Type
from gateway.records.model.kind import Kind, Step
from gateway.records.model.validate import Home, check

PREFIX: Final = "x_"
CLASSES: Final = ("O", "P", "F", "B", "I")
SEARCHED: Final = ("O", "P")
_name_shape: Final = re.compile(r"[a-z][a-z0-9_]{0,37}")


@dataclass(frozen=True, slots=True)
class Key:
    """What a key of a field's table may hold; ``expected`` ends the sentence of a refusal."""

    accepts: Callable[[Any], bool]
    expected: str


def _one_of(values: Iterable[str]) -> Key:
    known = tuple(values)
    return Key(lambda value: value in known, " or ".join(f'"{value}"' for value in known))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip()) and "\n" not in value


def _is_number(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is_choices(value: object) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(map(_is_labels, value.values()))


def _is_labels(value: object) -> bool:
    if isinstance(value, Mapping):
        known = set(value) <= {"en", "zh", "zh_hant"} and "en" in value
        return known and all(map(_is_text, value.values()))
    return _is_text(value)


_BOOLEAN: Final = Key(lambda value: isinstance(value, bool), "true or false")
_TEXT: Final = Key(_is_text, "a text of one line that is not empty")
_BOUND: Final = Key(
    lambda value: _is_number(value) or (isinstance(value, str) and _decimal(value)),
    'a whole number, or a decimal in quotes such as "0.5"',
)
_OF_THE_HOUSE: Final = ("reference", "instant")  # types that no form asks for
KEYS: Final[Mapping[str, Key]] = {
    "type": _one_of([name for name in get_args(Type) if name not in _OF_THE_HOUSE]),
    "label": _TEXT,
    "label_zh": _TEXT,
    "label_zh_hant": _TEXT,
    "required": _BOOLEAN,
    "policy": _one_of(get_args(Policy)),
    "class": _one_of(CLASSES),
    "sealed": _BOOLEAN,
    "step": _TEXT,
    "search": _BOOLEAN,
    "folded": _BOOLEAN,
    "scannable": _BOOLEAN,
    "max_length": Key(lambda v: _is_number(v) and 0 < v <= 5000, "a whole number from 1 to 5000"),
    "min": _BOUND,
    "max": _BOUND,
    "past": _BOOLEAN,
    "unit": _BOOLEAN,
    "items": _one_of(("text", "gtin")),
    "choices": Key(_is_choices, 'a table such as { gold = { en = "Gold", zh = "金" } }'),
    "when": Key(
        lambda v: (
            isinstance(v, Mapping) and len(v) == 1 and all(isinstance(x, list) for x in v.values())
        ),
        'a field and its values, such as { type = ["company"] }',
    ),
    "default": Key(lambda value: not isinstance(value, float), "a value of the field's type"),
    "fields": Key(
        lambda value: isinstance(value, Mapping) and bool(value),
        "a table for each field of an element",
    ),
}
# What only makes sense at the top of a record, not inside an element of a group.
_TOP_ONLY: Final = frozenset(("step", "search"))


def _decimal(text: str) -> bool:
    return re.fullmatch(r"-?\d{1,12}(\.\d{1,8})?", text) is not None


class FieldsRefused(ValueError):
    """A site's fields that cannot be accepted: one sentence a line."""


def extended(
    kinds: Mapping[str, Kind], tables: Mapping[str, object], origin: str
) -> Mapping[str, Kind]:
    """The kinds with a site's own fields; FieldsRefused with everything that is wrong."""
    result, faults = extend(kinds, tables, origin)
    if faults:
        raise FieldsRefused("\n".join(faults))
    return result


def extend(
    kinds: Mapping[str, Kind], tables: Mapping[str, object], origin: str
) -> tuple[Mapping[str, Kind], list[str]]:
    """The kinds with a site's own fields, and a sentence for each thing that cannot be accepted.

    ``tables`` is what stands under ``fields`` in the site's file ``origin``.
    """
    reader = _Reader(origin)
    result = dict(kinds)
    for name, table in tables.items():
        place = f"fields.{name}"
        if name not in kinds:
            reader.refuse(place, table, " or ".join(f'"{kind}"' for kind in kinds) + " as its kind")
        elif isinstance(table, Mapping):
            result[name] = reader.kind(kinds[name], table, place)
        else:
            reader.refuse(place, table, "a table for each field")
    return result, reader.faults


class _Reader:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []

    def refuse(self, place: str, value: object, expected: str) -> None:
        shown = (
            ""
            if isinstance(value, Mapping)
            else f" = {json.dumps(value, ensure_ascii=False, default=str)}"
        )
        self.faults.append(
            f"{place}{shown} (from {self.origin}) is refused: {expected} is expected."
        )

    def kind(self, kind: Kind, tables: Mapping[str, object], place: str) -> Kind:
        """A kind with the fields of its table, as far as they can be accepted."""
        for name, table in tables.items():
            here = f"{place}.{name}"
            field = self._field(kind, name, table, here, PREFIX)
            if field is None or not isinstance(table, Mapping):
                continue
            step = table.get("step", kind.steps[-1].name)
            if step not in [known.name for known in kind.steps]:
                expected = " or ".join(f'"{known.name}"' for known in kind.steps)
                self.refuse(f"{here}.step", step, expected)
                continue
            kind = _with(kind, field, step, searched=table.get("search") is True)
        return kind

    def _field(self, kind: Kind, name: str, table: object, place: str, prefix: str) -> Field | None:
        """A field of its table, or None with the sentences about it."""
        before = len(self.faults)
        if not _name_shape.fullmatch(name):
            self.refuse(place, name, "a name of small letters, digits and underscores")
        if not isinstance(table, Mapping):
            self.refuse(place, table, "a table")
            return None
        self._check_keys(table, place, inside=not prefix)
        members = self._members(kind, table, place)
        if len(self.faults) > before:
            return None
        return self._made(kind, prefix + name.removeprefix(prefix), table, members, place)

    def _members(self, kind: Kind, table: Mapping[str, Any], place: str) -> tuple[Field, ...]:
        inner = table.get("fields")
        if not isinstance(inner, Mapping):
            return ()
        made = [self._field(kind, n, t, f"{place}.fields.{n}", "") for n, t in inner.items()]
        return tuple(field for field in made if field is not None)

    def _check_keys(self, table: Mapping[str, Any], place: str, *, inside: bool) -> None:
        for key, value in table.items():
            known = KEYS.get(key)
            if known is None or (inside and key in _TOP_ONLY):
                near = difflib.get_close_matches(key, KEYS, 1)
                hint = (
                    f"did you mean {near[0]}?"
                    if near and known is None
                    else "docs/adding-a-field.md lists them all."
                )
                self.faults.append(
                    f"{place}.{key} (from {self.origin}) is not a key of a field; {hint}"
                )
            elif not known.accepts(value):
                self.refuse(f"{place}.{key}", value, known.expected)
        for key in ("type", "label"):
            if key not in table:
                self.faults.append(
                    f"{place} (from {self.origin}) has no {key}: {KEYS[key].expected} is expected."
                )
        if table.get("search") is True and not _is_searchable(table):
            self.refuse(f"{place}.search", True, "a text of class O or P that is not sealed")

    def _made(
        self,
        kind: Kind,
        name: str,
        table: Mapping[str, Any],
        members: tuple[Field, ...],
        place: str,
    ) -> Field | None:
        try:
            field = _declared(kind, name, table, members)
        except ValueError as error:
            self.faults.append(f"{place} (from {self.origin}) is refused: {error}.")
            return None
        if field.default is not None:
            problems = check(
                (replace(field, when=()),), {name: field.default}, Home(today="9999-12-31")
            ).problems
            if problems:
                self.refuse(f"{place}.default", field.default, KEYS["default"].expected)
                return None
        return field


def _is_searchable(table: Mapping[str, Any]) -> bool:
    plain = table.get("type") not in ("group", "boolean", "money", "integer", "decimal", "date")
    return plain and table.get("class", "O") in SEARCHED and table.get("sealed") is not True


def _declared(kind: Kind, name: str, table: Mapping[str, Any], members: tuple[Field, ...]) -> Field:
    """The field as a kind of this house declares it; ValueError where it contradicts itself."""
    chosen = next(iter(table.get("when", {}).items()), None)
    secret = table.get("class") == "I" or table["type"] == "iban"
    if chosen is not None and kind.field(chosen[0]) is None:
        raise ValueError(f"there is no field {chosen[0]} that its when could look at")
    has_country = table["type"] in ("phone", "tax_id", "postal_code", "account_number")
    return Field(
        name=name,
        type=table["type"],
        labels=_labels(table["label"], table.get("label_zh"), table.get("label_zh_hant")),
        policy=table.get("policy", "plain"),
        data_class=table.get("class", "O"),
        required=table.get("required", False),
        sealed=table.get("sealed", secret and table["type"] in SEALABLE),
        max_length=table.get("max_length", 0),
        minimum=str(table.get("min", "")),
        maximum=str(table.get("max", "")),
        choices=tuple(_choice(value, said) for value, said in table.get("choices", {}).items()),
        country_field="country" if has_country and kind.field("country") else "",
        items=table.get("items", "text"),
        unit=table.get("unit", False),
        default=table.get("default"),
        fields=members,
        when=(chosen[0], *map(str, chosen[1])) if chosen else (),
        past=table.get("past", False),
        folded=table.get("folded", False),
        scannable=table.get("scannable", False),
    )


def _choice(value: str, said: str | Mapping[str, str]) -> Choice:
    if isinstance(said, str):
        return Choice(value, _labels(said))
    return Choice(value, _labels(said["en"], said.get("zh"), said.get("zh_hant")))


def _labels(en: str, zh: str | None = None, zh_hant: str | None = None) -> Labels:
    """A label as far as the site gives it: English for any Chinese, Chinese for the other one."""
    return Labels(en, zh or zh_hant or en, zh_hant or "")


def _with(kind: Kind, field: Field, step: str, *, searched: bool) -> Kind:
    steps = tuple(
        Step(s.name, s.labels, (*s.fields, field.name)) if s.name == step else s for s in kind.steps
    )
    search = (*kind.search, field.name) if searched else kind.search
    return replace(kind, fields=(*kind.fields, field), steps=steps, search=search)
