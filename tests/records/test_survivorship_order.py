"""Words of several channels arrive in any order: the rules make the same record of them.

As in test_arrival_order, every interleaving that keeps a device's own order is a possible arrival.
"""

from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from config.schema import GatewaySettings
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records import commands
from gateway.records.engine import Origin, Proposal
from gateway.records.model.survivorship import CHANNELS, Rule, Rules
from gateway.records.records import Records
from gateway.store.database import Store
from tests.records.conftest import ANA, CLEO, ERP, NORA, Shop
from tests.records.test_arrival_order import Sent, orders, outcome, settle

FIRST: dict[str, Any] = {
    "legal_name": "Corner Cafe",
    "phone": "+49301234567",
    "contacts": {"c1": {"name": "Ute", "role": "owner", "phone": "+49301111111"}},
    "addresses": {"a1": {"purpose": "billing", "country": "DE", "city": "Bonn"}},
}
DEVICES = (ANA, NORA, CLEO)
BAR, CAFE, INN = ({"legal_name": f"Corner {name}"} for name in ("Bar", "Cafe", "Inn"))
SHOP_FIRST = (("shop",), ("web",))
NEWEST = Rule(newest=True)
OTHER, THIRD = "+49302222222", "+49303333333"

phones = st.sampled_from(["+49301111111", "+49302222222", "+49303333333"])
cities = st.sampled_from(["Bonn", "Kiel", "Jena"])
patches = st.fixed_dictionaries(
    {},
    optional={
        "legal_name": st.sampled_from(["Corner Cafe", "Corner Bar", "Corner Inn"]),
        "phone": phones | st.none(),
        "contacts": st.fixed_dictionaries(
            {},
            optional={
                "c1": st.none()
                | st.fixed_dictionaries(
                    {}, optional={"phone": phones, "role": st.sampled_from(["owner", "cook"])}
                )
                | st.fixed_dictionaries({"name": st.just("Ute")}, optional={"phone": phones})
            },
        ),
        "addresses": st.fixed_dictionaries(
            {},
            optional={
                "a1": st.none()
                | st.fixed_dictionaries({"city": cities})
                | st.fixed_dictionaries(
                    {"purpose": st.just("billing"), "country": st.just("DE"), "city": cities}
                )
            },
        ),
    },
)


def possible(steps: list[dict[str, Any]]) -> bool:
    """What somebody has removed, he can only enter once more, and whole."""
    for group, element, needs in (("addresses", "a1", "country"), ("contacts", "c1", "name")):
        touched = [step[group][element] for step in steps if element in step.get(group, {})]
        for before, change in pairwise(touched):
            if before is None and (change is None or needs not in change):
                return False
    return True


days = st.tuples(*(st.lists(patches, max_size=3).filter(possible) for _ in DEVICES))
# When each device says each of its words, by its clock: it may go back.
Times = tuple[tuple[int, ...], ...]
times = st.tuples(*(st.tuples(*[st.integers(0, 5)] * 3) for _ in DEVICES))
channels = st.tuples(*(st.sampled_from(CHANNELS) for _ in DEVICES))
ranks = st.lists(
    st.lists(st.sampled_from(CHANNELS), min_size=1, max_size=2, unique=True).map(tuple),
    min_size=1,
    max_size=4,
    unique_by=frozenset,
).map(tuple)
rules = st.builds(
    Rule,
    ranks=ranks | st.just(()),
    newest=st.booleans(),
    lower=st.sampled_from(["suggest", "history"]),
)
by_name = st.dictionaries(
    st.sampled_from(["phone", "legal_name", "contacts", "contacts.phone", "addresses", "*"]), rules
)


def with_rules(store: Store, named: dict[str, Rule]) -> Shop:
    customer = replace(KINDS["customer"], survivorship=Rules(named))
    return Shop(store, Records(store, {**KINDS, "customer": customer}, GatewaySettings()))


