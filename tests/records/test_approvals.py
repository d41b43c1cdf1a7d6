"""Two people for one change: proposed, decided by somebody else, taken back, overtaken, expired."""

from typing import Any

import pytest

from config.schema import ApprovalSettings, GatewaySettings
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import commands
from gateway.records.approvals import Verdict
from gateway.records.edits import proposals
from gateway.records.engine import Origin, Proposal
from gateway.records.records import Records
from gateway.store.database import Store
from tests.records.conftest import ADA, ANA, BEN, CLEO, ERP, FAY, IBAN, NORA, OTTO, UDO, Shop

FRENCH = "FR7630006000011234567890189"
MIA = Actor("mia", "Mia", "manager", "desk")
HOUR_MS = 3_600_000


def customer(shop: Shop, **data: Any) -> str:
    """A customer of the north that the ERP has sent, so that everything in it applies."""
    return shop.create(ERP, territory="north", **data).head.id


def propose(shop: Shop, actor: Actor, record: str, limit: object = 900_000, base: int = 1) -> str:
    """A proposed credit limit; the id of the proposal."""
    (proposal,) = shop.edit(actor, record, {"credit_limit": limit}, base).proposals
    return proposal


def seen(shop: Shop, proposal: str, actor: Actor = BEN) -> dict[str, Any]:
    return shop.records.inbox.get(actor, proposal)


def decide(shop: Shop, actor: Actor, proposal: str, verdict: str = "approve", **more: str) -> Any:
    said = {"hash": seen(shop, proposal)["hash"], "answer": "", **more}
    return shop.records.inbox.decide(Origin(actor), proposal, Verdict(verdict, **said))  # type: ignore[arg-type]


def limit(shop: Shop, record: str) -> object:
    return shop.records.get(BEN, "customer", record)["data"].get("credit_limit")


def waiting(shop: Shop, actor: Actor = BEN, state: str = "open") -> list[dict[str, Any]]:
    return shop.records.inbox.page(actor, state)[0]


def test_a_large_limit_waits_and_the_rest_of_the_same_edit_is_applied(shop: Shop) -> None:
    record = customer(shop, credit_limit=50_000)
    outcome = shop.edit(ANA, record, {"credit_limit": 900_000, "notes": "big order"})
    assert (outcome.status, outcome.head.data["notes"]) == ("applied", "big order")
    assert outcome.head.data["credit_limit"] == 50_000
    (one,) = waiting(shop)
    assert (one["field"], one["base"], one["proposed"], one["by"], one["channel"]) == (
        "credit_limit",
        50_000,
        900_000,
        "Ana",
        "rep",
    )
    assert (one["state"], one["version"], one["decidable"], one["own"]) == ("open", 2, True, False)


def test_the_approved_change_is_the_proposers_and_names_who_approved_it(shop: Shop) -> None:
    record = customer(shop)
    done = decide(shop, BEN, propose(shop, ANA, record))
    assert (done["state"], done["decided_by"], limit(shop, record)) == ("approved", "Ben", 900_000)
    newest, oldest = shop.records.history(FAY, "customer", record)
    assert (newest["actor"], newest["device"], newest["channel"]) == ("Ana", "phone-a", "rep")
    assert (newest["approved_by"], oldest["approved_by"]) == ("Ben", None)
    assert (oldest["actor"], oldest["channel"]) == ("ERP", "erp")
    edited, approval = shop.journal()[-2:]
    assert (edited["type"], edited["actor"]) == ("record.edited", "ana")
    assert canonical.decode(edited["body"])["data"]["approved_by"] == "ben"
    assert (approval["type"], approval["actor"]) == ("record.approval", "ben")
    told = canonical.decode(approval["body"])["data"]["approvals"]
    assert [(a["id"], a["state"]) for a in told] == [(done["id"], "approved")]


def test_what_was_approved_goes_on_to_the_erp(shop: Shop) -> None:
    record = customer(shop)
    decide(shop, BEN, propose(shop, ANA, record))
    assert shop.records.get(BEN, "customer", record)["stage"] == "at_gateway"


