"""Sales in Tryton: one ``sale.sale`` per receipt, found again by our id in its reference.

A sale is looked up, created if it is not there, and then walked to its end from the state that is
read back. One that Tryton gave no answer about rests until it can no longer be at work on it. Where
our own module of Tryton keeps a sale from being made twice, nothing has to rest, and one call makes
many. Tryton computes no prices or taxes for what comes through these doors, so every line says its
own, and the sums are compared before the sale is confirmed.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import ROUND_HALF_EVEN, Decimal

from gateway.kernel.problems import Problem
from sync.erp.canonical import Line, Sale, sale
from sync.erp.connector import Entry, Outcome, Refusal, Trouble
from sync.erp.connectors.tryton.addon import Addon
from sync.erp.connectors.tryton.buyers import Buyer, Buyers
from sync.erp.connectors.tryton.catalogue import Catalogue
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.steps import STEPS
from sync.erp.connectors.tryton.together import New, Together
from sync.erp.connectors.tryton.twins import SALE, Row, Twins
from sync.erp.receipt import Receipt

PRICE_UNIT = Decimal("0.0001")  # Tryton's own precision of a unit price


class Sales:
    """Pushes sales through one client. Tryton works on no request for longer than ``limit_s``."""

    def __init__(self, client: Client, catalogue: Catalogue, buyers: Buyers, limit_s: int) -> None:
        self._client = client
        self._twins = Twins(client)
        self._addon = Addon(client)
        self._limit_s = limit_s
        self._catalogue = catalogue
        self._buyers = buyers

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per sale.completed entry, in order."""
        sales: dict[int, Sale] = {}
        for entry in entries:
            try:
                sales[entry.seq] = sale(entry)
            except Problem as problem:
                yield Receipt(entry.seq, "rejected", problem)
        stored = self._twins.find([one.reference for one in sales.values()])
        fresh = [one for one in sales.values() if one.reference not in stored]
        self._catalogue.load_products(line for one in fresh for line in one.lines)
        self._buyers.load(one.customer for one in fresh)
        for seq, one in sales.items():
            if one.reference in stored:
                yield from self._walked(seq, one, stored[one.reference])
        new = {seq: one for seq, one in sales.items() if one.reference not in stored}
        if new and self._addon.is_ready():
            yield from self._together(new)
        else:
            for seq, one in new.items():
                yield from self._walked(seq, one, None)

    def _together(self, new: Mapping[int, Sale]) -> Iterator[Receipt]:
        ready: list[New] = []
        for seq, one in new.items():
            try:
                ready.append((seq, one, self._values(one)))
            except Refusal as refusal:
                yield refusal.receipt(seq)
        yield from Together(self._client, self._walk).push(ready)

    def _walked(self, seq: int, sale: Sale, rows: Sequence[Row] | None) -> Iterator[Receipt]:
        """Take a sale to its end; ``rows`` are those found of it, None for a new one."""
        try:
            if rows is None:
                self._client.create(SALE, [self._values(sale)])
                row = self._read(sale)
            else:
                row = self._twins.settle(rows)
            yield self._walk(seq, sale, row, is_new=rows is None)
        except Refusal as refusal:
            yield refusal.receipt(seq)
        except Trouble as trouble:
            if trouble.is_unsure:
                yield self._unsure(seq)
            raise

    def _unsure(self, seq: int) -> Receipt:
        """Tryton may be at work on this sale still: until it must have ended, nobody else is."""
        problem = Problem("erp_sale_unsure", minutes=-(-self._limit_s // 60))
        return Receipt(seq, "deferred", problem, rest_s=self._limit_s)

    def _walk(self, seq: int, sale: Sale, row: Row, *, is_new: bool = True) -> Receipt:
        """Take a sale to its end from where it stands."""
        ref = f"{SALE},{row['id']}"
        if row["state"] not in STEPS:
            return Receipt(seq, "accepted" if is_new else "duplicate", erp_ref=ref)
        if row["state"] == "draft":
            self._agree(sale, row)
        for button in STEPS[row["state"]]:
            self._press(sale, row["id"], button)
        return Receipt(seq, "accepted", erp_ref=ref)

    def _press(self, sale: Sale, identity: int, button: str) -> None:
        try:
            self._client.press(SALE, identity, button)
        except Refusal:
            # A button that was pressed already is refused in the same words as any other.
            if button in STEPS.get(self._read(sale)["state"], ()):
                raise

    def _agree(self, sale: Sale, row: Row) -> None:
        """Make sure that the ERP's sums are the receipt's; Refusal, and the draft stays there.

        Taxes are rounded per line here and perhaps per document there, so a difference of less
        than one unit a line goes into a line of its own, where everybody sees it.
        """
        difference = sale.total - row["total_amount"]
        if difference == 0:
            return
        if row["untaxed_amount"] == sale.net + sale.rounding and (
            abs(difference) <= sale.unit * len(sale.lines)
        ):
            lines = [["create", [_rounding_line(difference)]]]
            self._client.update(SALE, row["id"], {"lines": lines})
            row = self._read(sale)
        if row["total_amount"] != sale.total:
            raise Refusal(
                Outcome.NEEDS_PERSON,
                Problem("erp_totals_differ", theirs=row["total_amount"], ours=sale.total),
            )

    def _read(self, sale: Sale) -> Row:
        return self._twins.settle(self._twins.find([sale.reference])[sale.reference])

    def _values(self, sale: Sale) -> dict[str, object]:
        buyer = self._buyers.get(sale.customer)
        day = datetime.fromisoformat(sale.time).astimezone(self._catalogue.timezone).date()
        lines = [values for line in sale.lines for values in self._lines(line, sale.unit)]
        if sale.rounding:
            lines.append(_rounding_line(sale.rounding))
        return {
            **_address(buyer),
            "reference": sale.reference,
            "description": sale.title,
            "sale_date": day.isoformat(),
            "currency": self._catalogue.currency(sale.currency),
            "lines": [["create", lines]],
        }

    def _lines(self, line: Line, unit: Decimal) -> Iterator[dict[str, object]]:
        """A line, and a second one for what its price cannot express."""
        product = self._catalogue.product(line)
        taxes = [["add", self._catalogue.taxes(product, line.tax_rate)]]
        price, rest = unit_price(line, unit)
        yield {
            "product": product.id,
            "unit": product.unit,
            "quantity": str(line.quantity),
            "unit_price": str(price),
            "taxes": taxes,
        }
        if rest:
            yield _rounding_line(rest) | {"taxes": taxes}


def unit_price(line: Line, unit: Decimal) -> tuple[Decimal, Decimal]:
    """The price that makes Tryton's amount ours, and what is still missing from the amount.

    The stated price where it does, else the amount spread over the quantity: discounts and tills
    that round otherwise are in the amount already.
    """
    if line.price is not None and _amount(line.quantity, line.price, unit) == line.net:
        return line.price, Decimal(0)
    if not line.quantity:
        return line.price or Decimal(0), line.net
    price = (line.net / line.quantity).quantize(PRICE_UNIT)
    return price, line.net - _amount(line.quantity, price, unit)


def _amount(quantity: Decimal, price: Decimal, unit: Decimal) -> Decimal:
    """A line's amount as Tryton rounds it."""
    return (quantity * price).quantize(unit, rounding=ROUND_HALF_EVEN)


def _rounding_line(amount: Decimal) -> dict[str, object]:
    return {"description": "Rounding", "quantity": "1", "unit_price": str(amount)}


def _address(buyer: Buyer) -> dict[str, object]:
    return {
        "party": buyer.party,
        "invoice_address": buyer.invoice_address,
        "shipment_address": buyer.shipment_address,
        "payment_term": buyer.payment_term,
    }
