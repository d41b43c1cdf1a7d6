"""The dealings with a customer: visits, sales and tasks in one line, newest first, page by page."""

import json
from typing import Any

import pytest

from gateway.access.policy import find
from gateway.facts import by_customer
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock, to_iso
from gateway.kernel.problems import Problem
from gateway.records import dealings
from gateway.records.rows import heads, scopes
from tests.cast import World
from tests.erp.shop import line, receipt
from tests.records.conftest import ADA, ANA, BEN, CLEO, FAY, NORA, OTTO, UDO, Shop

TILL = Actor("till", "Till 1", "pos", "till-1")
MINUTE_MS = 60_000


@pytest.fixture
def cafe(shop: Shop) -> str:
    return shop.create(ANA, territory="north").head.id


def visit(shop: Shop, customer: str, **data: Any) -> str:
    now = to_iso(shop.store.clock.now_ms())
    told = {
        "customer": customer, "check_in": now, "check_out": now, "outcome": "order",
        "position": {"latitude": "53.55", "longitude": "9.99", "accuracy_m": 9}, **data,
    }  # fmt: skip
    result = Facts(shop.store).capture("visit.completed", told, actor=ANA, source="phone")
    assert result.status == "stored", result.problem
    return result.id


def sale(shop: Shop, customer: str, number: int = 1) -> str:
    body = receipt(line(unit_price=100), receipt=f"R{number}", customer=customer)
    result = Facts(shop.store).capture("sale.completed", body, actor=TILL, source="till")
    assert result.status == "stored", result.problem
    return result.id


def task(shop: Shop, customer: str, actor: Actor = ANA) -> str:
    return str(shop.create(actor, "task", title="Ring", customer=customer, note="Ask Ute").head.id)


def story(shop: Shop, actor: Actor, customer: str) -> list[tuple[str, str]]:
    found, after = shop.records.dealings.page(actor, customer)
    assert after is None
    return [(one["type"], one["id"]) for one in found]


def test_everything_stands_in_one_line_the_newest_first(
    shop: Shop, cafe: str, clock: ManualClock
) -> None:
    made = []
    for make, name in ((visit, "visit"), (sale, "sale"), (task, "task"), (visit, "visit")):
        made.append((name, make(shop, cafe)))
        clock.advance(MINUTE_MS)
    other = shop.create(ANA, legal_name="Somebody else").head.id
    visit(shop, other)
    assert story(shop, ANA, cafe) == made[::-1]
    assert story(shop, NORA, cafe) == made[::-1]


def test_another_territory_hears_nothing_of_it(shop: Shop, cafe: str) -> None:
    visit(shop, cafe)
    with pytest.raises(Problem, match="record_missing"):
        shop.records.dealings.page(OTTO, cafe)


def test_each_role_is_told_what_it_may_list(shop: Shop, cafe: str) -> None:
    visit(shop, cafe, note="Ute is ill")
    sale(shop, cafe)
    task(shop, cafe)

    def types(actor: Actor) -> set[str]:
        return {name for name, _ in story(shop, actor, cafe)}

    assert types(BEN) == types(CLEO) == types(UDO) == {"visit", "sale", "task"}
    assert types(FAY) == types(ADA) == {"sale"}


def test_what_a_role_does_not_see_is_hidden_in_it(shop: Shop, cafe: str) -> None:
    visit(shop, cafe, note="Ute is ill")
    sale(shop, cafe)
    task(shop, cafe)
    found, _ = shop.records.dealings.page(UDO, cafe)
    masked = {one["type"]: one["masked"] for one in found}
    assert masked == {"visit": ["note", "position"], "sale": [], "task": ["note"]}
    for secret in ("Ute", "53.55"):
        assert secret not in json.dumps(found)
    (seen,), _ = shop.records.dealings.page(ADA, cafe)
    assert seen["masked"] == ["net", "tax", "total"]
    assert "100" not in json.dumps(seen["data"])


def test_pages_follow_each_other_without_a_gap_also_within_one_instant(
    shop: Shop, cafe: str
) -> None:
    made = {visit(shop, cafe) for _ in range(4)} | {sale(shop, cafe, n) for n in range(4)}
    made |= {task(shop, cafe) for _ in range(3)}
    seen: list[str] = []
    after: str | None = ""
    while after is not None:
        found, after = shop.records.dealings.page(ANA, cafe, after=after, limit=3)
        assert 0 < len(found) <= 3
        seen += [one["id"] for one in found]
    assert len(seen) == len(made)
    assert set(seen) == made


