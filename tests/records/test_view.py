"""The one way out: every role against every class, and nothing the declaration does not know."""

from typing import Any

import pytest

from gateway.access.policy import PEOPLE, POLICY
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.model.fields import leaves
from gateway.records.model.masks import mask
from gateway.records.model.patch import at, dotted
from tests.records.conftest import ADA, ANA, BEN, ERP, FAY, IBAN, OTTO, Shop

FULL: dict[str, Any] = {
    "legal_name": "Corner Cafe",
    "trade_name": "Corner",
    "territory": "north",
    "tax_id": "DE136695976",
    "phone": "030 1234567",
    "email": "ute@example.com",
    "website": "example.com",
    "contacts": {"c1": {"name": "Ute", "role": "owner", "phone": "030 7654321"}},
    "addresses": {
        "a1": {"purpose": "billing", "country": "DE", "city": "Bonn", "street": "Am Eck 1"}
    },
    "payment_terms": 30,
    "credit_limit": 500_000,
    "balance": 1234,
    "bank_accounts": {"b1": {"holder": "Ute", "iban": IBAN, "bank": "Bank"}},
    "consents": {"marketing-email": {"state": "granted", "evidence": "folder 7"}},
    "tags": ["vip"],
    "notes": "quiet",
}


@pytest.mark.parametrize("role", [*PEOPLE, "erp"])
def test_every_role_sees_the_classes_of_its_row_and_no_other(shop: Shop, role: str) -> None:
    head = shop.create(ERP, **FULL).head
    rule = POLICY[role, "customer", "read"]
    actor = Actor("x", "X", role, territory="north")
    shown = shop.records.get(actor, "customer", head.id)
    for path, field, stored in leaves(KINDS["customer"].fields, head.data):
        seen = at(shown["data"], path)
        if field.data_class in rule.clear:
            assert seen == stored or field.sealed
            assert dotted(path) not in shown["masked"]
        elif field.data_class in rule.masked:
            assert seen == mask(field, stored)
            assert dotted(path) in shown["masked"]
        else:
            assert seen is None


@pytest.mark.parametrize("role", ["device", "pos", "public"])
def test_machines_and_strangers_see_no_customer(shop: Shop, role: str) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="not_allowed"):
        shop.records.get(Actor("x", "X", role), "customer", record)


def test_what_the_declaration_does_not_know_never_leaves(shop: Shop) -> None:
    record = shop.create(ANA, contacts={"c1": {"name": "Ute"}}).head.id
    secret = """json_set(data, '$.margin', 'secret', '$.contacts.c1.diary', 'secret')"""
    shop.write(lambda tx: tx.execute(f"UPDATE records SET data = {secret}"))
    shop.write(lambda tx: tx.execute(f"UPDATE record_versions SET data = {secret}"))
    for actor in (ANA, BEN, FAY, ERP):
        outputs = (
            shop.records.get(actor, "customer", record),
            shop.records.page(actor, "customer"),
            shop.records.history(actor, "customer", record),
        )
        assert "secret" not in repr(outputs)


def test_masks_tell_enough_to_recognise_and_too_little_to_use(shop: Shop) -> None:
    record = shop.create(ERP, **FULL).head.id
    data = shop.records.get(ADA, "customer", record)["data"]
    assert data["phone"] == "+49••••67"
    assert data["email"] == "u••••@example.com"
    assert data["credit_limit"] == "••••"
    assert data["contacts"]["c1"] == {"name": "U••••", "role": "owner", "phone": "+49••••21"}
    assert data["bank_accounts"]["b1"]["iban"] == "••••"


def test_a_record_has_the_members_of_the_contract(shop: Shop) -> None:
    head = shop.create(ANA).head
    shown = shop.records.get(ANA, "customer", head.id)
    assert {name: value for name, value in shown.items() if name not in ("data", "id")} == {
        "kind": "customer",
        "version": 1,
        "number": "W1-C000001",
        "masked": [],
        "stage": "at_gateway",
        "stage_detail": None,
        "updated_at": "2027-01-15T08:00:00.000Z",
        "conflicts": 0,
        "proposals": [],
        "aliases": [],
    }


def test_a_record_out_of_the_territory_does_not_exist(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    for read in (shop.records.get, shop.records.history):
        with pytest.raises(Problem, match="record_missing"):
            read(OTTO, "customer", record)


def test_a_record_under_another_kind_does_not_exist(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    with pytest.raises(Problem, match="record_missing"):
        shop.records.get(BEN, "product", record)
    with pytest.raises(Problem, match="kind_unknown"):
        shop.records.get(BEN, "spaceship", record)


def test_history_tells_each_change_as_the_role_sees_it(shop: Shop) -> None:
    record = shop.create(ERP, **FULL).head.id
    shop.edit(BEN, record, {"credit_limit": 1, "notes": None, "contacts": {"c1": {"name": "Eva"}}})
    newest, oldest = shop.records.history(BEN, "customer", record)
    assert (newest["version"], newest["actor"], newest["device"]) == (2, "Ben", "desk")
    assert newest["changes"] == [
        {"field": "contacts.c1.name", "old": "Ute", "new": "Eva"},
        {"field": "credit_limit", "old": 500_000, "new": 1},
        {"field": "notes", "old": "quiet", "new": None},
    ]
    assert {change["old"] for change in oldest["changes"]} == {None}
    for_a_rep = shop.records.history(ANA, "customer", record)[0]["changes"]
    assert [change["field"] for change in for_a_rep] == ["contacts.c1.name", "notes"]
    for_the_admin = shop.records.history(ADA, "customer", record)[0]["changes"]
    assert for_the_admin[0] == {"field": "contacts.c1.name", "old": "U••••", "new": "E••••"}
