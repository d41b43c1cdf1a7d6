"""The records of a recorded Odoo and the methods of its models, without the network."""

from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import count
from typing import Any

Values = dict[str, Any]
CENT = Decimal("0.01")


class OdooError(Exception):
    """What Odoo raises: the class by its full name, what it says, and its status at JSON-2."""

    def __init__(self, name: str, message: str, status: int = 500) -> None:
        super().__init__(f"{name}: {message}")
        self.name, self.message, self.status = name, message, status


def refused(message: str, kind: str = "UserError") -> OdooError:
    # [source] odoo/exceptions.py: http_status = 422 of UserError and what is derived from it
    return OdooError(f"odoo.exceptions.{kind}", message, 422)


def missing() -> OdooError:
    text = "Record does not exist or has been deleted."
    return OdooError("odoo.exceptions.MissingError", text, 404)


def _field(type: str, relation: str = "", back: str = "", **more: Any) -> Values:
    told: Values = {"type": type, "required": False, "readonly": False, **more}
    return (
        told
        | ({"relation": relation} if relation else {})
        | ({"relation_field": back} if back else {})
    )


NEW = {"active": True, "state": "draft"}
CHAR, NUMBER, WHOLE = _field("char"), _field("float"), _field("integer")
TRUTH, READ = _field("boolean"), {"readonly": True}
STAMPS = {"write_date": _field("datetime", **READ), "create_date": _field("datetime", **READ)}


def _link(to: str, **more: Any) -> Values:
    return _field("many2one", to, **more)


