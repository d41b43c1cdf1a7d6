"""Which records look like one: while it is typed, when it is created, and afterwards."""

from typing import Any

import pytest

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kinds.customer import KIND
from gateway.records.duplicates import lookalikes, pairs
from gateway.records.engine import Origin
from gateway.records.records import Answer
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, OTTO, UDO, Shop

TAX = "DE136695976"


def enter(
    shop: Shop, actor: Actor, *not_duplicate_of: str, record: str = "", **data: Any
) -> Answer:
    origin = Origin(actor)
    said = {"legal_name": "Corner Cafe", **data}
    return shop.records.create(origin, "customer", said, record, not_duplicate_of)


def like(shop: Shop, actor: Actor, **data: Any) -> list[dict[str, Any]]:
    return shop.records.twins.like(actor, "customer", data)


def pairs_of(shop: Shop, record: str) -> list[tuple[str, str, str]]:
    with shop.store.read() as rows:
        found = pairs.of_record(rows, record)
    return [(p.one if p.other == record else p.other, p.grade, p.state) for p in found]


def compare(shop: Shop) -> None:
    while shop.records.comparing.step(KIND):
        pass


@pytest.mark.parametrize(
    "typed",
    [
        {"legal_name": "Müller und Söhne"},
        {"legal_name": "MUELLER & SOEHNE GMBH"},
        {"legal_name": "Söhne Müller AG"},
        {"legal_name": "Something else", "phone": "030 123 456 78", "email": "Ute@example.com"},
        {"legal_name": "Muler & Sohne GmbH"},
    ],
)
def test_a_customer_on_file_is_seen_while_it_is_typed_again(
    shop: Shop, typed: dict[str, str]
) -> None:
    known = shop.create(
        ANA, legal_name="Müller & Söhne GmbH", phone="+49 30 12345678", email="ute@example.com"
    ).head
    shop.create(ANA, legal_name="Alpenfeld GmbH", phone="+49 30 7654321")
    assert [found["id"] for found in like(shop, ANA, **typed)] == [known.id]


@pytest.mark.parametrize(
    "typed",
    ["华新科技（上海）有限公司", "上海華新科技", "Shanghai Huaxin Keji", "上海华鑫科技有限公司"],
)
def test_a_chinese_customer_is_seen_in_any_script(shop: Shop, typed: str) -> None:
    known = shop.create(ANA, legal_name="上海华新科技有限公司", country="CN").head
    assert [found["id"] for found in like(shop, ANA, legal_name=typed)] == [known.id]


def test_a_slip_leads_to_a_customer_also_where_its_pieces_are_in_every_record(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lookalikes, "PIECE_MAX", 2)
    for i in range(5):
        shop.create(ANA, legal_name=f"Nordland {i} GmbH")
        shop.create(ANA, legal_name=f"Windfeld {i} GmbH")
    known = shop.create(ANA, legal_name="Nordwind GmbH").head
    assert [found["id"] for found in like(shop, ANA, legal_name="Nordwnid GmbH")] == [known.id]


@pytest.mark.parametrize("typed", ["", "  ", "上海", "GmbH", "😀", "x"])
def test_too_little_is_like_nothing(shop: Shop, typed: str) -> None:
    shop.create(ANA, legal_name="上海华新科技有限公司", country="CN")
    assert like(shop, ANA, legal_name=typed) == []


@pytest.mark.parametrize("data", [{"legal_name": {"a": 1}}, {"contacts": 5}, {"phone": ["x"]}, {}])
def test_half_typed_data_is_no_trouble(shop: Shop, data: dict[str, Any]) -> None:
    shop.create(ANA)
    assert like(shop, ANA, **data) == []


def test_a_branch_is_no_duplicate_of_its_company(shop: Shop) -> None:
    shop.create(ANA, legal_name="上海华新科技有限公司", country="CN")
    found = like(shop, ANA, legal_name="上海华新科技有限公司北京分公司")
    assert [one["grade"] for one in found if one["grade"] != "weak"] == []


def test_a_namesake_elsewhere_with_another_phone_is_not_asked_about(shop: Shop) -> None:
    address = {"purpose": "billing", "country": "DE", "city": "Bonn"}
    shop.create(
        ANA, legal_name="Campbell Trading Ltd", phone="0228 111111", addresses={"a": address}
    )
    other = {"a": {**address, "city": "Hamburg"}}
    found = like(shop, ANA, legal_name="Campbell Trading Ltd", phone="040 2222222", addresses=other)
    assert [one["grade"] for one in found] in ([], ["weak"])


