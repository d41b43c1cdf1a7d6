"""A row of theirs as values of ours: the way back through a mapping (pure)."""

from collections.abc import Iterable, Sequence
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.line import Plain, Row
from sync.erp.mapping.model import ANY, Field
from sync.erp.mapping.transforms import TRANSFORMS, Context


def asked(fields: Iterable[Field]) -> list[str]:
    """The fields of theirs to ask for: of a link, the one that it is found by."""
    return list(dict.fromkeys(place(one) for one in fields if one.comes_in))


def told(fields: Iterable[Field], row: Row, context: Context) -> dict[str, Any]:
    """What a row says of our fields; groups (``position.latitude``) are tables in it.

    A field that is empty there is None. Problem erp_row_unreadable, which names the field.
    """
    found: dict[str, Any] = {}
    for one in fields:
        if one.comes_in:
            _put(found, one.paths[0].split("."), told_one(one, row, context))
    return found


def told_one(one: Field, row: Row, context: Context) -> Any:
    """What a row says of one field; Problem erp_row_unreadable, which names it."""
    try:
        return back(one, row[place(one)], context)
    except (ValueError, ArithmeticError) as error:
        raise Problem("erp_row_unreadable", field=one.theirs, reason=str(error)) from error


def back(one: Field, value: Plain, context: Context) -> Any:
    """One value of theirs as ours; ValueError where it is none of them.

    A value that a table of the mapping does not name is taken as it is.
    """
    if value in (None, ""):
        return None
    if one.values:
        known = (ours for ours, theirs in one.values.items() if theirs == value and ours != ANY)
        return next(known, value)
    return TRANSFORMS[one.transform].back(value, context) if one.transform else value


def place(one: Field) -> str:
    """Where the value stands: ``country_id.code`` where a country is found by its code."""
    if one.lookup is None or one.lookup.take:
        return one.theirs
    by = one.lookup.by[0]
    return one.theirs if by == "id" else f"{one.theirs}.{by}"


def _put(found: dict[str, Any], path: Sequence[str], value: Any) -> None:
    for name in path[:-1]:
        inner = found.setdefault(name, {})
        assert isinstance(inner, dict), "a path leads through groups"
        found = inner
    found[path[-1]] = value
