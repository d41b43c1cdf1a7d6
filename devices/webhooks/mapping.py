"""From the body of a delivery to the facts it tells (pure).

A body in our own words (CloudEvents, or ``type``, ``event_id`` and ``data``) needs no mapping. For
others a mapping says, in JSON, which of their events becomes which fact, and where the members of
its data stand. What cannot be mapped is told as ``hook.unmapped`` with the whole body: no fact has
that type, so it waits in quarantine for a person.
"""

import base64
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any, Final

import msgspec
from msgspec import Struct

from devices.webhooks.expressions import (
    Conditions,
    Expression,
    Scope,
    compiled,
    conditions,
    holds,
    members,
)
from devices.webhooks.values import MappingFault, MissingFault, fraction
from gateway.kernel import canonical, clock
from gateway.kernel.problems import Problem

UNMAPPED: Final = "hook.unmapped"
ID_LENGTH_MAX: Final = 200
EVENTS_MAX: Final = 1_000
_encoder = msgspec.json.Encoder(decimal_format="number")
_decoder = msgspec.json.Decoder(float_hook=fraction)


@dataclass(frozen=True)
class Told:
    """One event of a delivery as a fact; without a ``type`` it is set aside, as the mapping says.

    ``occurred_ms`` is None where the body says no time: it must be the same whenever it is sent
    again. ``fault`` is a word for why it could not be mapped, ``place`` where.
    """

    type: str
    id: str
    occurred_ms: int | None
    data: Mapping[str, object]
    fault: str = ""
    place: str = ""


class RuleText(Struct, forbid_unknown_fields=True, frozen=True, rename={"of": "from"}):
    """One of their events as one of our facts; ``when`` compares texts. ``to`` empty: set aside."""

    of: str
    to: str
    when: dict[str, str | list[str]] = {}
    id: Any = None
    time: Any = None
    data: dict[str, Any] = {}


class MappingText(Struct, forbid_unknown_fields=True, frozen=True):
    """Where their events say what they are and which one, and the rules; ``each`` splits a body."""

    rules: list[RuleText]
    event: Any = "type"
    id: Any = None
    each: str = ""


@dataclass(frozen=True)
class Rule:
    """A rule ready to be used."""

    text: RuleText
    when: Conditions
    id: Expression | None
    time: Expression | None
    data: Expression


@dataclass(frozen=True)
class HookMapping:
    """A mapping ready to be used."""

    event: Expression
    id: Expression | None
    each: Expression | None
    rules: Sequence[Rule]


def parse(text: str) -> HookMapping:
    """A mapping from its JSON; ValueError with a sentence."""
    try:
        read = msgspec.json.decode(text.encode(), type=MappingText)
    except (msgspec.DecodeError, RecursionError, UnicodeEncodeError) as error:
        raise ValueError(f"The mapping cannot be read: {error}.") from error
    rules = [
        Rule(
            one,
            conditions(one.when),
            _maybe(one.id),
            _maybe(one.time),
            members(one.data),
        )
        for one in read.rules
    ]
    each = compiled(read.each) if read.each else None
    return HookMapping(compiled(read.event), _maybe(read.id), each, rules)


def understand(
    body: bytes, headers: Mapping[str, str], delivery: str, mapping: HookMapping | None
) -> list[Told]:
    """Every event of a delivery, in order. ``delivery`` is its id by the headers, or empty.

    Never raises, whatever the body is.
    """
    whole = delivery or f"body-{canonical.sha256_hex(body)}"
    try:
        value = _decoder.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [_unmapped(body, whole, "", MappingFault("no_json"))]
    events = _events(value, mapping, headers)
    if not 1 <= len(events) <= EVENTS_MAX:
        return [_unmapped(body, whole, "", MappingFault("no_events"))]
    alone = len(events) == 1
    return [
        _told(one, headers, whole if alone else f"{whole}#{number}", mapping, body, named=alone)
        for number, one in enumerate(events)
    ]


def unmapped(body: bytes, identity: str, code: str) -> Told:
    """A delivery whole, to wait for a person."""
    return _unmapped(body, identity, "", MappingFault(code))