def play(
    shop: Shop, order: tuple[Sent, ...], ways: tuple[str, ...], first: str, said_at: Times
) -> str:
    """Let the words arrive at a new customer; its id."""

    def origin(actor: Any, operation: str, channel: str, said_at: int | None) -> Origin:
        return Origin(actor, operation, channel=channel, occurred_at=said_at)

    made = origin(ERP, shop.new_id(), first, None)
    data = {**FIRST, "territory": "north"}
    record = shop.write(lambda tx: commands.create(tx, shop.engine, made, "customer", data)).head.id
    clock = shop.store.clock
    assert isinstance(clock, ManualClock)
    clock.advance(1_000)
    now = clock.now_ms()
    operations: dict[int, str] = {}
    for sent in order:
        operation, after = shop.new_id(), operations.get(sent.phone, "")
        said = origin(
            DEVICES[sent.phone],
            operation,
            ways[sent.phone],
            now - 500 + said_at[sent.phone][sent.step],
        )
        proposal = Proposal(sent.patch, 1, after)
        shop.write(
            lambda tx, said=said, proposal=proposal: commands.edit(
                tx, shop.engine, said, "customer", record, proposal
            )
        )
        operations[sent.phone] = operation
    return record


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(days, channels, st.sampled_from(CHANNELS), by_name, times)
# Who goes back on what somebody else said as well has said something.
@example(
    ([], [BAR], [BAR, CAFE]),
    ("rep", "import", "erp"),
    "web",
    {"legal_name": Rule(newest=True, lower="history")},
    ((0, 0, 0), (0, 5, 0), (0, 3, 0)),
)
@example(
    ([], [BAR], [BAR, CAFE]),
    ("rep", "import", "erp"),
    "web",
    {"legal_name": Rule((("erp",), ("import",)))},
    ((0, 0, 0), (0, 5, 0), (0, 3, 0)),
)
# Who leaves a value that a lighter word has come to share leaves it to nobody.
@example(
    ([BAR, INN], [BAR], []),
    ("shop", "web", "erp"),
    "shop",
    {"legal_name": Rule(SHOP_FIRST, lower="history")},
    ((0, 1, 0), (0, 0, 0), (0, 0, 0)),
)
@example(
    ([BAR, CAFE], [BAR], []),
    ("shop", "web", "erp"),
    "shop",
    {"legal_name": Rule(SHOP_FIRST)},
    ((0, 1, 0), (0, 0, 0), (0, 0, 0)),
)
# The same said once more is no newer word.
@example(
    ([INN], [BAR], [INN, INN]),
    ("shop", "rep", "shop"),
    "import",
    {"*": Rule(newest=True, lower="history")},
    ((0, 0, 0), (3, 3, 0), (1, 5, 0)),
)
def test_the_rules_make_the_same_of_every_order_of_arrival(
    store: Store,
    day: tuple[list[dict[str, Any]], ...],
    ways: tuple[str, ...],
    first: str,
    named: dict[str, Rule],
    said_at: Times,
) -> None:
    assert_alike(store, day, ways, first, named, said_at)


@dataclass(frozen=True)
class Day:
    """One day of three devices: what each says, by which channel, and when."""

    says: tuple[list[dict[str, Any]], ...]
    ways: tuple[str, ...]
    first: str
    named: dict[str, Rule]
    said_at: Times = ((0, 0, 0), (0, 0, 0), (0, 0, 0))


def ute(**change: str) -> dict[str, Any]:
    return {"contacts": {"c1": change}}


NO_UTE: dict[str, Any] = {"contacts": {"c1": None}}
# One side removes a contact, the other side changes it, and some go back on what they said.
REMOVED = {
    "both had said the same": Day(
        ([], [ute(role="cook"), {}], [ute(role="cook"), NO_UTE]),
        ("web", "shop", "shop"),
        "shop",
        {"*": NEWEST},
        ((0, 0, 0), (0, 0, 0), (1, 1, 0)),
    ),
    "the change was taken back": Day(
        ([ute(phone=THIRD), ute(phone="+49301111111")], [], [NO_UTE]),
        ("erp", "erp", "erp"),
        "shop",
        {"*": NEWEST, "contacts.phone": Rule((("shop", "import"),))},
    ),
    "a third one keeps it": Day(
        ([ute(role="cook")], [ute(role="cook"), NO_UTE], [ute(phone=OTHER)]),
        ("web", "web", "import"),
        "import",
        {"contacts": NEWEST},
    ),
    "a lighter word came with one that keeps it": Day(
        ([ute(phone=OTHER), ute(role="cook")], [NO_UTE], []),
        ("import", "rep", "web"),
        "erp",
        {"contacts.phone": Rule((("erp", "rep"),))},
    ),
    "who removed it had said the same before": Day(
        ([], [ute(phone=OTHER), NO_UTE], [ute(phone=OTHER), {}]),
        ("web", "web", "shop"),
        "erp",
        {"contacts": NEWEST},
    ),
    "who removed it entered it once more": Day(
        ([NO_UTE, ute(name="Ute")], [ute(role="cook")], []),
        ("web", "import", "web"),
        "web",
        {"addresses": Rule()},
    ),
    "two lighter words, one of them with the contact entered once more": Day(
        ([], [NO_UTE, ute(name="Ute")], [ute(phone=THIRD)]),
        ("shop", "shop", "shop"),
        "erp",
        {"contacts": Rule((("erp", "web"),))},
    ),
}


@pytest.mark.parametrize("name", REMOVED)
def test_what_is_said_of_a_removed_contact_ends_alike_in_any_order(store: Store, name: str) -> None:
    day = REMOVED[name]
    assert_alike(store, day.says, day.ways, day.first, day.named, day.said_at)


def assert_alike(
    store: Store,
    day: tuple[list[dict[str, Any]], ...],
    ways: tuple[str, ...],
    first: str,
    named: dict[str, Rule],
    said_at: Times,
) -> None:
    """Every order leaves the same values contested, the same record, and the same one decided."""
    shop = with_rules(store, named)
    outcomes = []
    for order in orders(day):
        record = play(shop, order, ways, first, said_at)
        outcomes.append((*outcome(shop, record), settle(shop, record)))
    for other in outcomes[1:]:
        assert other == outcomes[0]
