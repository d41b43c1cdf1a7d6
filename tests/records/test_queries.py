"""Lists, searches and exact keys."""

import pytest

from gateway.kernel.problems import Problem
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, OTTO, Shop


def numbers(shop: Shop, search: str, actor=CLEO, kind: str = "customer") -> list[str]:
    return [found["number"] for found in shop.records.page(actor, kind, search=search)[0]]


def test_a_list_stands_in_the_order_of_its_titles(shop: Shop) -> None:
    for name in ("bravo", "Ärger", "Alpha", "Charlie"):
        shop.create(ANA, legal_name=name)
    found, after = shop.records.page(ANA, "customer")
    titles = [record["data"]["legal_name"] for record in found]
    assert (titles, after) == (["Alpha", "Ärger", "bravo", "Charlie"], None)


@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_hold_every_record_once_whatever_their_size(shop: Shop, limit: int) -> None:
    made = {shop.create(ANA, legal_name=f"Shop {i % 3}").head.id for i in range(7)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found, after = shop.records.page(ANA, "customer", after=after, limit=limit)
        assert len(found) <= limit
        seen += [record["id"] for record in found]
    assert len(seen) == 7
    assert set(seen) == made


@pytest.mark.parametrize("cursor", ["x", "W10", "WzEsMl0", "é"])
def test_a_cursor_that_is_none_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(Problem, match="cursor_malformed"):
        shop.records.page(ANA, "customer", after=cursor)


def test_a_list_holds_the_own_territory_only(shop: Shop) -> None:
    shop.create(ANA)
    shop.create(OTTO)
    assert len(shop.records.page(ANA, "customer")[0]) == 1
    assert len(shop.records.page(BEN, "customer")[0]) == 2


@pytest.mark.parametrize(
    "search",
    [
        "muller", "MÜLLER", "üll", "söhne mül", "c000001", "w1-c", "136695976", "bonn", "vip",
        "030 1234567", "0301234567", "+49 30 123", "1234567", "ute@", "eva b",
    ],
)  # fmt: skip
def test_a_customer_is_found_by_any_part_of_what_is_known(shop: Shop, search: str) -> None:
    shop.create(
        ANA,
        legal_name="Müller & Söhne",
        tax_id="DE136695976",
        phone="030 1234567",
        email="ute@example.com",
        tags=["vip"],
        contacts={"c1": {"name": "Eva Braun"}},
        addresses={"a1": {"purpose": "billing", "country": "DE", "city": "Bonn"}},
    )
    shop.create(ANA, legal_name="Somebody else")
    found = numbers(shop, search)
    assert "W1-C000001" in found
    assert len(found) == (2 if search == "w1-c" else 1)


def test_chinese_names_are_found_by_any_character(shop: Shop) -> None:
    shop.create(ANA, legal_name="华新科技（上海）有限公司")
    assert (
        numbers(shop, "华新") == numbers(shop, "上海") == numbers(shop, "（上海") == ["W1-C000001"]
    )
    assert numbers(shop, "北京") == []


@pytest.mark.parametrize("search", ["%", "_", "\\", "a%b", "100%"])
def test_signs_of_the_query_language_are_plain_letters(shop: Shop, search: str) -> None:
    shop.create(ANA, legal_name="Corner")
    assert numbers(shop, search) == []
    shop.create(ANA, legal_name=f"x{search}x")
    assert numbers(shop, search) == ["W1-C000002"]


def test_personal_texts_are_searched_only_by_those_who_see_them(shop: Shop) -> None:
    shop.create(ANA, phone="030 1234567")
    assert numbers(shop, "1234567", CLEO) == ["W1-C000001"]
    assert numbers(shop, "1234567", ADA) == []
    assert numbers(shop, "corner", ADA) == ["W1-C000001"]


def test_a_search_follows_every_edit(shop: Shop) -> None:
    record = shop.create(ANA, legal_name="Before").head.id
    shop.edit(ANA, record, {"legal_name": "After"})
    assert (numbers(shop, "before"), numbers(shop, "after")) == ([], ["W1-C000001"])


def test_a_product_is_found_by_each_of_its_barcodes(shop: Shop) -> None:
    shop.create(BEN, "product", name="Coffee", barcodes=["4006381333931", "96385074"])
    for gtin in ("04006381333931", "00000096385074"):
        found = shop.records.lookup("product", "gtin", gtin)
        assert found is not None
        assert (found["number"], found["name"]) == ("W1-P000001", "Coffee")
    assert shop.records.lookup("product", "gtin", "00036000291452") is None


def test_a_barcode_that_was_taken_away_finds_nothing(shop: Shop) -> None:
    record = shop.create(ERP, "product", name="Coffee", barcodes=["96385074"]).head.id
    shop.edit(ERP, record, {"barcodes": []}, kind="product")
    assert shop.records.lookup("product", "gtin", "00000096385074") is None


def test_of_two_products_with_one_barcode_the_newest_is_found(shop: Shop) -> None:
    shop.create(ERP, "product", name="Old", barcodes=["96385074"])
    shop.store.clock.advance(1000)
    shop.create(ERP, "product", name="New", barcodes=["96385074"])
    found = shop.records.lookup("product", "gtin", "00000096385074")
    assert found is not None
    assert found["name"] == "New"