def models(tax_field: str = "tax_id", memo_field: str = "ref") -> dict[str, dict[str, Values]]:
    """The fields that are used, as ``fields_get`` tells them [ran; names of 17 in the source]."""
    address = [["contact", "Contact"], ["invoice", "Invoice"], ["delivery", "Delivery"],
               ["other", "Other"]]  # fmt: skip
    states = [["draft", "Quotation"], ["sent", "Quotation Sent"], ["sale", "Sales Order"],
              ["cancel", "Cancelled"]]  # fmt: skip
    return {
        "res.partner": {
            "name": CHAR, "ref": CHAR, "vat": CHAR, "phone": CHAR, "email": CHAR, "website": CHAR,
            "company_registry": CHAR, "function": CHAR,
            "street": CHAR, "street2": CHAR, "zip": CHAR, "city": CHAR,
            "lang": _field("selection", selection=[["en_US", "English"], ["fr_FR", "French"],
                                                   ["de_DE", "German"], ["zh_CN", "Chinese"]]),
            "country_id": _link("res.country"), "is_company": TRUTH, "active": TRUTH,
            "parent_id": _link("res.partner"), "comment": _field("html"),
            "child_ids": _field("one2many", "res.partner", "parent_id"),
            "type": _field("selection", selection=address),
            "category_id": _field("many2many", "res.partner.category"),
            "credit_limit": NUMBER,
            "property_payment_term_id": _link("account.payment.term"),
        } | STAMPS,
        "res.partner.category": {"name": _field("char", required=True)} | STAMPS,
        "res.country": {"name": CHAR, "code": CHAR},
        "res.lang": {"name": CHAR, "code": CHAR, "iso_code": CHAR, "active": TRUTH},
        "product.pricelist": {"name": CHAR, "currency_id": _link("res.currency"), "active": TRUTH},
        "res.currency": {"name": CHAR},
        "res.company": {"name": CHAR, "currency_id": _link("res.currency")},
        "res.users": {"name": CHAR, "login": CHAR, "company_id": _link("res.company")},
        "account.payment.term": {"name": CHAR},
        "account.tax": {"name": CHAR, "amount": NUMBER, "active": TRUTH,
                        "type_tax_use": _field("selection", selection=[["sale", "Sales"],
                                                                       ["purchase", "Purchases"]]),
                        "price_include": TRUTH, "amount_type": CHAR},
        "product.template": {"name": CHAR, "list_price": NUMBER, "active": TRUTH} | STAMPS,
        "product.product": {"name": CHAR, "default_code": CHAR, "barcode": CHAR, "active": TRUTH,
                            "sale_ok": TRUTH, "product_tmpl_id": _link("product.template"),
                            "lst_price": NUMBER, "qty_available": NUMBER,
                            "taxes_id": _field("many2many", "account.tax"),
                            "uom_id": _link("uom.uom")} | STAMPS,
        "sale.order": {
            "name": _field("char", **READ), "client_order_ref": CHAR, "origin": CHAR,
            "date_order": _field("datetime", required=True),
            "partner_id": _link("res.partner", required=True),
            "currency_id": _link("res.currency", depends=["company_id"], **READ),
            "pricelist_id": _link("product.pricelist"),
            "note": _field("html"),
            "order_line": _field("one2many", "sale.order.line", "order_id"),
            "state": _field("selection", selection=states, **READ),
            "amount_untaxed": _field("monetary", **READ), "amount_tax": _field("monetary", **READ),
            "amount_total": _field("monetary", **READ),
        } | STAMPS,
        "sale.order.line": {
            "order_id": _link("sale.order", required=True),
            "product_id": _link("product.product"), "name": _field("text", required=True),
            "product_uom_qty": _field("float", required=True),
            "price_unit": _field("float", required=True), "discount": NUMBER,
            tax_field: _field("many2many", "account.tax"),
            "price_subtotal": _field("monetary", **READ),
        } | STAMPS,
        "account.journal": {"name": CHAR, "code": CHAR, "type": CHAR,
                            "company_id": _link("res.company"),
                            "currency_id": _link("res.currency")},
        "account.move": {"name": CHAR} | STAMPS,
        # [source] account_bank_statement_line.py of 19; before 16 it needed a statement
        "account.bank.statement.line": {
            "move_id": _link("account.move", required=True, **READ),
            "journal_id": _link("account.journal", required=True),
            "date": _field("date", required=True), "amount": _field("monetary"),
            "payment_ref": CHAR, "narration": _field("html"),
            "state": _field("selection", selection=[["draft", "Draft"], ["posted", "Posted"]],
                            **READ),
        } | STAMPS,
        "account.payment": {
            memo_field: CHAR, "amount": _field("monetary", required=True),
            "date": _field("date", required=True),
            "payment_type": _field("selection", selection=[["inbound", "Receive"],
                                                           ["outbound", "Send"]], required=True),
            "partner_type": _field("selection", selection=[["customer", "Customer"],
                                                           ["supplier", "Vendor"]]),
            "partner_id": _link("res.partner"), "currency_id": _link("res.currency"),
            "journal_id": _link("account.journal", required=True),
            "state": _field("selection", selection=[["draft", "Draft"], ["posted", "Posted"],
                                                    ["cancel", "Cancelled"]], **READ),
        } | STAMPS,
        "stock.location": {"name": CHAR, "complete_name": CHAR, "usage": CHAR,
                           "location_id": _link("stock.location")},
        "uom.uom": {"name": CHAR},
        "stock.picking.type": {"name": CHAR, "code": CHAR},
        "stock.picking": {
            "name": CHAR, "origin": CHAR, "state": _field("selection", selection=[
                ["draft", "Draft"], ["confirmed", "Waiting"], ["assigned", "Ready"],
                ["done", "Done"], ["cancel", "Cancelled"]], **READ),
            "picking_type_id": _link("stock.picking.type", required=True),
            "location_id": _link("stock.location", required=True),
            "location_dest_id": _link("stock.location", required=True),
            "move_ids": _field("one2many", "stock.move", "picking_id"),
        } | STAMPS,
        "stock.move": {
            "name": _field("char", required=True), "picking_id": _link("stock.picking"),
            "product_id": _link("product.product", required=True),
            "product_uom": _link("uom.uom", required=True),
            "product_uom_qty": _field("float", required=True),
            "location_id": _link("stock.location", required=True),
            "location_dest_id": _link("stock.location", required=True),
        } | STAMPS,
        "stock.quant": {"product_id": _link("product.product", required=True),
                        "location_id": _link("stock.location", required=True),
                        "inventory_quantity": NUMBER, "inventory_quantity_set": TRUTH,
                        "quantity": _field("float", **READ)} | STAMPS,
        "calendar.event": {"name": _field("char", required=True), "description": _field("html"),
                           "start": _field("datetime", required=True), "location": CHAR,
                           "stop": _field("datetime", required=True),
                           "partner_ids": _field("many2many", "res.partner")} | STAMPS,
        "ir.model.data": {"module": CHAR, "name": CHAR, "model": CHAR, "res_id": WHOLE,
                          "noupdate": TRUTH},
    }  # fmt: skip


