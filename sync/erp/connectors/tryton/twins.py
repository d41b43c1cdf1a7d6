"""Sales that are in Tryton twice: one is kept, the others are cancelled while they are drafts.

Tryton keeps nobody from creating two sales with one reference. That happens when a creation is
still at work there after we gave up waiting and after we looked for it in vain. What comes of it is
a draft, which neither ships nor invoices anything; and of the rows of one sale only one is ever
walked on, so that no sale is booked twice.
"""

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.client import Client

SALE = "sale.sale"
FIELDS = ("reference", "state", "untaxed_amount", "total_amount")
PROGRESS = ("cancelled", "draft", "quotation")  # every other state is further
OPEN = ("draft", "quotation")  # states that nothing follows from yet, and that can be cancelled
OURS = "________-____-____-____-____________"  # only a gateway writes references of this form
LOOKED_UP_MAX = 200

log = logging.getLogger(__name__)
Row = Mapping[str, Any]


class Twins:
    """Looks sales up by reference, and sees to it that each is there once."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, references: Sequence[str]) -> dict[str, list[Row]]:
        """Every row of these sales, by reference."""
        found: dict[str, list[Row]] = {}
        for start in range(0, len(references), LOOKED_UP_MAX):
            some = references[start : start + LOOKED_UP_MAX]
            for row in self._client.find(SALE, [["reference", "in", list(some)]], FIELDS):
                found.setdefault(row["reference"], []).append(row)
        return found

    def settle(self, rows: Sequence[Row]) -> Row:
        """The row that stands for a sale, once no other one can be walked on any more.

        Refusal when another one was moved on at this very moment.
        """
        kept, others = choose(rows)
        for row in others:
            self._cancel(row)
        return kept

    def tidy(self) -> None:
        """Cancel drafts of sales that are there already."""
        domain = [["state", "in", list(OPEN)], ["reference", "like", OURS]]
        references = {row["reference"] for row in self._client.find(SALE, domain, ["reference"])}
        for rows in self.find(sorted(references)).values():
            try:
                self.settle(rows)
            except Refusal as refusal:
                log.warning("a draft that doubles a sale stays for now: %s", refusal.problem)

    def _cancel(self, row: Row) -> None:
        try:
            self._client.press(SALE, row["id"], "cancel")
        except Refusal as refusal:
            # Whichever of the two went on meanwhile is the one to keep: look again next time.
            raise Refusal(Outcome.CONFLICT, Problem("erp_moved_on")) from refusal
        log.warning("the sale %s was in Tryton twice; a draft was cancelled", row["reference"])


def choose(rows: Sequence[Row]) -> tuple[Row, list[Row]]:
    """The row to keep, and those to cancel: the furthest one stays, of equals the oldest.

    A sale that somebody cancelled in Tryton is not taken up again, unless another one stands.
    """
    kept = max(rows, key=lambda row: (_progress(row["state"]), -row["id"]))
    return kept, [row for row in rows if row is not kept and row["state"] in OPEN]


def _progress(state: str) -> int:
    return PROGRESS.index(state) if state in PROGRESS else len(PROGRESS)
