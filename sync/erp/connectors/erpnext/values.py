"""Values between the line and Frappe, by the types that Frappe tells of its fields (pure).

Frappe writes instants without a zone in the zone of the site, by default Asia/Kolkata, and truth as
0 and 1. A link is the other record's name.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any, Final

from sync.erp.line import FieldType, Link, Plain
from sync.erp.mapping.transforms import plain as digits

TYPES: Final[Mapping[str, FieldType]] = {
    "Int": "integer",
    "Long Int": "integer",
    "Float": "decimal",
    "Currency": "decimal",
    "Percent": "decimal",
    "Check": "boolean",
    "Date": "date",
    "Datetime": "instant",
    "Select": "choice",
    "Link": "link",
    "Dynamic Link": "link",
    "Table": "elements",
    "Table MultiSelect": "elements",
}
LAYOUT: Final = frozenset(
    {"Section Break", "Column Break", "Tab Break", "HTML", "Button", "Heading", "Fold", "Image"}
)


def read(value: Any, type: FieldType, zone: tzinfo) -> Plain:
    """A value as Frappe tells it."""
    if type == "boolean":
        return bool(value)
    if value is None or value == "":
        return None
    if type == "instant":
        local = datetime.fromisoformat(str(value)).replace(tzinfo=zone)
        at = local.astimezone(UTC)
        return at.isoformat(timespec="seconds").replace("+00:00", "Z")
    if type == "decimal":
        return Decimal(str(value))
    return value if isinstance(value, str | int) else str(value)


def written(value: Plain | Link, type: FieldType, zone: tzinfo) -> Any:
    """A value as Frappe takes it, in records and in questions."""
    if isinstance(value, Link):
        return value.id
    if isinstance(value, bool):
        return int(value)
    if type == "instant" and isinstance(value, str):
        at = datetime.fromisoformat(value).astimezone(zone)
        return at.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(value, Decimal) and type != "decimal":
        return digits(value)
    return value
