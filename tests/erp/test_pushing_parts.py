"""What the engine does beside the contract: groups, lookups, what is left alone, what is unsure."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel import ids
from gateway.store.database import Store
from sync.erp.connector import Entry, Refusal, Trouble
from sync.erp.line import Values
from sync.erp.mapping import comparing, reading
from sync.erp.mapping.model import Field
from sync.erp.names import Named, RecordNames
from sync.erp.pushing import groups
from sync.erp.pushing.engine import Engine, Terms
from sync.erp.receipt import Receipt
from tests.erp.contract import by_seq, customer_entry
from tests.erp.memory import Ledger, MemoryLine, refused
from tests.erp.shop import Shop, receipt
from tests.erp.test_check import TEXT


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def push(ledger: Ledger, *entries: Entry, text: str = TEXT) -> list[Receipt]:
    mapping = reading.parse("memory", text)
    return list(Engine(MemoryLine(ledger), mapping, Terms()).push(entries))


def fact(type: str, seq: int = 1, **data: object) -> Entry:
    time = "2026-11-20T23:30:00.000Z"
    return Entry(seq=seq, id=ids.uuid7(seq), type=type, time=time, op="append", data=data)


def visit(customer: str, seq: int = 1) -> Entry:
    at = "2026-11-20T23:30:00.000Z"
    return fact(
        "visit.completed", seq,
        customer=customer, check_in=at, check_out=at, outcome="ordered", note="Fine",
    )  # fmt: skip


@given(st.sets(st.integers(0, 40)), st.integers(0, 40), st.integers(1, 50))
def test_a_group_that_is_refused_is_halved_down_to_exactly_the_bad_ones(
    bad: set[int], count: int, size: int
) -> None:
    def make(group: Sequence[int]) -> list[str]:
        if bad & set(group):
            raise refused("one of them is bad")
        return [f"id {each}" for each in group]

    found = dict(groups.create(make, range(count), size))
    assert {one for one, answer in found.items() if isinstance(answer, Refusal)} == {
        one for one in bad if one < count
    }
    assert {one: found[one] for one in found.keys() - bad} == {
        one: f"id {one}" for one in set(range(count)) - bad
    }


def test_a_fact_of_any_type_needs_a_table_and_no_code(ledger: Ledger) -> None:
    customer = customer_entry("T1-C1", 5)
    seen = visit(customer.subject)
    told = push(ledger, seen, customer)
    assert by_seq(told) == {1: "accepted", 5: "accepted"}
    (note,) = ledger.all("note")
    (partner,) = ledger.all("partner", x_id=customer.subject)
    assert (note["partner"], note["day"], note["text"]) == (
        partner["id"], "2026-11-21", "ordered: Fine",
    )  # fmt: skip
    assert by_seq(push(ledger, seen)) == {1: "duplicate"}


def test_a_fact_becomes_several_documents_and_has_one_answer(ledger: Ledger) -> None:
    line = {"sku": "SKU-0001", "quantity": "1", "unit_price": 1000, "amount": 1000}
    tenders = [{"type": "cash", "amount": 400}, {"type": "voucher", "amount": 600}]
    data = receipt({**line, "tax": 0}, receipt="1") | {"tenders": tenders}
    sale = fact("sale.completed", **data)
    (told,) = push(ledger, sale)
    assert told.problem is not None
    assert (told.status, told.problem.code) == ("rejected", "erp_value_unmapped")
    (order,) = ledger.all("order")
    assert order["state"] == "done"
    named = TEXT.replace('card = "Card"', '"*" = "Card"')
    (told,) = push(ledger, sale, text=named)
    assert (told.status, told.erp_ref) == ("accepted", f"order,{order['id']}")
    assert {row["x_id"]: (row["method"], row["amount"]) for row in ledger.all("payment")} == {
        f"{sale.id}/1": ("Cash", Decimal("4.00")), f"{sale.id}/2": ("Card", Decimal("6.00")),
    }  # fmt: skip
    assert by_seq(push(ledger, sale, text=named)) == {1: "duplicate"}


def test_elements_with_records_of_their_own_follow_the_record(ledger: Ledger) -> None:
    entry = customer_entry("T1-C1", 1, contacts={"a": {"name": "Ann"}, "b": {"name": "Bo"}})
    (told,) = push(ledger, entry)
    people = {row["x_id"]: row for row in ledger.all("person")}
    assert set(people) == {f"{entry.subject}/a", f"{entry.subject}/b"}
    assert set(told.links) == {"contacts of a customer/a", "contacts of a customer/b"}
    data = {**entry.data, "contacts": {"a": {"name": "Anne"}}}
    edited = replace(entry, data=data, links=told.links)
    assert by_seq(push(ledger, edited)) == {1: "accepted"}
    assert (people[f"{entry.subject}/a"]["name"], people[f"{entry.subject}/b"]["active"]) == (
        "Anne", False,
    )  # fmt: skip
    none = replace(edited, data={**data, "contacts": {}})
    assert by_seq(push(ledger, none)) == {1: "accepted"}
    assert by_seq(push(ledger, replace(none, op="delete", data={}))) == {1: "accepted"}
    assert [row["active"] for row in people.values()] == [False, False]


def test_many_are_looked_up_and_made_in_a_few_calls(ledger: Ledger) -> None:
    customers = [customer_entry(f"T1-C{n}", n) for n in range(1, 41)]
    visits = [visit(one.subject, 100 + one.seq) for one in customers]
    assert set(by_seq(push(ledger, *customers, *visits)).values()) == {"accepted"}
    assert len(ledger.asked) <= 12, ledger.asked
    assert "create note 40" in ledger.asked


def test_what_several_records_there_stand_for_is_left_to_a_person(ledger: Ledger) -> None:
    ledger.add("country", code="DE")
    (told,) = push(ledger, customer_entry("T1-C1", 1))
    assert told.problem is not None
    assert (told.status, told.problem.code) == ("rejected", "erp_value_doubtful")


def test_what_is_missing_there_is_waited_for_unless_the_mapping_says_otherwise(
    ledger: Ledger,
) -> None:
    entry = customer_entry("T1-C1", 1, country="CN")
    (told,) = push(ledger, entry)
    assert told.problem is not None
    assert (told.status, told.problem.code) == ("deferred", "erp_value_unknown")
    kept = TEXT.replace('by = "code" }\ncredit', 'by = "code", missing = "leave" }\ncredit')
    assert by_seq(push(ledger, entry, text=kept)) == {1: "accepted"}
    (partner,) = ledger.all("partner", x_id=entry.subject)
    partner["country"] = ledger.all("country", code="FR")[0]["id"]
    push(ledger, replace(entry, data={**entry.data, "legal_name": "New"}), text=kept)
    assert partner["country"] is not None


def test_what_was_never_agreed_on_here_is_left_as_it_is_there(ledger: Ledger) -> None:
    entry = customer_entry("T1-C1", 1)
    push(ledger, entry)
    (partner,) = ledger.all("partner", x_id=entry.subject)
    partner |= {"credit_limit": Decimal(500), "lang": "fr", "phone": None}
    told = push(ledger, replace(entry, data={**entry.data, "phone": "+33472000011"}))
    assert by_seq(told) == {1: "accepted"}
    assert partner["credit_limit"] == 500
    assert (partner["lang"], partner["phone"]) == (None, "+33472000011")
    partner["phone"] = "+33 4 72 00 00 11"
    again = push(ledger, replace(entry, data={**entry.data, "phone": "+33472000011"}))
    assert by_seq(again) == {1: "duplicate"}


def test_a_deleted_record_is_taken_out_of_use_and_keeps_its_values(ledger: Ledger) -> None:
    entry = customer_entry("T1-C1", 1)
    push(ledger, entry)
    told = push(ledger, replace(entry, op="delete", data={}))
    (partner,) = ledger.all("partner", x_id=entry.subject)
    assert (by_seq(told), partner["active"], partner["name"]) == (
        {1: "accepted"}, False, "Shop T1-C1",
    )  # fmt: skip
    assert by_seq(push(ledger, replace(entry, op="delete", data={}))) == {1: "duplicate"}


def test_only_what_a_table_is_about_is_pushed(ledger: Ledger) -> None:
    text = TEXT.replace("[customer.fields]", 'when = { type = "company" }\n[customer.fields]')
    company = customer_entry("T1-C1", 1, type="company")
    person = customer_entry("T1-C2", 2, type="person")
    assert by_seq(push(ledger, company, person, text=text)) == {1: "accepted", 2: "duplicate"}
    assert ledger.all("partner", x_id=person.subject) == []


def test_what_nothing_keeps_apart_rests_after_an_answer_that_never_came(ledger: Ledger) -> None:
    mapping = reading.parse("memory", TEXT.replace("unique = true\n", ""))
    engine = Engine(MemoryLine(ledger), mapping, Terms(request_limit_s=90))
    ledger.doomed = "partner"
    entries = [customer_entry(f"T1-C{n}", n) for n in (1, 2)]
    told: list[Receipt] = []
    with pytest.raises(Trouble):
        told.extend(engine.push(entries))
    assert [(one.seq, one.status, one.rest_s) for one in told] == [
        (1, "deferred", 90), (2, "deferred", 90),
    ]  # fmt: skip
    assert by_seq(engine.push(entries)) == {1: "duplicate", 2: "duplicate"}


def test_a_creation_that_comes_through_while_it_is_made_again_is_taken_as_it_is(
    ledger: Ledger,
) -> None:
    """Between our look and our creation the one that nobody waited for any more ends."""
    customer = customer_entry("T1-C1", 1)
    entries = [customer, visit(customer.subject, 2)]
    mapping = reading.parse("memory", TEXT)

    class Overtaken(MemoryLine):
        def create(self, model: str, values: Sequence[Values]) -> list[str]:
            self.carry_out(model, values)
            return super().create(model, values)

    told = by_seq(Engine(Overtaken(ledger), mapping, Terms()).push(entries))
    assert told == {1: "duplicate", 2: "duplicate"}
    assert (len(ledger.all("partner", x_id=customer.subject)), len(ledger.all("note"))) == (1, 1)


def test_an_entry_that_the_erp_fails_to_look_up_stops_no_other(ledger: Ledger) -> None:
    good, bad = customer_entry("T1-C1", 1), customer_entry("T1-C2", 2)
    ledger.hated = bad.subject
    told = push(ledger, good, bad, visit(good.subject, 3), visit(bad.subject, 4))
    assert by_seq(told) == {1: "accepted", 2: "deferred", 3: "accepted", 4: "deferred"}
    assert [one.problem.code for one in told if one.problem] == ["erp_fault", "erp_fault"]


def test_sums_that_differ_leave_a_draft_and_say_both(ledger: Ledger) -> None:
    line = {
        "gtin": "2000000000015", "quantity": "1", "unit_price": 1000, "amount": 1000,
        "tax_rate": "0.19", "tax": 150, "discount": 0,
    }  # fmt: skip
    sale = fact("sale.completed", **receipt(line, receipt="1"))
    (told,) = push(ledger, sale)
    assert told.problem is not None
    assert told.problem.code == "erp_totals_differ"
    assert told.problem.params == {"theirs": Decimal("11.90"), "ours": Decimal("11.50")}
    assert ledger.all("order")[0]["state"] == "draft"


def test_a_till_names_a_customer_by_number_or_by_one_that_was_merged_since(
    store: Store,
) -> None:
    shop = Shop(store)
    one, two = shop.customer("Lefort"), shop.customer("Lefort SARL")
    number = shop.record(two)["number"]
    shop.merge(one, two)
    found = RecordNames(store)("customer", [two, number, "T9-C9", ids.uuid7(1)])
    assert {found[two].id, found[number].id} == {one}
    assert (found["T9-C9"].id, found["T9-C9"].number) == ("", "T9-C9")


@pytest.mark.parametrize(
    ("theirs", "ours", "same"),
    [
        ("", None, True), (None, None, True), (False, None, True), ("Lyon ", "Lyon", True),
        (Decimal("5.00"), Decimal(5), True), ("5", Decimal("5.0"), True), (None, Decimal(0), False),
        (1, True, True), (None, False, True), (0, True, False), ("x", None, False),
        ("a b", "ab", False), (None, 5, False), ("five", 5, False),
    ],
)  # fmt: skip
def test_what_says_the_same_is_not_written_again(theirs: object, ours: object, same: bool) -> None:
    assert comparing.same(Field("f"), theirs, ours) is same  # type: ignore[arg-type]


def test_a_name_as_long_as_an_id_that_is_none_is_a_number_that_nobody_has(store: Store) -> None:
    card = "a card number of thirty-six letters!"
    assert RecordNames(store)("customer", [card]) == {card: Named("", card)}
