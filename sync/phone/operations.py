"""What a phone pushes, read from the wire: one envelope with operations that stand or fall alone.

An operation that cannot be read becomes a misfit: it is answered and kept like any other refusal,
and its neighbours go on.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated

import msgspec

from config.schema import SyncSettings
from gateway.kernel import canonical, clock, ids
from gateway.kernel.problems import Problem

TYPES = ("record.create", "record.edit", "fact")
TEXT_MAX = 64
REASON_LENGTH_MAX = 500
DEPENDENCIES_MAX = 100
DENIED_MAX = 50

_Text = Annotated[str, msgspec.Meta(min_length=1, max_length=TEXT_MAX)]
_Whole = Annotated[int, msgspec.Meta(ge=0)]
_Reason = Annotated[str, msgspec.Meta(max_length=REASON_LENGTH_MAX)]


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing a person did on a phone, as it was sent.

    ``occurred_at`` is the phone's own claim in Unix milliseconds. ``content`` is the data of a new
    record, the merge patch of an edit, or the CloudEvent of a fact. ``reason`` is for whoever has
    to confirm a part of it, ``not_duplicate_of`` are records that it looks like and is known not to
    be. ``body`` is the whole operation in canonical JSON, members of newer
    builds included.
    """

    id: str
    type: str
    origin_seq: int | None
    occurred_at: int
    revision: int
    depends_on: tuple[str, ...]
    kind: str
    record: str
    base_version: int
    base_op: str
    content: Mapping[str, object]
    body: bytes
    reason: str = ""
    not_duplicate_of: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something in the list of operations that is none.

    ``id`` is as it was sent, or made from the bytes; ``key`` is the id it is kept under.
    """

    id: str
    key: bytes
    body: bytes
    problem: Problem


@dataclass(frozen=True, slots=True)
class Envelope:
    """One push: ``sent_at`` is the phone's clock at sending in Unix milliseconds, None when it did
    not say.
    """

    origin_epoch: str
    sent_at: int | None
    operations: tuple[Operation | Misfit, ...]


class _Wire(msgspec.Struct):
    operations: list[msgspec.Raw]
    origin_epoch: _Text
    sent_at: str = ""


class _Common(msgspec.Struct, kw_only=True, tag_field="type"):
    id: str
    origin_seq: _Whole
    at: str
    revision: _Whole = 0
    depends_on: Annotated[list[str], msgspec.Meta(max_length=DEPENDENCIES_MAX)] = []


class _Create(_Common, tag="record.create", kw_only=True):
    kind: _Text
    data: dict[str, object]
    record: str = ""
    reason: _Reason = ""
    not_duplicate_of: Annotated[list[_Text], msgspec.Meta(max_length=DENIED_MAX)] = []


class _Edit(_Common, tag="record.edit", kw_only=True):
    kind: _Text
    record: str
    base_version: _Whole
    patch: dict[str, object]
    base_op: str | None = None
    reason: _Reason = ""
    not_duplicate_of: Annotated[list[_Text], msgspec.Meta(max_length=DENIED_MAX)] = []


class _Fact(_Common, tag="fact", kw_only=True):
    event: dict[str, object]


_envelopes = msgspec.json.Decoder(_Wire)


def read(raw: bytes, device: str, limits: SyncSettings) -> Envelope:
    """The envelope of a push body.

    Raises Problem push_malformed when it is no envelope at all, body_too_large or push_too_many
    when the phone should send fewer at a time.
    """
    if len(raw) > limits.push_bytes_max:
        raise Problem("body_too_large", bytes_max=limits.push_bytes_max)
    try:
        wire = _envelopes.decode(raw)
        sent_at = clock.from_iso(wire.sent_at) if wire.sent_at else None
    except (msgspec.DecodeError, RecursionError, ValueError, OverflowError) as error:
        raise Problem("push_malformed", reason=str(error)) from error
    if len(wire.operations) > limits.push_operations_max:
        raise Problem("push_too_many", count_max=limits.push_operations_max)
    entries = tuple(_read_entry(bytes(entry), device) for entry in wire.operations)
    return Envelope(wire.origin_epoch, sent_at, entries)


def reread(body: bytes) -> Operation:
    """An operation from its own canonical body; Problem operation_malformed."""
    return _operation(canonical.decode(body))


def _read_entry(raw: bytes, device: str) -> Operation | Misfit:
    value: object = None
    try:
        value = canonical.decode(raw)
        return _operation(value)
    except Problem as problem:
        sent = value.get("id") if isinstance(value, dict) else None
        identity = sent if isinstance(sent, str) and sent else canonical.sha256_hex(raw)
        body = raw if value is None else canonical.encode(value)
        if value is None:
            # Not even JSON of ours: the bytes are kept inside a JSON text, so that a person can
            # still read them.
            body = canonical.encode({"unreadable": raw.decode("utf-8", "replace")})
        key = ids.event_key(device, "push", f"{identity}\n{canonical.sha256_hex(raw)}")
        return Misfit(id=identity, key=key, body=body, problem=problem)


def _operation(value: object) -> Operation:
    try:
        wire = msgspec.convert(value, _Create | _Edit | _Fact)
        return _normal(wire, canonical.encode(value))
    except (msgspec.ValidationError, ValueError, OverflowError) as error:
        raise Problem("operation_malformed", reason=str(error)) from error


def _normal(wire: _Create | _Edit | _Fact, body: bytes) -> Operation:
    kind = record = base_op = ""
    base_version = 0
    if isinstance(wire, _Fact):
        content = wire.event
    elif isinstance(wire, _Create):
        kind, record, content = wire.kind, _id(wire.record or wire.id), wire.data
    else:
        kind, record, content = wire.kind, _id(wire.record), wire.patch
        base_version, base_op = wire.base_version, _id(wire.base_op) if wire.base_op else ""
    return Operation(
        id=_id(wire.id),
        type=str(wire.__struct_config__.tag),
        origin_seq=wire.origin_seq,
        occurred_at=clock.from_iso(wire.at),
        revision=wire.revision,
        depends_on=tuple(_id(each) for each in wire.depends_on),
        kind=kind,
        record=record,
        base_version=base_version,
        base_op=base_op,
        content=content,
        body=body,
        reason="" if isinstance(wire, _Fact) else wire.reason,
        not_duplicate_of=() if isinstance(wire, _Fact) else tuple(wire.not_duplicate_of),
    )


def _id(text: str) -> str:
    return ids.to_text(ids.to_bytes(text))
