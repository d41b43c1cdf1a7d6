"""What the shapes of facts are made of: money, quantities, names, and a finished sale.

Money is integer minor units, quantities and rates are decimal strings. Data may carry members that
are not named here: they are kept and travel on, so that a newer POS can talk to an older gateway.
"""

from typing import Annotated, Final

from msgspec import Meta, Struct

Decimal6 = Annotated[str, Meta(pattern=r"^-?[0-9]{1,12}(\.[0-9]{1,6})?$")]
Rate = Annotated[str, Meta(pattern=r"^[0-9]{1,3}(\.[0-9]{1,6})?$")]
Minor = Annotated[int, Meta(ge=-(10**15), le=10**15)]
Amount = Annotated[int, Meta(ge=0, le=10**15)]
Name = Annotated[str, Meta(min_length=1, max_length=80)]
Code = Annotated[str, Meta(min_length=1, max_length=4096)]
Text = Annotated[str, Meta(max_length=4096)]
Reason = Annotated[str, Meta(min_length=1, max_length=400)]
Currency = Annotated[str, Meta(pattern=r"^[A-Z]{3}$")]
ArticleNumber = Annotated[str, Meta(pattern=r"^[0-9]{8,14}$")]
Number = Annotated[
    str, Meta(pattern=r"^[A-Z0-9]{1,16}-[A-Z0-9]{1,16}-[0-9A-Za-z]{1,16}-[0-9]{1,12}$")
]
CASH: Final = "cash"
Hash = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


class Chain(Struct, gc=False):
    """The place of a fact in the chain of its register.

    ``hash`` is SHA-256 of ``previous`` and of the canonical JSON of the data without its ``chain``;
    the first has an empty ``previous``.
    """

    hash: Hash
    previous: Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?$")] = ""


class Counted(Struct, kw_only=True):
    """What facts of registers have in common.

    ``number`` is ``STORE-REGISTER-EPOCH-N``: N counts every fact of one life of a register, without
    a gap.
    """

    shift: Name | None = None
    cashier: Name | None = None
    number: Number | None = None
    chain: Chain | None = None


class AtRegister(Counted, kw_only=True):
    """A fact of one register."""

    register: Name


class SaleLine(Struct, gc=False):
    """One line of a sale; ``amount`` is quantity times unit price less discount."""

    quantity: Decimal6
    unit_price: Minor
    amount: Minor
    gtin: ArticleNumber | None = None
    sku: Name | None = None
    discount: Minor = 0
    tax_rate: Rate = "0"
    tax: Minor = 0


class Tender(Struct, gc=False):
    """One payment towards a sale."""

    type: Name
    amount: Minor
    change: Minor = 0


class Sale(AtRegister, kw_only=True):
    """sale.completed: one immutable snapshot of a finished sale.

    What is sold leaves ``location``, which is the shop where it is not named.
    """

    receipt: Name
    currency: Currency
    lines: Annotated[list[SaleLine], Meta(min_length=1, max_length=1000)]
    tenders: Annotated[list[Tender], Meta(max_length=50)]
    net: Minor
    tax: Minor
    total: Minor
    rounding: Minor = 0
    customer: Name | None = None
    prices_include_tax: bool = False
    location: Name | None = None
