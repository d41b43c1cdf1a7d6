"""Exactly once, wherever the line is cut: before or after each single request of a push."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from gateway.kernel.problems import Problem
from sync.erp.connector import Entry, Trouble
from sync.erp.line import Row, Values, Where
from sync.erp.mapping import reading
from sync.erp.pushing.engine import Engine, Terms
from tests.erp.contract import customer_entry
from tests.erp.memory import Ledger, MemoryLine
from tests.erp.shop import HOME, line, receipt
from tests.erp.test_check import TEXT
from tests.erp.test_pushing_parts import fact, visit

MAPPING = reading.parse("memory", TEXT)
ROUNDS_MAX = 5
REQUESTS_MAX = 60


class CutLine(MemoryLine):
    """A line that is cut once, at its n-th request: on the way there, or on the way back."""

    def __init__(self, ledger: Ledger, at: int, *, there: bool) -> None:
        super().__init__(ledger)
        self._at = at
        self._there = there
        self.requests = 0

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        ask = super().find
        return self._carry(lambda: ask(model, where, fields, order=order, limit=limit))

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        ask = super().create
        return self._carry(lambda: ask(model, values))

    def update(self, model: str, id: str, values: Values) -> None:
        ask = super().update
        self._carry(lambda: ask(model, id, values))

    def press(self, model: str, id: str, action: str) -> None:
        ask = super().press
        self._carry(lambda: ask(model, id, action))

    def _carry(self, ask: Callable[[], Any]) -> Any:
        self.requests += 1
        if self.requests == self._at and self._there:
            raise Trouble(Problem("erp_silent"), is_unsure=True)
        answer = ask()
        if self.requests == self._at:
            raise Trouble(Problem("erp_silent"), is_unsure=True)
        return answer


def entries() -> list[Entry]:
    """A morning: two customers, one of them edited and one merged away, sales, a visit."""
    address = {HOME: {"purpose": "billing", "city": "Lyon", "country": "FR"}}
    people = {"a": {"name": "Ann"}}
    one = customer_entry("T1-C1", 1, addresses=address, contacts=people, phone="+33472000011")
    two = customer_entry("T1-C2", 2)
    merge = replace(two, seq=9, op="merge", into=one.subject, data={})
    rounded = [line(quantity="1", unit_price=150, tax_rate="0.07")] * 5
    sale = fact("sale.completed", 3, **receipt(*rounded, receipt="1", customer=one.subject))
    other = fact("sale.completed", 4, **receipt(line(discount=100), receipt="2"))
    edited = replace(one, seq=5, data={**one.data, "legal_name": "Lefort", "contacts": {}})
    return [one, two, sale, other, visit(one.subject, 6), edited, merge]


def told(ledger: Ledger) -> dict[str, list[Mapping[str, Any]]]:
    """What the ERP holds in the end, without the ids it gave."""
    links = {"id", "partner", "order", "currency", "country", "product", "taxes"}
    return {
        model: sorted(
            ({name: v for name, v in row.items() if name not in links} for row in rows.values()),
            key=repr,
        )
        for model, rows in ledger.rows.items()
    }


def morning(ledger: Ledger, day: list[Entry], cut: CutLine | None = None) -> None:
    """Push in two batches, each until nothing more is said to have gone wrong."""
    links: dict[str, Mapping[str, str]] = {}
    for batch in (day[:5], day[5:]):
        waiting = {entry.seq: entry for entry in batch}
        for number in range(ROUNDS_MAX):
            line = cut if cut is not None and number == 0 else MemoryLine(ledger)
            known = [replace(one, links=links.get(one.subject, {})) for one in waiting.values()]
            try:
                for receipt in Engine(line, MAPPING, Terms()).push(known):
                    if receipt.settled:
                        entry = waiting.pop(receipt.seq)
                        links[entry.subject] = {**links.get(entry.subject, {}), **receipt.links}
            except Trouble:
                continue
            if not waiting:
                break
        assert not waiting, "every entry is taken in the end"


@pytest.mark.parametrize("there", [True, False])
def test_the_same_is_there_in_the_end_wherever_the_line_was_cut(*, there: bool) -> None:
    day = entries()
    whole = Ledger()
    morning(whole, day)
    expected = told(whole)
    assert [row["state"] for row in whole.rows["order"].values()] == ["done", "done"]
    assert [row["total"] for row in whole.rows["order"].values()] == [
        Decimal("8.05"), Decimal("42.84"),
    ]  # fmt: skip
    for at in range(1, REQUESTS_MAX):
        ledger = Ledger()
        cut = CutLine(ledger, at, there=there)
        morning(ledger, day, cut)
        assert told(ledger) == expected, f"cut at request {at}"
        if cut.requests < at:
            break
    else:
        raise AssertionError("more requests than anybody thought")
