"""What we have changed of a record since the ERP had it from us last (pure).

Only that is written. What differs there beside it was changed there, by people whose word it is.
"""

from collections.abc import Mapping

from sync.erp.mapping.rendering import Document, Reference, WantedValues

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
    return _kept(document.values, document.before.values) - {table.active, table.inactive}


def kept_in_lists(document: Document) -> Mapping[str, Kept]:
    """The same of the elements of each list."""
    if document.before is None:
        return {}
    before = document.before.lists
    return {
        theirs: {
            key: _kept(values, before[theirs][key])
            for key, values in elements.items()
            if key in before[theirs]
        }
        for theirs, elements in document.lists.items()
    }


def _kept(now: WantedValues, before: WantedValues) -> frozenset[str]:
    """A reference is none: the record it names may stand for another one by now."""
    return frozenset(
        name
        for name, value in now.items()
        if name in before and before[name] == value and not isinstance(value, Reference)
    )
