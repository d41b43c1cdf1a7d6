"""Fill a new Tryton database with a small company; runs inside Tryton's own environment.

    python seed.py CONFIG DATABASE KEY_FILE

It talks to trytond in-process through proteus, so no server has to run. The key of the gateway's
user goes to KEY_FILE, which only its owner can read.
"""

import os
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

from proteus import Model, Wizard, config
from stdnum import ean

START = date(2020, 1, 1)  # before any sale, so that currency rates apply
# The least that the connector gets by with; docs/erp.md names the same.
GROUPS = (
    "Account Credit Limit",
    "Party Administration",
    "Payment",
    "Sales",
    "Stock",
    "Stock Force Assignment",
)
CURRENCIES = (("EUR", "Euro", "1"), ("USD", "US Dollar", "1.08"), ("CNY", "Renminbi", "7.80"))
COUNTRIES = (
    "AT Austria, AU Australia, BE Belgium, BG Bulgaria, BR Brazil, CA Canada, CH Switzerland, "
    "CN China, CY Cyprus, CZ Czechia, DE Germany, DK Denmark, EE Estonia, ES Spain, FI Finland, "
    "FR France, GB United Kingdom, GR Greece, HK Hong Kong, HR Croatia, HU Hungary, IE Ireland, "
    "IN India, IT Italy, JP Japan, KR South Korea, LT Lithuania, LU Luxembourg, LV Latvia, "
    "MT Malta, MX Mexico, NL Netherlands, NO Norway, NZ New Zealand, PL Poland, PT Portugal, "
    "RO Romania, SE Sweden, SG Singapore, SI Slovenia, SK Slovakia, TR Türkiye, TW Taiwan, "
    "US United States, ZA South Africa"
)
# Name and net list price; the place in the list gives SKU-0001 and EAN-13 2000000000015, and so on.
PRODUCTS = (
    ("Espresso beans 1 kg", "18.50"),
    ("Filter coffee 500 g", "7.90"),
    ("Green tea 100 g", "5.40"),
    ("Oat drink 1 l", "1.95"),
    ("Dark chocolate 100 g", "2.30"),
    ("Cane sugar 1 kg", "2.10"),
    ("Paper cups 50 pcs", "4.25"),
    ("Milk jug 0.6 l", "21.00"),
    ("Thermal roll 80 mm", "1.40"),
    ("Mineral water 0.5 l", "0.60"),
)


def main(config_file: str, database: str, key_file: str) -> None:
    config.set_trytond(database, user="admin", config_file=config_file)
    company = make_company()
    accounts = make_accounts(company)
    taxes = [make_tax(accounts, rate) for rate in ("0.19", "0.07")]
    products = make_products(accounts, taxes)
    make_stock(products)
    journal = {"company": company, "currency": company.currency, "process_method": "manual"}
    new("account.payment.journal", name="Till", **journal)
    new("party.party", code="WALK-IN", name="Walk-in customer")
    key = make_gateway_user(company)
    os.umask(0o077)
    Path(key_file).write_text(key, "ascii")


def new(model, **values):
    record = Model.get(model)(**values)
    record.save()
    return record


def one(model, *domain):
    return Model.get(model).find(list(domain), limit=1)[0]


def make_company():
    currencies = {}
    for code, name, rate in CURRENCIES:
        currencies[code] = new("currency.currency", code=code, name=name, symbol=code)
        new("currency.currency.rate", currency=currencies[code], date=START, rate=Decimal(rate))
    for country in COUNTRIES.split(", "):
        code, name = country.split(" ", 1)
        new("country.country", code=code, name=name)
    wizard = Wizard("company.company.config")
    wizard.execute("company")
    wizard.form.party = new("party.party", code="OWN", name="Waystation Demo Trading")
    wizard.form.currency = currencies["EUR"]
    wizard.form.timezone = "Europe/Berlin"
    wizard.execute("add")
    config.get_config()._context = Model.get("res.user").get_preferences(True, {})
    return Model.get("company.company").find()[0]


def make_accounts(company):
    chart = Model.get("ir.model.data").get_id("account.account_template_root_en", {})
    wizard = Wizard("account.create_chart")
    wizard.execute("account")
    wizard.form.account_template = Model.get("account.account.template")(chart)
    wizard.form.company = company
    wizard.execute("create_account")
    accounts = {
        kind: one("account.account", (f"type.{kind}", "=", True), ("closed", "!=", True))
        for kind in ("receivable", "payable", "revenue", "expense")
    }
    accounts["tax"] = one("account.account", ("code", "=", "6.3.6"))
    for kind in ("receivable", "payable"):
        setattr(wizard.form, f"account_{kind}", accounts[kind])
    for kind in ("expense", "revenue"):
        setattr(wizard.form, f"category_account_{kind}", accounts[kind])
    wizard.execute("create_properties")
    return accounts


def make_tax(accounts, rate):
    name = f"VAT {Decimal(rate):.0%}"
    return new(
        "account.tax",
        name=name,
        description=name,
        type="percentage",
        rate=Decimal(rate),
        invoice_account=accounts["tax"],
        credit_note_account=accounts["tax"],
    )


def make_products(accounts, taxes):
    category = Model.get("product.category")(name="Goods", accounting=True)
    category.account_revenue = accounts["revenue"]
    category.account_expense = accounts["expense"]
    category.customer_taxes.append(taxes[0])
    category.save()
    unit = one("product.uom", ("symbol", "=", "u"))
    for number, (name, price) in enumerate(PRODUCTS, 1):
        template = Model.get("product.template")(
            name=name, code=f"SKU-{number:04d}", type="goods", default_uom=unit, salable=True
        )
        template.account_category = category
        template.list_price = Decimal(price)
        body = f"20{number:010d}"
        template.products[0].identifiers.new(type="ean", code=body + ean.calc_check_digit(body))
        template.save()
    return Model.get("product.product").find([])


def make_stock(products):
    """The two places that the gateway knows, and enough of everything in the first."""
    storage = one("stock.location", ("code", "=", "STO"))
    shop, _ = (
        new("stock.location", name=code.capitalize(), code=code, type="storage", parent=storage)
        for code in ("shop", "van")
    )
    inventory = Model.get("stock.inventory")(location=shop, date=START)
    for product in products:
        inventory.lines.new(product=product, quantity=1000)
    inventory.save()
    inventory.click("confirm")


def make_gateway_user(company):
    """A user without administrator rights, and its key for the REST interface."""
    user = Model.get("res.user")(name="Waystation gateway", login="gateway")
    user.companies.append(company)
    user.company = company
    for name in GROUPS:
        user.groups.append(one("res.group", ("name", "=", name)))
    user.save()
    return new("res.user.application", user=user, application="rest").key


if __name__ == "__main__":
    main(*sys.argv[1:])