def test_a_rejection_keeps_the_value_and_tells_why(shop: Shop) -> None:
    record = customer(shop, credit_limit=50_000)
    proposal = propose(shop, ANA, record)
    with pytest.raises(Problem, match="approval_reason_missing"):
        decide(shop, BEN, proposal, "reject", answer=" ")
    done = decide(shop, BEN, proposal, "reject", answer="Two invoices are overdue.")
    assert (done["state"], done["answer"]) == ("rejected", "Two invoices are overdue.")
    assert limit(shop, record) == 50_000
    assert waiting(shop) == []


def test_nobody_decides_the_own_change_on_whatever_device(shop: Shop) -> None:
    proposal = propose(shop, BEN, customer(shop))
    for device in ("desk", "phone-b"):
        again = Actor("ben", "Ben", "manager", device)
        for verdict in ("approve", "reject"):
            with pytest.raises(Problem, match="approval_own"):
                decide(shop, again, proposal, verdict, answer="fine")
    assert not seen(shop, proposal)["decidable"]
    assert decide(shop, MIA, proposal)["state"] == "approved"


def test_a_second_account_of_the_same_person_is_no_second_person(shop: Shop) -> None:
    proposal = propose(shop, BEN, customer(shop))
    other = Actor("boss", "B. Boss", "finance", "desk", person="ben")
    with pytest.raises(Problem, match="approval_own"):
        decide(shop, other, proposal)
    proposal = propose(shop, other, customer(shop))
    with pytest.raises(Problem, match="approval_own"):
        decide(shop, BEN, proposal)


def test_who_mended_a_refused_edit_does_not_approve_it(shop: Shop) -> None:
    record = customer(shop)
    mended = Origin(ANA, mender="ben")
    edit = Proposal({"credit_limit": 900_000}, 1)
    outcome = shop.write(
        lambda tx: commands.edit(tx, shop.engine, mended, "customer", record, edit)
    )
    (proposal,) = outcome.proposals
    with pytest.raises(Problem, match="approval_own"):
        decide(shop, BEN, proposal)
    assert decide(shop, MIA, proposal)["state"] == "approved"


@pytest.mark.parametrize("actor", [ANA, NORA, CLEO, ADA, UDO])
def test_who_has_no_authority_decides_nothing(shop: Shop, actor: Actor) -> None:
    proposal = propose(shop, ANA, customer(shop))
    with pytest.raises(Problem, match="not_allowed"):
        decide(shop, actor, proposal)


def test_a_decision_is_about_exactly_the_change_that_was_shown(shop: Shop) -> None:
    record = customer(shop)
    shown = seen(shop, propose(shop, ANA, record))
    other = propose(shop, ANA, record, 8_000_000)
    with pytest.raises(Problem, match="approval_changed"):
        decide(shop, BEN, other, hash=shown["hash"])
    with pytest.raises(Problem, match="approval_changed"):
        decide(shop, BEN, other, hash="")
    assert limit(shop, record) is None


def test_a_change_that_was_altered_in_the_file_is_not_approved(shop: Shop) -> None:
    proposal = propose(shop, ANA, customer(shop))
    shop.write(lambda tx: tx.execute("UPDATE record_proposals SET proposed = '99000000'"))
    with pytest.raises(Problem, match="approval_changed"):
        decide(shop, BEN, proposal)


def test_a_change_is_decided_once(shop: Shop) -> None:
    proposal = propose(shop, ANA, customer(shop))
    decide(shop, BEN, proposal)
    for actor in (BEN, FAY):
        with pytest.raises(Problem, match="approval_ended"):
            decide(shop, actor, proposal, "reject", answer="too late")


def test_another_proposal_of_the_same_person_replaces_the_earlier_one(shop: Shop) -> None:
    record = customer(shop)
    first, second = propose(shop, ANA, record), propose(shop, ANA, record, 800_000)
    assert [one["id"] for one in waiting(shop)] == [second]
    assert (seen(shop, first)["state"], seen(shop, first)["ended"]) == ("withdrawn", "replaced")


def test_the_same_proposal_again_stays_the_one_it_was(shop: Shop) -> None:
    record = customer(shop)
    assert propose(shop, ANA, record) == propose(shop, ANA, record)
    assert len(waiting(shop)) == 1


