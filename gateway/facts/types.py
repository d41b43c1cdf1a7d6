"""The fact types and the shape of their data, validated by msgspec.

Money is integer minor units, quantities and rates are decimal strings. Data may carry members that
are not named here: they are kept and travel on, so that a newer POS can talk to an older gateway.
"""

from functools import cache
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import Meta, Struct

from gateway.facts.basic import Code, Text
from gateway.facts.basic import Sale as Sale
from gateway.facts.basic import SaleLine as SaleLine
from gateway.facts.basic import Tender as Tender
from gateway.facts.rfid import RFID_TYPES
from gateway.facts.stock import STOCK_TYPES
from gateway.facts.tapped import TAPPED_TYPES
from gateway.facts.till import HARMLESS, TILL_TYPES

Instant = Annotated[str, Meta(max_length=40)]
Degrees = Annotated[str, Meta(pattern=r"^-?[0-9]{1,3}(\.[0-9]{1,8})?$")]
FileId = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]
UUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"


class Scan(Struct, gc=False):
    """scan.captured: what a scanner read.

    ``raw`` is base64 of the bytes, ``aim`` the symbology identifier.
    """

    text: Code
    raw: Text | None = None
    aim: Annotated[str, Meta(max_length=3)] | None = None
    gtin: Annotated[str, Meta(pattern=r"^[0-9]{14}$")] | None = None


class DeviceEvent(Struct, gc=False):
    """What a device reported beside its readings.

    Online, offline, overflow, an unreadable or repeated frame.
    """

    reason: Text | None = None


class Position(Struct, gc=False):
    """Where a phone says it was, in decimal degrees (WGS 84); ``accuracy_m`` is the radius."""

    latitude: Degrees
    longitude: Degrees
    accuracy_m: Annotated[int, Meta(ge=0, le=40_000_000)] | None = None


class Visit(Struct, omit_defaults=True):
    """visit.completed: somebody was at a customer's.

    ``customer`` is the record's id. There is a ``position``, or in ``position_missing`` why there
    is none. ``files`` are the ids of attachments.
    """

    customer: Annotated[str, Meta(pattern=UUID)]
    check_in: Instant
    check_out: Instant
    outcome: Annotated[str, Meta(min_length=1, max_length=40)]
    position: Position | None = None
    position_missing: Literal["denied", "unavailable", "timeout", "unsupported"] | None = None
    note: Text | None = None
    next_date: Annotated[str, Meta(max_length=10)] | None = None
    files: Annotated[list[FileId], Meta(max_length=50)] = []


class Envelope(Struct, gc=False, kw_only=True):
    """What every CloudEvent 1.0 in structured mode has; unknown extension attributes are kept."""

    specversion: Literal["1.0"]
    id: Annotated[str, Meta(min_length=1, max_length=200)]
    source: Annotated[str, Meta(min_length=1, max_length=400)]
    time: Annotated[str, Meta(max_length=40)] | None = None
    subject: Annotated[str, Meta(max_length=200)] | None = None
    datacontenttype: Literal["application/json"] | None = None


class Event(Envelope, gc=False, kw_only=True):
    """An event of any type, its data still to be looked at."""

    type: Annotated[str, Meta(min_length=1, max_length=100)]
    data: msgspec.Raw = msgspec.Raw(b"{}")


SALE = "sale.completed"
VISIT = "visit.completed"
DATA_TYPES: dict[str, type[Struct]] = {
    "scan.captured": Scan,
    "scan.invalid": DeviceEvent,
    "scan.partial": DeviceEvent,
    "scan.suppressed": DeviceEvent,
    "device.overflow": DeviceEvent,
    "device.online": DeviceEvent,
    "device.offline": DeviceEvent,
    SALE: Sale,
    VISIT: Visit,
    **TILL_TYPES,
    **STOCK_TYPES,
    **RFID_TYPES,
    **TAPPED_TYPES,
}
# Facts of which rows are kept beside the journal.
PROJECTED = frozenset({SALE, VISIT, *TILL_TYPES, *STOCK_TYPES})
# Facts that people enter, rather than machines.
BY_PEOPLE = frozenset({VISIT, *STOCK_TYPES})
# What people scan comes out of their phones, as a device's. The gateway says again what was mended.
VISITING = frozenset({"rep", "clerk", "manager"})


@cache
def unsayable(role: str) -> frozenset[str]:
    """The types of fact that a role may not send: a scanner's token must not be able to book a
    sale, a machine visits nobody, and goods are counted by whoever works in the shop.
    """
    if role in VISITING:
        own = {VISIT} if role == "rep" else BY_PEOPLE
        return frozenset(DATA_TYPES) - own
    if role == "system":
        return frozenset()
    return frozenset({VISIT}) if role == "pos" else PROJECTED - HARMLESS


def _whole(name: str, data: type[Struct]) -> type[Struct]:
    """An event of one type with its data, for reading both in one go."""
    return msgspec.defstruct(
        data.__name__ + "Event",
        [("data", data), ("revision", int, 0)],
        bases=(Envelope,),
        namespace={"type": name},
        tag_field="type",
        tag=name,
        gc=False,
        kw_only=True,
    )


WHOLE: Any = Union[tuple(_whole(name, data) for name, data in DATA_TYPES.items())]  # noqa: UP007
"""Any event that is right in every way its shape can tell, with its data as a struct."""
