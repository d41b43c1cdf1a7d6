"""The examples in docs/protocol.md are played against a gateway, so that they cannot go stale."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.access.users import Users
from gateway.kinds.registry import KINDS
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.api import PullAnswer, PushResult, blueprint
from sync.phone.wing import Phones
from tests.cast import World
from tests.phone.bench import new_id

PAGE = (Path(__file__).parents[2] / "docs/protocol.md").read_text("utf-8")
EXAMPLES = [json.loads(text) for text in re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)]


def example(member: str) -> dict[str, Any]:
    found = next(each for each in EXAMPLES if member in each)
    return dict(found)


def rows_after(heading: str) -> list[str]:
    """The first column of the table below a heading."""
    text = PAGE.partition(heading)[2].partition("\n#")[0]
    return re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)


@pytest.fixture
def world(store: Store) -> World:
    settings = SyncSettings()
    phones = Phones(store, Records(store, KINDS, GatewaySettings()), Users(store), settings)
    return World(store, blueprints=[blueprint(phones, store.clock, settings)])


def test_the_example_of_a_push_is_applied_as_it_stands(world: World) -> None:
    headers = {"X-Waystation-Device": new_id()}
    answer = world.ana.post("/api/v1/push", example("operations"), headers=headers)
    assert [result["status"] for result in answer.json["results"]] == ["applied"] * 3
    assert set(answer.json) == {"results", "server_time", "protocol"}


def test_the_example_of_a_pull_has_the_members_of_a_real_one(world: World) -> None:
    assert set(example("upserts")) == set(world.ana.get("/api/v1/pull").json)
    assert set(example("upserts")) == set(PullAnswer.__struct_fields__)


def test_the_example_of_a_fact_is_stored(world: World) -> None:
    answer = world.till.post("/api/v1/facts", example("specversion"))
    assert answer.json["results"][0]["status"] == "stored"


def test_the_example_of_a_visit_is_stored(world: World) -> None:
    visits = [each for each in EXAMPLES if each.get("type") == "visit.completed"]
    for visit in visits:
        answer = world.ana.post("/api/v1/facts", visit)
        assert answer.json["results"][0]["status"] == "stored"
    assert visits


def test_every_status_of_a_push_is_explained() -> None:
    assert rows_after("### Push") == [
        "applied", "merged", "conflict", "duplicate", "rejected", "blocked_by", "retry",
    ]  # fmt: skip
    text = PAGE.partition("### Push")[2].partition("### Pull")[0]
    assert all(f"`{name}`" in text for name in PushResult.__struct_fields__)


def test_every_status_of_a_fact_is_explained() -> None:
    assert rows_after("## Facts") == ["stored", "duplicate", "quarantined", "refused"]
