"""Canonical entries in the words of an ERP."""

from decimal import Decimal

import pytest

from gateway.kernel.problems import Problem
from sync.erp.canonical import Address, Reach, article_codes, customer, sale
from sync.erp.connector import Entry
from tests.erp.shop import line, receipt

TIME = "2027-01-15T23:30:00.000Z"


def fact(data: dict[str, object]) -> Entry:
    return Entry(1, "0190aaaa-ac96-774b-bcce-b302099a8057", "sale.completed", TIME, "append", data)


def record(op: str = "upsert", **data: object) -> Entry:
    return Entry(1, "id", "record.edited", TIME, op, data, "customer", "uuid", "W1-C000001")


def test_money_is_decimal_in_the_unit_of_its_currency() -> None:
    one = sale(fact(receipt(line(unit_price=1850), receipt="7")))
    assert (one.net, one.total, one.unit) == (Decimal("37.00"), Decimal("44.03"), Decimal("0.01"))
    yen = sale(fact(receipt(line(unit_price=1850), receipt="7", currency="JPY")))
    assert (yen.net, yen.unit) == (Decimal(3700), Decimal(1))
    dinar = sale(fact(receipt(line(unit_price=1850), receipt="7", currency="KWD")))
    assert dinar.net == Decimal("3.700")


def test_a_stated_price_is_kept_and_a_discounted_or_inclusive_one_is_not() -> None:
    stated, discounted = sale(fact(receipt(line(), line(discount=5), receipt="7"))).lines
    assert (stated.price, stated.net) == (Decimal("18.50"), Decimal("37.00"))
    assert (discounted.price, discounted.net) == (None, Decimal("36.95"))
    data = receipt(line(inclusive=True), receipt="7", prices_include_tax=True)
    (inclusive,) = sale(fact(data)).lines
    assert (inclusive.price, inclusive.net) == (None, Decimal("31.09"))


def test_a_sale_is_recognised_by_its_register_and_receipt() -> None:
    one = sale(fact(receipt(line(), receipt="000123")))
    assert (one.title, one.reference) == ("R1, receipt 000123", fact({}).id)


@pytest.mark.parametrize(
    ("sent", "known"),
    [
        ("2000000000015", ("2000000000015", "02000000000015")),
        ("02000000000015", ("02000000000015", "2000000000015")),
        ("00000096385074", ("00000096385074", "96385074", "000096385074", "0000096385074")),
    ],
)
def test_an_article_number_is_known_in_every_length(sent: str, known: tuple[str, ...]) -> None:
    assert article_codes(sent) == known


@pytest.mark.parametrize(
    ("sent", "named"),
    [("0190AAAA-AC96-774B-BCCE-B302099A8057", "0190aaaa-ac96-774b-bcce-b302099a8057"),
     ("W1-C000001", "W1-C000001")],
)  # fmt: skip
def test_a_customer_is_known_by_id_or_number(sent: str, named: str) -> None:
    assert sale(fact(receipt(line(), receipt="7", customer=sent))).customer == named


def test_a_sale_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(Problem, match="erp_entry_unreadable"):
        sale(fact({"register": "R1"}))


def test_a_customer_is_mapped_with_every_way_to_reach_it() -> None:
    one = customer(
        record(
            legal_name="Lefort SARL", country="FR", phone="+33472000011", payment_terms=30,
            credit_limit=150000,
            contacts={"c1": {"name": "Anne", "phone": "+33600000000", "email": "anne@b.example"}},
            addresses={"a1": {"purpose": "billing", "street": "1 rue X", "region": "Rhône",
                              "postal_code": "69001", "city": "Lyon", "country": "FR"}},
        )
    )  # fmt: skip
    assert (one.id, one.number, one.name) == ("uuid", "W1-C000001", "Lefort SARL")
    assert (one.terms_days, one.credit_limit, one.is_active) == (30, 150000, True)
    assert one.addresses == {"a1": Address("billing", "1 rue X\nRhône", "69001", "Lyon", "FR")}
    assert one.reaches == {
        "phone": Reach("phone", "+33472000011", ""),
        "c1/phone": Reach("phone", "+33600000000", "Anne"),
        "c1/email": Reach("email", "anne@b.example", "Anne"),
    }


def test_what_else_is_known_of_a_customer_has_its_place_too() -> None:
    one = customer(
        record(
            legal_name="华新科技有限公司", country="CN", mobile="+8613800138000",
            wechat="huaxin_2026", fax="+862158881234", registration_number="310115400000001",
            contacts={"c1": {"name": "王小明", "mobile": "+8613900139000", "wechat": "xiaoming"}},
            addresses={"a1": {"purpose": "shipping", "street": "世纪大道100号", "city": "上海市",
                              "district": "浦东新区", "region": "上海市", "country": "CN",
                              "recipient": "仓库"}},
        )
    )  # fmt: skip
    assert one.registration_number == "310115400000001"
    assert one.addresses == {
        "a1": Address("shipping", "世纪大道100号\n浦东新区", "", "上海市", "CN", "仓库")
    }
    assert one.reaches == {
        "mobile": Reach("mobile", "+8613800138000", ""),
        "fax": Reach("fax", "+862158881234", ""),
        "wechat": Reach("wechat", "huaxin_2026", ""),
        "c1/mobile": Reach("mobile", "+8613900139000", "王小明"),
        "c1/wechat": Reach("wechat", "xiaoming", "王小明"),
    }


@pytest.mark.parametrize(
    ("entry", "is_active"),
    [
        (record(legal_name="A", status="active"), True),
        (record(legal_name="A", status="blocked"), True),
        (record(legal_name="A", status="closed"), False),
        (record("delete"), False),
    ],
)
def test_a_customer_that_is_gone_is_not_active(entry: Entry, is_active: bool) -> None:
    assert customer(entry).is_active is is_active


def test_a_customer_that_is_none_is_refused_in_a_sentence() -> None:
    with pytest.raises(Problem, match="erp_entry_unreadable"):
        customer(record(payment_terms="soon"))
