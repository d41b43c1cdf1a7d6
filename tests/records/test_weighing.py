"""An element that one removes and others change: what becomes of it, from their words alone."""

from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from gateway.kinds.registry import KINDS
from gateway.records.edits.merge import Clash
from gateway.records.edits.rivals import Step
from gateway.records.edits.weighing import Weighed, is_weighable, weigh
from gateway.records.model.survivorship import CHANNELS, Claim, Rule, Rules
from gateway.records.rows.heads import Author

UTE = ("contacts", "c1")
HOME = ("addresses", "a1")
ROOT = {"name": "Ute", "role": "owner"}
SHOP_FIRST = Rule((("shop",), ("web",)))


def step(
    channel: str, change: Any, at: int = 1, *, by: str = "", saw: int = 1, version: int = 2
) -> Step:
    """An edit of the contact by a channel; None removes it."""
    author = Author(f"{channel}{at}", by or channel, by or channel, by or channel, channel)
    claim = Claim(channel, at, by or channel)
    return Step(author, claim, {"contacts": {"c1": change}}, saw, version)


def outcome(*lines: list[Step], before: str = "web", now: Any = None, **rules: Rule) -> Weighed:
    customer = replace(KINDS["customer"], survivorship=Rules({"*": SHOP_FIRST, **rules}))
    weighed = weigh(customer, UTE, (ROOT, now or ROOT), lines, lambda _: Claim(before))
    assert weighed is not None
    return weighed


def told(weighed: Weighed) -> list[tuple[str, Any, str]]:
    """What waits or is only told: the last name of its place, the value and the rule."""
    return sorted((c.path[-1], c.proposed, c.rule) for c, _ in weighed.clashes)


def test_a_change_keeps_the_element_and_the_removal_waits() -> None:
    kept = outcome([step("web", None)], [step("shop", {"role": "cook"})])
    assert kept.value == {**ROOT, "role": "cook"}
    assert told(kept) == [("c1", None, "rank")]


def test_a_lighter_change_in_it_waits_while_another_one_keeps_the_element() -> None:
    lines = ([step("shop", None)], [step("web", {"role": "cook"})], [step("shop", {"name": "Uta"})])
    kept = outcome(*lines, before="shop")
    assert kept.value == {**ROOT, "name": "Uta"}
    assert told(kept) == [("c1", None, ""), ("role", "cook", "rank")]


def test_a_change_that_is_too_light_for_what_was_there_holds_nothing() -> None:
    gone = outcome([step("shop", None)], [step("web", {"role": "cook"})], before="shop")
    assert gone.value is None
    assert told(gone) == [("role", "cook", "rank")]


def test_a_removal_that_is_too_light_for_what_was_there_waits() -> None:
    lines = ([step("web", None)], [step("web", {"role": "cook"}, by="form")])
    kept = outcome(*lines, before="shop")
    assert kept.value == ROOT
    assert told(kept) == [("c1", None, "rank"), ("role", "cook", "rank")]


def test_who_removes_it_takes_back_the_own_changes_in_it_and_no_one_elses() -> None:
    own = [step("shop", {"role": "cook"}), step("shop", None, 2)]
    kept = outcome(own, [step("web", {"role": "cook"})])
    assert kept.value == {**ROOT, "role": "cook"}
    assert [clash.proposed for clash, _ in kept.clashes] == [None]


def test_who_goes_back_to_the_beginning_asks_for_nothing() -> None:
    back = [step("web", {"role": "cook"}), step("web", {"role": "owner"}, 2)]
    assert outcome([step("web", None, by="form")], back).value is None


def test_of_equal_words_the_one_that_shows_stays_and_the_others_wait() -> None:
    lines = (
        [step("shop", None)],
        [step("shop", {"role": "cook"}, 1, by="ana")],
        [step("shop", {"role": "late"}, 2, by="cleo")],
    )
    assert outcome(*lines).value == {**ROOT, "role": "cook"}
    shown = outcome(*lines, now={**ROOT, "role": "late"})
    assert shown.value == {**ROOT, "role": "late"}
    assert told(shown) == [("c1", None, ""), ("role", "cook", "")]


def test_a_word_that_somebody_saw_before_removing_the_element_is_over() -> None:
    lines = (
        [step("shop", {"role": "cook"}, by="ana")],
        [step("shop", None, 2, saw=2, version=3)],
        [step("web", {"name": "Uta"}, version=4)],
    )
    assert outcome(*lines).value == {**ROOT, "name": "Uta"}


def test_nothing_is_weighed_where_nobody_else_spoke_or_nobody_removed() -> None:
    customer = KINDS["customer"]
    for lines in ([[step("shop", None)]], [[step("shop", {"role": "cook"})], [step("web", {})]]):
        assert weigh(customer, UTE, (ROOT, ROOT), lines, lambda _: None) is None


def test_an_address_is_weighed_as_one() -> None:
    root = {"city": "Bonn", "country": "DE"}

    def moved(channel: str, change: Any) -> list[Step]:
        return [replace(step(channel, {}), patch={"addresses": {"a1": change}})]

    customer = replace(KINDS["customer"], survivorship=Rules({"*": SHOP_FIRST}))
    lines = [moved("rep", None), moved("shop", {"city": "Kiel"}), moved("web", {"city": "Jena"})]
    weighed = weigh(customer, HOME, (root, root), lines, lambda _: Claim("web"))
    assert weighed is not None
    assert weighed.value == {**root, "city": "Kiel"}
    assert [(c.proposed, c.rule) for c, _ in weighed.clashes] == [
        ({**root, "city": "Jena"}, "rank"),
        (None, "rank"),
    ]


def test_what_takes_two_people_and_consents_are_not_weighed() -> None:
    groups = {field.name: is_weighable(field) for field in KINDS["customer"].fields}
    assert [name for name, weighed in groups.items() if weighed] == ["contacts", "addresses"]


changes = st.none() | st.fixed_dictionaries(
    {}, optional={"role": st.sampled_from(["owner", "cook", "late"]), "name": st.just("Uta")}
)
authors = st.lists(
    st.lists(st.tuples(st.sampled_from(CHANNELS), changes, st.integers(1, 4)), max_size=3),
    min_size=2,
    max_size=4,
)


@given(authors, st.randoms(use_true_random=False), st.booleans())
def test_the_order_in_which_authors_come_makes_no_difference(
    days: list[Any], chance: Any, newest: bool
) -> None:
    lines = [
        [step(way, change, at, by=f"by{n}") for way, change, at in day]
        for n, day in enumerate(days)
    ]
    rules = Rules({"*": Rule((("shop", "rep"), ("web",)), newest=newest)})
    customer = replace(KINDS["customer"], survivorship=rules)

    def result(order: list[list[Step]]) -> tuple[Any, list[str]] | None:
        weighed = weigh(customer, UTE, (ROOT, ROOT), order, lambda _: Claim("import"))
        return weighed and (weighed.value, sorted(_said(*one) for one in weighed.clashes))

    mixed = list(lines)
    chance.shuffle(mixed)
    assert result(mixed) == result(lines)


def _said(clash: Clash, by: Step) -> str:
    return repr((clash, by.author.actor))
