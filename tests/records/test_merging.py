"""Two records become one: proposed, confirmed by a second person, found by both names, undone."""

from typing import Any

import pytest

from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import feed
from gateway.records.approvals import Verdict
from gateway.records.duplicates import pairs
from gateway.records.duplicates.lookalikes import Candidate
from gateway.records.duplicates.merging import Order
from gateway.records.engine import Origin, Proposal
from gateway.records.rows import heads
from gateway.store.transaction import Tx
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, NORA, OTTO, Shop

MIA = Actor("mia", "Mia", "manager", "desk")
FRENCH = "FR7630006000011234567890189"


def customer(shop: Shop, actor: Actor = ERP, **data: Any) -> str:
    """A customer of the north whose whole data applies."""
    return shop.create(actor, **{"territory": "north", **data}).head.id


def order(shop: Shop, record: str, alias: str, **choices: str) -> Order:
    """A merge of two records as they are now."""
    versions = [head(shop, one).version for one in (record, alias)]
    return Order(record, versions[0], alias, versions[1], choices)


def head(shop: Shop, record: str) -> heads.Head:
    with shop.store.read() as rows:
        found = heads.find(rows, record)
    assert found
    return found


def propose(
    shop: Shop, record: str, alias: str, actor: Actor = BEN, **choices: str
) -> dict[str, Any]:
    """A proposed merge, as the second person sees it."""
    wish = order(shop, record, alias, **choices)
    _, proposal = shop.records.merges.merge(Origin(actor), "customer", wish)
    return shop.records.inbox.get(FAY, proposal)


def approve(shop: Shop, proposal: dict[str, Any], actor: Actor = FAY) -> dict[str, Any]:
    return shop.records.inbox.decide(
        Origin(actor), proposal["id"], Verdict("approve", proposal["hash"])
    )


def merge(shop: Shop, record: str, alias: str, **choices: str) -> str:
    """Merge by two people; the id of the merge."""
    approve(shop, propose(shop, record, alias, **choices))
    return shop.records.merges.page(BEN, "customer", record=record)[0][0]["id"]


def seen(shop: Shop, record: str, actor: Actor = FAY) -> dict[str, Any]:
    return shop.records.get(actor, "customer", record)


def undo(shop: Shop, merged: str, *, not_same: bool = False) -> dict[str, Any]:
    return shop.records.merges.undo(Origin(BEN), merged, not_same=not_same)


def found(shop: Shop, words: str = "") -> list[str]:
    return [one["id"] for one in shop.records.page(BEN, "customer", search=words)[0]]


def test_a_merge_takes_a_second_person_and_shows_both_in_history(shop: Shop) -> None:
    one = customer(shop, legal_name="Linden Bakery", notes="Deliver early.")
    two = customer(shop, legal_name="Linden Bakery GmbH", email="office@linden.example")
    proposal = propose(shop, one, two)
    assert (proposal["field"], proposal["merge"]["alias"]) == ("@merge", two)
    assert "email" not in seen(shop, one)["data"], "nothing has happened yet"
    with pytest.raises(Problem, match="approval_own"):
        approve(shop, proposal, BEN)
    approve(shop, proposal)
    record = seen(shop, one)
    assert record["data"]["email"] == "office@linden.example"
    assert record["data"]["legal_name"] == "Linden Bakery GmbH", "the longer name"
    assert record["data"]["notes"] == "Deliver early."
    assert record["aliases"] == [{"id": two, "number": head(shop, two).number}]
    newest = shop.records.history(FAY, "customer", one)[0]
    assert (newest["actor"], newest["approved_by"]) == ("Ben", "Fay")
    assert (newest["merge"]["what"], newest["merge"]["number"]) == (
        "merged",
        head(shop, two).number,
    )
    types = [entry["type"] for entry in shop.journal()[-3:]]
    assert types == ["record.merged", "record.edited", "record.approval"]


