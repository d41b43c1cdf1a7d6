"""What one person decides alone and what waits: the pure part, for any change at all."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.access.policy import Rule, find
from gateway.kinds.registry import KINDS
from gateway.records.model.guards import Guard, Terms, is_guarded
from gateway.records.model.patch import at, changed, put

CUSTOMER = KINDS["customer"]
TERMS = Terms({"credit_limit": 100_000, "payment_terms": 30}, "EUR")

amounts = st.sampled_from([0, 1, 100_000, 100_001, 900_000]) | st.integers(0, 10**9)
accounts = st.dictionaries(
    st.sampled_from(["b1", "b2"]),
    st.fixed_dictionaries({"iban": st.sampled_from(["A", "B"])}),
    min_size=1,
)
records = st.fixed_dictionaries(
    {"legal_name": st.sampled_from(["Corner", "Cafe"])},
    optional={
        "credit_limit": amounts,
        "payment_terms": st.integers(0, 60),
        "currency": st.sampled_from(["EUR", "USD"]),
        "notes": st.sampled_from(["a", "b"]),
        "bank_accounts": accounts,
    },
)
roles = st.sampled_from(["rep", "clerk", "manager", "finance"])


def guard(role: str, action: str = "update") -> Guard:
    rule = find(role, "customer", action) or Rule()
    return Guard(CUSTOMER, rule, TERMS, creating=action == "create")


@given(roles, records, records)
def test_what_applies_and_what_waits_is_together_what_was_said(
    role: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    split = guard(role).split(before, after, fair=before, current=before)
    data = split.data
    for held in split.held:
        assert held.base == at(before, held.path)
        data = put(data, held.path, held.proposed)
    assert data == after


@given(roles, records, records)
def test_nothing_guarded_that_takes_two_applies_at_once(
    role: str, before: dict[str, Any], after: dict[str, Any]
) -> None:
    data = guard(role).split(before, after, fair=before, current=before).data
    for path, field in changed(CUSTOMER.fields, before, data):
        if is_guarded(CUSTOMER, path, field):
            value = at(data, path)
            assert role in ("manager", "finance")
            assert isinstance(value, int)
            assert value <= TERMS.thresholds[field.name]
            if field.type == "money":
                assert after.get("currency", "EUR") == "EUR"


@given(records, records)
def test_the_erp_holds_nothing_back(before: dict[str, Any], after: dict[str, Any]) -> None:
    rule = find("erp", "customer", "update")
    assert rule is not None
    free = Guard(CUSTOMER, rule, TERMS, authority=True)
    split = free.split(before, after, fair=before, current=before)
    assert (split.data, split.held) == (after, ())


@given(records)
def test_at_entry_only_small_terms_apply_at_once(after: dict[str, Any]) -> None:
    data = guard("rep", "create").split({}, after, fair={}, current={}).data
    assert "bank_accounts" not in data
    assert data.get("credit_limit", 0) <= 100_000
    assert data.get("payment_terms", 0) <= 30
    assert data["legal_name"] == after["legal_name"]


@given(roles, records)
def test_saying_again_what_holds_proposes_nothing(role: str, data: dict[str, Any]) -> None:
    seen = {**data, "credit_limit": 1, "bank_accounts": {"b9": {"iban": "old"}}}
    split = guard(role).split(seen, data, fair=seen, current=data)
    assert split.held == ()
