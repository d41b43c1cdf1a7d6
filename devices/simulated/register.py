"""What a register does in a day, as facts that add up to the cent (pure but for its chance).

Shifts with sales, returns, voided lines, cash in and out, price checks, an X and a Z. Every fact is
numbered without a gap and chained to the one before, as docs/facts.md has it.
"""

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from devices.simulated.articles import ARTICLES, Article
from gateway.kernel import canonical
from gateway.kernel.money import line_amount, round_half_up

FLOAT = 20_000
NOTE = 1_000  # the next round note is given in cash
SALES_A_SHIFT = 12
CASHIERS = ("Mia", "Jon", "Lin", "Ada")

Told = tuple[str, dict[str, Any]]


class Register:
    """One register with one drawer. Money is in minor units of ``currency``."""

    def __init__(self, name: str, currency: str, chance: random.Random) -> None:
        self.name = name
        self._currency = currency
        self._chance = chance
        # A register that is set up anew counts in a new epoch.
        self._epoch = f"{chance.getrandbits(40):010x}"
        self._number = 0
        self._receipt = 0
        self._shift = 0
        self._chain = ""
        self._cashier = CASHIERS[0]
        self._sold: list[dict[str, Any]] = []
        self._taken: Counter[str] = Counter()
        self._totals: Counter[str] = Counter()

    def day(self) -> list[Told]:
        """The facts of one shift, from its opening to its Z."""
        told = [self._open()]
        for _ in range(self._chance.randint(SALES_A_SHIFT // 2, SALES_A_SHIFT)):
            told += self._customer()
        return [*told, self._report("report.x"), self._close(), self._report("report.z")]

    def _open(self) -> Told:
        self._shift += 1
        self._cashier = self._chance.choice(CASHIERS)
        self._sold, self._totals = [], Counter()
        self._taken = Counter(cash=FLOAT)
        return self._told("shift.opened", float=FLOAT, currency=self._currency)

    def _customer(self) -> list[Told]:
        """Most buy; some ask for a price, change their mind, or bring something back."""
        what = self._chance.random()
        if what < 0.06:
            article = self._article()
            return [self._told("price.checked", gtin=article.gtin, price=article.net_price)]
        if what < 0.12 and self._sold:
            return [self._returned()]
        if what < 0.16:
            return [self._cash("cash.paid_out", -1, "window cleaner")]
        if what < 0.20:
            return [self._cash("cash.paid_in", 1, "small change")]
        if what < 0.26:
            return [self._told("sale.line_voided", quantity="1", reason="changed their mind",
                               gtin=self._article().gtin), self.sale()]  # fmt: skip
        return [self.sale()]

    def sale(self) -> Told:
        """One to three articles, paid in cash or by card."""
        lines = [self._line() for _ in range(self._chance.randint(1, 3))]
        sums = _sums(lines)
        cash = self._chance.random() < 0.6
        given = -(-sums["total"] // NOTE) * NOTE if cash else sums["total"]
        tender = {
            "type": "cash" if cash else "card", "amount": given, "change": given - sums["total"]
        }  # fmt: skip
        data = {"receipt": self._next_receipt(), "lines": lines, "tenders": [tender], **sums}
        told = self._told("sale.completed", **data, currency=self._currency)
        self._sold.append(data)
        self._count("cash" if cash else "card", sums)
        return told

    def _returned(self) -> Told:
        """A sale taken back whole, mirrored to the minor unit."""
        sold = self._sold.pop(self._chance.randrange(len(self._sold)))
        lines = [
            {**line, "quantity": f"-{line['quantity']}", "amount": -line["amount"],
             "tax": -line["tax"]} for line in sold["lines"]
        ]  # fmt: skip
        sums = {name: -sold[name] for name in ("net", "tax", "total")}
        self._count("cash", sums)
        return self._told(
            "sale.returned", receipt=self._next_receipt(), currency=self._currency, lines=lines,
            tenders=[{"type": "cash", "amount": sums["total"]}], **sums,
            original={"register": self.name, "receipt": sold["receipt"]}, reason="did not fit",
        )  # fmt: skip

    def _cash(self, type: str, sign: int, reason: str) -> Told:
        amount = self._chance.randint(1, 20) * 100
        self._taken["cash"] += sign * amount
        return self._told(type, amount=amount, currency=self._currency, reason=reason)

    def _close(self) -> Told:
        counted = [{"type": name, "amount": taken} for name, taken in sorted(self._taken.items())]
        return self._told("shift.closed", counted=counted, currency=self._currency)

    def _report(self, type: str) -> Told:
        sums = {name: self._totals[name] for name in ("net", "tax", "total")}
        report = f"{type[-1].upper()}{self._shift}"
        return self._told(type, report=report, **sums, currency=self._currency)

    def _told(self, type: str, **data: Any) -> Told:
        self._number += 1
        whole = {
            **data, "register": self.name, "shift": f"{self._epoch}-{self._shift}",
            "cashier": self._cashier, "number": f"SIM-{self.name}-{self._epoch}-{self._number}",
        }  # fmt: skip
        link = canonical.sha256_hex(self._chain.encode() + canonical.encode(whole))
        whole["chain"] = {"previous": self._chain, "hash": link}
        self._chain = link
        return type, whole

    def _count(self, tender: str, sums: Mapping[str, int]) -> None:
        self._taken[tender] += sums["total"]
        self._totals.update(sums)

    def _next_receipt(self) -> str:
        self._receipt += 1
        return f"{self._epoch}-{self._receipt}"

    def _article(self) -> Article:
        return self._chance.choice(ARTICLES)

    def _line(self) -> dict[str, Any]:
        article, quantity = self._article(), self._chance.randint(1, 3)
        amount = line_amount(Decimal(quantity), article.net_price)
        return {
            "gtin": article.gtin, "quantity": str(quantity), "unit_price": article.net_price,
            "amount": amount, "tax_rate": article.tax_rate,
            "tax": round_half_up(amount * Decimal(article.tax_rate)),
        }  # fmt: skip


def _sums(lines: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    net, tax = (sum(line[name] for line in lines) for name in ("amount", "tax"))
    return {"net": net, "tax": tax, "total": net + tax}
