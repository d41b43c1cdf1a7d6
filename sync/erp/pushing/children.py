"""The lists inside a record of theirs: what to change so that they say what ours say.

An ERP keeps no id of ours on an address or a phone. We remember which of theirs is which of ours;
where that memory is missing, equal values tell. What somebody added there stays as it is, and so
does what somebody changed there that we have not changed since.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sync.erp.line import Line, Row, Values, Where
from sync.erp.mapping.comparing import compared, differing
from sync.erp.mapping.model import Elements, Table
from sync.erp.pushing.lookups import ASKED_MAX, wanted
from sync.erp.pushing.since import Kept

Lists = Mapping[str, Mapping[str, Values]]


@dataclass(frozen=True, slots=True)
class Changes:
    """What is to be done to one list: elements to change, to take out of use, and new ones."""

    changed: Mapping[str, Values] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    new: tuple[Values, ...] = ()


def rows(line: Line, table: Table, ids: Sequence[str]) -> dict[str, dict[str, list[Row]]]:
    """The elements of records as they stand, by list and then by the record they belong to."""
    found: dict[str, dict[str, list[Row]]] = {}
    for one in table.lists:
        fields = wanted(one.parent, one.active, *one.where, *compared(one.fields))
        below = found.setdefault(one.theirs, {})
        for start in range(0, len(ids), ASKED_MAX):
            where = [Where(one.parent, "in", ids[start : start + ASKED_MAX])]
            for row in filter(one.holds, line.find(one.model, where, fields)):
                below.setdefault(str(row[one.parent]), []).append(row)
    return found


def match(
    one: Elements, ours: Mapping[str, Values], rows: Sequence[Row], links: Mapping[str, str]
) -> dict[str, Row]:
    """Which of their elements is which of ours: by memory, then by equal values."""
    by_id = {str(row["id"]): row for row in rows}
    remembered = {key: links.get(link(one, key), "") for key in ours}
    found = {key: by_id[ref] for key, ref in remembered.items() if ref in by_id}
    used = {str(row["id"]) for row in found.values()}
    free = [row for identity, row in by_id.items() if identity not in used]
    for key in [key for key in ours if key not in found]:
        row = next((row for row in free if not _differing(one, ours[key], row)), None)
        if row is not None:
            free.remove(row)
            found[key] = row
    return found


def changes(
    one: Elements,
    ours: Mapping[str, Values],
    rows: Sequence[Row],
    links: Mapping[str, str],
    kept_fields: Kept,
) -> Changes:
    """What makes a list say what ours says, but for what we have not changed. What of ours is gone
    is taken out of use there.
    """
    matched = match(one, ours, rows, links)
    differing = {
        key: _differing(one, ours[key], row, kept_fields.get(key)) for key, row in matched.items()
    }
    kept = {str(row["id"]) for row in matched.values()}
    mine = {ref for key, ref in links.items() if key.startswith(link(one, ""))}
    gone = [
        str(row["id"])
        for row in rows
        if one.active and str(row["id"]) in mine - kept and row[one.active]
    ]
    return Changes(
        {str(matched[key]["id"]): values for key, values in differing.items() if values},
        tuple(gone),
        tuple(
            values
            for key, values in ours.items()
            if key not in matched and not _is_removed_there(one, key, values, links, kept_fields)
        ),
    )


def link(one: Elements, key: str) -> str:
    """What we remember an element of theirs under."""
    return f"{one.theirs}/{key}"


def _is_removed_there(
    one: Elements, key: str, values: Values, links: Mapping[str, str], kept_fields: Kept
) -> bool:
    """Whether somebody deleted an element there of which we have changed nothing since."""
    return link(one, key) in links and values.keys() <= kept_fields.get(key, frozenset())


def _differing(
    one: Elements, ours: Values, row: Row, kept_fields: frozenset[str] | None = None
) -> Values:
    standing: Values = {one.active: True} if one.active and kept_fields is None else {}
    said = {name: value for name, value in ours.items() if name not in (kept_fields or ())}
    fields = {field.theirs: field for field in one.fields}
    return differing(fields, {**standing, **said}, row)
