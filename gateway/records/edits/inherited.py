"""Values that a merge of two records brought from the other one, with whose word they are."""

from gateway.records.model.fields import Path
from gateway.records.model.patch import at
from gateway.records.rows import aliases, heads
from gateway.records.rows.aliases import Merge
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows


def merges(rows: Rows, record: str) -> dict[int, Merge]:
    """The merges into a record, by the version that each has made."""
    return {merge.version: merge for merge in aliases.of_record(rows, record)}


def source(rows: Rows, merge: Merge | None, path: Path, value: object) -> tuple[Head, Path] | None:
    """The other record and its name of a place, where a merge took the value from there."""
    other = heads.find(rows, merge.alias) if merge is not None and value is not None else None
    if merge is None or other is None:
        return None
    there = path
    if len(path) > 1:
        named = merge.elements.get(path[0], {})
        element = next((theirs for theirs, ours in named.items() if ours == path[1]), path[1])
        there = (path[0], element, *path[2:])
    return (other, there) if at(other.data, there) == value else None
