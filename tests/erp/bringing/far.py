"""An ERP in memory as far as it is read: rows with stamps, links, lists and stock by place."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble
from sync.erp.line import Known, Link, Row, Values, Where
from tests.erp.memory import OPERATORS, refused

BEGIN_MS = 1_800_000_000_000
LINKS = {
    ("item", "template"): "template",
    ("code", "item"): "item",
    ("price", "item"): "item",
    ("move", "item"): "item",
    ("mark", "party"): "party",
    ("mechanism", "party"): "party",
}
MAPPING = """
[product]
direction = "in"
model = "item"
changed = "changed"
active = "active"
[product.fields]
"template.name" = "name"
sku = "sku"
"template.price" = { from = "net_price", as = "money" }
[product.lists.prices]
each = "prices"
model = "price"
parent = "item"
[product.lists.prices.fields]
list = "list"
price = { from = "net_price", as = "money" }
least = { from = "from_quantity", as = "decimal" }
[product.in]
title = "template.name"
match = ["sku", "gtin"]
strange = "create"
[[product.in.values]]
to = "barcodes"
model = "code"
parent = "item"
value = "text"
changed = "changed"
where = { type = "ean" }
many = true
[[product.in.touched]]
model = "template"
changed = "changed"
through = "template"
[[product.in.touched]]
model = "move"
changed = "changed"
parent = "item"
[product.in.levels]
to = "stock"
places = "location"
name = "name"
where = { type = "storage" }
context = "locations"
value = "quantity"

[customer]
direction = "in"
model = "party"
number = "code"
changed = "changed"
active = "active"
[customer.fields]
name = { from = "legal_name", direction = "both" }
vat = { from = "tax_id", direction = "both" }
owed = { from = "balance", as = "money" }
blocked = { from = "erp_block", as = "boolean" }
[customer.in]
title = "name"
match = ["tax_id"]
strange = "create"
mark = { field = "text", model = "mark", parent = "party", prefix = "waystation:", write = true }
dated = { to = "erp_as_of", of = ["balance", "erp_block"] }
[[customer.in.values]]
to = "phone"
model = "mechanism"
parent = "party"
value = "value"
changed = "changed"
where = { type = "phone" }
both = true
"""


@dataclass
class Far:
    """The rows of each model; every change stamps what it changes, and nothing else."""

    now_ms: int = BEGIN_MS
    rows: dict[str, dict[str, dict[str, Any]]] = field(default_factory=dict)
    stock: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    is_down: bool = False
    before: Callable[[str], None] = lambda _: None
    _last: int = 0

    def add(self, model: str, **values: Any) -> str:
        self._last += 1
        identity = f"{self._last:04}"
        self.rows.setdefault(model, {})[identity] = {"id": identity, "active": True}
        self.change(model, identity, **values)
        return identity

    def change(self, model: str, identity: str, **values: Any) -> None:
        self.now_ms += 1_000
        self.rows[model][identity] |= {**values, "changed": to_iso(self.now_ms)}

    def item(self, name: str, price: str = "4.50", **more: Any) -> str:
        template = self.add("template", name=name, price=Decimal(price))
        return self.add("item", template=template, **{"sku": None, **more})

    def party(self, name: str, **more: Any) -> str:
        empty = {"code": None, "vat": None, "owed": None, "blocked": None}
        return self.add("party", name=name, **{**empty, **more})

    def move(self, item: str, place: str, quantity: str) -> None:
        """Goods come to a place: the item itself is not touched by that."""
        self.stock[place, item] = self.stock.get((place, item), Decimal(0)) + Decimal(quantity)
        self.add("move", item=item)


class FarLine:
    """The line to it. ``places`` is what stands around every question."""

    def __init__(self, far: Far, places: Sequence[str] = ()) -> None:
        self._far = far
        self._places = places

    def answers(self) -> str:
        return "An ERP far away"

    def describe(self, _model: str) -> Mapping[str, Known] | None:
        return None

    def within(self, _context: str, ids: Sequence[str]) -> "FarLine":
        return FarLine(self._far, ids)

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        self._far.asked.append(model)
        self._far.before(model)
        if self._far.is_down:
            raise Trouble(Problem("erp_unreachable", reason="it is switched off"))
        rows = [r for r in self._far.rows.get(model, {}).values() if self._keeps(model, r, where)]
        rows.sort(key=lambda row: [str(row[name]) for name in order])
        return [
            {"id": row["id"], **{name: self._value(model, row, name) for name in fields}}
            for row in rows[:limit]
        ]

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        told = [
            {name: v.id if isinstance(v, Link) else v for name, v in one.items()} for one in values
        ]
        return [self._far.add(model, **one) for one in told]

    def update(self, model: str, id: str, values: Values) -> None:
        self._far.change(model, id, **values)

    def press(self, _model: str, _id: str, action: str) -> None:
        raise refused(f"You can not call {action}.")

    def _keeps(self, model: str, row: Mapping[str, Any], where: Sequence[Where]) -> bool:
        return all(
            OPERATORS[one.operator](_instant(self._value(model, row, one.field)), _asked(one))
            for one in where
        )

    def _value(self, model: str, row: Mapping[str, Any], name: str) -> Any:
        first, _, rest = name.partition(".")
        if rest:
            target = LINKS[model, first]
            return self._value(target, self._far.rows[target][row[first]], rest)
        if (model, name) == ("item", "quantity"):
            found = [self._far.stock.get((place, row["id"])) for place in self._places]
            return sum((one for one in found if one), Decimal(0))
        return row[name]


def _asked(one: Where) -> Any:
    return one.value if one.operator == "in" else _instant(one.value)


def _instant(value: Any) -> Any:
    """Instants are compared as such, whatever their places."""
    if isinstance(value, str) and value.endswith("Z") and len(value) in (20, 24):
        return value[:19] + (value[19:23] if len(value) == 24 else ".000")
    return value
