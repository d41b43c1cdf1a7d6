"""The schedule over HTTP: who sees it, who has a turn begun, who sets it."""

from collections.abc import Iterator

import pytest

from gateway.store.database import Store
from sync.jobs import api
from sync.jobs.book import JobBook
from sync.jobs.ended import Ended
from sync.jobs.schedule import Schedule
from tests.cast import World

JOBS = "/api/v1/schedule"


@pytest.fixture
def schedule(store: Store) -> Iterator[Schedule]:
    """One with a job for each ending, not running by itself."""
    made = Schedule(store.clock, JobBook(store), "Europe/Paris")
    made.every("push paper", 300, lambda: Ended({"accepted": 2}))
    made.every("erp lag", 900, lambda: None)
    return made


@pytest.fixture
def world(store: Store, schedule: Schedule) -> World:
    return World(store, blueprints=[api.blueprint(schedule, "Europe/Paris")])


def test_jobs_are_told_with_what_came_of_them(world: World, schedule: Schedule) -> None:
    schedule.carry_out("push paper", "Ben")
    found = world.ben.get(JOBS).json
    assert found["time_zone"] == "Europe/Paris"
    lag, push = found["jobs"]
    assert (lag["name"], lag["last"]) == ("erp lag", None)
    assert push["trigger"] == {"every_s": 300, "cron": "", "jitter_s": 0}
    assert (push["last"]["counts"], push["last"]["asked_by"]) == ({"accepted": 2}, "Ben")
    turns = world.udo.get(f"{JOBS}/push paper/turns?limit=1").json
    assert (len(turns["turns"]), turns["more"]) == (1, False)


def test_an_administrator_sets_a_job(world: World) -> None:
    sent = {"trigger": {"cron": "30 2 * * 1-5", "jitter_s": 60}, "paused": False}
    answer = world.ada.send("PUT", f"{JOBS}/push paper", json=sent)
    assert answer.status_code == 200
    shown = answer.json
    assert shown["trigger"] == {"every_s": None, "cron": "30 2 * * 1-5", "jitter_s": 60}
    assert shown["delivered"]["every_s"] == 300
    assert len(shown["upcoming"]) == 3
    back = world.ada.send("PUT", f"{JOBS}/push paper", json={"trigger": None, "paused": True}).json
    assert (back["trigger"]["every_s"], back["paused"]) == (300, True)


@pytest.mark.parametrize(
    ("trigger", "code"),
    [
        ({"cron": "30 2 * *"}, "schedule_cron"),
        ({}, "schedule_trigger"),
        ({"every_s": 1}, "schedule_trigger"),
    ],
)
def test_what_is_no_trigger_is_refused(world: World, trigger: object, code: str) -> None:
    answer = world.ada.send("PUT", f"{JOBS}/push paper", json={"trigger": trigger, "paused": False})
    assert (answer.status_code, answer.json["code"]) == (422, code)


def test_a_job_that_is_not_there_is_not_found(world: World) -> None:
    assert world.ada.get(f"{JOBS}/nothing/turns").status_code == 404
    assert world.ada.post(f"{JOBS}/nothing/turns").status_code == 404


def test_a_manager_sees_and_starts_but_does_not_set(world: World) -> None:
    assert world.ben.post(f"{JOBS}/push paper/turns").status_code == 202
    edit = {"trigger": None, "paused": True}
    assert world.ben.send("PUT", f"{JOBS}/push paper", json=edit).status_code == 403
    assert world.ana.get(JOBS).status_code == 403
    assert world.udo.post(f"{JOBS}/push paper/turns").status_code == 403
