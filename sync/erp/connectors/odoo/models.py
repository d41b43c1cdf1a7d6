"""What Odoo's models look like, asked once: fields by the names they have in this version."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync.erp.connectors.described import Described
from sync.erp.connectors.odoo.doors import Door
from sync.erp.connectors.odoo.faults import ModelUnknown
from sync.erp.connectors.odoo.values import TYPES
from sync.erp.line import Known

# Our id on any record: its external id (ir.model.data) in a module of our own. Unique there.
EXTERNAL: Final = "external_id"
# Fields by what they are called today, and before.
RENAMED: Final[Mapping[tuple[str, str], str]] = {
    ("sale.order.line", "tax_ids"): "tax_id",
    ("sale.order.line", "product_uom_id"): "product_uom",
    ("account.payment", "memo"): "ref",
}
# Fields that some versions need and later ones do without: there they are left out.
GONE: Final[Mapping[tuple[str, str], Known]] = {("stock.move", "name"): Known("text")}
# Required, without a default in the field, and yet filled by create() itself: before 17, and the
# journal entry that a line of a statement is.
_FILLED: Final = frozenset(
    {"company_id", "currency_id", "move_id", "name", "pricelist_id", "warehouse_id"}
)
_ATTRIBUTES: Final = (
    "type",
    "required",
    "readonly",
    "relation",
    "relation_field",
    "selection",
    "depends",
)


@dataclass(frozen=True, slots=True)
class Model:
    """One model: its fields, what they are really called, the ones that lead back from lists, and
    those that this version does without.
    """

    fields: Mapping[str, Known]
    real: Mapping[str, str] = field(default_factory=dict)
    back: Mapping[str, str] = field(default_factory=dict)
    gone: frozenset[str] = frozenset()

    def name(self, field: str) -> str:
        """What a field is called in this version."""
        return self.real.get(field, field)


class Models(Described[Model]):
    """What has been asked of models so far; asked anew for each connection."""

    def __init__(self, door: Door, context: Mapping[str, Any]) -> None:
        super().__init__()
        self._door = door
        self._context = context

    def _asked(self, name: str) -> Model | None:
        try:
            told = self._door.call(
                name, "fields_get", None, attributes=list(_ATTRIBUTES), context=self._context
            )
        except ModelUnknown:
            return None
        needed = [
            field
            for field, one in told.items()
            if one.get("required") and not one.get("depends") and field not in _FILLED
        ]
        given = (
            self._door.call(name, "default_get", None, fields=needed, context=self._context)
            if needed
            else {}
        )
        known = {
            field: _known(one, required=field in needed and field not in given)
            for field, one in told.items()
        }
        real = {
            today: before
            for (model, today), before in RENAMED.items()
            if model == name and today not in known and before in known
        }
        known |= {today: known[before] for today, before in real.items()}
        known[EXTERNAL] = Known("text")
        gone = {each: one for (of, each), one in GONE.items() if of == name and each not in known}
        back = {
            field: one["relation_field"] for field, one in told.items() if one.get("relation_field")
        }
        return Model({**known, **gone}, real, back, frozenset(gone))


def _known(told: Mapping[str, Any], *, required: bool) -> Known:
    return Known(
        TYPES.get(told["type"], "text"),
        required=required,
        read_only=bool(told.get("readonly")) and not told.get("required"),
        model=told.get("relation") or "",
        choices=tuple(str(choice[0]) for choice in told.get("selection") or ()),
    )
