"""The documents of a recorded ERPNext and what may be done to them, without the network.

What is said of Frappe here comes from three places, named where it matters: [ran] the framework,
run and asked over REST; [source] frappe/frappe or frappe/erpnext, the file beside it; [choice] a
simplification of this recording.
"""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import count
from typing import Any

Document = dict[str, Any]
CENT = Decimal("0.01")
SELLING = ("Sales Order", "Sales Invoice")


class FrappeError(Exception):
    """What Frappe raises: its class, what it says, and the HTTP status of it."""

    def __init__(self, kind: str, message: str, status: int = 417) -> None:
        super().__init__(f"{kind}: {message}")
        self.kind, self.message, self.status = kind, message, status


def _f(name: str, type: str = "Data", options: str = "", **more: Any) -> Document:
    return {"fieldname": name, "fieldtype": type, "options": options, **more}


LINKS = _f("links", "Table", "Dynamic Link")
DISABLED = _f("disabled", "Check")
NEEDED = {"reqd": 1}


def doctypes() -> dict[str, list[Document]]:
    """The fields that are used, as ``getdoctype`` tells them [source: the *.json of each]."""
    told = _doctypes()
    order = {one["fieldname"]: one for one in told["Sales Order"]}
    del order["transaction_date"], order["delivery_date"]
    invoice = [_f("posting_date", "Date"), _f("set_posting_time", "Check"),
               _f("is_return", "Check"), _f("update_stock", "Check")]  # fmt: skip
    order["items"] = _f("items", "Table", "Sales Invoice Item", **NEEDED)
    told["Sales Invoice"] = [*order.values(), *invoice]
    told["Sales Invoice Item"] = list(told["Sales Order Item"])
    return told


