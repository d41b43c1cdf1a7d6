"""Searching: any part, any script, any order of words, pages that resume, and who finds what."""

import pytest

from gateway.kernel.problems import Problem
from gateway.records.finding import alike, narrowing
from tests.records.conftest import ADA, ANA, CLEO, OTTO, Shop


def titles(shop: Shop, words: str, actor=CLEO, limit: int = 50) -> list[str]:
    found, _ = shop.records.page(actor, "customer", search=words, limit=limit)
    return [str(record["data"]["legal_name"]) for record in found]


@pytest.mark.parametrize(
    "words",
    [
        "华新", "科技", "華新科技", "上海 科技", "科技 上海", "huaxin", "hua xin ke ji", "shhxkj",
        "hxkj", "xinkeji", "911", "Wang", "王伟", "wangwei", "5888 1234", "58881234", "人民路",
        "renmin", "重点", "zhongdian",
    ],
)  # fmt: skip
def test_a_chinese_customer_is_found_in_every_way(shop: Shop, words: str) -> None:
    shop.create(
        ANA,
        legal_name="上海华新科技有限公司",
        country="CN",
        phone="021-58881234",
        tags=["重点客户"],
        contacts={"c1": {"name": "王伟", "email": "wang@example.com"}},
        addresses={
            "a1": {"purpose": "billing", "country": "CN", "city": "上海", "street": "人民路911号"}
        },
    )
    shop.create(ANA, legal_name="Nordwind")
    assert titles(shop, words) == ["上海华新科技有限公司"]


def test_titles_that_begin_with_it_come_first_and_the_rest_as_long_as_known(shop: Shop) -> None:
    for name in ("Big Nordwind", "Nordwind B", "A Nordwind", "Nordwind A"):
        shop.create(ANA, legal_name=name)
    found = titles(shop, "nordwind")
    assert found == ["Nordwind A", "Nordwind B", "Big Nordwind", "A Nordwind"]


@pytest.mark.parametrize("limit", [1, 2, 3, 5, 11])
@pytest.mark.parametrize("probed", [narrowing.PROBED, 2])
def test_pages_of_a_search_hold_everything_once(
    shop: Shop, limit: int, probed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "PROBED", probed)
    made = {shop.create(ANA, legal_name=f"Shop {i}").head.id for i in range(5)}
    made |= {shop.create(ANA, legal_name=f"The {i} shop").head.id for i in range(5)}
    shop.create(ANA, legal_name="Something else")
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found, after = shop.records.page(ANA, "customer", search="shop", after=after, limit=limit)
        assert len(found) <= limit
        seen += [record["id"] for record in found]
    assert len(seen) == 10
    assert set(seen) == made


def test_what_comes_in_between_two_pages_moves_nothing(shop: Shop) -> None:
    for i in range(6):
        shop.create(ANA, legal_name=f"The {i} shop")
    found, after = shop.records.page(ANA, "customer", search="shop", limit=3)
    shop.create(ANA, legal_name="Shop at the head")
    shop.edit(ANA, found[0]["id"], {"legal_name": "The 0 shop, renamed"})
    rest, after = shop.records.page(ANA, "customer", search="shop", after=str(after), limit=9)
    assert [r["data"]["legal_name"] for r in rest] == ["The 3 shop", "The 4 shop", "The 5 shop"]
    assert after is None


