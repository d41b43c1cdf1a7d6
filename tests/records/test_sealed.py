"""Sealed fields: in clear for nobody but who may see them."""

import pytest

from gateway.kernel.problems import Problem
from tests.records.conftest import ADA, ANA, ERP, FAY, IBAN, Shop

ACCOUNTS = {"b1": {"iban": IBAN, "bank": "Sparkasse"}}


def everything(shop: Shop) -> str:
    with shop.store.read() as rows:
        listed = rows.all("SELECT name FROM sqlite_master WHERE type = 'table'")
        # It cannot be read as a whole; what it is made of can, and its terms stand in record_terms.
        tables = [row["name"] for row in listed if row["name"] != "record_tokens"]
        return repr([rows.all(f"SELECT * FROM {table}") for table in tables])


def test_a_sealed_value_is_nowhere_in_clear(shop: Shop) -> None:
    record = shop.create(ERP, territory="north", bank_accounts=ACCOUNTS).head.id
    shop.edit(ERP, record, {"bank_accounts": {"b1": {"iban": "FR7630006000011234567890189"}}})
    stored = everything(shop)
    assert IBAN not in stored
    assert "FR76" not in stored
    assert "Sparkasse" in stored


def test_only_a_role_that_sees_banks_gets_it_opened(shop: Shop) -> None:
    record = shop.create(ERP, territory="north", bank_accounts=ACCOUNTS).head.id
    seen = {
        actor.role: shop.records.get(actor, "customer", record)["data"].get("bank_accounts")
        for actor in (ANA, FAY, ADA, ERP)
    }
    assert seen == {
        "rep": {"b1": {"iban": "••••", "bank": "S••••"}},
        "finance": {"b1": {"iban": IBAN, "bank": "Sparkasse"}},
        "admin": {"b1": {"iban": "••••", "bank": "S••••"}},
        "erp": {"b1": {"iban": IBAN, "bank": "Sparkasse"}},
    }


def test_what_has_not_changed_keeps_its_seal(shop: Shop) -> None:
    first = shop.create(ERP, territory="north", bank_accounts=ACCOUNTS).head
    second = shop.edit(ERP, first.id, {"notes": "x", "bank_accounts": ACCOUNTS}).head
    assert second.data["bank_accounts"] == first.data["bank_accounts"]


def test_a_seal_opens_in_its_own_place_only(shop: Shop) -> None:
    first = shop.create(ERP, territory="north", bank_accounts=ACCOUNTS).head
    british = {"b1": {"iban": "GB82WEST12345698765432"}}
    other = shop.create(ERP, territory="north", bank_accounts=british).head
    sealed = first.data["bank_accounts"]["b1"]["iban"]
    moved = other.data["bank_accounts"]["b1"]["iban"]
    shop.write(
        lambda tx: tx.execute("UPDATE records SET data = replace(data, ?, ?)", (sealed, moved))
    )
    shown = shop.records.get(FAY, "customer", first.id)
    assert shown["data"]["bank_accounts"]["b1"]["iban"] == "••••"
    assert shown["masked"] == ["bank_accounts.b1.iban"]
    with pytest.raises(Problem, match="seal_broken"):
        shop.edit(ANA, first.id, {"notes": "x"})


def test_the_same_creation_again_is_recognised_although_no_two_seals_are_alike(shop: Shop) -> None:
    record = shop.create(ERP, territory="north", bank_accounts=ACCOUNTS).head.id
    assert shop.create(ANA, record=record, bank_accounts=ACCOUNTS).status == "unchanged"
