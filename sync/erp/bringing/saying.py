"""What of a row is the ERP's own word: what differs from what it said last and what we told it.

Values are remembered by keyed digests: they are only ever compared.
"""

from collections.abc import Callable, Collection, Mapping

from gateway.kernel import canonical
from gateway.records.model import validate
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import dotted
from gateway.records.model.validate import Home, check
from sync.erp.bringing.plan import Source

Places = dict[Path, object]
Digest = Callable[[bytes], bytes]
# What is known of each place: a short name of its value, nothing where it is empty.
Said = dict[str, str]


def places(values: Mapping[str, object]) -> Places:
    """Every place that values speak of, the members of elements one by one."""
    found: Places = {}
    for name, value in values.items():
        if not isinstance(value, Mapping):
            found[(name,)] = value
            continue
        for element, members in value.items():
            found |= {(name, element, member): one for member, one in members.items()}
    return found


def tidied(kind: Kind, values: Data, current: Data, home: Home) -> Data:
    """Values in stored form beside the rest of a record; Problem record_invalid."""
    given = dict(current)
    for name, value in values.items():
        own = current.get(name)
        is_group = isinstance(value, Mapping) and isinstance(own, Mapping)
        given[name] = {**own, **value} if is_group else value  # type: ignore[dict-item]
    defaults = validate.defaults(kind.fields, home)
    found = check(kind.fields, {**defaults, **given}, home, only=values.keys())
    if found.problems:
        raise validate.refusal(found.problems)
    return {name: _own(value, found.data.get(name)) for name, value in values.items()}


def _own(said: object, stored: object) -> object:
    if not isinstance(said, Mapping):
        return stored
    elements = stored if isinstance(stored, Mapping) else {}
    return {element: elements[element] for element in said if element in elements}


def standing(kind: Kind, *, is_active: bool, said: Said, digest: Digest) -> Data:
    """What being in use or out of it says of a record: its closing values, and that they end."""
    told: Data = {}
    for name, closed in kind.closing.items():
        if not is_active:
            told[name] = closed
        elif isinstance(closed, bool):
            told[name] = not closed
        elif said.get(name) == named(closed, digest):
            field = kind.field(name)
            told[name] = field.default if field else None
    return told


def named(value: object, digest: Digest) -> str:
    """A short name for a value; nothing for an empty one."""
    return digest(canonical.encode({"value": value})).hex()[:24] if value is not None else ""


def remembered(told: Places, digest: Digest) -> Said:
    """What to remember of what a row says."""
    names = {dotted(path): named(value, digest) for path, value in told.items()}
    return {place: name for place, name in names.items() if name}


def news(told: Places, expected: Said, groups: Collection[str], digest: Digest) -> Places:
    """What a row says that was not expected. Of ``groups`` it names all elements: one that is gone,
    or a member, is None.
    """
    found = {
        path: value
        for path, value in told.items()
        if named(value, digest) != expected.get(dotted(path), "")
    }
    for place in expected:
        path = tuple(place.split("."))
        if len(path) == 3 and path not in told and path[0] in groups:
            found[path] = None
    return found


def patch(found: Places, told: Places) -> Data:
    """A merge patch of what is new; an element of which nothing is left goes as a whole."""
    kept = {path[:2] for path, value in told.items() if len(path) == 3 and value is not None}
    change: Data = {}
    for path, value in found.items():
        if len(path) == 1:
            change[path[0]] = value
            continue
        group = change.setdefault(path[0], {})
        assert isinstance(group, dict)
        if path[:2] not in kept:
            group[path[1]] = None
        else:
            group.setdefault(path[1], {})[path[2]] = value
    return change


def dated(source: Source, change: Data, as_of: str) -> Data:
    """A patch with the instant beside figures that it changes."""
    if source.more.levels and isinstance(group := change.get(source.more.levels.into), dict):
        told = {e: m if m is None else {**m, "as_of": as_of} for e, m in group.items()}
        change = {**change, source.more.levels.into: told}
    if source.more.dated and any(name in change for name in source.more.dated.of):
        change = {**change, source.more.dated.into: as_of}
    return change
