"""The one table: deny by default, invariants that no row may break, and the golden matrix."""

import itertools
from pathlib import Path

import pytest

from gateway.access import policy
from gateway.access.policy import CLASSES, KNOWN, MACHINES, PEOPLE, POLICY, ROLES
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem

GOLDEN = Path(__file__).with_name("policy.golden.txt")
RECORDS = ("customer", "product", "order", "visit", "ticket", "lead")
READS = ("list", "read", "search", "history", "duplicates")


def actor(role: str) -> Actor:
    return Actor("1", "Somebody", role)


def test_the_rendered_matrix_is_the_one_that_was_agreed() -> None:
    assert policy.render() == GOLDEN.read_text("utf-8"), (
        "A permission changed. If it should have, write tests/access/policy.golden.txt again with:"
        ' python -c "from gateway.access import policy; print(policy.render(), end=str())"'
    )


def test_every_cell_that_is_not_in_the_table_is_refused() -> None:
    for role, (resource, action) in itertools.product(ROLES, sorted(KNOWN)):
        listed = {(role, resource, action), ("public", resource, action)} & set(POLICY)
        if listed:
            assert policy.allowed(actor(role), resource, action)
        else:
            with pytest.raises(Problem, match="not_allowed"):
                policy.allowed(actor(role), resource, action)


def test_an_unknown_role_may_only_do_what_is_public() -> None:
    assert policy.find("intern", "health", "read")
    assert policy.find("intern", "customer", "read") is None
    assert policy.find("", "customer", "read") is None


def test_an_auditor_writes_nothing() -> None:
    actions = {action for role, resource, action in POLICY if role == "auditor"}
    assert actions <= {*READS, "delete", "update"}
    changed = {r for role, r, a in POLICY if role == "auditor" and a in ("delete", "update")}
    assert changed == {"session", "password", "passkey", "phone", "recovery"}, (
        "their own, nothing else"
    )


def test_an_administrator_writes_no_customer_and_reads_no_personal_data() -> None:
    for (role, resource, action), rule in POLICY.items():
        if role == "admin" and resource in RECORDS:
            assert action in READS or resource == "product"
            assert not rule.clear & {"P", "F", "B", "I"} or resource == "product"


def test_an_administrator_approves_nothing() -> None:
    assert not [key for key in POLICY if key[0] == "admin" and key[1] == "approval"]


def test_only_finance_and_the_erp_see_bank_data() -> None:
    seeing = {role for (role, _, _), rule in POLICY.items() if "B" in rule.clear}
    assert seeing == {"finance", "erp", "system"}


def test_nobody_but_the_erp_sees_an_identity_number() -> None:
    seeing = {role for (role, _, _), rule in POLICY.items() if "I" in rule.clear}
    assert seeing == {"erp", "system"}


def test_people_never_set_a_bank_account_alone() -> None:
    for (role, resource, action), rule in POLICY.items():
        if role in PEOPLE and resource in RECORDS:
            assert "B" not in rule.writable, (role, resource, action)


def test_everybody_who_sets_terms_of_a_customer_may_need_a_second_person() -> None:
    for (role, resource, action), rule in POLICY.items():
        if role in PEOPLE and resource == "customer" and action in ("create", "update"):
            assert rule.second >= {"F", "B"}, (role, action)


def test_a_rep_is_kept_to_the_own_territory_everywhere() -> None:
    for (role, resource, action), rule in POLICY.items():
        if role == "rep" and resource in RECORDS and resource != "product":
            assert rule.scope == "territory", (resource, action)


def test_system_fields_are_written_by_nobody() -> None:
    assert not any("S" in rule.writable | rule.second for rule in POLICY.values())


def test_a_class_is_either_clear_or_masked() -> None:
    for rule in POLICY.values():
        assert not rule.clear & rule.masked
        assert rule.clear | rule.masked | rule.writable | rule.second <= set(CLASSES)


def test_a_scanner_reads_nothing() -> None:
    till = {("print", "create"), ("device", "ask")}
    for machine, more in (("device", set()), ("pos", till)):
        cells = {(r, a) for role, r, a in POLICY if role == machine}
        assert cells == {("fact", "create"), ("metrics", "read")} | more


def test_what_is_public_holds_no_data_of_anybody() -> None:
    public = {(resource, action) for role, resource, action in POLICY if role == "public"}
    assert public == {
        ("setup", "read"),
        ("setup", "create"),
        ("session", "create"),
        ("pairing", "claim"),
        ("phone", "prove"),
        ("hook", "create"),
        ("health", "read"),
        ("openapi", "read"),
        ("page", "read"),
        ("trust", "read"),
    }


def test_every_role_that_can_be_given_has_a_row() -> None:
    assert {role for role, _, _ in POLICY} == set(ROLES)
    assert set(PEOPLE).isdisjoint(MACHINES)