@pytest.mark.parametrize("cursor", ["WyJhIl0", "LTI", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OQ", "bnVsbA"])
def test_a_cursor_of_nothing_is_refused(shop: Shop, cursor: str) -> None:
    with pytest.raises(Problem, match="cursor_malformed"):
        shop.records.page(ANA, "customer", search="shop", after=cursor)


def test_a_search_stays_in_the_own_territory_also_where_everything_is_common(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "PROBED", 2)
    for i in range(5):
        shop.create(ANA, legal_name=f"North {i} shop")
        shop.create(OTTO, legal_name=f"South {i} shop")
    assert len(titles(shop, "shop", ANA)) == 5
    assert all(title.startswith("South") for title in titles(shop, "shop", OTTO))
    assert len(titles(shop, "shop", CLEO)) == 10


def test_words_may_stand_in_different_fields(shop: Shop) -> None:
    address = {"purpose": "billing", "country": "DE", "city": "Bonn", "street": "Ring 5"}
    shop.create(ANA, legal_name="Nordwind", addresses={"a1": address}, phone="030 1234567")
    assert titles(shop, "bonn nordw ring") == ["Nordwind"]
    assert titles(shop, "bonn nordw ring", ADA) == []
    assert titles(shop, "bonn nordw", ADA) == ["Nordwind"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("norwdind", "Nordwind Trading"),
        ("Nordwint Trading", "Nordwind Trading"),
        ("tradign nordwind", "Nordwind Trading"),
        ("nodwind trading", "Nordwind Trading"),
        ("trading nortwindd", "Nordwind Trading"),
        ("上海华鑫科技", "上海华新科技有限公司"),
        ("上海新科技", "上海华新科技有限公司"),
    ],
)
def test_a_slip_still_finds_what_was_meant(shop: Shop, words: str, found: str) -> None:
    shop.create(ANA, legal_name="Nordwind Trading")
    shop.create(ANA, legal_name="上海华新科技有限公司", country="CN")
    shop.create(ANA, legal_name="Alpenfeld")
    assert titles(shop, words) == [found]


def test_nothing_alike_is_shown_where_the_very_thing_is_found(shop: Shop) -> None:
    shop.create(ANA, legal_name="Nordwind")
    shop.create(ANA, legal_name="Nordwint")
    assert titles(shop, "nordwind") == ["Nordwind"]


def test_a_slip_finds_what_was_meant_also_where_its_pieces_are_in_every_record(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(narrowing, "PROBED", 2)
    monkeypatch.setattr(alike, "_SHARED_MAX", 2)
    for i in range(6):
        shop.create(ANA, legal_name=f"Nordland {i} Foods")
        shop.create(ANA, legal_name=f"Windland {i} Trading")
    shop.create(ANA, legal_name="Nordwind Trading")
    assert titles(shop, "nordwnd trading") == ["Nordwind Trading"]


def test_a_slip_is_mended_within_the_own_territory(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alike, "LIMIT", 2)
    for i in range(5):
        shop.create(OTTO, legal_name=f"上海华新{i}科技有限公司")
    shop.create(ANA, legal_name="上海华新科技有限公司")
    assert titles(shop, "上海华新技", ANA) == ["上海华新科技有限公司"]
    assert len(titles(shop, "上海华新技", CLEO)) == 2


def test_a_number_that_is_not_there_finds_no_similar_one(shop: Shop) -> None:
    shop.create(ANA, phone="030 1234567")
    assert titles(shop, "030 1234568") == []


def test_personal_texts_are_not_even_alike_for_those_who_do_not_see_them(shop: Shop) -> None:
    shop.create(ANA, contacts={"c1": {"name": "Balthasar Neumann"}})
    assert titles(shop, "baltasar neumann", CLEO) == ["Corner Cafe"]
    assert titles(shop, "baltasar neumann", ADA) == []


@pytest.mark.parametrize(
    "words", [" ", "😀", "\u202e", "a" * 200, "'; --", '"', "NEAR(a b)", "*", "= =", "AND OR NOT"]
)
def test_whatever_is_typed_is_only_text(shop: Shop, words: str) -> None:
    shop.create(ANA, legal_name="Corner 😀")
    found = titles(shop, words)
    assert found == (["Corner 😀"] if words in (" ", "😀", "\u202e") else [])


def test_a_record_that_moves_is_found_where_it_is(shop: Shop) -> None:
    record = shop.create(CLEO, territory="north").head.id
    shop.edit(CLEO, record, {"territory": "south"})
    assert titles(shop, "corner", ANA) == []
    assert titles(shop, "corner", OTTO) == ["Corner Cafe"]