def test_a_bank_account_is_compared_without_being_opened_or_told(shop: Shop) -> None:
    known = shop.create(ERP, legal_name="Nordwind", bank_accounts={"b": {"iban": IBAN}}).head
    typed = {
        "legal_name": "Nordwint",
        "bank_accounts": {"b": {"iban": "DE89 3704 0044 0532 0130 00"}},
    }
    (found,) = like(shop, CLEO, **typed)
    assert (found["id"], found["grade"]) == (known.id, "strong")
    assert {"code": "same", "field": "bank_accounts.iban", "weight": 10.0} in found["reasons"]
    assert IBAN not in repr(found)
    with shop.store.read() as rows:
        dump = rows.all("SELECT business, personal FROM record_index")
        terms = rows.tuples("SELECT term FROM record_terms")
    assert IBAN.lower() not in repr(dump).lower() + repr(terms).lower()


def test_beyond_the_own_territory_only_that_it_exists_is_told(shop: Shop) -> None:
    known = shop.create(OTTO, legal_name="Nordwind GmbH", phone="030 12345678").head
    (found,) = like(shop, ANA, legal_name="Nordwind")
    assert found["in_scope"] is False
    assert (found["number"], found["title"]) == (None, "N••••")
    assert found["ask"] == {"territory": "south", "name": "Otto"}
    (seen,) = like(shop, OTTO, legal_name="Nordwind")
    assert (seen["in_scope"], seen["number"], seen["ask"]) == (True, known.number, None)


def test_reasons_name_no_field_that_the_role_does_not_know_of(shop: Shop) -> None:
    shop.create(ANA, legal_name="Nordwind", bank_accounts={"b": {"iban": IBAN}})
    typed = {"legal_name": "Nordwind", "bank_accounts": {"b": {"iban": IBAN}}}
    fields = {
        actor.role: [
            reason["field"] for one in like(shop, actor, **typed) for reason in one["reasons"]
        ]
        for actor in (ANA, BEN, FAY, ADA, UDO)
    }
    assert all("legal_name" in found for found in fields.values())


def test_who_may_not_see_customers_is_told_nothing(shop: Shop) -> None:
    with pytest.raises(Problem, match="not_allowed"):
        like(shop, Actor("till", "Till", "pos", "till"), legal_name="Nordwind")


def test_the_same_tax_number_stops_an_entry_until_it_is_said_to_be_another(shop: Shop) -> None:
    known = enter(shop, OTTO, tax_id=TAX).record["id"]
    with pytest.raises(Problem, match="duplicate_found") as error:
        enter(shop, ANA, legal_name="Another name", tax_id="de 136 695 976")
    assert error.value.params == {"records": known}
    assert len(shop.journal()) == 1
    made = enter(shop, ANA, known.upper(), legal_name="Another name", tax_id=TAX)
    assert [(one["id"], one["grade"]) for one in made.duplicates] == [(known, "same")]
    assert pairs_of(shop, known) == [(made.record["id"], "same", "not_same")]


def test_the_repetition_of_a_creation_is_no_duplicate_of_itself(shop: Shop) -> None:
    record = shop.new_id()
    first = enter(shop, ANA, record=record, tax_id=TAX)
    again = enter(shop, ANA, record=record, tax_id=TAX)
    assert (first.record, again.status) == (again.record, "unchanged")
    assert pairs_of(shop, record) == []


def test_what_looks_alike_is_created_told_and_kept_to_be_judged(shop: Shop) -> None:
    known = enter(shop, ANA, phone="030 12345678").record["id"]
    made = enter(shop, ANA, legal_name="Corner Café GmbH", phone="030 12345678")
    assert [(one["id"], one["grade"]) for one in made.duplicates] == [(known, "strong")]
    assert pairs_of(shop, known) == [(made.record["id"], "strong", "open")]


def test_what_a_phone_has_entered_offline_is_never_refused_but_becomes_a_pair(shop: Shop) -> None:
    first = shop.create(ANA, tax_id=TAX).head.id
    second = shop.create(OTTO, tax_id=TAX).head.id
    assert pairs_of(shop, first) == []
    compare(shop)
    assert pairs_of(shop, first) == [(second, "same", "open")]
    assert shop.records.comparing.step(KIND) is False


def test_an_open_pair_fades_when_the_two_look_alike_no_more(shop: Shop) -> None:
    first = shop.create(ANA, legal_name="Nordwind", phone="030 12345678").head.id
    second = shop.create(ANA, legal_name="Nordwind", phone="030 12345678").head.id
    compare(shop)
    assert pairs_of(shop, first) == [(second, "strong", "open")]
    shop.edit(ANA, second, {"legal_name": "Alpenfeld", "phone": "040 9999999"})
    compare(shop)
    assert pairs_of(shop, first) == []


