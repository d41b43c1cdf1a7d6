"""Whose word stands: what a shop manager and a finance department expect of values by channel."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import pytest

from config.schema import GatewaySettings
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records import commands
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin, Outcome, Proposal
from gateway.records.model.survivorship import Rule, Rules
from gateway.records.records import Records
from gateway.store.database import Store
from tests.records.conftest import ANA, BEN, CLEO, ERP, FAY, Shop
from tests.records.test_merging import merge

OLD, NEW, OTHER = "+49301111111", "+49302222222", "+49303333333"
PEOPLE = {"shop": CLEO, "rep": ANA, "import": CLEO, "erp": ERP, "web": CLEO}
ERP_FIRST = Rule((("erp",), ("shop",), ("rep",), ("import",), ("web",)))


@dataclass
class Desk:
    """A shop with rules, and words that come by channels."""

    shop: Shop
    clock: ManualClock
    record: str = ""

    def enter(self, channel: str, by: Actor | None = None, **data: Any) -> Outcome:
        data = {"legal_name": "Corner Cafe", "territory": "north", **data}
        origin = Origin(by or PEOPLE[channel], channel=channel)
        made = self.shop.write(
            lambda tx: commands.create(tx, self.shop.engine, origin, "customer", data)
        )
        self.record = made.head.id
        return made

    def say(
        self,
        channel: str,
        patch: Mapping[str, object],
        by: Actor | None = None,
        *,
        base: int = 0,
        said_at: int | None = None,
    ) -> Outcome:
        """Something said over the present version, or over ``base``."""
        self.clock.advance(1_000)
        origin = Origin(by or PEOPLE[channel], channel=channel, occurred_at=said_at)
        proposal = Proposal(patch, base or self.version)
        return self.shop.write(
            lambda tx: commands.edit(
                tx, self.shop.engine, origin, "customer", self.record, proposal
            )
        )

    @property
    def version(self) -> int:
        return int(self.shop.records.get(BEN, "customer", self.record)["version"])

    @property
    def data(self) -> dict[str, Any]:
        return self.shop.records.get(BEN, "customer", self.record)["data"]

    def events(self) -> list[tuple[str, str, str]]:
        told = self.shop.records.timeline.page(BEN, "customer", self.record)["events"]
        return [(one["event"], one["rule"], one["state"]) for one in told]


def desk_of(store: Store, clock: ManualClock, named: Mapping[str, Rule] | None = None) -> Desk:
    customer = KINDS["customer"]
    if named is not None:
        customer = replace(customer, survivorship=Rules(named))
    kinds = {**KINDS, "customer": customer}
    return Desk(Shop(store, Records(store, kinds, GatewaySettings())), clock)


@pytest.fixture
def desk(store: Store, clock: ManualClock) -> Desk:
    """The rules of the house."""
    return desk_of(store, clock)


def codes(outcome: Outcome) -> list[tuple[str, str]]:
    return [(warning.code, warning.pointer) for warning in outcome.warnings]


def test_an_import_of_an_old_list_overwrites_nothing_that_the_shop_entered(desk: Desk) -> None:
    desk.enter("shop", phone=OLD)
    outcome = desk.say("import", {"phone": NEW, "email": "a@example.com"})
    assert outcome.status == "conflict"
    assert codes(outcome) == [("value_suggested", "/phone")]
    assert (desk.data["phone"], desk.data["email"]) == (OLD, "a@example.com")
    (waiting,) = desk.shop.conflicts()
    assert (waiting["proposed"], waiting["channel"], waiting["rule"]) == (NEW, "import", "rank")


def test_a_web_form_overwrites_nothing_that_a_rep_verified_not_even_that_there_is_none(
    desk: Desk,
) -> None:
    desk.enter("web", phone=OLD)
    assert desk.say("rep", {"phone": None}).status == "applied"
    assert desk.say("web", {"phone": OLD}).status == "conflict"
    assert "phone" not in desk.data


def test_the_higher_channel_takes_over_without_a_question(desk: Desk) -> None:
    desk.enter("web", phone=OLD)
    assert desk.say("import", {"phone": NEW}).status == "applied"
    assert desk.say("rep", {"phone": OTHER}).status == "applied"
    assert desk.shop.conflicts() == []


def test_equal_channels_are_merged_as_two_people(desk: Desk) -> None:
    desk.enter("shop", phone=OLD)
    assert desk.say("rep", {"phone": NEW}).status == "applied"
    late = desk.say("erp", {"phone": OTHER}, base=1)
    assert (late.status, codes(late)) == ("conflict", [])
    assert desk.data["phone"] == NEW


def test_a_clash_goes_to_the_higher_channel_whoever_came_first(desk: Desk) -> None:
    for first, second in (("web", "shop"), ("shop", "web")):
        desk.enter("web", phone=OLD)
        words = {"shop": NEW, "web": OTHER}
        desk.say(first, {"phone": words[first]}, base=1)
        desk.say(second, {"phone": words[second]}, base=1)
        assert desk.data["phone"] == NEW
        assert desk.shop.contested(desk.record) == {"phone": [f'"{NEW}"', f'"{OTHER}"']}


def test_the_erp_owns_payment_terms_where_a_site_says_so(store: Store, clock: ManualClock) -> None:
    desk = desk_of(store, clock, {"payment_terms": ERP_FIRST})
    desk.enter("erp", payment_terms=30)
    outcome = desk.say("shop", {"payment_terms": 14}, BEN)
    assert (outcome.status, desk.data["payment_terms"]) == ("conflict", 30)
    assert desk.say("erp", {"payment_terms": 45}).status == "applied"
    assert desk.data["payment_terms"] == 45


def test_what_takes_two_people_goes_to_the_second_person_first(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"credit_limit": ERP_FIRST})
    desk.enter("erp", credit_limit=1_000)
    outcome = desk.say("shop", {"credit_limit": 90_000_000}, BEN)
    assert (outcome.status, outcome.conflicts) == ("proposed", ())
    (waiting,) = desk.shop.records.inbox.page(FAY)[0]
    desk.shop.records.inbox.decide(Origin(FAY), waiting["id"], Verdict("approve", waiting["hash"]))
    assert desk.data["credit_limit"] == 90_000_000


def test_a_rule_may_send_the_lower_value_to_the_history_where_it_is_told_once(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"*": replace(ERP_FIRST, lower="history")})
    desk.enter("shop", phone=OLD)
    for _ in range(3):  # a list that is read in every night
        outcome = desk.say("import", {"phone": NEW})
        assert (outcome.status, outcome.conflicts) == ("unchanged", ())
        assert codes(outcome) == [("value_kept_out", "/phone")]
    assert desk.data["phone"] == OLD
    assert desk.events() == [("kept_out", "rank", "settled")]
    assert desk.shop.conflicts() == []


def test_a_suggestion_that_was_turned_down_does_not_come_back_every_night(desk: Desk) -> None:
    desk.enter("shop", phone=OLD)
    desk.say("import", {"phone": NEW})
    (waiting,) = desk.shop.conflicts()
    desk.shop.decide(BEN, waiting["id"], "current", desk.version)
    outcome = desk.say("import", {"phone": NEW})
    assert codes(outcome) == [("value_suggested", "/phone")]
    assert desk.shop.conflicts() == []
    assert desk.say("import", {"phone": OTHER}).status == "conflict"


def test_a_person_s_decision_is_the_shop_s_word(desk: Desk) -> None:
    desk.enter("rep", phone=OLD)
    desk.say("web", {"phone": NEW})
    (waiting,) = desk.shop.conflicts()
    desk.shop.decide(BEN, waiting["id"], "proposed", desk.version)
    assert desk.data["phone"] == NEW
    assert desk.say("import", {"phone": OTHER}).status == "conflict"
    assert desk.data["phone"] == NEW


def test_who_says_what_stands_already_lends_it_weight(store: Store, clock: ManualClock) -> None:
    desk = desk_of(store, clock, {"phone": ERP_FIRST})
    desk.enter("web", phone=OLD)
    desk.say("rep", {"phone": NEW})
    desk.say("erp", {"phone": NEW}, base=1)
    assert desk.say("shop", {"phone": OTHER}).status == "conflict"
    assert desk.data["phone"] == NEW


def test_the_newest_word_is_the_one_said_last_not_the_one_that_came_last(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"phone": Rule(newest=True, lower="history")})
    desk.enter("shop", phone=OLD)
    clock.advance(60_000)
    in_the_cellar = clock.now_ms()
    clock.advance(60_000)
    desk.say("web", {"phone": NEW}, base=1)
    late = desk.say("rep", {"phone": OTHER}, base=1, said_at=in_the_cellar)
    assert codes(late) == [("value_kept_out", "/phone")]
    assert desk.data["phone"] == NEW
    assert ("kept_out", "newest", "settled") in desk.events()


def test_a_phone_whose_clock_is_ahead_or_behind_still_edits_what_it_sees(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"phone": Rule(newest=True, lower="history")})
    desk.enter("shop", phone=OLD)
    assert desk.say("rep", {"phone": NEW}, said_at=1).status == "applied"
    assert desk.say("rep", {"phone": OTHER}, said_at=9_000_000_000_000).status == "applied"
    assert desk.say("shop", {"phone": OLD}).status == "applied"


def test_what_the_gateway_does_by_itself_is_nobody_s_word(desk: Desk) -> None:
    desk.enter("shop", phone=OLD)
    assert desk.say("system", {"phone": NEW}, SYSTEM).status == "applied"
    assert desk.say("web", {"phone": OTHER}).status == "conflict"
    assert desk.data["phone"] == NEW


def test_a_contact_is_looked_at_field_by_field_and_its_removal_waits_for_a_person(
    desk: Desk,
) -> None:
    desk.enter("shop", contacts={"c1": {"name": "Ute", "phone": OLD}})
    outcome = desk.say("web", {"contacts": {"c1": {"phone": NEW, "role": "cook"}}})
    assert codes(outcome) == [("value_suggested", "/contacts/c1/phone")]
    assert desk.data["contacts"]["c1"] == {"name": "Ute", "phone": OLD, "role": "cook"}
    assert desk.say("import", {"contacts": {"c1": None}}).status == "conflict"
    assert "c1" in desk.data["contacts"]


def test_without_rules_everything_is_as_between_two_people(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {})
    desk.enter("shop", phone=OLD)
    assert desk.say("web", {"phone": NEW}).status == "applied"
    late = desk.say("import", {"phone": OTHER}, base=1)
    assert (late.status, codes(late)) == ("conflict", [])
    assert [one["rule"] for one in desk.shop.conflicts()] == [""]


def test_values_that_do_not_fit_together_are_for_a_person_whatever_the_rule_says(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"*": replace(ERP_FIRST, lower="history")})
    desk.enter("web", country="DE")
    desk.say("shop", {"tax_id": "DE136695976"})
    assert desk.say("web", {"country": "AT"}, base=1).status == "conflict"
    (waiting,) = desk.shop.conflicts()
    assert (waiting["field"], waiting["proposed"], waiting["rule"]) == ("tax_id", None, "")


def test_consents_follow_the_law_and_no_rule(desk: Desk) -> None:
    desk.enter("shop", consents={"marketing-email": {"state": "granted"}})
    outcome = desk.say("web", {"consents": {"marketing-email": {"state": "denied"}}})
    assert outcome.status == "applied"
    assert desk.data["consents"]["marketing-email"]["state"] == "denied"


def test_two_records_are_merged_by_rank_before_recency(desk: Desk) -> None:
    desk.enter("rep", phone=OLD, email="old@example.com")
    kept = desk.record
    desk.clock.advance(1_000)
    desk.enter("web", phone=NEW, email="new@example.com")
    seen = desk.shop.records.merges.compare(BEN, "customer", kept, desk.record)
    told = {place["field"]: (place["proposed"], place["reason"]) for place in seen["places"]}
    assert told["phone"] == told["email"] == ("kept", "ranked")


def test_a_value_that_a_merge_brought_keeps_its_source_and_its_rank(
    store: Store, clock: ManualClock
) -> None:
    desk = desk_of(store, clock, {"phone": ERP_FIRST})
    desk.enter("erp", phone=OLD, contacts={"c1": {"name": "Ute", "phone": OLD}})
    alias = desk.record
    desk.enter("web", email="a@example.com")
    merge(desk.shop, desk.record, alias)
    assert desk.data["phone"] == OLD
    sources = desk.shop.records.timeline.provenance(BEN, "customer", desk.record)
    (contact,) = desk.data["contacts"]
    assert sources["phone"]["channel"] == sources[f"contacts.{contact}.phone"]["channel"] == "erp"
    assert (sources["phone"]["version"], sources["email"]["channel"]) == (2, "web")
    assert desk.say("shop", {"phone": NEW}).status == "conflict"
    assert desk.data["phone"] == OLD


def test_every_present_value_names_its_channel_and_the_rules_can_be_read(desk: Desk) -> None:
    desk.enter("web", phone=OLD)
    desk.say("rep", {"email": "a@example.com"})
    timeline = desk.shop.records.timeline
    sources = timeline.provenance(BEN, "customer", desk.record)
    assert (sources["phone"]["channel"], sources["email"]["channel"]) == ("web", "rep")
    assert timeline.rules(BEN, "customer") == [
        {
            "field": "*",
            "channels": [["erp", "shop", "rep"], ["import"], ["web"]],
            "newest": False,
            "lower": "suggest",
            "by_site": False,
        }
    ]