def test_proposals_of_two_people_wait_side_by_side_until_one_is_taken(shop: Shop) -> None:
    record = customer(shop)
    mine, other = propose(shop, ANA, record), propose(shop, CLEO, record, 700_000)
    assert [one["id"] for one in waiting(shop)] == [mine, other]
    decide(shop, BEN, other)
    assert limit(shop, record) == 700_000
    assert (seen(shop, mine)["state"], seen(shop, mine)["ended"]) == ("withdrawn", "moved")


def test_the_erp_applies_at_once_and_withdraws_what_it_contradicts(shop: Shop) -> None:
    record = customer(shop)
    proposal = propose(shop, ANA, record)
    shop.edit(ERP, record, {"credit_limit": 600_000})
    assert limit(shop, record) == 600_000
    ended = seen(shop, proposal)
    assert (ended["state"], ended["ended"]) == ("withdrawn", "moved")
    with pytest.raises(Problem, match="approval_ended"):
        decide(shop, BEN, proposal)


def test_what_the_erp_has_set_itself_needs_nobody_any_more(shop: Shop) -> None:
    record = customer(shop)
    proposal = propose(shop, ANA, record)
    shop.edit(ERP, record, {"credit_limit": 900_000})
    assert (seen(shop, proposal)["state"], seen(shop, proposal)["ended"]) == ("withdrawn", "agreed")


def test_a_proposal_against_a_value_that_has_moved_never_opens(shop: Shop) -> None:
    record = customer(shop, credit_limit=10)
    shop.edit(ERP, record, {"credit_limit": 600_000})
    proposal = propose(shop, ANA, record)
    assert (seen(shop, proposal)["state"], seen(shop, proposal)["ended"]) == ("withdrawn", "moved")
    assert waiting(shop) == []


def test_an_edit_of_another_field_leaves_the_proposal_alone(shop: Shop) -> None:
    record = customer(shop)
    proposal = propose(shop, ANA, record)
    shop.edit(CLEO, record, {"notes": "moved"})
    decide(shop, BEN, proposal)
    assert limit(shop, record) == 900_000
    assert shop.records.get(BEN, "customer", record)["data"]["notes"] == "moved"


def test_the_proposer_takes_it_back_and_nobody_else_does(shop: Shop) -> None:
    proposal = propose(shop, ANA, customer(shop))
    inbox = shop.records.inbox
    for actor in (NORA, BEN):
        with pytest.raises(Problem, match="approval_not_own"):
            inbox.withdraw(Origin(actor), proposal)
    with pytest.raises(Problem, match="approval_missing"):
        inbox.withdraw(Origin(OTTO), proposal)
    done = inbox.withdraw(Origin(ANA), proposal)
    assert (done["state"], done["ended"]) == ("withdrawn", "author")
    with pytest.raises(Problem, match="approval_ended"):
        inbox.withdraw(Origin(ANA), proposal)


def test_the_proposers_next_edit_from_the_same_phone_takes_it_back(shop: Shop) -> None:
    record, first = customer(shop), shop.new_id()
    shop.edit(ANA, record, {"credit_limit": 900_000}, operation=first)
    (proposal,) = [one["id"] for one in waiting(shop)]
    outcome = shop.edit(ANA, record, {"credit_limit": None}, after=first)
    assert outcome.proposals == ()
    assert (seen(shop, proposal)["state"], seen(shop, proposal)["ended"]) == ("withdrawn", "author")


def test_a_later_edit_from_the_same_phone_keeps_what_waits(shop: Shop) -> None:
    record, first = customer(shop), shop.new_id()
    shop.edit(ANA, record, {"credit_limit": 900_000}, operation=first)
    outcome = shop.edit(ANA, record, {"notes": "n"}, after=first)
    assert outcome.conflicts == outcome.proposals == ()
    assert "credit_limit" not in outcome.head.data
    assert len(waiting(shop)) == 1