def _events(
    value: object, mapping: HookMapping | None, headers: Mapping[str, str]
) -> Sequence[object]:
    if mapping and mapping.each:
        try:
            found = mapping.each(Scope(value, value, headers))
        except MappingFault:
            return []
        return found if isinstance(found, list) else [found]
    return value if isinstance(value, list) else [value]


def _told(
    event: object,
    headers: Mapping[str, str],
    delivery: str,
    mapping: HookMapping | None,
    body: bytes,
    *,
    named: bool,
) -> Told:
    raw = body if named else _encoder.encode(event)
    name = ""
    try:
        if mapping is None or _is_own(event):
            return _own(event, delivery)
        scope = Scope(event, event, headers)
        name = str(mapping.event(scope))[:100]
        delivery = _identity(mapping.id, scope, delivery)
        return _by_rules(name, delivery, scope, mapping.rules)
    except MappingFault as fault:
        return _unmapped(raw, delivery, name, fault)


def _is_own(event: object) -> bool:
    return isinstance(event, dict) and event.get("specversion") == "1.0"


def _own(event: object, delivery: str) -> Told:
    """An event in our own words: CloudEvents, or just a type, an id and data."""
    if not isinstance(event, dict) or not isinstance(event.get("type"), str) or not event["type"]:
        raise MappingFault("unnamed")
    name, sent = event["type"], event.get("event_id", event.get("id"))
    if not isinstance(sent, str) or not sent:
        sent = delivery
    elif isinstance(event.get("source"), str) and not _is_uuid(sent):
        sent = f"{event['source']} {sent}"  # an id counts together with its source
    inner = event.get("data")
    data = inner if isinstance(inner, dict) else event
    return Told(name[:100], _short(sent), _instant(event.get("time")), _plain(data))


def _by_rules(name: str, delivery: str, scope: Scope, rules: Sequence[Rule]) -> Told:
    for rule in rules:
        if not fnmatchcase(name, rule.text.of) or not holds(rule.when, scope):
            continue
        if not rule.text.to:
            return Told("", delivery, None, {})
        identity = _identity(rule.id, scope, delivery)
        time = _optional(rule.time, scope)
        return Told(rule.text.to, identity, _instant(time), _plain(rule.data(scope)))
    raise MappingFault("no_rule", name)


def _identity(expression: Expression | None, scope: Scope, delivery: str) -> str:
    found = _optional(expression, scope)
    return _short(str(found)) if isinstance(found, str | int) and found != "" else delivery


def _optional(expression: Expression | None, scope: Scope) -> Any:
    try:
        return expression(scope) if expression else None
    except MissingFault:
        return None


def _instant(time: object) -> int | None:
    if time is None:
        return None
    try:
        return clock.from_iso(str(time))
    except (ValueError, OverflowError) as error:
        raise MappingFault("no_instant") from error


def _plain(data: Mapping[str, object]) -> Mapping[str, object]:
    """Data as the journal keeps it: MappingFault when there is a fraction or a huge integer."""
    try:
        canonical.decode(_encoder.encode(data))
    except Problem as problem:
        raise MappingFault(problem.code) from problem
    return data


def _unmapped(raw: bytes, identity: str, name: str, fault: MappingFault) -> Told:
    try:
        told: dict[str, object] = {"body": raw.decode()}
    except UnicodeDecodeError:
        told = {"body_base64": base64.b64encode(raw).decode("ascii")}
    data = {**told, "event": name, "fault": fault.code, "place": fault.place[:200]}
    return Told(UNMAPPED, _short(identity), None, data, fault.code, fault.place[:200])


def _short(identity: str) -> str:
    """An id that an event may have; a longer one by its digest."""
    if 0 < len(identity) <= ID_LENGTH_MAX:
        return identity
    return canonical.sha256_hex(identity.encode("utf-8", "replace"))


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4


def _maybe(source: object) -> Expression | None:
    return None if source is None else compiled(source)


def described(told: Told) -> Iterator[tuple[str, object]]:
    """What a person is shown of it, when a sample is tried out."""
    yield "type", told.type
    yield "id", told.id
    yield "data", dict(told.data)
    if told.fault:
        yield "fault", told.fault
        yield "place", told.place