class Books:
    """The records by model and id. ``now`` is what ``write_date`` says of the next change."""

    def __init__(self) -> None:
        self.models = models()
        self.rows: dict[str, dict[int, Values]] = {name: {} for name in self.models}
        self.now = "2027-01-15 08:00:00"
        self.answers: Values = {}  # what methods answer that do nothing here
        self._ids = count(1)
        self._seed()

    def _seed(self) -> None:
        euro = self.add("res.currency", name="EUR")
        self.add("product.pricelist", name="Public Pricelist", currency_id=euro)
        for code in ("en_US", "fr_FR", "de_DE", "zh_CN"):
            short = code if code == "zh_CN" else code[:2]
            self.add("res.lang", name=code, code=code, iso_code=short)
        company = self.add("res.company", name="Lefort SARL", currency_id=euro)
        self.rows["res.users"][7] = {"id": 7, "login": "gateway", "company_id": company}
        for code in ("DE", "FR", "CN"):
            self.add("res.country", name=code, code=code)
        for days in ("15", "30", "45"):
            self.add("account.payment.term", name=f"{days} Days")
        taxes: dict[float, int] = {}
        for rate in (7.0, 19.0):
            told = {"amount": rate, "amount_type": "percent", "price_include": False}
            taxes[rate] = self.add("account.tax", name=f"{rate} %", type_tax_use="sale", **told)
            self.add("account.tax", name=f"{rate} %", type_tax_use="purchase", **told)
        unit = self.add("uom.uom", name="Units")
        for number, barcode in (("SKU-0001", "2000000000015"), ("SKU-0002", "2000000000022")):
            self.add("product.product", name=number, default_code=number, barcode=barcode,
                     lst_price=18.5, uom_id=unit, taxes_id=[[6, 0, [taxes[19.0]]]])  # fmt: skip
        self.add("product.product", name="Rounding", default_code="WS-ROUNDING", taxes_id=[])
        self.add("res.partner", name="Walk-in", ref="WALK-IN")
        for name, code, type in (("Bank", "BNK1", "bank"), ("Cash", "CSH1", "cash")):
            self.add("account.journal", name=name, code=code, type=type, company_id=company)
        view = self.add("stock.location", name="WH", complete_name="WH", usage="view")
        self.shelf = self.add("stock.location", name="Stock", complete_name="WH/Stock",
                              usage="internal", location_id=view)  # fmt: skip
        self.add("stock.location", name="Shelf 1", complete_name="WH/Stock/Shelf 1",
                 usage="internal", location_id=self.shelf)  # fmt: skip
        self.add("stock.location", name="back", complete_name="back", usage="internal")
        self.add("stock.location", name="Vendors", complete_name="Vendors", usage="supplier")
        for code in ("incoming", "internal", "outgoing"):
            self.add("stock.picking.type", name=code, code=code)

    # --- what tests use

    def add(self, model: str, /, **values: Any) -> int:
        return self._create(model, values)

    def all(self, model: str, /, **values: Any) -> list[Values]:
        rows = self.rows[model].values()
        return [row for row in rows if all(row.get(name) == v for name, v in values.items())]

    def named(self, model: str, external: str) -> list[Values]:
        data = self.all("ir.model.data", module="waystation", model=model, name=external)
        return [
            self.rows[model][one["res_id"]] for one in data if one["res_id"] in self.rows[model]
        ]

    def move(self, product: int, location: int, quantity: float) -> None:
        """Goods come to a place: the article itself is not touched by that."""
        self.add("stock.quant", product_id=product, location_id=location, quantity=quantity)
        (vendors,) = self.all("stock.location", usage="supplier")
        self.add(
            "stock.move", name="in", product_id=product, product_uom_qty=quantity,
            product_uom=self.all("uom.uom")[0]["id"], location_id=vendors["id"],
            location_dest_id=location,
        )  # fmt: skip

    def rename(self) -> None:
        """As in recent series: two fields under other names than before [source]."""
        self.models = models("tax_ids", "memo")
        del self.models["stock.move"]["name"]

    # --- methods

    def call(self, model: str, method: str, ids: list[int] | None, given: Values) -> Any:
        given = dict(given)
        context = given.pop("context", None) or {}
        handler: Callable[..., Any] | None = getattr(self, f"_m_{method}", None)
        if method in self.answers:
            return self.answers[method]
        if handler is None:
            raise OdooError("builtins.AttributeError", f"no method {method}", 404)
        return handler(model, ids, given, context)

    def _m_context_get(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        return {"lang": "en_US", "tz": "Europe/Paris", "uid": 7}

    def _m_fields_get(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        wanted = given.get("attributes")
        return {
            name: {key: one[key] for key in one if not wanted or key in wanted}
            for name, one in {**self.models[model], "id": _field("integer", **READ)}.items()
        }

    def _m_default_get(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        defaults = {"date_order": self.now, "product_uom_qty": 1.0, "date": self.now[:10],
                    "payment_type": "outbound", "name": None}  # fmt: skip
        if model != "sale.order":
            defaults.pop("date_order")
        return {n: defaults[n] for n in given["fields"] if defaults.get(n) is not None}

    def _m_search(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        return [row["id"] for row in self._found(model, given, context)]

    def _m_search_read(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        fields = given.get("fields") or list(self.models[model])
        for name in fields:
            if name not in self.models[model] and name != "id":
                raise OdooError("builtins.ValueError", f"Invalid field '{name}' on model '{model}'")
        return [
            {"id": row["id"], **{name: self._told(model, row, name, context) for name in fields}}
            for row in self._found(model, given, context)
        ]

    def _m_create(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        told = given["vals_list"]
        if isinstance(told, dict):
            return self._create(model, told)
        return [self._create(model, each) for each in told]

    def _m_write(self, model: str, ids: list[int], given: Values, context: Values) -> Any:
        for identity in ids:
            if identity not in self.rows[model]:
                raise missing()
            self._write(model, identity, given["vals"])
        return True

    def _m_load(self, model: str, ids: Any, given: Values, context: Values) -> Any:
        """An upsert by external id; a bad row rejects them all and is named by its place [ran]."""
        made, messages = [], []
        before = {name: dict(rows) for name, rows in self.rows.items()}
        for place, row in enumerate(given["data"]):
            try:
                made.append(self._loaded(model, dict(zip(given["fields"], row, strict=True))))
            except OdooError as error:
                messages.append({"type": "error", "record": place, "message": error.message})
        if messages:
            self.rows = before
            return {"ids": False, "messages": messages}
        return {"ids": made, "messages": []}

    def _loaded(self, model: str, columns: Values) -> int:
        external = columns.pop("id", "")
        values: Values = {}
        for column, text in columns.items():
            name, _, way = column.partition("/")
            one = self.models[model][name]
            assert one["type"] not in ("many2one", "many2many") or way == ".id"
            values[name] = _converted(name, one, text)
        module, _, name = external.partition(".")
        known_as = self.all("ir.model.data", module=module, name=name)
        if known_as and known_as[0]["res_id"] in self.rows[model]:
            identity: int = known_as[0]["res_id"]
            self._write(model, identity, values)
            return identity
        identity = self._create(model, values)
        self.add("ir.model.data", module=module, name=name, model=model, res_id=identity)
        return identity

    def _m_action_confirm(self, model: str, ids: list[int], given: Values, context: Values) -> Any:
        """Confirmed once; what is no quotation any more is refused [source: sale_order.py, 17]."""
        for identity in ids:
            row = self._row(model, identity)
            if model == "stock.picking":
                row["state"] = "assigned"
                continue
            if row["state"] not in ("draft", "sent"):
                raise refused("The following orders are not in a state requiring confirmation.")
            limit = self.rows["res.partner"][row["partner_id"]].get("credit_limit")
            # Odoo itself only warns; the add-ons that refuse raise at this very step.
            if limit and row["amount_total"] > limit:
                raise refused("The credit limit of the customer is exceeded.")
            row["state"] = "sale"
            row["name"] = f"S{identity:05}"
        return True

    def _m_button_validate(self, model: str, ids: list[int], given: Values, context: Values) -> Any:
        """Without an amount told everything is done [source: stock_picking.py, 17]."""
        for identity in ids:
            self._row(model, identity)["state"] = "done"
        return True

    def _m_action_cancel(self, model: str, ids: list[int], given: Values, context: Values) -> Any:
        for identity in ids:
            self._row(model, identity)["state"] = "cancel"
        return True

    def _m_action_post(self, model: str, ids: list[int], given: Values, context: Values) -> Any:
        for identity in ids:
            row = self._row(model, identity)
            if row["state"] != "draft":
                raise refused("Only a draft payment can be posted.")
            row["state"] = "posted"
        return True

    def _m_action_apply_inventory(
        self, model: str, ids: list[int], given: Values, context: Values
    ) -> Any:
        for identity in ids:
            row = self._row(model, identity)
            row["quantity"], row["inventory_quantity"] = row["inventory_quantity"], 0.0
            row["inventory_quantity_set"] = False
        return None

    # --- records

    def _row(self, model: str, identity: int) -> Values:
        if identity not in self.rows[model]:
            raise missing()
        self.rows[model][identity] = dict(self.rows[model][identity])
        return self.rows[model][identity]

    def _create(self, model: str, values: Values) -> int:
        identity = next(self._ids)
        fields = self.models[model]
        row: Values = {"id": identity}
        row |= {name: value for name, value in NEW.items() if name in fields}
        if model == "res.partner":
            row["type"] = "contact"
        if model == "product.product":
            # [source] odoo/models.py, _inherits: an article makes its template
            told = {"name": values.get("name"), "list_price": values.get("lst_price")}
            row |= {"sale_ok": True, "product_tmpl_id": self._create("product.template", told)}
        if model == "account.bank.statement.line":
            # [source] _inherits an entry, which create() posts
            row |= {"move_id": self._create("account.move", {}), "state": "posted"}
        if "create_date" in fields:
            row["create_date"] = self.now
        if model == "sale.order.line" and values.get("product_id"):
            # create() computes name, price and taxes from the product where they are not told [ran]
            product = self.rows["product.product"][values["product_id"]]
            row |= {"name": product["name"], "price_unit": product.get("lst_price", 0.0),
                    self._taxes: product.get("taxes_id", [])}  # fmt: skip
        self.rows[model][identity] = row
        self._write(model, identity, values)
        self._need(model, self.rows[model][identity])
        if model == "sale.order" and "date_order" not in self.rows[model][identity]:
            self.rows[model][identity]["date_order"] = self.now
        return identity

    def _need(self, model: str, row: Values) -> None:
        for name, one in self.models[model].items():
            if not one["required"] or one.get("depends") or row.get(name) not in (None, False):
                continue
            if not self._m_default_get(model, None, {"fields": [name]}, {}):
                message = f"a mandatory field is not set.\nModel: {model}\nField: {name}"
                raise refused(message, "ValidationError")

    @property
    def _taxes(self) -> str:
        fields = self.models["sale.order.line"]
        return "tax_ids" if "tax_ids" in fields else "tax_id"

    def _write(self, model: str, identity: int, values: Values) -> None:
        fields = self.models[model]
        row = self._row(model, identity)
        for name, value in values.items():
            one = fields.get(name)
            if one is None:
                continue  # dropped without a word [ran, 11]
            if one["type"] == "one2many":
                for command, at, inner in value:
                    assert command == 0, (command, at)
                    self._create(one["relation"], {**inner, one["relation_field"]: identity})
            else:
                row[name] = self._kept(one, value)
        if "write_date" in fields:
            row["write_date"] = self.now
        self._keep(model, row)
        self._pass_on(model, row)

    def _pass_on(self, model: str, row: Values) -> None:
        """What other records have of this one."""
        if model == "product.template":
            # [source] what an article has of its template is read there, and stamped there alone
            for one in self.all("product.product", product_tmpl_id=row["id"]):
                one |= {"name": row.get("name"), "lst_price": row.get("list_price")}
        if model == "sale.order":
            self._sums(row["id"])
        if model == "sale.order.line" and row.get("order_id"):
            self._sums(row["order_id"])

    def _kept(self, one: Values, value: Any) -> Any:
        if one["type"] == "many2many":
            return value[0][2] if value and isinstance(value[0], list) else list(value)
        if one["type"] == "many2one":
            if value and int(value) not in self.rows[one["relation"]]:
                raise missing()
            return int(value) if value else False
        if one["type"] == "datetime" and value:
            assert len(value) == len("2027-01-15 08:00:00"), value
        return value

    def _keep(self, model: str, row: Values) -> None:
        """What the database keeps: barcodes are unique, references of partners are not [ran]."""
        keys = {"product.product": ("barcode",), "ir.model.data": ("module", "name")}
        key = {name: row.get(name) for name in keys.get(model, ())}
        if key and all(key.values()) and len(self.all(model, **key)) > 1:
            if model == "product.product":
                raise refused("A product already has this barcode.", "ValidationError")
            text = 'duplicate key value violates "ir_model_data_module_name_uniq_index"'
            raise OdooError("psycopg2.IntegrityError", text)
        if model == "res.partner" and row.get("vat") == "123":
            text = "The VAT number [123] does not seem to be valid."  # with base_vat
            raise refused(text, "ValidationError")

    def _sums(self, order: int) -> None:
        """Prices to two places, each line rounded for itself, half up [docs: round_per_line]."""
        untaxed = tax = Decimal(0)
        for line in self.all("sale.order.line", order_id=order):
            price = _cents(line["price_unit"])
            line["price_unit"] = float(price)
            net = _cents(price * Decimal(str(line.get("product_uom_qty", 1))))
            line["price_subtotal"] = float(net)
            rates = [self.rows["account.tax"][one]["amount"] for one in line.get(self._taxes) or ()]
            untaxed += net
            tax += sum((_cents(net * Decimal(str(rate)) / 100) for rate in rates), Decimal(0))
        row = self._row("sale.order", order)
        row |= {"amount_untaxed": float(untaxed), "amount_tax": float(tax),
                "amount_total": float(untaxed + tax)}  # fmt: skip

    # --- questions

    def _found(self, model: str, given: Values, context: Values) -> list[Values]:
        """Without ``active_test`` what is archived is not there [source: odoo/models.py]."""
        domain = given.get("domain") or []
        hides = "active" in self.models[model] and context.get("active_test", True)
        told = [
            row
            for row in self.rows[model].values()
            if all(self._holds(model, row, *one) for one in domain)
            and not (hides and not row.get("active") and all(o[0] != "active" for o in domain))
        ]
        for part in reversed(str(given.get("order") or "id").split(",")):
            name, _, way = part.strip().partition(" ")
            told.sort(key=lambda row: _sortable(row.get(name)), reverse=way.lower() == "desc")
        start = given.get("offset") or 0
        return told[start:][: given.get("limit")]

    def _holds(self, model: str, row: Values, path: str, operator: str, value: Any) -> bool:
        told = list(self._at(model, row, path))
        if operator == "in":
            return any(one in value for one in told)
        if operator == "!=":
            return all(one != value for one in told)
        if operator == "=":
            return any(one == value for one in told)
        compare = {">": "__gt__", ">=": "__ge__", "<": "__lt__", "<=": "__le__"}[operator]
        return any(one is not False and getattr(one, compare)(value) is True for one in told)

    def _at(self, model: str, row: Values, path: str) -> Iterator[Any]:
        name, _, rest = path.partition(".")
        value = row.get(name, False)
        if name != "id" and name not in self.models[model]:
            raise OdooError("builtins.ValueError", f"Invalid field {model}.{name} in leaf")
        if not rest:
            yield from value if isinstance(value, list) else [value if value != "" else False]
        elif value:
            relation = self.models[model][name]["relation"]
            yield from self._at(relation, self.rows[relation][value], rest)
        else:
            yield False

    def _on_hand(self, product: int, context: Values) -> float:
        """In the locations of the context and all inside them, else everywhere [source:
        addons/stock/models/product.py, _get_domain_locations].
        """
        places = set(context.get("location") or [])
        while inside := {
            row["id"]
            for row in self.rows["stock.location"].values()
            if row.get("location_id") in places and row["id"] not in places
        }:
            places |= inside
        quants = self.all("stock.quant", product_id=product)
        counted = [one for one in quants if not context.get("location")
                   or one["location_id"] in places]  # fmt: skip
        return float(sum(one["quantity"] for one in counted))

    def _told(self, model: str, row: Values, name: str, context: Values) -> Any:
        """Nothing is ``false``, a link its id and name, an instant text to the second [ran]."""
        value = row.get(name, False)
        if name == "qty_available":
            return self._on_hand(row["id"], context)
        if name == "id":
            return value
        one = self.models[model][name]
        if one["type"] == "many2one" and value:
            linked = self.rows[one["relation"]][value]
            return [value, linked.get("name") or f"{one['relation']},{value}"]
        if one["type"] == "one2many":
            return [
                each["id"]
                for each in self.all(one["relation"], **{one["relation_field"]: row["id"]})
            ]
        if one["type"] in ("float", "monetary"):
            return value or 0.0
        return value if value not in (None, "") else False


def _converted(name: str, one: Values, text: str) -> Any:
    """A cell of ``load`` as a value [source: odoo/addons/base/models/ir_fields.py]."""
    type = one["type"]
    if type == "many2many":
        return [[6, 0, [int(each) for each in text.split(",") if each]]]
    if type == "boolean":
        return text == "1"
    if type == "selection" and text and text not in [choice[0] for choice in one["selection"]]:
        message = f"Value '{text}' not found in selection field '{name}'"
        raise refused(message, "ValidationError")
    if type in ("float", "monetary", "integer"):
        return float(text or 0)
    return (int(text) if type == "many2one" else text) if text else False


def _cents(value: Any) -> Decimal:
    return Decimal(str(value)).quantize(CENT, ROUND_HALF_UP)


def _sortable(value: Any) -> tuple[bool, Any]:
    return (value in (None, False), value if value not in (None, False) else 0)
