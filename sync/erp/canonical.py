"""From canonical entries to what an ERP needs to know, in plain values (pure).

Money becomes Decimal in the currency's own unit and lines carry their net amount, so that no
connector has to know how a till writes its receipts.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import msgspec

from gateway.facts.types import Sale as SaleFact
from gateway.facts.types import SaleLine as LineFact
from gateway.kernel import codes, money
from gateway.kernel.problems import Problem
from sync.erp.connector import Entry

UUID_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Address:
    """A place of a customer. ``purpose`` is billing, shipping or registered."""

    purpose: str
    street: str
    postal_code: str
    city: str
    country: str
    recipient: str = ""


@dataclass(frozen=True, slots=True)
class Reach:
    """A way to reach a customer; ``name`` says whose it is.

    ``type`` is phone, mobile, fax, email, website or wechat.
    """

    type: str
    value: str
    name: str


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer record.

    ``id`` is ours for ever, ``number`` the official one. Addresses and ways to reach somebody are
    keyed by our names for them, so that a later edit finds the one it is about. ``terms_days`` and
    ``credit_limit`` (minor units of the gateway's currency) are None where nothing was agreed.
    """

    id: str
    number: str
    name: str
    language: str
    country: str
    tax_id: str
    terms_days: int | None
    credit_limit: int | None
    is_active: bool
    addresses: Mapping[str, Address]
    reaches: Mapping[str, Reach]
    registration_number: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a sale.

    ``price`` is the net unit price where the receipt states one, None where only ``net`` (the
    line's net amount) is sure. ``codes`` are the forms in which an ERP may know the article number.
    """

    codes: tuple[str, ...]
    sku: str
    quantity: Decimal
    price: Decimal | None
    net: Decimal
    tax_rate: Decimal

    @property
    def name(self) -> str:
        """What to call the product where it is not known."""
        return self.sku or (self.codes[0] if self.codes else "without a code")


@dataclass(frozen=True, slots=True)
class Sale:
    """A finished sale.

    ``reference`` is our id of it, for ever, ``time`` its instant (ISO, UTC), ``unit`` the smallest
    amount of its currency.
    """

    reference: str
    register: str
    receipt: str
    time: str
    currency: str
    customer: str
    lines: tuple[Line, ...]
    net: Decimal
    rounding: Decimal
    total: Decimal
    unit: Decimal

    @property
    def title(self) -> str:
        """What a person in the ERP recognises the receipt by."""
        return f"{self.register}, receipt {self.receipt}"


def customer(entry: Entry) -> Customer:
    """The customer of an entry; Problem erp_entry_unreadable. One that is deleted is not active."""
    try:
        data = msgspec.convert(entry.data, _Customer)
    except msgspec.ValidationError as error:
        raise Problem("erp_entry_unreadable", reason=str(error)) from error
    return Customer(
        id=entry.subject,
        number=entry.number,
        name=data.legal_name or data.trade_name or entry.number,
        language=data.language,
        country=data.country,
        tax_id=data.tax_id,
        terms_days=data.payment_terms,
        credit_limit=data.credit_limit,
        is_active=entry.op != "delete" and data.status != "closed",
        addresses={key: _address(address) for key, address in data.addresses.items()},
        reaches=dict(_reaches(data)),
        registration_number=data.registration_number,
    )


def sale(entry: Entry) -> Sale:
    """The sale of a sale.completed entry; Problem erp_entry_unreadable."""
    try:
        fact = msgspec.convert(entry.data, SaleFact)
    except msgspec.ValidationError as error:
        raise Problem("erp_entry_unreadable", reason=str(error)) from error
    places = money.exponent(fact.currency)
    unit = Decimal(1).scaleb(-places)
    return Sale(
        reference=entry.id,
        register=fact.register,
        receipt=fact.receipt,
        time=entry.time,
        currency=fact.currency,
        customer=named(fact.customer or ""),
        lines=tuple(_line(line, unit, inclusive=fact.prices_include_tax) for line in fact.lines),
        net=fact.net * unit,
        rounding=fact.rounding * unit,
        total=fact.total * unit,
        unit=unit,
    )


def article_codes(gtin: str) -> tuple[str, ...]:
    """Every length in which the same article number is written, as sent first.

    An ERP may hold 4006381333931 where a till says 04006381333931.
    """
    bare = gtin.lstrip("0")
    padded = [bare.zfill(length) for length in codes.GTIN_LENGTHS if length >= len(bare)]
    return tuple(dict.fromkeys([gtin, *padded]))


def named(customer: str) -> str:
    """A customer as a till names it: some write our ids in capitals, numbers stay as they are."""
    return customer.lower() if len(customer) == UUID_LENGTH else customer


def _line(line: LineFact, unit: Decimal, *, inclusive: bool) -> Line:
    net = line.amount - line.tax if inclusive else line.amount
    stated = not inclusive and line.discount == 0
    return Line(
        codes=article_codes(line.gtin) if line.gtin else (),
        sku=line.sku or "",
        quantity=Decimal(line.quantity),
        price=line.unit_price * unit if stated else None,
        net=net * unit,
        tax_rate=Decimal(line.tax_rate),
    )


class _Address(msgspec.Struct):
    purpose: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    district: str = ""
    region: str = ""
    country: str = ""
    recipient: str = ""


class _Contact(msgspec.Struct):
    name: str = ""
    phone: str = ""
    mobile: str = ""
    email: str = ""
    wechat: str = ""


class _Customer(msgspec.Struct):
    """What is used of a customer record; it may well hold more."""

    legal_name: str = ""
    trade_name: str = ""
    status: str = ""
    language: str = ""
    country: str = ""
    tax_id: str = ""
    registration_number: str = ""
    phone: str = ""
    mobile: str = ""
    fax: str = ""
    email: str = ""
    website: str = ""
    wechat: str = ""
    payment_terms: int | None = None
    credit_limit: int | None = None
    addresses: dict[str, _Address] = {}
    contacts: dict[str, _Contact] = {}


def _address(sent: _Address) -> Address:
    # Few ERPs take a district or region as free text, and it must not get lost on the way. That of
    # a municipality is its city once more.
    region = "" if sent.region == sent.city else sent.region
    street = "\n".join(part for part in (sent.street, sent.district, region) if part)
    return Address(sent.purpose, street, sent.postal_code, sent.city, sent.country, sent.recipient)


def _reaches(data: _Customer) -> Iterator[tuple[str, Reach]]:
    for type in ("phone", "mobile", "fax", "email", "website", "wechat"):
        if value := getattr(data, type):
            yield type, Reach(type, value, "")
    for key, contact in data.contacts.items():
        for type in ("phone", "mobile", "email", "wechat"):
            if value := getattr(contact, type):
                yield f"{key}/{type}", Reach(type, value, contact.name)
