"""Shifts, registers and stock over HTTP, as the roles of a shop read them."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from gateway.kernel import ids
from gateway.store.database import Store
from tests.cast import World

AT = {"register": "R1", "shift": "S1", "currency": "EUR"}
BEER = {"gtin": "4006381333931", "quantity": "2"}


CLOUD = {"Content-Type": "application/cloudevents+json"}
SHELF = {"04006381333931": {"id": "p1", "number": "W1-P-1", "name": "Beer"}}


@pytest.fixture
def world(store: Store) -> World:
    return World(store, product_of=SHELF.get)


@pytest.fixture
def shop(world: World) -> World:
    client = Client(world.app)
    told: list[tuple[str, dict[str, Any]]] = [
        ("shift.opened", {**AT, "float": 1000, "number": "W1-R1-a-1"}),
        ("cash.drop", {**AT, "amount": 400, "reason": "Safe", "number": "W1-R1-a-3"}),
        ("stock.counted", {"lines": [BEER, {"sku": "BAG", "quantity": "7"}]}),
    ]
    events = [
        {"specversion": "1.0", "id": ids.uuid7(n), "source": "t", "type": type, "data": data}
        for n, (type, data) in enumerate(told)
    ]
    answer = client.post(
        "/api/v1/facts",
        data=json.dumps(events),
        headers={**world.till.headers, "Content-Type": "application/json"},
    )
    assert answer.json is not None
    assert {each["status"] for each in answer.json["results"]} == {"stored"}
    return world


def read(shop: World, path: str) -> Any:
    """What a clerk is answered."""
    return shop.cleo.get(f"/api/v1/{path}").json


def test_a_clerk_reads_what_the_drawer_should_hold(shop: World) -> None:
    [shift] = read(shop, "shifts?limit=1")["shifts"]
    assert shift["tenders"] == [
        {"type": "cash", "expected": 600, "counted": None, "difference": None}
    ]
    assert read(shop, "shifts/R1/S1") == shift
    assert read(shop, "shifts?register=R2") == {"shifts": [], "next": None}
    assert read(shop, "shifts/R1/S2")["code"] == "shift_missing"


def test_a_number_that_has_not_come_is_shown(shop: World) -> None:
    [register] = read(shop, "registers")["registers"]
    assert register["gaps"] == [{"series": "W1-R1-a", "first": 2, "last": 2}]
    assert register["whole"] is False
    assert read(shop, "registers/R1") == register
    assert shop.cleo.get("/api/v1/registers/R9").status_code == 404


def test_what_is_on_hand_is_read_a_page_at_a_time(shop: World) -> None:
    first = read(shop, "stock?limit=1")
    [beer] = first["levels"]
    assert (beer["gtin"], beer["quantity"]) == ("04006381333931", "2")
    second = read(shop, f"stock?limit=1&after={first['next']}")
    assert [(one["sku"], one["quantity"]) for one in second["levels"]] == [("BAG", "7")]
    assert read(shop, f"stock?after={second['next']}")["levels"] == []
    assert read(shop, "stock?gtin=4006381333931")["levels"] == [beer]
    assert read(shop, "stock?after=no!")["code"] == "cursor_malformed"
    assert read(shop, "stock?gtin=4006381333932")["code"] == "gtin_invalid"


def test_an_article_is_found_at_every_place_and_named_as_the_product_it_is(
    shop: World,
) -> None:
    line = {"gtin": BEER["gtin"], "quantity": "5", "lot": "L7", "expiry": "2027-03-31"}
    move = {"lines": [line], "from": "shop", "to": "cellar", "document": "D9"}
    event = {"specversion": "1.0", "id": ids.uuid7(9), "source": "t", "type": "stock.transferred"}
    stored = shop.till.post("/api/v1/facts", {**event, "data": move}, headers=CLOUD)
    assert stored.status_code == 200
    assert read(shop, "stock/places") == {"places": ["cellar", "shop"]}
    levels = read(shop, f"stock?gtin={BEER['gtin']}")["levels"]
    assert [(one["location"], one["quantity"]) for one in levels] == [
        ("cellar", "5"),
        ("shop", "-3"),
    ]
    assert levels[0]["product"] == {"id": "p1", "number": "W1-P-1", "name": "Beer"}
    [move] = read(shop, f"stock/movements?gtin={BEER['gtin']}&location=cellar")["movements"]
    assert move["entry"] == {"document": "D9", "lot": "L7", "expiry": "2027-03-31"}
    assert (move["other"], move["device_name"]) == ("shop", "till")


def test_the_movements_of_an_article_are_read(shop: World) -> None:
    found = read(shop, "stock/movements?sku=BAG&limit=1")
    assert [(one["type"], one["counted"]) for one in found["movements"]] == [
        ("stock.counted", True)
    ]
    rest = read(shop, f"stock/movements?sku=BAG&after={found['next']}")
    assert rest == {"movements": [], "next": None}
    assert shop.cleo.get("/api/v1/stock/movements").status_code == 422


def test_a_rep_sees_stock_and_no_drawer(shop: World) -> None:
    assert shop.ana.get("/api/v1/stock").status_code == 200
    assert shop.ana.get("/api/v1/shifts").status_code == 403


def test_what_came_of_deliveries_is_added_up(shop: World) -> None:
    came = {"lines": [{**BEER, "mark": "over"}], "document": "LS-1", "session": "s"}
    event = {"specversion": "1.0", "id": ids.uuid7(9), "source": "t", "type": "stock.received"}
    shop.cleo.post("/api/v1/facts", json={**event, "data": came})
    answer = shop.cleo.post("/api/v1/stock/receipts", json={"documents": ["LS-1", "LS-2"]})
    assert answer.json == {
        "receipts": [
            {
                "document": "LS-1",
                "lines": [{"gtin": "04006381333931", "sku": "", "quantity": "2"}],
                "facts": [event["id"]],
            },
            {"document": "LS-2", "lines": [], "facts": []},
        ]
    }