def test_the_old_number_and_id_lead_to_the_record_that_stays(shop: Shop) -> None:
    one = customer(shop, legal_name="Linden Bakery")
    two = customer(shop, legal_name="Linden Backerei", tax_id="DE136695976", phone="030 1234567")
    number = head(shop, two).number
    merge(shop, one, two, tax_id="kept", phone="kept")
    answer = seen(shop, two)
    assert (answer["id"], answer["alias_of"]) == (one, one)
    assert "alias_of" not in seen(shop, one)
    assert found(shop) == [one]
    assert found(shop, number) == [one]
    assert found(shop, "Backerei") == [one], "what it was called is its other name now"
    assert shop.records.lookup("customer", "tax_id", str(head(shop, two).data["tax_id"])) == {
        "id": one,
        "number": head(shop, one).number,
        "name": "Linden Backerei",
    }


def test_a_search_for_how_both_titles_begin_finds_only_the_record_that_stays(shop: Shop) -> None:
    one = customer(shop, legal_name="Nordwind GmbH")
    two = customer(shop, legal_name="Nordwint GmbH")
    merge(shop, one, two)
    assert found(shop, "nordwin") == [one]


def test_consents_of_one_never_reach_the_other(shop: Shop) -> None:
    granted, denied = {"state": "granted"}, {"state": "denied"}
    one = customer(
        shop,
        email="a@linden.example",
        consents={"marketing-email": granted, "survey-phone": denied},
    )
    two = customer(
        shop,
        email="b@linden.example",
        phone="030 1234567",
        consents={"marketing-phone": granted, "survey-phone": granted, "marketing-email": denied},
    )
    with pytest.raises(Problem, match="merge_choice_fixed"):
        propose(shop, one, two, **{"consents.marketing-email": "kept"})
    merge(shop, one, two)
    consents = seen(shop, one)["data"]["consents"]
    answers = {name: one["state"] for name, one in consents.items()}
    assert answers == {
        "marketing-email": "denied", "survey-phone": "denied", "marketing-phone": "granted",
    }  # fmt: skip


def test_a_grant_does_not_cover_an_address_nobody_asked_about(shop: Shop) -> None:
    one = customer(shop, consents={"marketing-email": {"state": "granted"}}, email="a@l.example")
    two = customer(shop, email="b@l.example")
    assert "consents" in preview(shop, one, two, email="kept")
    assert "consents" not in preview(shop, one, two, email="other")


def preview(shop: Shop, record: str, alias: str, **choices: str) -> dict[str, Any]:
    wish = order(shop, record, alias, **choices)
    shown: dict[str, Any] = shop.records.merges.preview(BEN, "customer", wish)
    assert shown["problems"] == []
    return dict(shown["record"]["data"])


def test_accounts_and_contacts_of_both_are_kept_and_equal_ones_folded(shop: Shop) -> None:
    ours = {"b1": {"iban": IBAN, "holder": "Linden"}}
    theirs = {"b1": {"iban": FRENCH}, "b2": {"iban": IBAN, "holder": "Linden"}}
    lee = {"name": "Lee", "phone": "030 1234567"}
    one = customer(shop, bank_accounts=ours, contacts={"c1": lee, "c2": {"name": "Kim"}})
    two = customer(
        shop,
        bank_accounts=theirs,
        contacts={"c1": {**lee, "email": "lee@l.example"}, "c9": {"name": "Kim", "role": "Chef"}},
    )
    merge(shop, one, two)
    data = seen(shop, one)["data"]
    assert sorted(account["iban"] for account in data["bank_accounts"].values()) == [IBAN, FRENCH]
    people = sorted(
        (c["name"], c.get("email", ""), c.get("role", "")) for c in data["contacts"].values()
    )
    assert people == [("Kim", "", "Chef"), ("Lee", "lee@l.example", "")]
    stored = canonical.encode(head(shop, one).data)
    assert IBAN.encode() not in stored
    assert FRENCH.encode() not in stored, "sealed in their new place"


def test_two_people_of_one_name_stay_two(shop: Shop) -> None:
    one = customer(shop, contacts={"c1": {"name": "Li Wei", "email": "a@l.example"}})
    two = customer(shop, contacts={"c1": {"name": "Li Wei", "email": "b@l.example"}})
    assert len(preview(shop, one, two)["contacts"]) == 2


def test_what_the_role_may_not_see_stays_hidden_side_by_side(shop: Shop) -> None:
    one = customer(shop, bank_accounts={"b1": {"iban": IBAN}})
    two = customer(shop, bank_accounts={"b1": {"iban": FRENCH}})
    told = canonical.encode(shop.records.merges.compare(BEN, "customer", one, two))
    assert IBAN.encode() not in told
    assert FRENCH.encode() not in told
    with pytest.raises(Problem, match="not_allowed"):
        shop.records.merges.compare(CLEO, "customer", one, two)