def test_a_smaller_limit_on_second_thought_applies_and_ends_the_first(shop: Shop) -> None:
    record, first = customer(shop), shop.new_id()
    shop.edit(BEN, record, {"credit_limit": 900_000}, operation=first)
    (proposal,) = [one["id"] for one in waiting(shop)]
    outcome = shop.edit(BEN, record, {"credit_limit": 80_000}, after=first)
    assert (outcome.conflicts, outcome.head.data["credit_limit"]) == ((), 80_000)
    assert seen(shop, proposal)["state"] == "withdrawn"


def test_edits_made_offline_go_on_from_an_approved_value(shop: Shop) -> None:
    record, first = customer(shop), shop.new_id()
    shop.edit(ANA, record, {"credit_limit": 900_000}, operation=first)
    decide(shop, BEN, waiting(shop)[0]["id"])
    outcome = shop.edit(ANA, record, {"notes": "n"}, after=first)
    assert outcome.conflicts == outcome.proposals == ()
    assert outcome.head.data["credit_limit"] == 900_000


def test_a_phone_that_edits_what_it_has_just_created_keeps_what_waits(shop: Shop) -> None:
    operation = shop.new_id()
    record = shop.create(ANA, operation=operation, credit_limit=900_000).head.id
    outcome = shop.edit(ANA, record, {"notes": "n"}, 0, after=operation)
    assert (outcome.conflicts, outcome.head.data["notes"]) == ((), "n")
    replaced = shop.edit(ANA, record, {"credit_limit": 800_000}, 0, after=operation)
    assert len(replaced.proposals) == 1
    assert [one["proposed"] for one in waiting(shop)] == [800_000]


def test_the_same_creation_again_names_what_waits_and_doubles_nothing(shop: Shop) -> None:
    data = {"credit_limit": 900_000, "bank_accounts": {"b1": {"iban": IBAN}}}
    first = shop.create(ANA, record=shop.new_id(), **data)
    again = shop.create(ANA, record=first.head.id, **data)
    assert (again.status, sorted(again.proposals)) == ("unchanged", sorted(first.proposals))
    assert len(waiting(shop)) == 2
    with pytest.raises(Problem, match="id_reused"):
        shop.create(ANA, record=first.head.id, **{**data, "credit_limit": 1_000_000})


def test_an_undecided_proposal_expires_by_the_clock(shop: Shop, clock: ManualClock) -> None:
    record = customer(shop)
    proposal = propose(shop, ANA, record)
    assert shop.records.inbox.expire() == 0
    clock.advance(72 * HOUR_MS)
    assert waiting(shop) == []
    assert (seen(shop, proposal)["state"], seen(shop, proposal)["decidable"]) == ("expired", False)
    with pytest.raises(Problem, match="approval_expired"):
        decide(shop, BEN, proposal)
    assert shop.records.inbox.expire() == 1
    assert shop.records.inbox.expire() == 0
    assert [one["id"] for one in waiting(shop, state="expired")] == [proposal]
    assert shop.journal()[-1]["type"] == "record.approval"
    with pytest.raises(Problem, match="approval_expired"):
        decide(shop, BEN, proposal)


def test_nothing_expires_while_the_clock_is_unsure(store: Store, clock: ManualClock) -> None:
    shop = Shop(store, Records(store, KINDS, GatewaySettings()))
    propose(shop, ANA, customer(shop))
    clock.set(1)  # 1970, as on a box whose clock has no battery
    assert not clock.trusted()
    assert shop.records.inbox.expire() == 0


def test_a_bank_account_is_proposed_sealed_and_shown_to_finance_alone(shop: Shop) -> None:
    record = customer(shop, bank_accounts={"b1": {"iban": IBAN, "bank": "Sparkasse"}})
    outcome = shop.edit(ANA, record, {"bank_accounts": {"b1": {"iban": FRENCH}}})
    (proposal,) = outcome.proposals
    with shop.store.read() as rows:
        everything = repr(rows.all("SELECT * FROM record_proposals")) + repr(shop.journal())
    assert IBAN not in everything
    assert FRENCH not in everything
    for_finance, for_manager = seen(shop, proposal, FAY), seen(shop, proposal, BEN)
    assert for_finance["proposed"] == {"iban": FRENCH, "bank": "Sparkasse"}
    assert for_manager["proposed"]["iban"] == "••••"
    assert for_manager["masked"]
    assert decide(shop, BEN, proposal)["state"] == "approved"
    shown = shop.records.get(FAY, "customer", record)["data"]["bank_accounts"]["b1"]
    assert shown == {"iban": FRENCH, "bank": "Sparkasse"}


