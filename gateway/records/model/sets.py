"""Values that are merged as sets: tags, and notes as a set of passages (pure).

A set has one form, so the same members give the same value in whatever order they came.
"""

from collections.abc import Set
from typing import Final

from gateway.records.model.fields import Field

# Stands between two people's notes when both are kept.
NOTES_RULE: Final = "\n———\n"


def is_set(field: Field) -> bool:
    """Whether both sides' changes of a field are kept together."""
    return field.type == "tags" or (field.type == "multiline" and field.policy == "plain")


def members(value: object) -> frozenset[str]:
    """The members of a stored value; none where it is absent."""
    if isinstance(value, list):
        return frozenset(str(item) for item in value)
    return frozenset(str(value).split(NOTES_RULE)) if value is not None else frozenset()


def joined(field: Field, kept: Set[str]) -> object:
    """The stored value of members; None for none."""
    ordered = sorted(kept)
    return (ordered if field.type == "tags" else NOTES_RULE.join(ordered)) or None
