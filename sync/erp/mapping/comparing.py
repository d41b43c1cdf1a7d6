"""Whether a record of theirs says already what we want it to say (pure)."""

from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation

from sync.erp.line import Link, Links, Plain, Row, Values
from sync.erp.mapping.model import Field
from sync.erp.mapping.transforms import TRANSFORMS, Transform


def compared(fields: Iterable[Field]) -> list[str]:
    """Fields of theirs that can be compared: links to many records are said once, at creation."""
    return [
        one.theirs for one in fields if one.goes_out and not (one.lookup and one.lookup.is_many)
    ]


def differing(fields: Mapping[str, Field], wanted: Values, row: Row) -> Values:
    """The wanted values that a row does not have yet; of what was not read nothing is said."""
    return {
        theirs: value
        for theirs, value in wanted.items()
        if theirs in row and not same(fields.get(theirs), row[theirs], value)
    }


def same(field: Field | None, theirs: Plain, ours: object) -> bool:
    """Whether two values say the same: an empty text is none, 5 and 5.00 are one."""
    if isinstance(ours, Links):
        return True
    if isinstance(ours, Link):
        return theirs is not None and str(theirs) == ours.id
    if isinstance(ours, bool):
        return bool(theirs) == ours
    if _is_number(ours):
        return _number(theirs) == _number(ours)
    transform = TRANSFORMS.get(field.transform) if field else None
    return _text(theirs, transform) == _text(ours, transform)


def _is_number(value: object) -> bool:
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def _number(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value))
    except InvalidOperation:
        return None


def _text(value: object, transform: Transform | None) -> str:
    text = "" if value in (None, False) else str(value).strip()
    return str(transform.same(text)) if transform else text