def test_a_record_that_moved_on_is_not_merged_as_it_was_seen(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, legal_name="Other")
    wish = order(shop, one, two)
    proposal = propose(shop, one, two)
    shop.edit(CLEO, two, {"notes": "news"})
    ended = shop.records.inbox.get(FAY, proposal["id"])
    assert (ended["state"], ended["ended"]) == ("withdrawn", "moved")
    with pytest.raises(Problem, match="merge_moved"):
        shop.records.merges.merge(Origin(BEN), "customer", wish)


def test_two_managers_merge_the_same_pair_once(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, legal_name="Other")
    first, second = propose(shop, one, two), propose(shop, two, one, MIA)
    approve(shop, first)
    with pytest.raises(Problem, match="approval_ended"):
        approve(shop, second)
    with pytest.raises(Problem, match="merge_done"):
        shop.records.merges.compare(BEN, "customer", two, one)


def test_what_cannot_be_merged_is_said_clearly(shop: Shop) -> None:
    one = customer(shop)
    product = shop.create(ADA, "product", name="Milk").head.id
    merges = shop.records.merges
    with pytest.raises(Problem, match="merge_self"):
        merges.compare(BEN, "customer", one, one.upper())
    with pytest.raises(Problem, match="merge_kinds"):
        merges.compare(BEN, "customer", one, product)
    with pytest.raises(Problem, match="record_missing"):
        merges.compare(BEN, "customer", one, shop.new_id())
    with pytest.raises(Problem, match="merge_choice_unknown"):
        propose(shop, one, customer(shop), notes="other")


def test_undo_takes_back_what_the_merge_brought_and_nothing_else(shop: Shop) -> None:
    one = customer(shop, legal_name="Linden", tags=["bakery"], notes="One.")
    two = customer(
        shop, legal_name="Linden GmbH", tags=["cafe"], notes="Two.", email="b@l.example",
        website="https://linden.example",
    )  # fmt: skip
    before = head(shop, two)
    merged = merge(shop, one, two)
    version = head(shop, one).version
    shop.edit(CLEO, one, {"email": "new@l.example", "tags": ["bakery", "cafe", "vip"]}, version)
    undone = undo(shop, merged)
    assert undone["stays"] == ["email"]
    data = seen(shop, one)["data"]
    assert (data["legal_name"], data["notes"], data["tags"]) == (
        "Linden",
        "One.",
        ["bakery", "vip"],
    )
    assert data["email"] == "new@l.example"
    assert "website" not in data
    restored = seen(shop, two)
    assert (restored["id"], restored["number"]) == (two, before.number)
    assert head(shop, two).data == before.data
    assert sorted(found(shop)) == sorted([one, two])
    assert found(shop, "cafe") == [two]
    newest = shop.records.history(BEN, "customer", one)[0]
    assert newest["changes"]
    assert newest["merge"]["what"] == "unmerged"
    with pytest.raises(Problem, match="merge_undone"):
        undo(shop, merged)
    assert "record.unmerged" in [entry["type"] for entry in shop.journal()]


def test_merges_are_undone_in_the_order_they_lie_on_each_other(shop: Shop) -> None:
    one, two, three = (customer(shop, legal_name=f"Linden {n}", tags=[f"t{n}"]) for n in range(3))
    first = merge(shop, two, three)
    second = merge(shop, one, two)
    assert seen(shop, three)["id"] == one
    assert [alias["id"] for alias in seen(shop, one)["aliases"]] == [two, three]
    assert found(shop, head(shop, three).number) == [one]
    with pytest.raises(Problem, match="merge_buried"):
        undo(shop, first)
    undo(shop, second)
    assert seen(shop, three)["id"] == two
    undo(shop, first)
    assert all(seen(shop, record)["id"] == record for record in (one, two, three))
    assert [seen(shop, record)["data"]["tags"] for record in (one, two, three)] == [
        ["t0"], ["t1"], ["t2"],
    ]  # fmt: skip


