"""Edits made offline arrive in any order: the contested values and the decided record are the same.

Three phones edit one customer against its first version; each phone's own later edits name the
earlier ones. Every interleaving that keeps a phone's own order is a possible arrival.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from gateway.kernel.actor import Actor
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.rows import heads
from tests.records.conftest import ANA, BEN, CLEO, ERP, NORA, Shop

FIRST: dict[str, Any] = {
    "legal_name": "Corner Cafe",
    "phone": "+49301234567",
    "notes": "quiet",
    "tags": ["b2b"],
    "consents": {"marketing-email": {"state": "granted"}},
    "credit_limit": 1000,
    "contacts": {"c1": {"name": "Ute", "role": "owner", "phone": "+49301111111"}},
    "addresses": {"a1": {"purpose": "billing", "country": "DE", "city": "Bonn"}},
}
# Three people, or the ERP among them, which owns some fields and decides the guarded ones alone.
TEAMS = ((ANA, NORA, CLEO), (ANA, CLEO, ERP))
ORDERS_MAX = 24

phones = st.sampled_from(["+49301234567", "+49302222222", "+49303333333"])
word = st.sampled_from(["quiet", "loud", "late"])
# The same answer from another source or day is another one, and no answer is one as well.
answers = st.none() | st.fixed_dictionaries(
    {"state": st.sampled_from(["granted", "denied"])},
    optional={
        "source": st.sampled_from(["form", "spoken"]) | st.none(),
        "date": st.sampled_from(["2026-01-05", "2026-02-06"]),
    },
)
patches = st.fixed_dictionaries(
    {},
    optional={
        "legal_name": st.sampled_from(["Corner Cafe", "Corner Bar", "Corner Inn"]),
        "phone": phones | st.none(),
        "notes": word | st.none(),
        "credit_limit": st.sampled_from([1000, 50_000, 900_000]) | st.none(),
        "tags": st.lists(st.sampled_from(["b2b", "vip", "new"]), unique=True, max_size=2),
        "consents": st.fixed_dictionaries({"marketing-email": answers}),
        "marketing_topics": st.lists(st.sampled_from(["tea", "milk"]), unique=True, max_size=2),
        "erp_block": st.booleans(),
        "contacts": st.fixed_dictionaries(
            {},
            optional={
                "c1": st.none()
                | st.fixed_dictionaries({}, optional={"phone": phones, "role": word}),
                "c2": st.fixed_dictionaries({"name": st.sampled_from(["Ida", "Jo"])}),
            },
        ),
        "addresses": st.fixed_dictionaries(
            {},
            optional={
                "a1": st.none()
                | st.fixed_dictionaries({"city": st.sampled_from(["Bonn", "Kiel", "Jena"])})
            },
        ),
    },
)


def possible(steps: list[dict[str, Any]]) -> bool:
    """Nobody edits an address or a contact after having removed it."""
    for group, element in (("addresses", "a1"), ("contacts", "c1")):
        touched = [step[group][element] for step in steps if element in step.get(group, {})]
        if None in touched[:-1]:
            return False
    return True


def consent(**answer: str) -> dict[str, Any]:
    return {"consents": {"marketing-email": answer}}


def blocked(value: bool | None) -> dict[str, Any]:
    return {"erp_block": value}


def credit(value: int | None) -> dict[str, Any]:
    return {"credit_limit": value}


def ute(**change: str) -> dict[str, Any]:
    return {"contacts": {"c1": change}}


def moved(city: str) -> dict[str, Any]:
    return {"addresses": {"a1": {"city": city} if city else None}}


NO_UTE: dict[str, Any] = {"contacts": {"c1": None}}
OTHER, THIRD = "+49302222222", "+49303333333"


# For every phone, the patches it makes one after the other.
days = st.tuples(*(st.lists(patches, max_size=3).filter(possible) for _ in TEAMS[0]))


@dataclass(frozen=True)
class Sent:
    """One edit: whose, its number on that phone, and the patch."""

    phone: int
    step: int
    patch: dict[str, Any]


def arrivals(
    day: Sequence[Sequence[dict[str, Any]]], come: tuple[Sent, ...] = ()
) -> Iterator[tuple[Sent, ...]]:
    """Every order in which the edits can arrive, each phone's own ones in theirs."""
    if len(come) == sum(map(len, day)):
        yield come
    for phone, steps in enumerate(day):
        step = sum(edit.phone == phone for edit in come)
        if step < len(steps):
            yield from arrivals(day, (*come, Sent(phone, step, steps[step])))