def test_a_removed_account_waits_too_and_goes_when_it_is_approved(shop: Shop) -> None:
    record = customer(shop, bank_accounts={"b1": {"iban": IBAN}})
    (proposal,) = shop.edit(CLEO, record, {"bank_accounts": None}).proposals
    assert (seen(shop, proposal)["field"], seen(shop, proposal)["proposed"]) == (
        "bank_accounts.b1",
        None,
    )
    decide(shop, FAY, proposal)
    assert "bank_accounts" not in shop.records.get(FAY, "customer", record)["data"]


def test_an_own_proposal_is_known_even_where_its_value_is_hidden_from_its_role(shop: Shop) -> None:
    record = customer(shop, credit_limit=50_000)
    proposal = propose(shop, ANA, record)
    (mine,) = shop.records.get(ANA, "customer", record)["proposals"]
    assert (mine["id"], mine["field"], mine["proposed"], mine["own"]) == (
        proposal,
        "credit_limit",
        "••••",
        True,
    )
    assert shop.records.get(NORA, "customer", record)["proposals"] == []
    (managers,) = shop.records.get(BEN, "customer", record)["proposals"]
    assert (managers["proposed"], managers["by"], managers["own"]) == (900_000, "Ana", False)


def test_a_record_of_another_territory_has_no_proposals_to_see(shop: Shop) -> None:
    proposal = propose(shop, ANA, customer(shop))
    assert waiting(shop, OTTO) == []
    with pytest.raises(Problem, match="approval_missing"):
        seen(shop, proposal, OTTO)
    with pytest.raises(Problem, match="approval_missing"):
        seen(shop, shop.new_id())
    with pytest.raises(Problem, match="approval_missing"):
        seen(shop, "42")


def test_pages_go_on_from_a_cursor(shop: Shop, clock: ManualClock) -> None:
    made = []
    for number in range(5):
        clock.advance(1000 * (number % 2))
        made.append(propose(shop, ANA, customer(shop)))
    listed, after = [], ""
    for size in (2, 2, 1):
        page, following = shop.records.inbox.page(BEN, after=after, limit=2)
        assert len(page) == size
        listed += [one["id"] for one in page]
        after = following or ""
    assert (listed, after) == (made, "")
    with pytest.raises(Problem, match="cursor_malformed"):
        shop.records.inbox.page(BEN, after="x")


def test_the_reason_of_the_proposer_stands_with_the_change(shop: Shop) -> None:
    record = customer(shop)
    origin, edit = (
        Origin(ANA, reason=" A tender of 40,000. "),
        Proposal({"credit_limit": 900_000}, 1),
    )
    shop.write(lambda tx: commands.edit(tx, shop.engine, origin, "customer", record, edit))
    assert waiting(shop)[0]["reason"] == "A tender of 40,000."


def test_the_erp_is_the_second_person_only_where_the_settings_say_so(
    store: Store, shop: Shop
) -> None:
    record = customer(shop)
    proposal = propose(shop, BEN, record)
    with pytest.raises(Problem, match="not_allowed"):
        decide(shop, ERP, proposal)
    assert not seen(shop, proposal, ERP)["decidable"]
    alone = ApprovalSettings(erp_decides=True)
    shop.records = Records(store, KINDS, GatewaySettings(), approvals=alone)
    assert decide(shop, ERP, proposal)["decided_by"] == "ERP"
    assert limit(shop, record) == 900_000


def test_the_threshold_is_the_shops_own(store: Store) -> None:
    strict = ApprovalSettings(credit_limit_threshold=0, payment_terms_threshold=0)
    shop = Shop(store, Records(store, KINDS, GatewaySettings(), approvals=strict))
    outcome = shop.create(ANA, credit_limit=1, payment_terms=14)
    assert len(outcome.proposals) == 2
    assert len(shop.create(ANA, credit_limit=0, payment_terms=0).proposals) == 0


