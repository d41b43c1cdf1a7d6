"""A record whose every field holds a value of its own, so that any byte of it can be recognised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from gateway.access.policy import POLICY
from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.records.model.patch import put
from tests.access.matrix import places

# These steer who sees the record at all, or cannot hold a value of their own.
STEERING = ("territory", "currency")
_numbers = count(1)


@dataclass(frozen=True)
class Secret:
    """One value that stands in one field; ``kind`` and ``data_class`` say who may see it."""

    kind: str
    path: tuple[str, ...]
    data_class: str
    value: object

    @property
    def needle(self) -> bytes:
        value = self.value[0] if isinstance(self.value, list) else self.value
        return str(value).encode()

    def may_be_seen_by(self, role: str) -> bool:
        rule = POLICY.get((role, self.kind, "read"))
        return rule is not None and self.data_class in rule.clear


def filled(kind: Kind) -> list[Secret]:
    """A value for every field of a kind, one element in every group."""
    return [
        Secret(kind.name, _path(kind, place), field.data_class, value)
        for place, field in places(kind.fields)
        if place[0] not in STEERING and (value := _value(field)) is not None
    ]


def data(secrets: list[Secret], **more: Any) -> dict[str, Any]:
    """The data of a record that holds them."""
    made: dict[str, Any] = dict(more)
    for secret in secrets:
        made = put(made, secret.path, secret.value)
    return made


def found(secrets: list[Secret], raw: bytes) -> Iterator[Secret]:
    """Those that can be read in some bytes."""
    return (secret for secret in secrets if secret.needle in raw)


def _path(kind: Kind, place: tuple[str, ...]) -> tuple[str, ...]:
    if len(place) < 3:
        return place
    group = kind.field(place[0])
    assert group is not None
    element = group.keys[0].value if group.keys else "e1"
    return (place[0], element, place[2])


def _value(field: Field) -> object:
    number = next(_numbers)
    if field.type in ("integer", "money"):
        return 7_310_000_000 + number
    if field.type in ("boolean", "reference"):
        return None
    if field.type == "tags":
        return [f"zq{number:05d}xw"]
    if field.type == "email":
        return f"zq{number:05d}xw@example.com"
    if field.type == "phone":
        return f"+4930{7_310_000_000 + number}77"
    return f"zq{number:05d}xw"


def shown(data: Mapping[str, object]) -> bytes:
    """Any data as bytes, to look for values in."""
    return repr(data).encode()
