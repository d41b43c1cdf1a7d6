"""JSON merge patches (RFC 7396) on records, and places inside them (pure)."""

from collections.abc import Mapping

from gateway.records.model.fields import Data, Field, Path, leaves

Patch = Mapping[str, object]


def apply(data: Mapping[str, object], patch: Patch) -> Data:
    """The data with the patch on it: ``null`` removes, an object is entered, the rest replaces."""
    result = dict(data)
    for name, change in patch.items():
        if change is None:
            result.pop(name, None)
        elif isinstance(change, Mapping):
            inner = result.get(name)
            merged = apply(inner if isinstance(inner, Mapping) else {}, change)
            result[name] = merged
        else:
            result[name] = change
    return result


def between(old: Mapping[str, object], new: Mapping[str, object]) -> Data:
    """The smallest patch that turns ``old`` into ``new``."""
    patch: Data = {name: None for name in old if name not in new}
    for name, value in new.items():
        before = old.get(name)
        if before == value:
            continue
        if isinstance(before, Mapping) and isinstance(value, Mapping):
            patch[name] = between(before, value)
        else:
            patch[name] = value
    return patch


def without(patch: Patch, later: Patch) -> Data:
    """A patch without the places that a later one speaks of."""
    left: Data = {}
    for name, change in patch.items():
        said = later.get(name)
        if name not in later:
            left[name] = change
        elif isinstance(change, Mapping) and isinstance(said, Mapping):
            left[name] = without(change, said)
    return left


def at(data: Mapping[str, object], path: Path) -> object:
    """The value at a path, or None."""
    value: object = data
    for name in path:
        if not isinstance(value, Mapping):
            return None
        value = value.get(name)
    return value


def put(data: Mapping[str, object], path: Path, value: object) -> Data:
    """The data with a value at a path; None removes it, and a group it leaves empty as well."""
    name, *rest = path
    result = dict(data)
    if rest:
        inner = result.get(name)
        value = put(inner if isinstance(inner, Mapping) else {}, tuple(rest), value) or None
    if value is None:
        result.pop(name, None)
    else:
        result[name] = value
    return result


def changed(
    fields: tuple[Field, ...], old: Mapping[str, object], new: Mapping[str, object]
) -> list[tuple[Path, Field]]:
    """Every place whose value differs, groups entered."""
    before = {path: (field, value) for path, field, value in leaves(fields, old)}
    after = {path: (field, value) for path, field, value in leaves(fields, new)}
    return [
        (path, (before.get(path) or after[path])[0])
        for path in sorted(before.keys() | after.keys())
        if before.get(path) != after.get(path)
    ]


def dotted(path: Path) -> str:
    """``contacts.<element id>.phone``: how conflicts, history and sealing contexts name a place."""
    return ".".join(path)


def pointer(path: Path) -> str:
    """``/contacts/<element id>/phone``: the JSON pointer into a record's data."""
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in path)
