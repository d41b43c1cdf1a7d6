"""Values as Tryton wants and gives them, by the type of the field they stand in (pure).

Instants are UTC there and carry no zone; ids are numbers there and text here; SQLite keeps booleans
as 0 and 1.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sync.erp.line import FieldType, Known, Link, Plain

TYPES: Final[Mapping[str, FieldType]] = {
    "char": "text",
    "text": "text",
    "fulltext": "text",
    "integer": "integer",
    "bigint": "integer",
    "float": "decimal",
    "numeric": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "instant",
    "timestamp": "instant",
    "selection": "choice",
    "many2one": "link",
    "one2one": "link",
    "reference": "link",
    "many2many": "links",
    "one2many": "elements",
}
TO_MANY: Final = ("links", "elements")


@dataclass(frozen=True, slots=True)
class Field:
    """A field as people describe it, and what Tryton calls its type."""

    known: Known
    type: str


ID: Final = Field(Known("integer", read_only=True), "id")
TEXT: Final = Field(Known("text"), "char")


def field(told: Mapping[str, Any], *, has_default: bool) -> Field | None:
    """A field as ``fields_get`` tells it; None for a type that nobody here can say or read.

    What has a default need not be said: then it is not required. Choices that Tryton computes
    remain unknown.
    """
    type = told["type"]
    if type not in TYPES:
        return None
    listed = told.get("selection")
    choices = listed if type == "selection" and isinstance(listed, list) else []
    known = Known(
        TYPES[type],
        required=bool(told["required"]) and not has_default,
        read_only=bool(told["readonly"]),
        model=told.get("relation") or "",
        choices=tuple(str(name) for name, _ in choices if name),
    )
    return Field(known, type)


def sent(one: Field, value: Plain | Link) -> object:
    """A value of ours for a field of theirs, to store or to compare with."""
    if isinstance(value, Link):
        return f"{value.model},{value.id}" if one.type == "reference" else int(value.id)
    told = _SENT.get(one.type)
    return told(value) if told and value is not None else value


def read(one: Field, value: Any) -> Plain:
    """A value of theirs in our words."""
    if value is None:
        return None
    match one.known.type:
        case "link":
            return str(value)
        case "decimal":
            return value if isinstance(value, Decimal) else Decimal(str(value))
        case "boolean":
            return bool(value)
        case "date" | "instant":
            return _text(value)
    told: Plain = str(value) if one.type == "id" else value
    return told


def amount(value: Plain) -> object:
    """An exact amount."""
    return {"__class__": "Decimal", "decimal": str(value)}


def _day(value: Plain) -> object:
    day = date.fromisoformat(str(value))
    return {"__class__": "date"} | {name: getattr(day, name) for name in _DAY}


def _instant(value: Plain) -> object:
    moment = datetime.fromisoformat(str(value)).astimezone(UTC)
    return {"__class__": "datetime"} | {name: getattr(moment, name) for name in (*_DAY, *_CLOCK)}


def _text(value: Mapping[str, Any]) -> str:
    day = date(*(value[name] for name in _DAY))
    if value["__class__"] == "date":
        return day.isoformat()
    clock = time(*(value[name] for name in _CLOCK))
    return f"{datetime.combine(day, clock).isoformat()}Z"


_DAY = ("year", "month", "day")
_CLOCK = ("hour", "minute", "second", "microsecond")
_LINKS = ("id", "many2one", "one2one", "many2many", "one2many")
_SENT: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(_LINKS, int),
    "numeric": amount,
    "float": float,
    "date": _day,
    "datetime": _instant,
    "timestamp": _instant,
}