def test_a_limit_in_another_currency_takes_two(shop: Shop) -> None:
    assert shop.create(ANA, credit_limit=100, currency="KWD").proposals
    record = customer(shop, credit_limit=900)
    assert shop.edit(BEN, record, {"credit_limit": 1000}).proposals == ()


def test_the_currency_of_a_limit_is_guarded_with_it(shop: Shop) -> None:
    record = customer(shop, credit_limit=90_000)
    outcome = shop.edit(CLEO, record, {"currency": "KWD"})
    assert (outcome.status, outcome.head.data["currency"]) == ("proposed", "EUR")
    decide(shop, BEN, outcome.proposals[0])
    assert shop.records.get(BEN, "customer", record)["data"]["currency"] == "KWD"
    free = customer(shop)
    assert shop.edit(CLEO, free, {"currency": "KWD"}).head.data["currency"] == "KWD"


def test_removing_a_limit_is_no_small_change(shop: Shop) -> None:
    record = customer(shop, credit_limit=900)
    assert shop.edit(FAY, record, {"credit_limit": None}).status == "proposed"


def test_a_contested_limit_is_not_decided_by_whoever_proposed_it(shop: Shop) -> None:
    record = customer(shop)
    decide(shop, MIA, propose(shop, BEN, record))
    shop.edit(ERP, record, {"credit_limit": 200})
    (conflict,) = shop.conflicts()
    assert (conflict["proposed"], conflict["by"]) == (900_000, "Ben")
    with pytest.raises(Problem, match="approval_own"):
        shop.decide(BEN, conflict["id"], "proposed", 3)
    assert shop.decide(MIA, conflict["id"], "proposed", 3).head.data["credit_limit"] == 900_000


def test_the_feed_brings_a_record_again_when_its_proposals_change(shop: Shop) -> None:
    record = customer(shop)
    before = shop.create(ANA).head.seq
    proposal = propose(shop, ANA, record)
    with shop.store.read() as rows:
        opened = rows.value("SELECT max(seq) FROM records")
    shop.records.inbox.withdraw(Origin(ANA), proposal)
    with shop.store.read() as rows:
        ended = rows.value("SELECT max(seq) FROM records")
    assert before < opened < ended


def test_every_version_names_the_channel_it_came_by(shop: Shop) -> None:
    record = customer(shop)
    shop.edit(ANA, record, {"notes": "a"})
    shop.edit(CLEO, record, {"notes": "b"}, 2)
    origin = Origin(CLEO, channel="import")
    edit = Proposal({"notes": "c"}, 3)
    shop.write(lambda tx: commands.edit(tx, shop.engine, origin, "customer", record, edit))
    told = [version["channel"] for version in shop.records.history(BEN, "customer", record)]
    assert told == ["import", "shop", "rep", "erp"]


def test_a_proposal_of_a_kind_that_is_gone_expires_in_silence(
    shop: Shop, clock: ManualClock
) -> None:
    propose(shop, ANA, customer(shop))
    shop.write(lambda tx: tx.execute("UPDATE record_proposals SET kind = 'forgotten'"))
    assert waiting(shop) == []
    clock.advance(72 * HOUR_MS)
    assert shop.records.inbox.expire() == 1
    assert shop.records.inbox.expire() == 0


def test_what_waits_for_others_does_not_slow_down_the_showing_of_a_record(shop: Shop) -> None:
    first = customer(shop)
    propose(shop, ANA, first)

    def steps() -> int:
        count = 0

        def step() -> int:
            nonlocal count
            count += 1
            return 0

        with shop.store.read() as rows:
            driver = rows._connection
            driver.set_progress_handler(step, 1)
            (found,) = proposals.beside(rows, [first], shop.store.clock.now_ms()).values()
            driver.set_progress_handler(None, 1)
        assert len(found) == 1
        return count

    alone = steps()
    for number in range(40):
        propose(shop, ANA, customer(shop, legal_name=f"House {number}"))
    assert steps() <= alone
