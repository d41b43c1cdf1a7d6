"""Which party a sale belongs to: the customer's own, found by our id on it, or the walk-in one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.client import Client

PARTY = "party.party"
MARK = "waystation:"  # before our record id, among the identifiers of a party

_FIELDS = (
    "code",
    "identifiers.code",
    "customer_payment_term",
    "addresses.invoice",
    "addresses.delivery",
)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A party with what a sale needs of it; Tryton fills none of this in by itself."""

    party: int
    invoice_address: int | None
    shipment_address: int | None
    payment_term: int | None


class Buyers:
    """The parties behind the customers of some sales."""

    def __init__(self, client: Client, walk_in: str) -> None:
        self._client = client
        self._walk_in = walk_in
        self._found: dict[str, Buyer] = {}

    def load(self, customers: Iterable[str]) -> None:
        """Fetch the parties of many customers (ids or official numbers) in one question."""
        wanted = set(customers) - self._found.keys()
        if not wanted:
            return
        named = sorted(wanted - {""})
        codes = [*named, self._walk_in] if self._walk_in else named
        domain = [
            "OR",
            [["identifiers.code", "in", [f"{MARK}{name}" for name in named]]],
            [["code", "in", codes]],
        ]
        rows = self._client.find(PARTY, domain, _FIELDS)
        # The party that others were merged into carries their ids beside its own: it comes last.
        for row in sorted(rows, key=lambda row: len(_names(row, self._walk_in))):
            for name in _names(row, self._walk_in):
                self._found[name] = _buyer(row)

    def get(self, customer: str) -> Buyer:
        """The buyer of a sale; Refusal until the party is there."""
        if customer in self._found:
            return self._found[customer]
        problem = Problem("erp_customer_missing")
        if not customer:
            problem = Problem("erp_walk_in_missing", party=self._walk_in)
        raise Refusal(Outcome.RETRY, problem)


def _names(row: Mapping[str, Any], walk_in: str) -> list[str]:
    """What customers of sales may call this party. Its number counts only beside our id."""
    marks = [one["code"] for one in row["identifiers."] if one["code"].startswith(MARK)]
    names = [mark.removeprefix(MARK) for mark in marks]
    if marks:
        names.append(row["code"])
    if row["code"] == walk_in:
        names.append("")
    return names


def _buyer(row: Mapping[str, Any]) -> Buyer:
    addresses = row["addresses."]
    return Buyer(
        party=row["id"],
        invoice_address=_choose(addresses, "invoice"),
        shipment_address=_choose(addresses, "delivery"),
        payment_term=row["customer_payment_term"],
    )


def _choose(addresses: Sequence[Mapping[str, Any]], use: str) -> int | None:
    """The first address meant for a use, else the first of all."""
    meant = [address["id"] for address in addresses if address[use]]
    return next(iter([*meant, *(address["id"] for address in addresses)]), None)
