"""What was lost with a damaged database, over HTTP, and who may say that it is known."""

from pathlib import Path

import msgspec
import pytest

from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from gateway.store.rescue.salvage import Note
from gateway.web.routes import damage_api
from tests.cast import World

FOLDER = "damaged/2027-01-15T08-00-00.000Z"
LOST = Note(
    "2027-01-15T08:00:00.000Z",
    "page 7 is not what was written",
    FOLDER,
    pages=40,
    pages_lost=[7],
    rows={"journal": 900},
    rows_lost={"pages of journal": 1},
    entries_lost=[(12, 14)],
    records_lost=["0192d1a0-0000-7000-8000-000000000001"],
    head=903,
)


@pytest.fixture
def world(store: Store) -> World:
    place: Path = store.folder / FOLDER
    place.mkdir(parents=True)
    (place / "note.json").write_bytes(msgspec.json.encode(LOST))
    world = World(store)
    return World(store, blueprints=[damage_api.blueprint(store, world.parts.users)])


def test_what_is_lost_is_listed_and_an_administrator_says_that_it_is_known(
    world: World, clock: ManualClock
) -> None:
    (shown,) = world.ben.get("/api/v1/damage").json["damaged"]
    assert (shown["folder"], shown["pages_lost"], shown["rows"]) == (FOLDER, 1, 900)
    assert (shown["entries_lost"], shown["confirmed_at"]) == ([[12, 14]], "")
    known = world.ada.post("/api/v1/damage", {"folder": FOLDER}).json
    assert known["confirmed_by"] == "Ada"
    kept = (world.store.folder / FOLDER / "note.json").read_text("utf-8")
    assert "Ada" not in kept
    assert world.actor("ada").id in kept
    (shown,) = world.ben.get("/api/v1/damage").json["damaged"]
    assert (shown["confirmed_by"], bool(shown["confirmed_at"])) == ("Ada", True)


def test_it_takes_the_password_and_a_folder_that_is_there(world: World, clock: ManualClock) -> None:
    unknown = world.ada.post("/api/v1/damage", {"folder": "damaged/../../etc"})
    assert (unknown.status_code, unknown.json["code"]) == (404, "damage_unknown")
    clock.advance(16 * 60_000)
    refused = world.ada.post("/api/v1/damage", {"folder": FOLDER})
    assert (refused.status_code, refused.json["code"]) == (403, "password_needed")


@pytest.mark.parametrize("name", ["ben", "udo"])
def test_who_may_read_it_may_not_end_the_alarm(world: World, name: str) -> None:
    assert getattr(world, name).get("/api/v1/damage").status_code == 200
    assert getattr(world, name).post("/api/v1/damage", {"folder": FOLDER}).status_code == 403


@pytest.mark.parametrize("name", ["ana", "cleo", "fay", "till", "nobody"])
def test_others_hear_nothing_of_it(world: World, name: str) -> None:
    assert getattr(world, name).get("/api/v1/damage").status_code in (401, 403)
