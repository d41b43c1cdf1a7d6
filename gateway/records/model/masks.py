"""Hidden forms of values: enough to recognise one by, too little to use it."""

from collections.abc import Mapping
from typing import Final

from gateway.kernel.sealing import is_sealed
from gateway.records.model.checks import MASK
from gateway.records.model.fields import Data, Field
from gateway.records.model.kind import Kind

HIDDEN: Final = MASK * 4


def mask(field: Field, value: object) -> str:
    """The hidden form of a stored value. A sealed one is not opened for it."""
    text = str(value)
    if is_sealed(value) or field.sealed:
        return HIDDEN
    if field.type == "email":
        return f"{text[:1]}{HIDDEN}@{text.rpartition('@')[2]}"
    if field.type == "phone":
        return f"{text[:3]}{HIDDEN}{text[-2:]}"
    return f"{text[:1]}{HIDDEN}" if field.type in ("text", "multiline") else HIDDEN


def unmask(kind: Kind, change: Mapping[str, object], base: Mapping[str, object]) -> Data:
    """A patch without the hidden forms that came back unchanged with it."""
    result: Data = {}
    for name, value in change.items():
        field = kind.field(name)
        if field is None or field.type != "group" or not isinstance(value, Mapping):
            if not _is_echo(field, value, base.get(name)):
                result[name] = value
            continue
        stored = base.get(name)
        result[name] = _unmask_group(field, value, stored if isinstance(stored, Mapping) else {})
    return result


def _unmask_group(field: Field, change: Mapping[str, object], stored: Mapping[str, object]) -> Data:
    result: Data = {}
    for element, members in change.items():
        old = stored.get(element)
        if isinstance(members, Mapping) and isinstance(old, Mapping):
            result[element] = {
                name: value
                for name, value in members.items()
                if not _is_echo(field.member(name), value, old.get(name))
            }
        else:
            result[element] = members
    return result


def _is_echo(field: Field | None, value: object, stored: object) -> bool:
    if field is None or stored is None or not isinstance(value, str) or MASK not in value:
        return False
    return value == mask(field, stored)
