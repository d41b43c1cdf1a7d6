"""What people typed is kept beside what is stored, and shown to those who may see the value."""

from typing import Any

import pytest

from gateway.records.model.patch import dotted
from tests.records.conftest import ADA, ANA, CLEO, ERP, IBAN, UDO, Shop

LINE = "Invalidenstr. 44, 10115 Berlin"


def typed(shop: Shop, record: str, actor: Any = CLEO) -> list[dict[str, str]]:
    """By version, oldest first: place to what was typed."""
    versions = shop.records.history(actor, "customer", record)
    return [
        {change["field"]: change["typed"] for change in version["changes"] if "typed" in change}
        for version in reversed(versions)
    ]


def test_what_was_typed_is_kept_where_the_stored_form_differs(shop: Shop) -> None:
    record = shop.create(
        ANA, legal_name="corner gmbh", phone="030 1234567", email="ana@example.com", country="de"
    ).head
    assert record.data["legal_name"] == "corner GmbH"
    assert typed(shop, record.id) == [
        {"country": "de", "legal_name": "corner gmbh", "phone": "030 1234567"}
    ]


def test_an_address_in_one_line_is_stored_in_parts_and_remembered_whole(shop: Shop) -> None:
    address = {"purpose": "billing", "country": "DE", "street": LINE}
    record = shop.create(ANA, addresses={"a1": address}).head
    assert record.data["addresses"] == {
        "a1": {
            "purpose": "billing",
            "country": "DE",
            "street": "Invalidenstr. 44",
            "city": "Berlin",
            "postal_code": "10115",
        }
    }
    assert typed(shop, record.id) == [{dotted(("addresses", "a1", "street")): LINE}]


def test_an_edit_keeps_its_own_words_and_no_others(shop: Shop) -> None:
    record = shop.create(ANA, phone="030 1234567").head.id
    shop.edit(ANA, record, {"notes": "rings twice"})
    shop.edit(ANA, record, {"phone": "030 7654321", "notes": "rings twice"}, base=2)
    assert typed(shop, record) == [{"phone": "030 1234567"}, {}, {"phone": "030 7654321"}]


def test_a_value_that_lost_a_conflict_leaves_no_words_with_the_version(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.edit(ANA, record, {"phone": "030 1111111"})
    outcome = shop.edit(CLEO, record, {"phone": "030 2222222", "notes": "late"})
    assert outcome.status == "conflict"
    assert typed(shop, record)[2] == {}


def test_nothing_sealed_is_kept_in_clear(shop: Shop) -> None:
    spaced = "DE89 3704 0044 0532 0130 00"
    accounts = {
        "b1": {"iban": spaced},
        "b2": {"account_number": "1234 5678 90", "bank": "Bank", "country": "us"},
    }
    shop.create(ERP, bank_accounts=accounts)
    with shop.store.read() as rows:
        kept = [row["typed"] for row in rows.all("SELECT typed FROM record_typed")]
    assert kept == ['{"bank_accounts.b2.country":"us"}']
    assert IBAN not in repr(kept)


@pytest.mark.parametrize("actor", [ADA, UDO])
def test_words_of_a_hidden_value_are_hidden_too(shop: Shop, actor: Any) -> None:
    record = shop.create(ANA, phone="030 1234567").head.id
    assert typed(shop, record, actor) == [{"phone": "030••••67"}]
