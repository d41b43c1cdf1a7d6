"""An edit of a record that has become an alias, as an edit of the record that stands for it (pure).

Only what the edit changed is carried over. What its author saw there is its base: where the merge
took another value, the two clash as two people's changes do.
"""

from gateway.records.edits.rivals import places
from gateway.records.model import sets
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.likening import Elements
from gateway.records.model.patch import at, put


def rebased(
    kind: Kind, elements: Elements, seen: Data, left: Data, current: Data
) -> tuple[Data, Data]:
    """(base, proposed) over ``current``, of an edit that made ``left`` of ``seen``.

    ``elements`` are those of the merge that made an alias of the edited record.
    """
    base, proposed = current, current
    for path, _ in places(kind, seen, left):
        there = renamed(elements, path)
        if is_new(seen, path) and at(current, there[:2]) is not None:
            # A contact entered here and another one entered there happen to have one name.
            there = (path[0], f"{path[1][:58]}-new", *path[2:])
        base = put(base, there, at(seen, path))
        proposed = put(proposed, there, at(left, path))
    return base, proposed


def renamed(elements: Elements, path: Path) -> Path:
    """A place of the alias as it is called in the record that stands for it."""
    if len(path) < 2:
        return path
    return (path[0], elements.get(path[0], {}).get(path[1], path[1]), *path[2:])


def is_new(seen: Data, path: Path) -> bool:
    """Whether a place lies in an element that the author has added."""
    return len(path) > 1 and at(seen, path[:2]) is None


def taken_back(kind: Kind, before: Data, after: Data, current: Data) -> tuple[Data, list[Path]]:
    """``current`` without what came between ``before`` and ``after``, and the places that stay.

    A place that has been changed since keeps its value.
    """
    stay: list[Path] = []
    for path, field in places(kind, before, after):
        old, brought, now = (at(data, path) for data in (before, after, current))
        if sets.is_set(field):
            kept, came = sets.members(old), sets.members(brought)
            left = (sets.members(now) - (came - kept)) | (kept - came)
            current = put(current, path, sets.joined(field, left))
        elif now == brought:
            current = put(current, path, old)
        elif now != old:
            stay.append(path)
    return current, stay
