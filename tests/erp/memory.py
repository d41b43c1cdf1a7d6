"""An ERP in memory that keeps the line: with models, rules that matter and faults that happen."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.line import Elements, Known, Link, Links, Row, Values, Where

KEY = "memory"
CENT = Decimal("0.01")
TEXT, TRUTH, NUMBER = Known("text"), Known("boolean"), Known("decimal")

PARTNER: Mapping[str, Known] = {
    "name": Known("text", required=True),
    "ref": TEXT,
    "x_id": TEXT,
    "lang": TEXT,
    "vat": TEXT,
    "phone": TEXT,
    "credit_limit": NUMBER,
    "days": Known("integer"),
    "country": Known("link", model="country"),
    "active": TRUTH,
    "addresses": Known("elements", model="address"),
    "marks": Known("elements", model="mark"),
    "changed_at": Known("instant", read_only=True),
}
ADDRESS: Mapping[str, Known] = {
    "partner": Known("link", required=True, model="partner"),
    "street": TEXT,
    "city": TEXT,
    "use": Known("choice", choices=("invoice", "delivery", "other")),
    "country": Known("link", model="country"),
    "active": TRUTH,
}
MARK: Mapping[str, Known] = {
    "partner": Known("link", required=True, model="partner"),
    "text": TEXT,
    "active": TRUTH,
}
ORDER: Mapping[str, Known] = {
    "x_id": TEXT,
    "title": TEXT,
    "date": Known("date", required=True),
    "currency": Known("link", required=True, model="currency"),
    "partner": Known("link", required=True, model="partner"),
    "state": Known("choice", choices=("draft", "sent", "done", "cancel"), read_only=True),
    "lines": Known("elements", model="order.line"),
    "untaxed": Known("decimal", read_only=True),
    "total": Known("decimal", read_only=True),
}
ORDER_LINE: Mapping[str, Known] = {
    "order": Known("link", required=True, model="order"),
    "product": Known("link", model="product"),
    "name": TEXT,
    "quantity": Known("decimal", required=True),
    "price": Known("decimal", required=True),
    "taxes": Known("links", model="tax"),
}
NOTE: Mapping[str, Known] = {
    "x_id": TEXT,
    "partner": Known("link", required=True, model="partner"),
    "day": Known("date"),
    "text": TEXT,
}
PAYMENT: Mapping[str, Known] = {
    "x_id": TEXT,
    "order": Known("link", required=True, model="order"),
    "method": Known("choice", choices=("Cash", "Card")),
    "amount": Known("decimal", required=True),
}
PERSON: Mapping[str, Known] = {
    "x_id": TEXT,
    "name": Known("text", required=True),
    "partner": Known("link", required=True, model="partner"),
    "active": TRUTH,
}
CODED: Mapping[str, Known] = {"code": Known("text", required=True)}
MODELS: Mapping[str, Mapping[str, Known]] = {
    "partner": PARTNER,
    "address": ADDRESS,
    "mark": MARK,
    "order": ORDER,
    "order.line": ORDER_LINE,
    "note": NOTE,
    "payment": PAYMENT,
    "person": PERSON,
    "country": CODED,
    "currency": CODED,
    "product": {**CODED, "barcode": TEXT},
    "tax": {"amount": NUMBER, "use": TEXT},
}
UNIQUE: Mapping[str, tuple[str, ...]] = {
    "partner": ("ref",),
    "note": ("x_id",),
    "payment": ("x_id",),
}
PARENTS = {"addresses": "partner", "marks": "partner", "lines": "order"}
OPERATORS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a is not None and a > b,
    ">=": lambda a, b: a is not None and a >= b,
    "<": lambda a, b: a is not None and a < b,
    "<=": lambda a, b: a is not None and a <= b,
    "in": lambda a, b: a in b,
}


@dataclass
class Ledger:
    """What the ERP holds, and what is wrong with the line to it."""

    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    is_down: bool = False
    doomed: str = ""
    slow: str = ""
    unwanted: list[tuple[str, str]] = field(default_factory=lambda: [("vat", "123")])
    hated: str = ""  # a value that makes the ERP fail at a question
    late: list[tuple[str, Sequence[Values]]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    def __post_init__(self) -> None:
        self.rows = {model: {} for model in MODELS}
        for code in ("DE", "FR"):
            self.add("country", code=code)
        for code in ("EUR", "CNY"):
            self.add("currency", code=code)
        self.add("product", code="SKU-0001", barcode="2000000000015")
        self.add("product", code="SKU-0002", barcode="2000000000022")
        for amount in ("7", "19"):
            self.add("tax", amount=Decimal(amount), use="sale")
            self.add("tax", amount=Decimal(amount), use="purchase")
        self.add("partner", name="Walk-in", ref="WALK-IN")

    def add(self, model: str, **values: Any) -> str:
        """A new record; elements in it are made with it."""
        identity = str(next(self._ids))
        row = dict.fromkeys(MODELS[model]) | {"id": identity}
        row |= {"active": True} if "active" in MODELS[model] else {}
        row |= {"state": "draft"} if model == "order" else {}
        self.rows[model][identity] = row
        self.change(model, identity, values)
        return identity

    def change(self, model: str, identity: str, values: Mapping[str, Any]) -> None:
        for name, value in values.items():
            if isinstance(value, Elements):
                for each in value.values:
                    self.add(value.model, **each, **{PARENTS[name]: Link(model, identity)})
            else:
                self.rows[model][identity][name] = _stored(value)

    def all(self, model: str, **values: Any) -> list[dict[str, Any]]:
        """Records with these values, as rows are read."""
        found = self.rows[model].values()
        return [row for row in found if all(row[name] == v for name, v in values.items())]


class MemoryLine:
    """The line to a ledger, with the right key or another."""

    def __init__(self, ledger: Ledger, key: str = KEY) -> None:
        self._ledger = ledger
        self._key = key

    def answers(self) -> str:
        self._reach("answers")
        return "An ERP in memory"

    def describe(self, model: str) -> Mapping[str, Known] | None:
        self._reach(f"describe {model}")
        return MODELS.get(model)

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        self._reach(f"find {model}")
        if self._ledger.hated and any(self._ledger.hated in str(one.value) for one in where):
            raise Refusal(Outcome.RETRY, Problem("erp_fault", reason="it fell over"))
        found = [
            {"id": row["id"], **{name: self._value(model, row, name) for name in fields}}
            for row in self._ledger.rows[model].values()
            if all(self._holds(model, row, one) for one in where)
        ]
        return found[:limit]

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        self._reach(f"create {model} {len(values)}")
        if self._ledger.slow == model:
            self._ledger.slow = ""
            self._ledger.late.append((model, values))
            raise Trouble(Problem("erp_silent"), is_unsure=True)
        made = self.carry_out(model, values)
        if self._ledger.doomed == model:
            self._ledger.doomed = ""
            raise Trouble(Problem("erp_silent"), is_unsure=True)
        return made

    def update(self, model: str, id: str, values: Values) -> None:
        self._reach(f"update {model}")
        with self._together():
            self._check(model, values)
            self._ledger.change(model, id, values)
            self._sums(model, id)

    def press(self, model: str, id: str, action: str) -> None:
        self._reach(f"press {model} {action}")
        row = self._ledger.rows[model][id]
        steps = {
            ("draft", "send"): "sent",
            ("sent", "confirm"): "done",
            ("draft", "cancel"): "cancel",
            ("sent", "cancel"): "cancel",
        }
        state = steps.get((row["state"], action))
        if state is None:
            raise refused(f"You can not call {action}.")
        limit = self._ledger.rows["partner"][row["partner"]]["credit_limit"]
        if action == "confirm" and limit is not None and row["total"] > limit:
            raise refused("That exceeds the credit limit.")
        row["state"] = state

    def carry_out(self, model: str, values: Sequence[Values]) -> list[str]:
        """A creation, whether anybody waits for it or not."""
        with self._together():
            made = []
            for one in values:
                self._check(model, one)
                self._required(model, one)
                made.append(self._ledger.add(model, **one))
                self._sums(model, made[-1])
                self._unique(model)
        return made

    def _reach(self, what: str) -> None:
        self._ledger.asked.append(what)
        if self._ledger.is_down:
            raise Trouble(Problem("erp_unreachable", reason="the memory is switched off"))
        if self._key != KEY:
            raise Trouble(Problem("erp_key_refused", status=401))

    @contextmanager
    def _together(self) -> Iterator[None]:
        """All or nothing."""
        before = {
            model: {key: dict(row) for key, row in rows.items()}
            for model, rows in self._ledger.rows.items()
        }
        try:
            yield
        except Refusal:
            self._ledger.rows = before
            raise

    def _check(self, model: str, values: Values) -> None:
        for name, value in values.items():
            known = MODELS[model].get(name)
            if known is None:
                raise refused(f"There is no field {name} on {model}.")
            if known.read_only:
                raise refused(f"{name} cannot be written.")
            if not _fits(known, value):
                raise refused(f"{name} of {model} cannot be {value!r}.")
            if isinstance(value, Elements):
                for each in value.values:
                    self._check(value.model, each)
                    self._required(value.model, each, PARENTS[name])
            if (name, value) in self._ledger.unwanted:
                raise refused(f"That is no {name}.")

    def _required(self, model: str, values: Values, given: str = "") -> None:
        for name, known in MODELS[model].items():
            if known.required and name != given and values.get(name) in (None, ""):
                raise refused(f"{name} is required on {model}.")

    def _unique(self, model: str) -> None:
        for name in UNIQUE.get(model, ()):
            told = [row[name] for row in self._ledger.rows[model].values() if row[name]]
            if len(told) != len(set(told)):
                raise refused(f"{name} must be unique.")

    def _sums(self, model: str, identity: str) -> None:
        """As many ERPs do: amounts by line, taxes by document."""
        if model != "order":
            return
        taxed: dict[str, Decimal] = {}
        untaxed = Decimal(0)
        for line in self._ledger.all("order.line", order=identity):
            amount = _cents(Decimal(line["quantity"]) * Decimal(line["price"]))
            untaxed += amount
            for tax in line["taxes"] or ():
                taxed[tax] = taxed.get(tax, Decimal(0)) + amount
        taxes = self._ledger.rows["tax"]
        tax = sum(
            (_cents(net * taxes[one]["amount"] / 100) for one, net in taxed.items()), CENT * 0
        )
        row = self._ledger.rows["order"][identity]
        row["untaxed"], row["total"] = untaxed, untaxed + tax

    def _holds(self, model: str, row: Mapping[str, Any], one: Where) -> bool:
        return OPERATORS[one.operator](self._value(model, row, one.field), one.value)

    def _value(self, model: str, row: Mapping[str, Any], name: str) -> Any:
        first, _, rest = name.partition(".")
        if first not in row:
            raise refused(f"There is no field {first} on {model}.")
        if not rest:
            return row[first]
        target = MODELS[model][first].model
        return (
            None
            if row[first] is None
            else self._value(target, self._ledger.rows[target][row[first]], rest)
        )


def _fits(known: Known, value: Any) -> bool:
    if known.type in ("link", "links", "elements"):
        return value is None or value.model == known.model
    return not isinstance(value, Link | Links | Elements)


def _stored(value: Any) -> Any:
    if isinstance(value, Link):
        return value.id
    return list(value.ids) if isinstance(value, Links) else value


def _cents(value: Decimal) -> Decimal:
    return value.quantize(CENT, rounding=ROUND_HALF_UP)


def refused(message: str) -> Refusal:
    """What the ERP understood and does not want."""
    return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
