"""Backups over HTTP and by the clock: who sees them, what is made and checked when."""

from collections.abc import Iterator

import pytest

from config.schema import BackupSettings, Settings
from gateway.backup import sheet
from gateway.kernel import age
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from sync.backup import api
from sync.backup.wing import CHECK, MAKE, BackupWing
from sync.jobs.book import JobBook
from sync.jobs.schedule import Schedule
from tests.backup.conftest import SECRET
from tests.cast import World

URL = "/api/v1/backups"
HOUR_MS = 3_600_000


@pytest.fixture
def schedule(store: Store) -> Iterator[Schedule]:
    """Not running by itself."""
    return Schedule(store.clock, JobBook(store), "Europe/Paris")


@pytest.fixture
def wing(store: Store, schedule: Schedule) -> BackupWing:
    made = BackupWing(store, Settings(), schedule, store.watch_room(Settings().disk))
    made.plan()
    return made


@pytest.fixture
def world(store: Store, wing: BackupWing) -> World:
    return World(store, blueprints=[api.blueprint(wing, BackupSettings())])


def prove(wing: BackupWing) -> None:
    wing.backups.keys.prove(age.recipient_of(SECRET), " ".join(sheet.words(SECRET)))


def outcome(schedule: Schedule, job: str) -> tuple[str, str]:
    turn = schedule.carry_out(job, "")
    assert turn is not None
    return turn.outcome, turn.problem.code if turn.problem else ""


def test_one_a_day_is_made_and_one_a_week_checked(
    wing: BackupWing, schedule: Schedule, clock: ManualClock
) -> None:
    assert outcome(schedule, MAKE) == ("held", "backup_no_key")
    assert outcome(schedule, CHECK) == ("idle", "")
    prove(wing)
    assert outcome(schedule, MAKE) == ("done", "")
    assert outcome(schedule, CHECK) == ("done", "")
    clock.advance(23 * HOUR_MS)
    assert outcome(schedule, MAKE) == ("idle", "")
    clock.advance(HOUR_MS)
    assert outcome(schedule, MAKE) == ("done", "")
    assert outcome(schedule, CHECK) == ("idle", "")
    clock.advance(6 * 24 * HOUR_MS)
    assert outcome(schedule, CHECK) == ("done", "")


def test_a_check_that_finds_something_is_a_failed_turn(
    wing: BackupWing, schedule: Schedule
) -> None:
    prove(wing)
    file = wing.backups.shelf.folder / wing.backups.make().file
    file.write_bytes(file.read_bytes()[:-1])
    assert outcome(schedule, CHECK) == ("failed", "backup_damaged")


def test_an_administrator_makes_the_sheet_then_a_backup_and_has_it_checked(
    world: World, wing: BackupWing, schedule: Schedule
) -> None:
    assert world.ada.post(URL).json["code"] == "backup_no_key"
    drawn = world.ada.post(f"{URL}/key", json={}).json
    assert sheet.identity(" ".join(drawn["words"])) == drawn["key"]
    typed = {"recipient": drawn["recipient"], "words": " ".join(drawn["words"][1:])}
    assert world.ada.send("PUT", f"{URL}/key", json=typed).json["code"] == "backup_words_count"
    assert world.ada.get(URL).json["recipient"] == ""
    typed["words"] = " ".join(drawn["words"])
    assert world.ada.send("PUT", f"{URL}/key", json=typed).status_code == 204
    assert world.ada.get(URL).json["recipient"] == drawn["recipient"]
    assert world.ada.post(f"{URL}/key", json={}).json["code"] == "backup_key_exists"
    assert world.ada.post(f"{URL}/key", json={"anew": True}).status_code == 200

    wing.backups.make()
    shown = world.ada.get(URL).json["backups"][0]
    assert (shown["proved_at"], shown["problem"], shown["second"]) == (None, None, False)
    assert world.ada.post(f"{URL}/{shown['file']}/check").status_code == 202
    assert outcome(schedule, CHECK) == ("done", "")
    assert world.ada.get(URL).json["backups"][0]["proved_at"]
    assert world.ada.post(f"{URL}/other.backup/check").json["code"] == "backup_missing"


def test_nobody_else_sees_or_makes_them(world: World) -> None:
    for person in (world.ben, world.udo):
        assert person.get(URL).status_code == 403
        assert person.post(URL).status_code == 403
        assert person.post(f"{URL}/key", json={}).status_code == 403


def test_a_recovery_key_is_shown_to_who_entered_the_password_lately(
    world: World, clock: ManualClock
) -> None:
    ada = world.ada
    assert ada.post(f"{URL}/key", json={}).status_code == 200
    clock.advance(16 * 60_000)
    assert ada.post(f"{URL}/key", json={}).json["code"] == "password_needed"
