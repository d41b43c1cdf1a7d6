"""A shop whose journal fills up: customers entered by a rep, sales rung up at a till, scans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import count
from typing import Any

from config.schema import ErpSettings, GatewaySettings
from gateway.facts.accept import Facts
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.money import line_amount, round_half_up
from gateway.kinds.registry import KINDS
from gateway.records.approvals import Verdict
from gateway.records.duplicates.merging import Order
from gateway.records.engine import Origin, Proposal
from gateway.records.model.kind import Kind
from gateway.records.records import Records
from gateway.store.database import Store
from sync.erp import consumers
from sync.erp.book import RecordBook
from sync.erp.connector import Connector
from sync.erp.consumers import Consumer
from sync.erp.rounds import rules
from sync.erp.rounds.restraint import Restraint
from sync.erp.wing import Erp

ANA = Actor(id="ana", name="Ana", role="rep", territory="north", device="phone-1")
FAY = Actor(id="fay", name="Fay", role="finance")
BEN = Actor(id="ben", name="Ben", role="manager")
TILL = Actor(id="till", name="Till 1", role="pos", device="till-1")
SCANNER = Actor(id="scanner", name="Counter", role="device", device="scanner-1")
HOME = "0190aaaa-ac96-774b-bcce-b302099a8057"

_prefixes = count(1)


@dataclass
class Shop:
    """One gateway's records and facts. Every shop gives numbers of its own (``T7-C000001``)."""

    store: Store
    kinds: Mapping[str, Kind] = field(default_factory=lambda: KINDS)
    records: Records = field(init=False)
    facts: Facts = field(init=False)
    book: RecordBook = field(init=False)
    totals: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        settings = GatewaySettings(number_prefix=f"T{next(_prefixes)}")
        self.records = Records(self.store, self.kinds, settings)
        self.facts = Facts(self.store)
        self.book = RecordBook(self.store.keyring, self.kinds)

    def erp(self, *connectors: Connector, others: tuple[str, ...] = (), **settings: Any) -> Erp:
        """The ERP side of this shop."""
        return Erp(self.store, self.book, ErpSettings(**settings), connectors, others=others)

    def restraint(self, connector: str, **settings: Any) -> Restraint:
        """What holds rounds with a connector back, which is known here as one that is pushed to."""
        self.store.write(lambda tx: consumers.claim(tx, Consumer(connector)))
        return Restraint(self.store, connector, rules.read(ErpSettings(**settings)))

    def customer(self, name: str = "Epicerie Lefort", **data: object) -> str:
        """A new customer; its id."""
        filled = {"legal_name": name, "territory": "north", "country": "FR", **data}
        return str(self.records.create(Origin(ANA), "customer", filled).record["id"])

    def edit(self, customer: str, patch: Mapping[str, object], actor: Actor = ANA) -> None:
        """Change a customer as it is now."""
        version = self.record(customer)["version"]
        self.records.edit(Origin(actor), "customer", customer, Proposal(patch, version))

    def record(self, customer: str) -> dict[str, Any]:
        """A customer as finance sees it."""
        return self.records.get(FAY, "customer", customer)

    def merge(self, customer: str, alias: str) -> str:
        """Merge a customer into another one, by two people; the id of the merge."""
        versions = (self.record(customer)["version"], self.record(alias)["version"])
        order = Order(customer, versions[0], alias, versions[1], {})
        _, proposal = self.records.merges.merge(Origin(BEN), "customer", order)
        told = self.records.inbox.get(FAY, proposal)
        self.records.inbox.decide(Origin(FAY), proposal, Verdict("approve", told["hash"]))
        return str(self.records.merges.page(BEN, "customer")[0][0]["id"])

    def sale(self, *lines: Mapping[str, object], **data: object) -> str:
        """A sale of some lines, or of two bags of espresso beans; its id."""
        identity = ids.uuid7(self.store.clock.now_ms())
        body = receipt(*(lines or (line(),)), receipt=identity[-12:], **data)
        result = self.facts.capture("sale.completed", body, actor=TILL, source="till", id=identity)
        assert result.status == "stored", result.problem
        self.totals[identity] = int(str(body["total"]))
        return identity

    def z(self, currency: str = "EUR", **tenders: int) -> str:
        """The Z of a shift that took so much by each kind of payment; its id."""
        identity = ids.uuid7(self.store.clock.now_ms())
        total = sum(tenders.values())
        body = {
            "register": "R1", "shift": "S1", "report": "17", "currency": currency,
            "net": total, "tax": 0, "total": total,
            "tenders": [{"type": type, "amount": amount} for type, amount in tenders.items()],
        }  # fmt: skip
        result = self.facts.capture("report.z", body, actor=TILL, source="till", id=identity)
        assert result.status == "stored", result.problem
        return identity

    def scan(self, text: str = "4006381333931") -> int:
        """A scan; its seq."""
        result = self.facts.capture(
            "scan.captured", {"text": text}, actor=SCANNER, source="counter"
        )
        assert result.seq is not None
        return result.seq


def line(
    gtin: str = "2000000000015",
    *,
    quantity: str = "2",
    unit_price: int = 1850,
    discount: int = 0,
    tax_rate: str = "0.19",
    inclusive: bool = False,
    **more: object,
) -> dict[str, object]:
    """A line that adds up; ``sku`` instead of an article number with ``gtin=""``."""
    rate = Decimal(tax_rate)
    amount = line_amount(Decimal(quantity), unit_price) - discount
    tax = round_half_up(amount * rate / (1 + rate) if inclusive else amount * rate)
    coded = {"gtin": gtin} if gtin else {}
    return {
        **coded, "quantity": quantity, "unit_price": unit_price, "discount": discount,
        "tax_rate": tax_rate, "tax": tax, "amount": amount, **more,
    }  # fmt: skip


def receipt(*lines: Mapping[str, Any], rounding: int = 0, **data: object) -> dict[str, object]:
    """The data of a sale that adds up."""
    tax = sum(one["tax"] for one in lines)
    amounts = sum(one["amount"] for one in lines)
    net = amounts - tax if data.get("prices_include_tax") else amounts
    total = net + tax + rounding
    return {
        "register": "R1", "currency": "EUR", "lines": list(lines),
        "tenders": [{"type": "cash", "amount": total}],
        "net": net, "tax": tax, "rounding": rounding, "total": total, **data,
    }  # fmt: skip
