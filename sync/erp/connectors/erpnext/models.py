"""What Frappe's document types look like, asked once, with what we add to read them as records.

Addresses and contacts are documents of their own that link to a customer; a contact's numbers are
lists in it. Here they are elements of the customer with plain fields.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sync.erp.connectors.described import Described
from sync.erp.connectors.erpnext.calls import Calls
from sync.erp.connectors.erpnext.faults import Missing
from sync.erp.connectors.erpnext.values import LAYOUT, TYPES
from sync.erp.line import Known

ID: Final = "waystation_id"
NUMBER: Final = "waystation_number"
ENABLED: Final = "enabled"  # what is not disabled; of a contact, what still links to its owner
OWNER: Final = "customer"  # of an address or contact: whom it links to
# Elements of a customer that are documents of their own.
LINKED: Final[Mapping[str, str]] = {
    "address_documents": "Address",
    "phone_contacts": "Contact",
    "email_contacts": "Contact",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A plain field that stands in a list of one: which list, its column, and what it reads as."""

    table: str
    column: str
    mark: str
    reads: str


LISTED: Final[Mapping[str, Listed]] = {
    "phone_number": Listed("phone_nos", "phone", "is_primary_phone", "phone"),
    "email_address": Listed("email_ids", "email_id", "is_primary", "email_id"),
}
_ALWAYS: Final[Mapping[str, Known]] = {
    "name": Known("text", read_only=True),
    "creation": Known("instant", read_only=True),
    "modified": Known("instant", read_only=True),
    "docstatus": Known("integer", read_only=True),
    "parent": Known("text"),
}
# Required, and yet filled by the server from its defaults or other fields.
_FILLED: Final = frozenset(
    {
        "naming_series", "company", "conversion_rate", "plc_conversion_rate", "price_list_currency",
        "selling_price_list", "uom", "stock_uom", "conversion_factor", "item_name", "description",
        "status", "order_type", "base_rate", "base_amount", "amount", "transaction_date",
        "debit_to", "income_account", "cost_center", "received_amount", "source_exchange_rate",
        "target_exchange_rate", "base_paid_amount", "base_received_amount", "paid_from",
        "paid_from_account_currency", "paid_to_account_currency", "posting_time",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Model:
    """One document type: its fields, and which of them only we know."""

    fields: Mapping[str, Known]
    own: frozenset[str] = field(default_factory=frozenset)
    is_linked: bool = False

    @property
    def has_id(self) -> bool:
        """Whether it was prepared for us."""
        return ID in self.fields


class Models(Described[Model]):
    """What has been asked of document types so far."""

    noun = "document type"

    def __init__(self, calls: Calls) -> None:
        super().__init__()
        self._calls = calls

    def _asked(self, name: str) -> Model | None:
        try:
            told = self._calls.get("method/frappe.desk.form.load.getdoctype", doctype=name)
        except Missing:
            return None
        one = next((each for each in told.get("docs", ()) if each.get("name") == name), None)
        if one is None:
            return None
        fields = {
            each["fieldname"]: _known(each)
            for each in one.get("fields", ())
            if each.get("fieldname") and each["fieldtype"] not in LAYOUT
        }
        added = dict(_added(name, fields))
        return Model({**_ALWAYS, **fields, **added}, frozenset(added), "links" in fields)


def _added(name: str, fields: Mapping[str, Known]) -> dict[str, Known]:
    added: dict[str, Known] = {}
    if name == "Customer":
        added |= {each: Known("elements", model=model) for each, model in LINKED.items()}
    if "links" in fields:
        added[OWNER] = Known("link", model="Customer")
    if "links" in fields or "disabled" in fields:
        added[ENABLED] = Known("boolean")
    added |= {each: Known("text") for each, one in LISTED.items() if one.table in fields}
    return added


def _known(told: Mapping[str, Any]) -> Known:
    type = TYPES.get(told["fieldtype"], "text")
    options = str(told.get("options") or "")
    needs = bool(told.get("reqd")) and told["fieldname"] not in _FILLED
    return Known(
        type,
        required=needs and not told.get("default") and not told.get("fetch_from"),
        read_only=bool(told.get("read_only")),
        # What a Dynamic Link points to is told by another field of the record.
        model=options
        if type in ("link", "elements") and told["fieldtype"] != "Dynamic Link"
        else "",
        choices=tuple(options.split("\n")) if type == "choice" and options else (),
    )