def test_conflicts_of_the_alias_move_and_come_back(shop: Shop) -> None:
    one = customer(shop, legal_name="Linden", phone="030 1111111")
    two = customer(shop, legal_name="Linden", phone="030 2222222")
    shop.edit(ANA, two, {"phone": "030 3333333"})
    shop.edit(NORA, two, {"phone": "030 4444444"})
    (conflict,) = shop.conflicts()
    merged = merge(shop, one, two, phone="kept")
    (moved,) = shop.conflicts()
    assert (moved["id"], moved["record"], moved["proposed"]) == (
        conflict["id"], one, "+49304444444",
    )  # fmt: skip
    assert (moved["current"], head(shop, one).conflicts) == ("+49301111111", 1)
    undo(shop, merged)
    (back,) = shop.conflicts()
    assert (back["record"], back["base"], back["current"]) == (
        two, conflict["base"], conflict["current"],
    )  # fmt: skip
    assert (head(shop, one).conflicts, head(shop, two).conflicts) == (0, 1)
    shop.decide(BEN, back["id"], "proposed", head(shop, two).version)
    assert seen(shop, two, BEN)["data"]["phone"] == "+49304444444"


def test_a_proposed_limit_of_the_alias_ends_and_says_why(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, legal_name="Other")
    (limit,) = shop.edit(ANA, two, {"credit_limit": 900_000}).proposals
    merge(shop, one, two)
    ended = shop.records.inbox.get(BEN, limit)
    assert (ended["state"], ended["ended"]) == ("withdrawn", "merged")


def test_a_phone_that_was_offline_edits_the_record_that_stands(shop: Shop) -> None:
    one = customer(shop, legal_name="Linden", tags=["bakery"])
    two = customer(
        shop, legal_name="Linden", tags=["cafe"], email="old@l.example",
        contacts={"c1": {"name": "Kim"}},
    )  # fmt: skip
    merge(shop, one, two)
    first = shop.new_id()
    outcome = shop.edit(
        ANA, two,
        {"email": "new@l.example", "tags": ["cafe", "vip"], "contacts": {"c1": {"role": "Chef"}}},
        operation=first,
    )  # fmt: skip
    assert (outcome.status, outcome.head.id) == ("merged", one)
    data = seen(shop, one)["data"]
    assert (data["email"], data["tags"]) == ("new@l.example", ["bakery", "cafe", "vip"])
    assert data["contacts"]["c1"] == {"name": "Kim", "role": "Chef"}
    later = shop.edit(ANA, two, {"email": "last@l.example"}, base=0, after=first)
    assert (later.status, later.head.data["email"]) == ("applied", "last@l.example")


def test_an_offline_edit_that_clashes_with_the_merge_waits_for_a_person(shop: Shop) -> None:
    one = customer(shop, phone="030 1111111")
    two = customer(shop, phone="030 2222222")
    merge(shop, one, two, phone="kept")
    outcome = shop.edit(ANA, two, {"phone": "030 3333333"})
    assert (outcome.status, outcome.head.id) == ("conflict", one)
    (conflict,) = shop.conflicts()
    assert (conflict["base"], conflict["current"], conflict["proposed"]) == (
        "+49302222222", "+49301111111", "+49303333333",
    )  # fmt: skip


def test_an_edit_reaches_through_a_chain_of_merges(shop: Shop) -> None:
    one, two, three = (customer(shop, legal_name=f"Linden {n}") for n in range(3))
    merge(shop, two, three)
    merge(shop, one, two)
    assert shop.edit(ANA, three, {"website": "https://l.example"}).head.id == one
    assert seen(shop, one)["data"]["website"] == "https://l.example"
    with pytest.raises(Problem, match="record_missing"):
        shop.edit(OTTO, three, {"notes": "not mine"})


def test_the_erp_goes_on_writing_under_the_old_id(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, legal_name="Other")
    merge(shop, one, two)
    outcome = shop.upsert(ERP, "customer", two, Proposal({"balance": 500}))
    assert (outcome.head.id, outcome.head.data["balance"]) == (one, 500)