def _doctypes() -> dict[str, list[Document]]:
    kinds = "\n".join(["Billing", "Shipping", "Office", "Personal", "Postal", "Other"])
    return {
        "Customer": [
            _f("customer_name", **NEEDED), _f("customer_type", "Select", "Company\nIndividual"),
            _f("customer_group", "Link", "Customer Group"), _f("territory", "Link", "Territory"),
            _f("tax_id"), _f("website"), _f("language", "Link", "Language"), DISABLED,
            _f("section", "Section Break"), _f("naming_series", "Select", "CUST-", **NEEDED),
            _f("credit_limit", "Currency"), _f("is_frozen", "Check"),
        ],
        "Customer Group": [], "Territory": [], "Language": [], "Currency": [],
        "Country": [_f("code")],
        "Dynamic Link": [_f("link_doctype", "Link", "DocType"), _f("link_name", "Dynamic Link")],
        "Address": [
            _f("address_title", **NEEDED), _f("address_type", "Select", kinds, **NEEDED),
            _f("address_line1", **NEEDED), _f("address_line2"), _f("city", **NEEDED), _f("state"),
            _f("pincode"), _f("country", "Link", "Country", **NEEDED), DISABLED, LINKS,
        ],
        "Contact Phone": [_f("phone", **NEEDED), _f("is_primary_phone", "Check")],
        "Contact Email": [_f("email_id", **NEEDED), _f("is_primary", "Check")],
        "Contact": [
            _f("first_name", **NEEDED), _f("phone", read_only=1), _f("email_id", read_only=1),
            _f("phone_nos", "Table", "Contact Phone"), _f("email_ids", "Table", "Contact Email"),
            LINKS,
        ],
        "Item Barcode": [_f("barcode")],
        "Item": [_f("item_code", **NEEDED), _f("item_name"), _f("is_stock_item", "Check"),
                 _f("is_sales_item", "Check"), _f("stock_uom", "Link", "UOM"),
                 _f("barcodes", "Table", "Item Barcode"), DISABLED],
        "UOM": [],
        "Item Price": [_f("item_code", "Link", "Item", **NEEDED), _f("currency"),
                       _f("price_list", "Link", "Price List", **NEEDED),
                       _f("price_list_rate", "Currency", **NEEDED)],
        "Price List": [],
        "Bin": [_f("item_code", "Link", "Item", **NEEDED), _f("actual_qty", "Float"),
                _f("warehouse", "Link", "Warehouse", **NEEDED)],
        "Item Tax Template": [_f("title", **NEEDED), _f("rate", "Percent")],
        "Sales Order": [
            _f("customer", "Link", "Customer", **NEEDED), _f("po_no"),
            _f("transaction_date", "Date", **NEEDED), _f("delivery_date", "Date"),
            _f("currency", "Link", "Currency", **NEEDED),
            _f("company", "Link", "Company", **NEEDED),
            _f("ignore_pricing_rule", "Check"), _f("disable_rounded_total", "Check"),
            _f("items", "Table", "Sales Order Item", **NEEDED),
            _f("net_total", "Currency", read_only=1), _f("grand_total", "Currency", read_only=1),
        ],
        "Sales Order Item": [
            _f("item_code", "Link", "Item", **NEEDED), _f("qty", "Float", **NEEDED),
            _f("rate", "Currency"), _f("item_tax_template", "Link", "Item Tax Template"),
            _f("amount", "Currency", read_only=1),
        ],
        "Account": [_f("account_name", **NEEDED), _f("account_currency", "Link", "Currency"),
                    _f("account_type", "Select", "Bank\nCash"), _f("is_group", "Check")],
        "Payment Entry": [
            _f("payment_type", "Select", "Receive\nPay", **NEEDED), _f("party_type"),
            _f("party", "Dynamic Link", "party_type"), _f("posting_date", "Date", **NEEDED),
            _f("paid_amount", "Currency", **NEEDED), _f("received_amount", "Currency", **NEEDED),
            _f("paid_to", "Link", "Account", **NEEDED), _f("reference_no"),
            _f("reference_date", "Date"), _f("custom_remarks", "Check"),
            _f("remarks", "Small Text"),
        ],
        "Warehouse": [_f("warehouse_name", **NEEDED)],
        "Stock Entry": [
            _f("stock_entry_type", **NEEDED), _f("posting_date", "Date"),
            _f("set_posting_time", "Check"), _f("from_warehouse", "Link", "Warehouse"),
            _f("to_warehouse", "Link", "Warehouse"), _f("items", "Table", "Stock Entry Detail"),
        ],
        "Stock Entry Detail": [
            _f("item_code", "Link", "Item", **NEEDED), _f("qty", "Float", **NEEDED),
            _f("s_warehouse", "Link", "Warehouse"), _f("t_warehouse", "Link", "Warehouse"),
            _f("allow_zero_valuation_rate", "Check"),
        ],
        "Stock Reconciliation": [
            _f("purpose", "Select", "Opening Stock\nStock Reconciliation", **NEEDED),
            _f("posting_date", "Date", **NEEDED), _f("set_posting_time", "Check"),
            _f("items", "Table", "Stock Reconciliation Item", **NEEDED),
        ],
        "Stock Reconciliation Item": [
            _f("item_code", "Link", "Item", **NEEDED), _f("qty", "Float"),
            _f("warehouse", "Link", "Warehouse", **NEEDED),
        ],
        "ToDo": [
            _f("description", "Text Editor", **NEEDED), _f("reference_type", "Link", "DocType"),
            _f("reference_name", "Dynamic Link", "reference_type"), _f("date", "Date"),
            _f("status", "Select", "Open\nClosed\nCancelled"),
        ],
        "Custom Field": [_f("dt", "Link", "DocType"), _f("fieldname"), _f("fieldtype"),
                         _f("unique", "Check"), _f("label")],
    }  # fmt: skip


