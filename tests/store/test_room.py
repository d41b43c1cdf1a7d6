"""What a disk that fills stops, stage by stage, and that it all comes back by itself."""

from pathlib import Path

import pytest

from config.schema import DiskSettings
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.room import MEBI, RESERVE, Room, Stage, stage_of
from gateway.web.door import room as door
from tests.cast import World, scan

WHOLE = 8_192 * MEBI
SETTINGS = DiskSettings()


class Disk:
    """A disk of 8 GiB whose free space is what a test says."""

    def __init__(self, store: Store, clock: ManualClock) -> None:
        self.clock = clock
        self.free = WHOLE
        self.room = store.watch_room(SETTINGS, lambda _: (self.free, WHOLE))
        self.reserve = store.folder / RESERVE
        self.room.keep_reserve()

    def at(self, percent: float) -> Room:
        self.free = int(WHOLE * percent / 100)
        self.clock.advance(1_000)
        return self.room


@pytest.fixture
def disk(store: Store, clock: ManualClock) -> Disk:
    return Disk(store, clock)


@pytest.mark.parametrize(
    ("percent", "stage"),
    [(15, Stage.AMPLE), (14.9, Stage.WARN), (8, Stage.WARN), (7.9, Stage.SPARE),
     (3, Stage.SPARE), (2.9, Stage.CAPTURE), (1, Stage.CAPTURE), (0.9, Stage.FULL)],
)  # fmt: skip
def test_each_stage_begins_below_its_own_share(percent: float, stage: Stage) -> None:
    assert stage_of(int(1000 * MEBI * percent / 100), 1000 * MEBI, SETTINGS) is stage


def test_a_large_disk_with_much_room_is_never_at_a_stage() -> None:
    assert stage_of(20_000 * MEBI, 10_000_000 * MEBI, SETTINGS) is Stage.AMPLE


def test_stages_out_of_their_order_are_refused() -> None:
    (misfit,) = DiskSettings(spare_permille=20).misfits()
    assert misfit == ("disk.capture_permille", "less than disk.spare_permille = 20")


def world(store: Store, disk: Disk) -> World:
    return World(store, room=disk.room)


def sent(house: World) -> int:
    """What a scanner hears of a scan."""
    return house.scanner.post("/api/v1/facts", scan(ids.random_token())).status_code


def test_with_little_room_what_can_wait_rests_and_the_rest_goes_on(
    store: Store, disk: Disk
) -> None:
    disk.at(7)
    refused = door.refusal(disk.room, "record", "export", "GET")
    assert refused
    assert (refused.code, refused.status) == ("disk_spare", 507)
    for resource, action in (("attachment", "create"), ("import", "create")):
        assert door.refusal(disk.room, resource, action, "POST")
    assert door.refusal(disk.room, "record", "create", "POST") is None
    disk.at(50)
    assert door.refusal(disk.room, "record", "export", "GET") is None


def test_with_less_only_what_happens_now_is_taken(store: Store, disk: Disk) -> None:
    house = world(store, disk)
    assert sent(house) == 200
    house.ada.get("/api/v1/users")
    disk.at(2)
    assert sent(house) == 200
    answer = house.ada.post("/api/v1/tokens", {"name": "Till 9", "role": "pos"})
    assert (answer.status_code, answer.json["code"]) == (507, "disk_capture")
    assert answer.json["params"] == {"percent": "2.0", "free": 163}
    assert house.ada.get("/api/v1/users").status_code == 200
    disk.at(10)
    assert house.ada.post("/api/v1/tokens", {"name": "Till 9", "role": "pos"}).status_code == 201


def test_at_the_end_the_reserve_goes_and_only_reading_is_left(store: Store, disk: Disk) -> None:
    house = world(store, disk)
    house.ada.get("/api/v1/users")
    assert sent(house) == 200
    assert disk.reserve.stat().st_size == 64 * MEBI
    disk.at(0.9)
    assert sent(house) == 507
    assert not disk.reserve.exists()
    assert house.ada.get("/api/v1/users").status_code == 200
    assert house.nobody.get("/readyz").status_code == 503
    # The room that the reserve gave back is no room for anything new.
    disk.at(1.5)
    assert sent(house) == 507
    disk.at(2)
    assert sent(house) == 200
    disk.room.keep_reserve()
    assert not disk.reserve.exists(), "there is no room for it yet"
    disk.at(20).keep_reserve()
    assert disk.reserve.exists()
    assert house.nobody.get("/readyz").status_code == 200


def test_a_reserve_takes_no_more_than_a_hundredth_of_a_small_disk(
    store: Store, clock: ManualClock
) -> None:
    whole = 500 * MEBI
    room = store.watch_room(SETTINGS, lambda _: (whole, whole))
    room.keep_reserve()
    assert (store.folder / RESERVE).stat().st_size == 5 * MEBI


def test_a_reading_is_asked_for_once_a_second(tmp_path: Path, clock: ManualClock) -> None:
    asked: list[Path] = []
    room = Room(tmp_path, SETTINGS, clock, lambda path: (asked.append(path), (1, 1))[1])
    assert room.stage is room.stage
    clock.advance(999)
    room.problem()
    assert len(asked) == 1
    clock.advance(1)
    room.problem()
    assert len(asked) == 2


def test_its_problem_names_what_is_left_in_the_reader_s_language(disk: Disk) -> None:
    problem = disk.at(7).problem()
    assert problem
    assert "7.0 %" in problem.detail("en")
    assert "导出" in problem.detail("zh-CN")


def test_work_in_the_store_is_refused_at_the_end(store: Store, disk: Disk) -> None:
    disk.at(0.5)
    with pytest.raises(Problem) as refused:
        store.write(lambda tx: tx.execute("SELECT 1"))
    assert refused.value.code == "disk_full"