def test_phones_let_the_alias_go_and_get_it_back(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, legal_name="Other")
    start = shop.journal()[-1]["seq"]
    merged = merge(shop, one, two)

    def pulled(after: int) -> tuple[list[str], list[tuple[str, str]], int]:
        with shop.store.read() as rows:
            upserts = [h.id for h in feed.changed(rows, shop.engine, ANA, after, 50)]
            gone = feed.departed(rows, shop.engine, ANA, after, 10**9)
            return upserts, gone, feed.checksums(rows, shop.engine, ANA)["customer"].count

    assert pulled(start) == ([one], [("customer", two)], 1)
    middle = shop.journal()[-1]["seq"]
    undo(shop, merged)
    upserts, gone, count = pulled(middle)
    assert (sorted(upserts), gone, count) == (sorted([one, two]), [], 2)


def test_decisions_about_pairs_outlive_the_merge(shop: Shop) -> None:
    one, two, three = (customer(shop, legal_name=f"Linden {n}") for n in range(3))
    kind = shop.engine.kind("customer")

    def note(tx: Tx) -> None:
        pairs.remember(tx, kind, two, Candidate(one, 0.9, "strong", ()))
        pairs.remember(tx, kind, two, Candidate(three, 0.8, "strong", ()), state="not_same", by="x")

    shop.write(note)
    assert [sorted(r["id"] for r in p["records"]) for p in shop.records.merges.waiting(BEN, "customer")[0]] == [sorted([one, two])]  # fmt: skip  # noqa: E501
    merged = merge(shop, one, two)
    assert shop.records.merges.waiting(BEN, "customer")[0] == []
    with shop.store.read() as rows:
        assert pairs.get(rows, one, three).state == "not_same", "what B is not, A is not"
        assert pairs.get(rows, one, two).state == "merged"
    undo(shop, merged, not_same=True)
    with shop.store.read() as rows:
        assert pairs.get(rows, one, two).state == "not_same"
        with pytest.raises(Problem, match="pair_missing"):
            pairs.get(rows, one, three)


def test_not_the_same_is_for_ever_unless_the_tax_number_says_otherwise(shop: Shop) -> None:
    one, two = customer(shop), customer(shop)
    shop.records.merges.not_same(Origin(CLEO), "customer", one, two)
    kind = shop.engine.kind("customer")
    strong, same = Candidate(two, 0.9, "strong", ()), Candidate(two, 1.0, "same", ())
    shop.write(lambda tx: pairs.remember(tx, kind, one, strong))
    assert shop.records.merges.waiting(BEN, "customer")[0] == []
    shop.write(lambda tx: pairs.remember(tx, kind, one, same))
    (again,) = shop.records.merges.waiting(BEN, "customer")[0]
    assert again["grade"] == "same"
    shop.records.merges.not_same(Origin(BEN), "customer", two, one)
    shop.write(lambda tx: pairs.remember(tx, kind, one, same))
    assert shop.records.merges.waiting(BEN, "customer")[0] == []
    assert [e["type"] for e in shop.journal()].count("record.not_same") == 2


def test_a_blocked_customer_stays_blocked_and_both_erp_numbers_are_told(shop: Shop) -> None:
    one = customer(shop, erp_number="4711")
    two = customer(shop, erp_number="4712", erp_block=True)
    told = shop.records.merges.compare(BEN, "customer", one, two)
    assert told["notes"] == ["erp_both"]
    data = preview(shop, one, two)
    assert (data["erp_number"], data["erp_block"]) == ("4711", True)


def test_a_merge_that_could_not_be_stored_says_what_is_wrong(shop: Shop) -> None:
    one = customer(shop, country="DE", tax_id="DE136695976")
    two = customer(shop, country="FR")
    shown = shop.records.merges.preview(BEN, "customer", order(shop, one, two, country="other"))
    assert [problem["pointer"] for problem in shown["problems"]] == ["/tax_id"]
    with pytest.raises(Problem, match="record_invalid"):
        propose(shop, one, two, country="other")


def test_a_guarded_value_needs_an_approver_who_may_decide_it(shop: Shop) -> None:
    one = customer(shop, type="person")
    two = customer(shop, type="person", identity_number="X1234567")
    proposal = propose(shop, one, two)
    with pytest.raises(Problem, match="field_not_writable"):
        approve(shop, proposal, MIA)
    approve(shop, proposal, FAY)
    assert "X1234567" not in str(head(shop, one).data["identity_number"]), "sealed"
