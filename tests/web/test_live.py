"""The live stream: resumed where it broke, bounded, and over when the session is."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from config.schema import Settings, WebSettings
from gateway.access.users import Change
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from gateway.store.journal import Entry
from tests.cast import Caller, World, scan

GTIN = "04006381333931"


def opened(caller: Caller, **query: str) -> TestResponse:
    return caller.get("/api/v1/live", query_string=query, buffered=False)


def events(answer: TestResponse, count: int) -> list[dict[str, Any]]:
    """The next so many events, with their ids."""
    assert answer.status_code == 200
    found = []
    chunks: Iterator[bytes] = answer.iter_encoded()
    while len(found) < count:
        lines = dict(line.split(": ", 1) for line in next(chunks).decode().splitlines() if line)
        if "data" in lines:
            found.append({"cursor": lines["id"], **json.loads(lines["data"])})
    return found


def send(world: World, *identities: str) -> None:
    world.till.post("/api/v1/facts", [scan(identity, gtin=GTIN) for identity in identities])


def test_it_begins_with_the_newest_entries_and_goes_on_with_what_comes(world: World) -> None:
    send(world, *(str(number) for number in range(60)))
    world.actor("ben")
    with opened(world.ben) as answer:
        assert answer.mimetype == "text/event-stream"
        assert answer.headers["Cache-Control"] == "no-store"
        first = events(answer, 48)
        assert first[0]["seq"] > 10, "only the newest few"
        assert first[-1]["id"] == "59"
        send(world, "fresh")
        assert events(answer, 1)[0]["id"] == "fresh"


def test_it_resumes_after_the_event_that_was_seen_last(world: World) -> None:
    send(world, "1", "2", "3")
    with opened(world.ben) as answer:
        seen = events(answer, 2)[-1]["cursor"]
    with opened(world.ben, after=seen) as answer:
        assert events(answer, 1)[0]["id"] == "3"
    resumed = world.ben.get("/api/v1/live", headers={"Last-Event-ID": seen}, buffered=False)
    with resumed:
        assert events(resumed, 1)[0]["id"] == "3"


def test_an_event_names_its_device_and_its_product(store: Store) -> None:
    shelf = {GTIN: {"id": "p-1", "name": "Marker, black", "number": "W1-P000001"}}
    world = World(store, product_of=shelf.get)
    send(world, "1")
    with opened(world.ben) as answer:
        event = events(answer, 1)[0]
    assert event["device_name"] == "till"
    assert event["product"] == shelf[GTIN]
    assert event["data"]["text"] == "4006381333931"


def test_what_is_plugged_in_is_named_by_its_wing(store: Store, clock: ManualClock) -> None:
    world = World(store, device_name={"scanner-7": "Counter scanner"}.get)
    entry = Entry(ids.uuid7(clock.now_ms()), "scan.captured", {"text": "1"}, device="scanner-7")
    store.write(lambda tx: tx.append(entry))
    with opened(world.ben) as answer:
        assert events(answer, 1)[0]["device_name"] == "Counter scanner"


def test_it_shows_that_a_record_changed_but_not_what_it_says(
    world: World, clock: ManualClock
) -> None:
    entry = Entry(
        ids.uuid7(clock.now_ms()), "record.created", {"patch": {"name": "Secret"}}, kind="customer"
    )
    world.store.write(lambda tx: tx.append(entry))
    with opened(world.ben) as answer:
        event = events(answer, 1)[0]
    assert (event["kind"], event["data"]) == ("customer", {"fields": ["name"]})


def test_it_does_not_show_who_signs_in(world: World) -> None:
    world.actor("ana")
    send(world, "1")
    with opened(world.ben) as answer:
        assert events(answer, 1)[0]["type"] == "scan.captured"


def test_a_cursor_of_another_life_starts_with_the_newest(world: World) -> None:
    send(world, "1")
    with opened(world.ben, after="0123456789abcdef.99") as answer:
        assert events(answer, 1)[0]["id"] == "1"
    assert world.ben.get("/api/v1/live?after=nonsense").status_code == 400


@pytest.fixture
def narrow(store: Store) -> World:
    return World(store, settings=Settings(web=WebSettings(live_streams_max=2)))


def test_it_serves_a_bounded_number_and_takes_back_the_places_that_are_left(
    narrow: World,
) -> None:
    send(narrow, "1")
    first, second = opened(narrow.ben), opened(narrow.ben)
    events(first, 1)
    full = narrow.ben.get("/api/v1/live")
    assert full.status_code == 503
    assert full.headers["Retry-After"] == "1"
    second.close()  # before anything was read from it
    third = opened(narrow.ben)
    assert third.status_code == 200
    first.close()
    third.close()
    assert narrow.parts.health.readings["live_streams"][0]() == 0


def test_it_ends_after_a_while_so_that_no_thread_is_held_for_ever(
    world: World, clock: ManualClock
) -> None:
    send(world, "1")
    with opened(world.ben) as answer:
        events(answer, 1)
        clock.advance(300_000)
        send(world, "2")
        assert list(answer.iter_encoded()) == []


@pytest.mark.parametrize("change", [Change(disabled=True), Change(role="finance")])
def test_it_ends_with_the_session_or_with_the_role(world: World, change: Change) -> None:
    send(world, "1")
    with opened(world.ben) as answer:
        events(answer, 1)
        world.parts.users.change(world.actor("ben").id, change)
        send(world, "2")
        assert list(answer.iter_encoded()) == []
