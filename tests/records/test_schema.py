"""The schema that forms and phones get: what a role sees and sets, and nothing else."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.kernel.languages import LANGUAGES
from gateway.kinds.registry import KINDS
from gateway.records.model.fields import Field, Labels, OneOf
from gateway.records.model.guards import Terms
from gateway.records.model.validate import Home
from gateway.records.records import Records
from gateway.records.schema import kind_schema
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, OTTO, UDO, Shop


def kind(shop: Shop, actor: Any, name: str = "customer") -> dict[str, Any]:
    return next(kind for kind in shop.records.kinds(actor) if kind["name"] == name)


def fields(shop: Shop, actor: Any, name: str = "customer") -> dict[str, dict[str, Any]]:
    return {field["name"]: field for field in kind(shop, actor, name)["fields"]}


def test_a_field_has_the_members_of_the_contract(shop: Shop) -> None:
    assert fields(shop, ANA)["tax_id"] == {
        "name": "tax_id",
        "type": "tax_id",
        "labels": {"en": "Tax number", "zh-CN": "税号", "zh-Hant": "統一編號"},
        "class": "O",
        "policy": "identity",
        "required": False,
        "writable": True,
        "guarded": False,
        "masked": False,
        "folded": False,
        "rules": {"country_field": "country"},
    }


def test_rules_say_what_a_phone_checks(shop: Shop) -> None:
    found = fields(shop, ANA)
    assert found["legal_name"]["rules"] == {"max_length": 200}
    assert found["payment_terms"]["rules"] == {"min": 0, "max": 365}
    assert [c["value"] for c in found["type"]["rules"]["choices"]] == ["company", "person"]
    assert fields(shop, BEN, "product")["tax_rate"]["rules"] == {"min": "0", "max": "1"}
    assert fields(shop, BEN, "product")["barcodes"]["rules"]["items"] == "gtin"


def test_a_field_that_a_scanner_may_type_into_says_so(shop: Shop) -> None:
    products = fields(shop, BEN, "product").values()
    assert [field["name"] for field in products if field.get("scannable")] == ["sku", "barcodes"]


@pytest.mark.parametrize("actor", [ANA, CLEO, BEN, FAY, ADA, UDO, ERP])
def test_a_role_gets_only_fields_it_sees_or_sets(shop: Shop, actor: Any) -> None:
    head = shop.create(ERP, territory="north", credit_limit=1, phone="030 1234567").head
    schema = fields(shop, actor)
    shown = shop.records.get(actor, "customer", head.id)
    assert shown["data"].keys() <= schema.keys()
    for name in shown["masked"]:
        assert schema[name]["masked"]
    for step in kind(shop, actor)["steps"]:
        assert set(step["fields"]) <= schema.keys()


def test_guarded_fields_are_marked_where_a_second_person_may_have_to_confirm(shop: Shop) -> None:
    def mark(actor: Any, name: str) -> tuple[bool, bool]:
        field = fields(shop, actor)[name]
        return field["writable"], field["guarded"]

    assert mark(ANA, "credit_limit") == (True, True)
    assert mark(ANA, "bank_accounts") == (True, True)
    assert mark(BEN, "credit_limit") == (True, True)
    assert mark(FAY, "credit_limit") == (True, True)
    assert mark(ADA, "credit_limit") == (False, False)
    assert mark(ERP, "credit_limit") == (True, False)
    assert mark(ANA, "notes") == (True, False)
    assert fields(shop, ANA)["credit_limit"]["alone_up_to"] == 100_000
    assert "alone_up_to" not in fields(shop, ANA)["bank_accounts"]


def test_what_a_role_cannot_set_is_not_writable(shop: Shop) -> None:
    assert not any(field["writable"] for field in fields(shop, UDO).values())
    assert not fields(shop, BEN)["balance"]["writable"]
    assert fields(shop, ERP)["balance"]["writable"]
    assert not fields(shop, ANA)["territory"]["writable"]
    assert fields(shop, CLEO)["territory"]["writable"]
    assert not any(field["writable"] for field in fields(shop, ANA, "product").values())


def test_groups_hold_the_fields_of_their_elements(shop: Shop) -> None:
    contact = {field["name"]: field for field in fields(shop, ANA)["contacts"]["fields"]}
    assert list(contact)[:5] == ["name", "role", "phone", "mobile", "email"]
    assert contact["name"]["required"]
    assert [f["name"] for f in fields(shop, ADA)["bank_accounts"]["fields"]] == [
        "holder",
        "bank",
        "iban",
        "account_number",
        "bic",
        "country",
    ]


def test_defaults_are_the_shops_own(shop: Shop) -> None:
    china = Home("CN", "CNY", "zh-CN")
    shop.records = Records(shop.store, shop.engine.kinds, shop.records._settings, lambda: china)
    found = fields(shop, ANA)
    assert [found[name]["default"] for name in ("country", "currency", "language")] == [
        "CN",
        "CNY",
        "zh-CN",
    ]
    assert shop.create(ANA, phone="021-58881234").head.data["phone"] == "+862158881234"


def test_the_version_changes_with_what_a_role_may_do_and_with_nothing_else(shop: Shop) -> None:
    assert kind(shop, ANA)["version"] == kind(shop, OTTO)["version"]
    assert kind(shop, ANA)["version"] != kind(shop, BEN)["version"]


def test_every_label_is_there_in_every_language(shop: Shop) -> None:
    def labels(value: Any) -> list[dict[str, str]]:
        if isinstance(value, dict):
            own = [value["labels"]] if "labels" in value else []
            return own + [found for inner in value.values() for found in labels(inner)]
        return (
            [found for inner in value for found in labels(inner)] if isinstance(value, list) else []
        )

    found = labels(shop.records.kinds(ERP))
    assert len(found) > 50
    assert all(set(each) == set(LANGUAGES) and all(each.values()) for each in found)


def test_a_role_without_records_gets_no_kinds(shop: Shop) -> None:
    assert shop.records.kinds(type(ANA)("x", "X", "pos")) == []


def test_a_phone_is_told_what_fits_together(shop: Shop) -> None:
    found = fields(shop, ANA)
    assert found["industry"]["rules"]["when"] == ["type", "company"]
    assert found["birth_date"]["rules"] == {"when": ["type", "person"], "past": True}
    assert found["bank_accounts"]["rules"]["one_of"] == [
        {"fields": ["iban", "account_number"], "code": "bank_account_incomplete"}
    ]
    assert found["addresses"]["rules"]["single"][0]["value"] == "registered"
    address = {field["name"]: field for field in found["addresses"]["fields"]}
    assert address["postal_code"]["rules"]["patterns"]["DE"]
    assert (address["region"]["folded"], address["region"]["rules"]["place"]) == (True, "region")
    keys = [key["value"] for key in found["consents"]["rules"]["keys"]]
    assert "marketing-email" in keys
    consent = {field["name"]: field for field in found["consents"]["fields"]}
    assert consent["date"]["default"] == "{today}"


def test_a_role_is_not_asked_for_one_of_fields_it_does_not_see() -> None:
    group = Field(
        name="ways",
        type="group",
        labels=Labels("", ""),
        fields=(
            Field(name="open", type="text", labels=Labels("", "")),
            Field(name="secret", type="text", labels=Labels("", ""), data_class="I"),
        ),
        constraints=(OneOf(("open", "secret")),),
    )
    kind = replace(KINDS["product"], fields=(*KINDS["product"].fields, group))
    told = kind_schema(kind, CLEO, Home(), Terms())
    assert told is not None
    ways = next(field for field in told["fields"] if field["name"] == "ways")  # type: ignore[attr-defined]
    assert [member["name"] for member in ways["fields"]] == ["open"]
    assert ways["rules"] == {}


def test_a_group_says_what_one_of_it_is_called(shop: Shop) -> None:
    said = {name: field["one"]["en"] for name, field in fields(shop, BEN).items() if "one" in field}
    assert said == {"contacts": "Contact", "addresses": "Address", "bank_accounts": "Bank account"}


def test_every_group_that_grows_says_what_one_of_it_is_called() -> None:
    groups = [field for kind in KINDS.values() for field in kind.fields if field.type == "group"]
    assert [field.name for field in groups if not (field.one or field.keys)] == []
