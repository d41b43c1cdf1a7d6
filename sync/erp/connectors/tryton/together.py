"""New sales through our module of Tryton: a group of them is made and confirmed in one call."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from sync.erp.canonical import Sale
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.tryton.addon import Addon, Operation
from sync.erp.connectors.tryton.client import Client, Values
from sync.erp.connectors.tryton.fields import amount
from sync.erp.connectors.tryton.steps import STEPS
from sync.erp.connectors.tryton.twins import FIELDS, SALE, Row
from sync.erp.receipt import Receipt

GROUP_MAX = 10  # Tryton needs up to two seconds for one sale, and one answer covers a group
New = tuple[int, Sale, Values]


class Together:
    """Makes sales; ``walk`` takes one that Tryton left on the way to its end."""

    def __init__(self, client: Client, walk: Callable[[int, Sale, Row], Receipt]) -> None:
        self._client = client
        self._addon = Addon(client)
        self._walk = walk

    def push(self, sales: Sequence[New]) -> Iterator[Receipt]:
        """One receipt per sale, in order. Trouble leaves the rest for another time, at any time."""
        for start in range(0, len(sales), GROUP_MAX):
            yield from self._make(sales[start : start + GROUP_MAX])

    def _make(self, sales: Sequence[New]) -> Iterator[Receipt]:
        """A group; one that is refused in halves, down to the sale that is to blame."""
        try:
            rows = self._apply(sales, STEPS)
        except Refusal as refusal:
            if refusal.outcome == Outcome.CONFLICT:
                yield from (refusal.receipt(seq) for seq, _, _ in sales)
            elif len(sales) == 1:
                yield self._alone(*sales[0])
            else:
                half = len(sales) // 2
                yield from self._make(sales[:half])
                yield from self._make(sales[half:])
            return
        for (seq, sale, _), row in zip(sales, rows, strict=True):
            yield self._finish(seq, sale, row)

    def _alone(self, seq: int, sale: Sale, values: Values) -> Receipt:
        """A sale that cannot be made and confirmed at once: what can be made of it is left there.

        Whoever looks into Tryton finds a draft, and not nothing.
        """
        try:
            (row,) = self._apply([(seq, sale, values)], {})
        except Refusal as refusal:
            return refusal.receipt(seq)
        return self._finish(seq, sale, row)

    def _finish(self, seq: int, sale: Sale, row: Row) -> Receipt:
        if "state" not in row:  # somebody deleted it there, and it is not made again
            return Receipt(seq, "duplicate")
        try:
            return self._walk(seq, sale, row)
        except Refusal as refusal:
            return refusal.receipt(seq)

    def _apply(self, sales: Sequence[New], steps: Mapping[str, tuple[str, ...]]) -> list[Row]:
        told = [
            Operation(
                key=f"{SALE}:{sale.reference}",
                model=SALE,
                values=values,
                steps=steps,
                expected={"total_amount": amount(sale.total)},
            )
            for _, sale, values in sales
        ]
        answers = self._addon.apply(told)
        # Tryton processes what was confirmed once the call is over.
        domain = [["id", "in", [one.id for one in answers if one.id]]]
        rows = {row["id"]: row for row in self._client.find(SALE, domain, FIELDS)}
        return [rows.get(one.id, {"id": one.id}) for one in answers]