def test_what_was_dealt_with_a_record_that_was_merged_is_told_of_the_one_that_stays(
    shop: Shop, cafe: str
) -> None:
    twin = shop.create(ANA, legal_name="Corner Café").head
    made = {visit(shop, twin.id), sale(shop, twin.number), task(shop, twin.id), visit(shop, cafe)}
    merge(shop, cafe, twin.id)
    assert {identity for _, identity in story(shop, ANA, cafe)} == made
    assert {identity for _, identity in story(shop, ANA, twin.id)} == made


def merge(shop: Shop, kept: str, other: str) -> None:
    def work(tx: Any) -> None:
        tx.execute(
            "UPDATE records SET alias_of = ? WHERE id = ?", (heads.key(kept), heads.key(other))
        )

    shop.write(work)


def test_a_cursor_that_is_none_is_told(shop: Shop, cafe: str) -> None:
    for cursor in ("x", "1", "1.zz", f"{'9' * 19}.{'a' * 32}"):
        with pytest.raises(Problem, match="cursor_malformed"):
            shop.records.dealings.page(ANA, cafe, after=cursor)


def test_a_page_reads_no_more_than_it_shows(shop: Shop, cafe: str) -> None:
    rule = find("rep", "task", "list")
    assert rule is not None
    scope, params = scopes.condition(rule, ANA)
    queries = (
        (by_customer._VISITS, (heads.key(cafe), *by_customer.NEWEST, 3)),
        (by_customer._SALES, (cafe, *by_customer.NEWEST, 3)),
        (dealings.records_query("task", scope), (cafe, *by_customer.NEWEST, *params, 3)),
    )
    for sql, values in queries:
        with shop.store.read() as rows:
            plan = " ".join(str(row[3]) for row in rows.tuples(f"EXPLAIN QUERY PLAN {sql}", values))
        assert "_customer" in plan, plan
        assert "SCAN" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def test_the_timeline_over_http(world: World) -> None:
    body = {"data": {"legal_name": "Corner Cafe"}}
    cafe = world.ana.post("/api/v1/records/customer", json=body).json["id"]
    now = to_iso(world.store.clock.now_ms())
    event = {
        "specversion": "1.0", "id": "v-1", "source": "phone", "type": "visit.completed",
        "data": {"customer": cafe, "check_in": now, "check_out": now, "outcome": "order",
                 "position_missing": "denied"},
    }  # fmt: skip
    answer = world.ana.post("/api/v1/facts", json=event)
    assert answer.json["results"][0]["status"] == "stored"
    address = f"/api/v1/records/customer/{cafe}/timeline"
    (told,) = world.ana.get(address).json["dealings"]
    assert (told["type"], told["by"], told["at"]) == ("visit", "Ana", now)
    assert told["data"]["outcome"] == "order"
    assert world.otto.get(address).status_code == 404
    assert world.ana.get(f"{address}?after=nonsense").status_code == 400
    assert world.till.get(address).status_code == 403


def test_the_form_of_a_visit_is_served_with_its_labels(world: World) -> None:
    found = world.ana.get("/api/v1/visits/form").json["outcomes"]
    assert found[0] == {
        "value": "order",
        "labels": {"en": "Order taken", "zh-CN": "已下单", "zh-Hant": "已下單"},
    }
    assert world.nobody.get("/api/v1/visits/form").status_code == 401


def test_the_journal_hides_what_is_personal_in_a_visit(world: World) -> None:
    now = to_iso(world.store.clock.now_ms())
    place = {"latitude": "53.55", "longitude": "9.99", "accuracy_m": 9}
    event = {
        "specversion": "1.0", "id": "v-1", "source": "phone", "type": "visit.completed",
        "data": {"customer": "01890a5d-ac96-774b-bcce-b302099a8057", "check_in": now,
                 "check_out": now, "outcome": "order", "position": place, "note": "Ute is ill"},
    }  # fmt: skip
    assert world.ana.post("/api/v1/facts", json=event).status_code == 200
    assert "Ute is ill" in world.ben.get("/api/v1/journal?types=visit.completed").text
    for reader in (world.ada, world.udo):
        text = reader.get("/api/v1/journal?types=visit.completed").text
        assert '"order"' in text
        assert "Ute" not in text
        assert "53.55" not in text