class Site:
    """The documents by type and name; ``now`` is what the site's clock shows, in its own zone."""

    def __init__(self, zone: str = "Asia/Kolkata") -> None:
        self.zone = zone  # [ran] the zone of a site that nobody set
        self.types = doctypes()
        self.unique: dict[str, set[str]] = {}
        self.documents: dict[str, dict[str, Document]] = {name: {} for name in self.types}
        self.now = "2027-01-15 13:30:00"
        self._ticks = count(1)
        self._numbers = count(1)
        self._seed()

    def _seed(self) -> None:
        for model, names in {
            "Customer Group": ["Commercial"], "Territory": ["All Territories", "South"],
            "Language": ["en", "fr", "de", "zh"], "Currency": ["EUR", "CNY"], "UOM": ["Nos"],
            "Price List": ["Standard Selling", "Standard Buying"],
        }.items():  # fmt: skip
            for name in names:
                self.documents[model][name] = {"name": name, "modified": self._stamp()}
        for name, code in (("Germany", "de"), ("France", "fr")):
            self.documents["Country"][name] = {"name": name, "code": code, "modified": self.now}
        for rate in ("7", "19"):
            title = f"{rate}"
            self.documents["Item Tax Template"][f"{title} - L"] = {
                "name": f"{title} - L", "title": title, "rate": float(rate), "modified": self.now,
            }  # fmt: skip
        for code, barcode in (("SKU-0001", "2000000000015"), ("SKU-0002", "2000000000022"),
                              ("WS-ROUNDING", "")):  # fmt: skip
            barcodes = [{"barcode": barcode}] if barcode else []
            self.insert("Item", {"item_code": code, "barcodes": barcodes})
        self.insert("Customer", {"customer_name": "Walk-in"})
        for name in ("Stores", "back", "shop"):
            self.insert("Warehouse", {"warehouse_name": name})
        for name in ("Cash", "Bank"):
            told = {"account_name": name, "account_type": name, "is_group": 0}
            self.insert("Account", told | {"account_currency": "EUR"})

    # --- what tests use

    def all(self, model: str, /, **values: Any) -> list[Document]:
        found = self.documents[model].values()
        return [one for one in found if all(one.get(name) == v for name, v in values.items())]

    def linked(self, model: str, customer: str) -> list[Document]:
        return [
            one for one in self.documents[model].values()
            if any(link["link_name"] == customer for link in one.get("links") or ())
        ]  # fmt: skip

    # --- documents

    def insert(self, model: str, given: Document) -> Document:
        """A new document. The name that a client chose is not kept [ran]; unknown fields are
        dropped [source: frappe/model/base_document.py, get_valid_dict].
        """
        known = {one["fieldname"]: one for one in self._type(model)}
        document: Document = {"docstatus": 0, "doctype": model}
        document |= dict.fromkeys(known)
        document |= {name: value for name, value in given.items() if name in known}
        if model in SELLING:
            document.setdefault("company", None)
            document["company"] = document["company"] or "Lefort"  # [source] _set_defaults
        if model == "Customer":
            document["naming_series"] = "CUST-"
        if model == "Item" and document["is_sales_item"] is None:
            document["is_sales_item"] = 1  # [source] erpnext/stock/doctype/item/item.json
        document["name"] = self._named(model, document)
        self._save(model, document)
        if model == "Custom Field":
            self._customize(document)
        return document

    def change(self, model: str, name: str, given: Document) -> Document:
        """An edit. With ``modified`` of something older it is refused, without it wins [ran]."""
        stored = self.get(model, name)
        told = given.pop("modified", stored["modified"])
        if told != stored["modified"]:
            text = "Document has been modified after you have opened it."
            raise FrappeError("TimestampMismatchError", text)
        known = {one["fieldname"] for one in self._type(model)}
        changed = stored | {key: value for key, value in given.items() if key in known}
        self._save(model, changed)
        return changed

    def submit(self, model: str, name: str) -> Document:
        document = dict(self.get(model, name))
        if document["docstatus"] != 0:
            text = "Cannot edit submitted document"
            raise FrappeError("UpdateAfterSubmitError", text)
        if not document.get("is_return") and any(
            row.get("qty", 0) < 0 for row in document.get("items") or ()
        ):
            # [source] erpnext/controllers/status_updater.py, validate_qty
            raise FrappeError("ValidationError", "For an item, quantity must be positive number")
        limit = self.documents["Customer"].get(document.get("customer") or "", {})
        total = document.get("grand_total") or 0
        crossed = limit.get("credit_limit") and total > limit["credit_limit"]
        if crossed:
            # [source] erpnext/selling/doctype/customer/customer.py, check_credit_limit
            raise FrappeError("ValidationError", "<b>Credit limit</b> has been crossed")
        document["docstatus"] = 1
        self._keep(model, document)
        return document

    def get(self, model: str, name: str) -> Document:
        self._type(model)
        if name not in self.documents[model]:
            raise FrappeError("DoesNotExistError", f"{model} {name} not found", 404)
        return self.documents[model][name]

    def found(self, model: str, given: Document) -> list[Document]:
        """``get_list``: twenty unless another number is asked for [ran]."""
        self._type(model)
        rows = [
            {**one, "__of": one}
            for one in self.documents[model].values()
            if all(self._holds(model, one, *each[-4:]) for each in given.get("filters") or ())
        ]
        order = str(given.get("order_by") or "`modified` desc")
        for part in reversed(order.split(",")):
            column, _, way = part.strip().rpartition(" ")
            field = column.rpartition("`.`")[2].strip("`")
            rows.sort(key=lambda row: str(row.get(field) or ""), reverse=way == "desc")
        start, size = given.get("limit_start") or 0, given.get("limit_page_length") or 20
        fields = given.get("fields") or ["name"]
        told = [each for row in rows for each in self._told(model, row, fields, given)]
        return told[start : start + size]

    def _type(self, model: str) -> list[Document]:
        if model not in self.types:
            raise FrappeError("DoesNotExistError", f"DocType {model} not found", 404)
        return self.types[model]

    def _named(self, model: str, document: Document) -> str:
        if model == "Item":
            return str(document["item_code"])
        if model == "Contact":
            base = str(document["first_name"])
            # [ran] a second of the same name gets a number, without a word
            taken = [name for name in self.documents[model] if name.startswith(base)]
            return f"{base}-{len(taken)}" if taken else base
        prefix = {"Customer": "CUST", "Sales Order": "SAL-ORD"}.get(model, model.upper()[:9])
        return f"{prefix}-{next(self._numbers):05}"

    def _save(self, model: str, document: Document) -> None:
        for one in self._type(model):
            self._check(model, one, document)
        if model == "Customer" and document.get("tax_id") == "123":
            raise FrappeError("ValidationError", "Tax ID is not valid")  # [choice]
        for name in self.unique.get(model, ()):
            value = document.get(name)
            others = self.all(model, **{name: value}) if value else []
            if any(one["name"] != document["name"] for one in others):
                text = f"{model}: {name} {value} already exists"
                raise FrappeError("UniqueValidationError", text)
        if model == "Contact":
            for table, column, reads in (("phone_nos", "phone", "phone"),
                                         ("email_ids", "email_id", "email_id")):  # fmt: skip
                listed = document.get(table) or []
                document[reads] = listed[0][column] if listed else None
        if model in SELLING:
            self._sums(document)
        self._keep(model, document)

    def _keep(self, model: str, document: Document) -> None:
        document["modified"] = self._stamp()
        document.setdefault("creation", document["modified"])
        self.documents[model][document["name"]] = document

    def _check(self, model: str, field: Document, document: Document) -> None:
        name, value = field["fieldname"], document.get(field["fieldname"])
        if field.get("reqd") and value in (None, "", []):
            text = f"[{model}, {document['name']}]: {name}"
            raise FrappeError("MandatoryError", text)
        linked = self.documents.get(field["options"]) if field["fieldtype"] == "Link" else None
        if value and linked is not None and value not in linked:
            raise FrappeError("LinkValidationError", f"Could not find {name}: {value}")
        if field["fieldtype"] == "Select" and value and value not in field["options"].split("\n"):
            raise FrappeError("ValidationError", f"{name} cannot be {value}")
        if field["fieldtype"] == "Table":
            for row in value or ():
                for one in self.types[field["options"]]:
                    self._check(field["options"], one, {"name": document["name"], **row})

    def _sums(self, document: Document) -> None:
        """Prices to two places; taxes by template, rounded once each, half to even [source:
        erpnext/controllers/taxes_and_totals.py; the templates' taxes are added by default].
        """
        net = Decimal(0)
        taxed: dict[float, Decimal] = {}
        for row in document["items"]:
            row["rate"] = float(_cents(row.get("rate") or 0))
            amount = _cents(Decimal(str(row["rate"])) * Decimal(str(row["qty"])))
            row["amount"] = float(amount)
            net += amount
            if template := row.get("item_tax_template"):
                rate = self.documents["Item Tax Template"][template]["rate"]
                taxed[rate] = taxed.get(rate, Decimal(0)) + amount
        tax = sum((_cents(amount * Decimal(str(rate)) / 100) for rate, amount in taxed.items()),
                  Decimal(0))  # fmt: skip
        document["net_total"], document["grand_total"] = float(net), float(net + tax)

    def _customize(self, field: Document) -> None:
        one = _f(field["fieldname"], field["fieldtype"])
        self.types[field["dt"]] = [*self.types[field["dt"]], one]
        if field.get("unique"):
            self.unique.setdefault(field["dt"], set()).add(field["fieldname"])

    def _stamp(self) -> str:
        return f"{self.now}.{next(self._ticks):06}"

    # --- questions

    def _holds(self, model: str, row: Document, of: str, name: str, how: str, value: Any) -> bool:
        told = [row.get(name)] if of == model else [
            each.get(name)
            for field in self.types[model] if field["options"] == of
            for each in row.get(field["fieldname"]) or ()
        ]  # fmt: skip
        known = {one["fieldname"] for one in self.types[of]} | {"name", "docstatus", "modified"}
        if name not in known:
            raise FrappeError("DataError", f"Field not permitted in query: {name}")
        compare: dict[str, Callable[[Any], bool]] = {
            "=": lambda one: _same(one, value),
            "!=": lambda one: not _same(one, value),
            "in": lambda one: any(_same(one, each) for each in value),
            "is": lambda one: (one in (None, "")) == (value == "not set"),
            ">": lambda one: one is not None and str(one) > str(value),
            ">=": lambda one: one is not None and str(one) >= str(value),
        }
        return any(compare[how](one) for one in told)

    def _told(
        self, model: str, row: Document, fields: list[str], given: Document
    ) -> list[Document]:
        """A field of a table inside makes a row of each of its rows [source: a left join,
        frappe/model/db_query.py].
        """
        told: Document = {}
        inside: dict[str, list[Any]] = {}
        for field in fields:
            column, _, alias = field.partition(" as ")
            table, _, inner = column.partition(".")
            if not inner:
                known = {one["fieldname"] for one in self.types[model]}
                if column not in known | {"name", "modified", "creation", "docstatus"}:
                    raise FrappeError("DataError", f"Field not permitted in query: {column}")
                told[column] = row.get(column)
                continue
            inside[alias] = list(self._inner(model, row, table, inner, given)) or [None]
        count = max((len(values) for values in inside.values()), default=1)
        return [
            told | {alias: values[place] for alias, values in inside.items()}
            for place in range(count)
        ]

    def _inner(
        self, model: str, row: Document, table: str, column: str, given: Document
    ) -> Iterator[Any]:
        of = next(one["options"] for one in self.types[model] if one["fieldname"] == table)
        wanted = [each for each in given.get("filters") or () if each[-4] == of]
        for each in row.get(table) or ():
            if all(_kept(each, one) for one in wanted):
                yield each.get(column)


def _kept(row: Document, one: list[Any]) -> bool:
    name, how, value = one[-3:]
    return row.get(name) in value if how == "in" else row.get(name) == value


def _same(one: Any, other: Any) -> bool:
    """MariaDB compares a number in a text by value."""
    return (one or "") == (other or "") or str(one) == str(other)


def _cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_EVEN)
