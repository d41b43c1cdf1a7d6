"""What we have changed of a record since the ERP had it from us last (pure).

Only that is written. What differs there beside it was changed there, by people whose word it is.
"""

from collections.abc import Mapping

from sync.erp.mapping.rendering import Document, Reference

# By element of ours that the ERP had already, its fields that say what they said then.
Kept = Mapping[str, frozenset[str]]
NOTHING: Kept = {}


def kept(document: Document) -> frozenset[str]:
    """The fields of a record that say what they said before; none where nobody knows.

    Whether it is in use is always said: we may have retired it ourselves, by a merge.
    """
    if document.before is None:
        return frozenset()
    table = document.table
    return unchanged(document.values, document.before.values) - {table.active, table.inactive}


def kept_in_lists(document: Document) -> Mapping[str, Kept]:
    """The same of the elements of each list."""
    if document.before is None:
        return {}
    before = document.before.lists
    return {
        theirs: unchanged_in(elements, before[theirs])
        for theirs, elements in document.lists.items()
    }


def unchanged_in(
    now: Mapping[str, Mapping[str, object]], before: Mapping[str, Mapping[str, object]]
) -> Kept:
    """The same of the elements of a list that were there before."""
    return {key: unchanged(one, before[key]) for key, one in now.items() if key in before}


def unchanged(now: Mapping[str, object], before: Mapping[str, object]) -> frozenset[str]:
    """The values that are what they were. A reference is none of them: the record it names may
    stand for another one by now.
    """
    return frozenset(
        name
        for name, value in now.items()
        if name in before and before[name] == value and not isinstance(value, Reference)
    )