def orders(day: Sequence[Sequence[dict[str, Any]]]) -> Sequence[tuple[Sent, ...]]:
    """Up to 24 of the orders, from all over: each phone comes first in some, and last in others."""
    possible = list(arrivals(day))
    return possible[:: -(-len(possible) // ORDERS_MAX)]


def play(shop: Shop, order: Sequence[Sent], team: Sequence[Actor]) -> str:
    """Let the edits arrive at a new customer; its id."""
    record = shop.create(ERP, territory="north", **FIRST).head.id
    operations: dict[int, str] = {}
    for edit in order:
        operation = shop.new_id()
        after = operations.get(edit.phone, "")
        shop.edit(team[edit.phone], record, edit.patch, 1, after=after, operation=operation)
        operations[edit.phone] = operation
    return record


def data_of(shop: Shop, record: str) -> dict[str, Any]:
    with shop.store.read() as rows:
        head = heads.find(rows, record)
    assert head is not None
    return head.data


def proposed(shop: Shop, record: str) -> list[dict[str, Any]]:
    """What waits for a second person, whoever came first."""
    found = [p for p in shop.records.inbox.page(BEN)[0] if p["record"] == record]
    return sorted(found, key=lambda p: (p["field"], repr(p["proposed"]), p["by"]))


def approve(shop: Shop, record: str) -> None:
    """Approve whatever sorts first until nothing waits."""
    while waiting := proposed(shop, record):
        first = waiting[0]
        shop.records.inbox.decide(Origin(BEN), first["id"], Verdict("approve", first["hash"]))


def outcome(shop: Shop, record: str) -> tuple[dict[str, list[str]], dict[str, Any]]:
    """What is contested, and the rest of the record.

    Which one of several contested values shows while they wait is nobody's decision, and so it is
    not compared: neither at the place itself nor in an element that is contested as a whole.
    """
    contested = shop.contested(record)
    for field in contested:
        inner = [name.rsplit(".", 1)[1] for name in contested if name.startswith(f"{field}.")]
        if inner:
            sides = [json.loads(side) for side in contested[field]]
            veiled = [side and {**side, **dict.fromkeys(inner, "?")} for side in sides]
            contested[field] = sorted({json.dumps(side) for side in veiled})
    top = {field.split(".")[0] for field in contested}
    return contested, {k: v for k, v in data_of(shop, record).items() if k not in top}


def settle(shop: Shop, record: str) -> dict[str, Any]:
    """Decide every conflict for the value that sorts first; the record afterwards."""
    while True:
        waiting = [c for c in shop.conflicts() if c["record"] == record]
        if not waiting:
            return data_of(shop, record)
        field = waiting[0]["field"]
        rivals = [c for c in waiting if c["field"] == field]
        chosen = min(rivals, key=lambda c: repr(c["proposed"]))
        keep = repr(chosen["current"]) <= repr(chosen["proposed"])
        shop.decide(BEN, chosen["id"], "current" if keep else "proposed", chosen["version"])


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(days, st.sampled_from(TEAMS))
@example(
    (
        [consent(state="denied", source="form"), consent(state="granted")],
        [consent(state="denied", source="spoken")],
        [],
    ),
    TEAMS[0],
)
# The ERP came to say what somebody had asked for, and went on.
@example(([], [blocked(False)], [blocked(False), blocked(True)]), TEAMS[1])
@example(([], [blocked(False)], [blocked(False), blocked(None)]), TEAMS[1])
# Who has taken back what waited no longer asks, and says so once more.
@example(([], [blocked(False), blocked(None), blocked(None)], [blocked(True)]), TEAMS[1])
@example(
    ([blocked(False), blocked(None), blocked(True)], [], [blocked(False), blocked(None)]), TEAMS[1]
)
# What waits for a second person is no word yet, and ends when the ERP speaks, if only to go back.
@example(([credit(900_000)], [], [credit(900_000), credit(50_000)]), TEAMS[1])
@example(([], [credit(900_000)], [credit(None), credit(1000)]), TEAMS[1])
# Who removes an element takes back what he said in it, and nothing that anybody else has said.
@example(([], [ute(phone=OTHER)], [ute(phone=THIRD), NO_UTE]), TEAMS[0])
@example(([ute(role="late"), NO_UTE], [], [ute(phone=OTHER)]), TEAMS[1])
@example(([ute(phone=OTHER)] * 2, [ute(phone=THIRD), NO_UTE], [NO_UTE]), TEAMS[0])
@example(([], [moved("Jena"), moved("")], [moved("Kiel"), moved("Bonn")]), TEAMS[0])
@example(([moved("")], [moved("Kiel"), moved("Bonn")], [moved("Jena"), moved("Bonn")]), TEAMS[0])
def test_any_arrival_order_contests_the_same_values_and_ends_in_the_same_record(
    shop: Shop, day: tuple[list[dict[str, Any]], ...], team: Sequence[Actor]
) -> None:
    outcomes = []
    for order in orders(day):
        record = play(shop, order, team)
        contested, calm = outcome(shop, record)
        waiting = [(p["field"], p["proposed"], p["by"]) for p in proposed(shop, record)]
        approve(shop, record)
        outcomes.append((contested, calm, waiting, settle(shop, record)))
    for other in outcomes[1:]:
        assert other == outcomes[0]


def test_a_phone_alone_never_conflicts_with_itself(shop: Shop) -> None:
    record = shop.create(ANA, **{k: v for k, v in FIRST.items() if k != "tags"}).head.id
    after = ""
    for number in ("+49302222222", "+49303333333", "+49301234567", "+49304444444"):
        operation = shop.new_id()
        outcome = shop.edit(ANA, record, {"phone": number}, 1, after=after, operation=operation)
        assert outcome.status in ("applied", "merged")
        after = operation
    assert data_of(shop, record)["phone"] == "+49304444444"
    assert shop.contested(record) == {}
