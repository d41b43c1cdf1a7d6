"""Stored records are brought into the form that they would be stored in today."""

import json
from typing import Any

import pytest

from gateway.kernel.problems import Problem
from gateway.records.quality import standardise
from gateway.records.quality.standardise import Slice, run_slice
from tests.records.conftest import ANA, CLEO, ERP, IBAN, Shop

OLD = {
    "legal_name": "corner gmbh",
    "phone": "030 1234567",
    "addresses": {
        "a1": {"purpose": "billing", "country": "DE", "street": "Am Eck 1, 53111 Bonn"},
        "a2": {"purpose": "shipping", "country": "DE", "city": "Kiel", "postal_code": "24"},
    },
}
RULES = [
    ("addresses.a1.city", "address_lines"),
    ("addresses.a1.postal_code", "address_lines"),
    ("addresses.a1.street", "address_lines"),
    ("addresses.a2.postal_code", "postal_code"),
    ("legal_name", "names"),
    ("phone", "phone"),
]


def an_old_record(shop: Shop, **more: Any) -> str:
    """A record as older rules have let it in."""
    head = shop.create(ERP, territory="north", bank_accounts={"b1": {"iban": IBAN}}).head
    data = {**head.data, **OLD, **more}
    shop.write(
        lambda tx: [
            tx.execute(f"UPDATE {table} SET data = ?", (json.dumps(data),))
            for table in ("records", "record_versions")
        ]
    )
    return head.id


def run(shop: Shop, **more: Any) -> Slice:
    return run_slice(shop.store, shop.engine, "customer", **more)


def test_a_dry_run_says_what_would_change_and_changes_nothing(shop: Shop) -> None:
    record = an_old_record(shop)
    before = shop.journal()
    found = run(shop)
    assert (found.checked, found.changed, found.next) == (1, 1, None)
    assert sorted((line.field, line.rule) for line in found.lines) == RULES
    assert {line.record for line in found.lines} == {record}
    assert shop.journal() == before


def test_a_run_writes_edits_of_the_system_and_a_second_one_nothing(shop: Shop) -> None:
    record = an_old_record(shop)
    assert run(shop, write=True).changed == 1
    data = shop.records.get(CLEO, "customer", record)["data"]
    assert (data["legal_name"], data["phone"]) == ("corner GmbH", "+49301234567")
    assert data["addresses"]["a1"]["city"] == "Bonn"
    newest = shop.records.history(CLEO, "customer", record)[0]
    assert (newest["actor"], newest["channel"]) == ("Waystation", "system")
    again = run(shop, write=True)
    assert (again.changed, again.passed) == (0, 0)
    assert [(line.field, line.problem) for line in again.lines] == [
        ("addresses.a2.postal_code", "postal_code_invalid")
    ]


def test_only_the_named_fields_are_touched(shop: Shop) -> None:
    record = an_old_record(shop)
    run(shop, write=True, only=["phone"])
    data = shop.records.get(CLEO, "customer", record)["data"]
    assert (data["legal_name"], data["phone"]) == ("corner gmbh", "+49301234567")
    with pytest.raises(Problem, match="field_unknown"):
        run(shop, only=["telephone"])


def test_what_cannot_be_put_in_order_stays_and_is_told(shop: Shop) -> None:
    record = an_old_record(shop, email="nobody", contacts={"c1": {"name": "Ute", "phone": "x"}})
    found = run(shop, write=True)
    problems = {line.field: line.problem for line in found.lines if line.problem}
    assert problems == {
        "addresses.a2.postal_code": "postal_code_invalid",
        "contacts.c1.phone": "phone_impossible",
        "email": "email_invalid",
    }
    assert (found.changed, found.passed) == (1, 0)
    data = shop.records.get(CLEO, "customer", record)["data"]
    assert (data["email"], data["contacts"]["c1"]["phone"]) == ("nobody", "x")
    assert (data["phone"], data["addresses"]["a1"]["city"]) == ("+49301234567", "Bonn")


def test_no_line_holds_anything_sealed(shop: Shop) -> None:
    an_old_record(shop)
    assert IBAN not in repr(run(shop).lines)


def test_a_record_that_somebody_changed_meanwhile_is_passed_over(shop: Shop) -> None:
    record = an_old_record(shop)
    with shop.store.read() as rows:
        head = standardise.heads.get(rows, shop.engine.kind("customer"), record)
    kind = shop.engine.kind("customer")
    plan = standardise.plan(shop.engine, kind, head, head.data, ["phone"])
    shop.edit(ANA, record, {"phone": "030 7654321"})
    assert shop.write(
        lambda tx: standardise._apply_all(tx, engine=shop.engine, kind=kind, plans=[plan])
    ) == [False]
    assert shop.records.get(CLEO, "customer", record)["data"]["phone"] == "+49307654321"


def test_a_run_goes_on_slice_by_slice(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(standardise, "SLICE_MAX", 2)
    for number in range(5):
        shop.create(ANA, legal_name=f"Corner {number}")
    after, seen = "", 0
    while after is not None:
        found = run(shop, after=after)
        after, seen = found.next, seen + found.checked
    assert seen == 5


def test_the_command_hides_values_unless_they_are_asked_for(shop: Shop) -> None:
    an_old_record(shop)
    command = standardise.command(shop.store, lambda: shop.engine)
    asked: dict[str, Any] = {"kind": "customer", "after": "", "fields": ["phone"], "write": False}
    (bare,) = command(**asked, values=False)["lines"]
    (whole,) = command(**asked, values=True)["lines"]
    assert "before" not in bare
    assert (whole["before"], whole["after"]) == ("030 1234567", "+49301234567")