def test_not_the_same_is_remembered_whatever_is_found_later(shop: Shop) -> None:
    first, second = (shop.create(ANA, phone="030 12345678").head.id for _ in range(2))
    compare(shop)
    decided = shop.write(lambda tx: pairs.decide(tx, second, first, "not_same", CLEO))
    assert (decided.state, decided.decided_by) == ("not_same", "cleo")
    shop.edit(ANA, second, {"notes": "x", "email": "new@example.com"})
    compare(shop)
    while shop.records.comparing.sweep(KIND):
        pass
    assert pairs_of(shop, first) == [(second, "strong", "not_same")]


def test_a_decision_is_made_once(shop: Shop) -> None:
    first, second = (shop.create(ANA, phone="030 12345678").head.id for _ in range(2))
    compare(shop)
    shop.write(lambda tx: pairs.decide(tx, first, second, "merged", CLEO))
    shop.write(lambda tx: pairs.decide(tx, first, second, "merged", BEN))
    with pytest.raises(Problem, match="pair_decided"):
        shop.write(lambda tx: pairs.decide(tx, first, second, "not_same", BEN))
    with pytest.raises(Problem, match="pair_missing"):
        shop.write(lambda tx: pairs.decide(tx, first, shop.new_id(), "not_same", BEN))


def test_the_likeliest_wait_first_page_by_page_and_in_scope(shop: Shop) -> None:
    for i in range(3):
        for actor in (ANA, ANA, OTTO):
            shop.create(actor, legal_name=f"Company {i}{i}{i}", phone=f"030 1234{i}{i}{i}{i}")
    compare(shop)

    def waiting(actor: Actor, limit: int) -> list[str]:
        rule = allowed(actor, "customer", "duplicates")
        seen, after = [], None
        while True:
            with shop.store.read() as rows:
                found, after = pairs.waiting(rows, KIND, actor, rule, limit=limit, after=after)
            seen += [f"{pair.one}{pair.other}" for pair in found]
            if after is None:
                return seen

    assert len(waiting(CLEO, 2)) == len(set(waiting(CLEO, 100))) == 9
    assert len(waiting(ANA, 1)) == 3


def test_the_sweep_finds_what_was_never_asked_about_and_rests_for_a_day(shop: Shop) -> None:
    first, second = (shop.create(ANA, phone="030 12345678").head.id for _ in range(2))
    shop.write(lambda tx: tx.execute("UPDATE record_index SET compared = 1"))
    shop.records.comparing.run()
    assert pairs_of(shop, first) == [(second, "strong", "open")]
    shop.write(lambda tx: tx.execute("DELETE FROM duplicate_pairs"))
    shop.records.comparing.run()
    assert pairs_of(shop, first) == []
    shop.store.clock.advance(25 * 3_600_000)
    shop.records.comparing.run()
    assert pairs_of(shop, first) == [(second, "strong", "open")]


def test_a_slice_of_a_sweep_ends_when_it_has_compared_enough(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.records.duplicates.comparing.COMPARISONS", 1)
    made = [shop.create(ANA, phone="030 12345678").head.id for _ in range(3)]
    with shop.store.read() as rows:
        keys = rows.value("SELECT count(*) FROM record_terms WHERE term GLOB 'ck*' AND doc > 1")
    steps = 1
    while shop.records.comparing.sweep(KIND):
        steps += 1
    assert steps == keys > 2
    assert sorted(other for other, _, _ in pairs_of(shop, made[0])) == sorted(made[1:])


def test_a_sweep_goes_on_where_it_stopped(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.records.duplicates.comparing.TERMS", 1)
    made = [shop.create(ANA, phone="030 12345678").head.id for _ in range(3)]
    steps = 1
    while shop.records.comparing.sweep(KIND):
        steps += 1
    assert steps > 2
    assert sorted(other for other, _, _ in pairs_of(shop, made[0])) == sorted(made[1:])


def test_kinds_without_a_comparison_have_no_duplicates(shop: Shop) -> None:
    shop.create(BEN, "product", name="Coffee")
    assert shop.records.twins.like(BEN, "product", {"name": "Coffee"}) == []


def test_the_writer_asks_once_more_so_that_of_two_at_a_time_one_gets_by(shop: Shop) -> None:
    known = enter(shop, ANA, tax_id=TAX).record["id"]
    keyring, typed = shop.store.keyring, {"tax_id": TAX}
    with shop.store.read() as rows:
        assert lookalikes.decided(rows, keyring, KIND, typed) == [known]
        assert lookalikes.decided(rows, keyring, KIND, typed, exclude=known) == []
        assert lookalikes.decided(rows, keyring, KIND, {"legal_name": "Corner Cafe"}) == []
