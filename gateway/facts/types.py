"""The fact types and the shape of their data, validated by msgspec.

Money is integer minor units, quantities and rates are decimal strings. Data may carry members that
are not named here: they are kept and travel on, so that a newer POS can talk to an older gateway.
"""

from functools import cache
from typing import Annotated, Any, Literal, Union

import msgspec
from msgspec import Meta, Struct

Decimal6 = Annotated[str, Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]
Rate = Annotated[str, Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,6})?$")]
Minor = Annotated[int, Meta(ge=-(10**15), le=10**15)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Code = Annotated[str, Meta(min_length=1, max_length=4096)]
Text = Annotated[str, Meta(max_length=4096)]
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


class SaleLine(Struct, gc=False):
    """One line of a sale; ``amount`` is quantity times unit price less discount."""

    quantity: Decimal6
    unit_price: Minor
    amount: Minor
    gtin: Annotated[str, Meta(pattern=r"^[0-9]{8,14}$")] | None = None
    sku: Name | None = None
    discount: Minor = 0
    tax_rate: Rate = "0"
    tax: Minor = 0


class Tender(Struct, gc=False):
    """One payment towards a sale."""

    type: Name
    amount: Minor
    change: Minor = 0


class Sale(Struct):
    """sale.completed: one immutable snapshot of a finished sale."""

    register: Name
    receipt: Name
    currency: Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
    lines: Annotated[list[SaleLine], Meta(min_length=1, max_length=1000)]
    tenders: Annotated[list[Tender], Meta(max_length=50)]
    net: Minor
    tax: Minor
    total: Minor
    rounding: Minor = 0
    customer: Name | None = None
    prices_include_tax: bool = False


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
}
# What people scan comes out of their phones, as a device's. The gateway says again what was mended.
VISITING = frozenset({"rep", "clerk", "manager"})


@cache
def unsayable(role: str) -> frozenset[str]:
    """The types of fact that a role may not send: a scanner's token must not be able to book a
    sale, and a machine visits nobody.
    """
    if role in VISITING:
        return frozenset(DATA_TYPES) - {VISIT}
    if role == "system":
        return frozenset()
    return frozenset({VISIT}) if role == "pos" else frozenset({SALE, VISIT})


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
