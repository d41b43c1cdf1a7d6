"""What a mapping file may say: each key of each table, and what its value has to be (pure)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from zoneinfo import available_timezones

from sync.erp.mapping.transforms import TRANSFORMS

DIRECTIONS: Final = ("out", "in", "both")
_FIELD = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")
_PATH = re.compile(r"/?[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z0-9_-]+)*")


@dataclass(frozen=True, slots=True)
class Key:
    """What a value has to be; ``expected`` ends the sentence of a refusal."""

    accepts: Callable[[Any], bool]
    expected: str


def is_plain(value: object) -> bool:
    """A single value; TOML's floats are none, for they are not exact."""
    return isinstance(value, str | int)


def is_field(value: object) -> bool:
    """A name of a field of theirs, or of one of a linked record (``country_id.code``)."""
    return isinstance(value, str) and _FIELD.fullmatch(value) is not None


def is_path(value: object) -> bool:
    """A path in an object of ours."""
    return isinstance(value, str) and _PATH.fullmatch(value) is not None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_table(value: object) -> bool:
    return isinstance(value, Mapping)


def _one_of(values: Iterable[str]) -> Key:
    known = tuple(values)
    return Key(lambda value: value in known, "one of " + ", ".join(f'"{v}"' for v in known))


def _listed(one: Callable[[Any], bool], value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(one, value))


def _some(one: Callable[[Any], bool], expected: str) -> Key:
    return Key(lambda v: one(v) or _listed(one, v), f"{expected}, or a list of them")


def _conditions(value: object) -> bool:
    return isinstance(value, Mapping) and all(
        is_plain(one) or _listed(is_plain, one) for one in value.values()
    )


_TEXT: Final = Key(_is_text, "a text that is not empty")
_TRUTH: Final = Key(lambda value: isinstance(value, bool), "true or false")
_THEIRS: Final = Key(is_field, 'a field of theirs, such as "name" or "country_id.code"')
_OURS: Final = Key(is_path, 'a field of ours, such as "legal_name" or "/currency"')
_TABLE: Final = Key(_is_table, "a table")
_PLAIN: Final = Key(is_plain, 'a text, a whole number, true or false; a decimal in quotes: "0.19"')
_DIRECTION: Final = _one_of(DIRECTIONS)
_WHERE: Final = Key(
    lambda v: isinstance(v, Mapping) and all(map(is_plain, v.values())),
    'a table of fields of theirs and their values, such as { type_tax_use = "sale" }',
)
_ROWS: Final = Key(
    _conditions,
    'a table of fields of theirs and the values they have, such as { type = ["invoice", "other"] }',
)
_NEW: Final = Key(
    lambda v: isinstance(v, Mapping) and all(map(is_plain, v.values())),
    'a table of fields of ours and their values, such as { purpose = "shipping" }',
)
_WHEN: Final = Key(
    _conditions, 'a table of fields of ours and the values they have, such as { type = "phone" }'
)
_AS: Final = Key(
    lambda v: (
        v in TRANSFORMS
        if isinstance(v, str)
        else isinstance(v, Mapping) and bool(v) and all(map(is_plain, v.values()))
    ),
    "one of "
    + ", ".join(f'"{name}"' for name in TRANSFORMS)
    + ', or a table of values such as { cash = "Cash", "*" = "Other" }',
)

ERP: Final[Mapping[str, Key]] = {
    "name": _TEXT,
    "time_zone": Key(lambda v: v in available_timezones(), 'a zone such as "Europe/Berlin"'),
    "half": _one_of(("up", "even")),
    "leaves": Key(lambda v: _listed(_is_text, v), 'a list of types of facts: ["report.z"]'),
}
TABLE: Final[Mapping[str, Key]] = {
    "model": _TEXT,
    "like": _TEXT,
    "of": _TEXT,
    "each": _OURS,
    "key": _OURS,
    "direction": _DIRECTION,
    "id": _THEIRS,
    "prefix": _TEXT,
    "number": _THEIRS,
    "active": _THEIRS,
    "inactive": _THEIRS,
    "changed": _THEIRS,
    "unique": _TRUTH,
    "group": Key(
        lambda v: isinstance(v, int) and not isinstance(v, bool) and 1 <= v <= 500,
        "a whole number from 1 to 500",
    ),
    "where": _WHERE,
    "when": _WHEN,
    "fields": _TABLE,
    "lists": _TABLE,
    "steps": _TABLE,
    "sums": Key(
        lambda v: isinstance(v, Mapping) and bool(v) and all(map(is_field, v.values())),
        'a table of our sums and their fields, such as { total = "amount_total" }',
    ),
    "rounding": _TABLE,
    "twins": _TABLE,
    "in": _TABLE,
}
FIELD: Final[Mapping[str, Key]] = {
    "from": _some(is_path, "a field of ours"),
    "join": Key(lambda v: _listed(is_path, v), "a list of fields of ours"),
    "text": _TEXT,
    "value": _PLAIN,
    "as": _AS,
    "places": Key(
        lambda v: isinstance(v, int) and not isinstance(v, bool) and 0 <= v <= 12,
        "a whole number from 0 to 12",
    ),
    "else": _PLAIN,
    "empty": _one_of(("leave", "clear")),
    "zero": _one_of(("none",)),
    "link": _TEXT,
    "links": _TEXT,
    "by": _some(is_field, "a field of theirs"),
    "where": _WHERE,
    "several": _one_of(("first",)),
    "missing": _one_of(("leave",)),
    "take": _THEIRS,
    "to": _TEXT,
    "what": _TEXT,
    "refers": _TEXT,
    "direction": _DIRECTION,
}
LIST: Final[Mapping[str, Key]] = {
    "in": _THEIRS,
    "where": _ROWS,
    "each": _OURS,
    "key": _OURS,
    "model": _TEXT,
    "parent": _THEIRS,
    "active": _THEIRS,
    "when": _WHEN,
    "direction": _DIRECTION,
    "changed": _THEIRS,
    "new": _NEW,
    "fields": _TABLE,
}
ROUNDING: Final[Mapping[str, Key]] = {
    "list": _THEIRS,
    "amount": _THEIRS,
    "fields": _TABLE,
    "from": _OURS,
    "sum": _TEXT,
    "like": Key(lambda v: _listed(is_field, v), "a list of fields of theirs"),
}
TWINS: Final[Mapping[str, Key]] = {
    "cancel": _TEXT,
    "open": Key(lambda v: _listed(is_plain, v), "a list of states"),
    "order": Key(
        lambda v: _listed(is_plain, v), "a list of states, from the least to the furthest"
    ),
}
STEPS_FIELD: Final = _THEIRS
PRESSES: Final = Key(
    lambda v: _is_text(v) or _listed(_is_text, v), "what to press there, or a list in order"
)
NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "table": ("model", "id", "fields"),
    "incoming": ("model", "fields"),
    "list": ("each", "model", "parent", "fields"),
    "rounding": ("list", "amount"),
    "twins": ("cancel", "open", "order"),
}
