"""Values between the line and Odoo, by the types that Odoo tells of its fields (pure).

Odoo writes instants as UTC text without a zone (``2026-11-21 08:00:00``), nothing as ``false``, a
link as ``[id, name]`` and what becomes of a list as commands (odoo/odoo: odoo/fields.py).
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from sync.erp.line import Elements, FieldType, Known, Link, Links, Plain

TYPES: Final[Mapping[str, FieldType]] = {
    "char": "text",
    "text": "text",
    "html": "text",
    "integer": "integer",
    "many2one_reference": "integer",
    "float": "decimal",
    "monetary": "decimal",
    "boolean": "boolean",
    "date": "date",
    "datetime": "instant",
    "selection": "choice",
    "many2one": "link",
    "many2many": "links",
    "one2many": "elements",
}
_FINEST: Final = Decimal("0.000001")  # what is finer comes of binary fractions
_CREATE, _SET = 0, 6  # commands of lists


def read(value: Any, type: FieldType) -> Plain:
    """A value as Odoo tells it; several links are their ids with commas."""
    if type == "boolean":
        return bool(value)
    if value is None or value is False or value == "":
        return None
    if type == "link":
        return str(value[0] if isinstance(value, list) else value)
    if type == "instant":
        return f"{str(value).replace(' ', 'T')[:19]}Z"
    if type == "decimal":
        rounded = Decimal(value).quantize(_FINEST, ROUND_HALF_EVEN).normalize()
        return Decimal(f"{rounded:f}")
    if isinstance(value, list):
        value = ",".join(str(each) for each in value)
    return value if isinstance(value, str | int) else str(value)


def written(value: object, type: FieldType, elements: Mapping[str, Known]) -> Any:
    """A value as Odoo takes it. ``elements`` are the fields of what a list is made of."""
    if isinstance(value, Elements):
        return [
            [_CREATE, 0, {name: _inner(one, elements.get(name)) for name, one in each.items()}]
            for each in value.values
        ]
    if isinstance(value, Links):
        return [[_SET, 0, [int(one) for one in value.ids]]]
    if isinstance(value, Link):
        return [[_SET, 0, [int(value.id)]]] if type == "links" else int(value.id)
    return plain(value, type)


def plain(value: object, type: FieldType) -> Any:
    """A single value as Odoo takes it, in records and in questions."""
    if value is None:
        return False
    if type == "instant" and isinstance(value, str):
        return instant(value)
    if type == "link" and isinstance(value, str) and value.isdecimal():
        return int(value)
    return value


def instant(value: str) -> str:
    """UTC text, which Odoo keeps to the second."""
    at = datetime.fromisoformat(value).astimezone(UTC)
    return at.strftime("%Y-%m-%d %H:%M:%S")


def column(name: str, value: object, type: FieldType) -> tuple[str, str]:
    """A value as ``load`` takes it: the name of its column, and text (odoo/addons/base/models/
    ir_fields.py). Links go by the id they have there (``country_id/.id``).
    """
    if isinstance(value, Link):
        return f"{name}/.id", value.id
    if isinstance(value, Links):
        return f"{name}/.id", ",".join(value.ids)
    if value is None:
        return name, ""
    if isinstance(value, bool):
        return name, "1" if value else "0"
    if type == "instant" and isinstance(value, str):
        return name, instant(value)
    return name, str(value)


def _inner(value: object, known: Known | None) -> Any:
    return written(value, known.type if known else "text", {})
