"""A folder in which a till leaves files: the real driver, the real store, real files."""

import base64
import errno
import json
import os
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from config.schema import DevicesSettings
from devices.commands import Result
from devices.driver import State
from devices.drivers import _drop_work
from devices.simulated.back_office import BackOffice, Faults
from devices.wing import Devices
from gateway.facts.accept import Captured, Facts
from gateway.facts.settle import Result as Settled
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.waiting import until

SALES = "receipt,gtin,quantity,unit_price,time\n" + "".join(
    f"{n},4006381333931,1,2.50,2026-11-22T10:00:00Z\n" for n in (1, 2, 3)
)


class Rig:
    """One drop folder of one gateway; ``failing`` makes the storage refuse the next writes."""

    def __init__(self, root: Path, store: Store, facts: Facts) -> None:
        self.folder = root / "till"
        self.folder.mkdir(parents=True)
        self._facts, self._store = facts, store
        self.failing = 0
        self.writes = 0
        self.devices = self._gateway()
        self.id = ""

    def _gateway(self) -> Devices:
        settings = DevicesSettings(drop_roots=(str(self.folder.parent),), poll_s=3600)
        return Devices(settings, self._store, self, retry_s=())

    def capture(self, type: str, data: Mapping[str, object], **rest: Any) -> Settled:
        return self._facts.capture(type, data, **rest)

    def capture_all(
        self, captured: Sequence[Captured], *, actor: Actor, source: str, dry: bool = False
    ) -> Sequence[Settled]:
        if self.failing:
            self.failing -= 1
            raise Problem("storage_failing", reason="tried out")
        self.writes += not dry
        return self._facts.capture_all(captured, actor=actor, source=source, dry=dry)

    def start(self, **config: Any) -> "Rig":
        told = {"folder": "till", "register": "K1", "currency": "EUR", **config}
        self.id = self.devices.add("file_drop", "Till files", told, SYSTEM).attached.id
        return self

    def again(self) -> None:
        """The gateway starts anew."""
        self.devices.stop()
        self.devices = self._gateway()
        self.devices.look()

    def write(self, name: str, text: str | bytes = SALES) -> Path:
        path = self.folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def view(self) -> Any:
        return self.devices.device(self.id)

    def order(self, command: str, **args: Any) -> Result:
        until(lambda: self.view().state in (State.ONLINE, State.DEGRADED))
        return self.devices.command(self.id, command, args, SYSTEM)

    def files(self) -> list[dict[str, Any]]:
        return list(self.order("files").data["files"])  # type: ignore[call-overload]

    def gone(self, *names: str) -> None:
        until(lambda: not any((self.folder / name).exists() for name in names))

    def in_folder(self, which: str) -> set[str]:
        return {path.name for path in (self.folder / which).iterdir()}

    def report(self, which: str, name: str) -> list[dict[str, Any]]:
        text = (self.folder / which / f"{name}.report.jsonl").read_text("utf-8")
        return [json.loads(line) for line in text.splitlines()]


@pytest.fixture
def rig(tmp_path: Path, store: Store, facts: Facts) -> Iterator[Rig]:
    made = Rig(tmp_path / "srv", store, facts)
    yield made
    made.devices.stop()


def receipts(told: Callable[[], Told]) -> list[str]:
    return [data["receipt"] for kind, data in told() if kind == "sale.completed"]


def test_a_file_that_says_it_is_ready_is_taken_once_under_whatever_name(
    rig: Rig, told: Callable[[], Told]
) -> None:
    rig.start()
    rig.write("monday.csv.ready")
    rig.gone("monday.csv.ready")
    rig.write("copy.csv.ready")
    rig.gone("copy.csv.ready")
    rig.write("monday.csv.ready")  # the same name once more: nothing is written over
    rig.gone("monday.csv.ready")
    assert receipts(told) == ["1", "2", "3"]
    assert rig.in_folder("done") == {
        *(name + end for name in ("monday.csv.ready", "copy.csv.ready", "monday.csv (2).ready")
          for end in ("", ".report.jsonl"))
    }  # fmt: skip
    summary, *rows = rig.report("done", "copy.csv.ready")
    assert summary["duplicate"] == 3
    assert [row["line"] for row in rows] == [2, 3, 4]
    until(lambda: len(rig.files()) == 3)
    assert [one.get("stored", 0) for one in rig.files()] == [0, 0, 3]


def test_a_half_written_file_waits_until_it_stands_still(
    rig: Rig, clock: ManualClock, told: Callable[[], Told]
) -> None:
    rig.start()
    path = rig.write("sales.csv", SALES[:60])
    rig.write("other.csv.tmp")
    rig.files()
    for _ in range(3):
        clock.advance(1_500)
        rig.files()  # it has looked since
        with path.open("a") as file:
            file.write("x"[:0] + SALES[60:70] if path.stat().st_size == 60 else "")
        os.utime(path, ns=(clock.now_ms(), clock.now_ms()))
    assert receipts(told) == []
    path.write_text(SALES)
    rig.files()
    rig.files()
    clock.advance(2_500)
    rig.gone("sales.csv")
    assert receipts(told) == ["1", "2", "3"]
    assert (rig.folder / "other.csv.tmp").exists()


def test_a_mark_beside_a_file_says_that_it_is_complete(rig: Rig, told: Callable[[], Told]) -> None:
    rig.write("a.csv")
    rig.write("b.csv", SALES.replace("\n1,", "\n9,"))
    rig.write("a.csv.done", "")
    rig.write("b.ready", "")
    rig.start()
    rig.gone("a.csv", "b.csv", "a.csv.done", "b.ready")
    assert sorted(receipts(told)) == ["1", "2", "2", "3", "3", "9"]


def test_bad_rows_wait_alone_with_file_and_line_and_the_rest_goes_on(
    rig: Rig, store: Store, facts: Facts, told: Callable[[], Told]
) -> None:
    rig.start()
    bad = SALES.replace("2,4006381333931,1", "2,4006381333931,many") + "4,4006381333931,1,9.99,\n"
    rig.write("bad.csv.ready", bad.replace("3,4006381333931", "3,12"))
    rig.gone("bad.csv.ready")
    assert receipts(told) == ["1", "4"]
    with store.read() as rows:
        waiting = rows.all("SELECT body, problem FROM operations WHERE status = 'quarantined'")
    held, other = sorted(waiting, key=lambda row: str(json.loads(row["problem"])["params"]))
    problem = Problem.from_record(json.loads(held["problem"]))
    assert problem.params == {"place": "bad.csv.ready:3"}
    assert [error.code for error in problem.errors] == ["row_number_unreadable"]
    assert json.loads(held["body"])["data"]["rows"][0]["quantity"] == "many"
    found_by_the_house = Problem.from_record(json.loads(other["problem"]))
    assert found_by_the_house.params == {"place": "bad.csv.ready:4"}
    assert [error.code for error in found_by_the_house.errors] == ["fact_data_invalid"]
    assert rig.report("done", "bad.csv.ready")[0]["quarantined"] == 2


def test_a_file_dropped_again_after_the_options_were_put_right_is_taken(
    rig: Rig, store: Store, told: Callable[[], Told]
) -> None:
    rig.start(decimal_mark=",")
    rig.write("sales.csv.ready")
    rig.gone("sales.csv.ready")
    assert receipts(told) == []
    right = {"folder": "till", "register": "K1", "currency": "EUR"}
    rig.devices.configure(rig.id, right, SYSTEM)
    rig.write("sales.csv.ready")
    rig.gone("sales.csv.ready")
    assert receipts(told) == ["1", "2", "3"]
    with store.read() as rows:
        assert rows.value("SELECT count(*) FROM operations WHERE status = 'quarantined'") == 0


def test_a_file_exported_again_with_its_own_ids_adds_only_what_is_new(
    rig: Rig, told: Callable[[], Told]
) -> None:
    rig.start(columns="id = receipt; receipt = receipt")
    rig.write("noon.csv.ready")
    rig.gone("noon.csv.ready")
    rig.write("evening.csv.ready", SALES + "4,4006381333931,1,2.50,2026-11-22T18:00:00Z\n")
    rig.gone("evening.csv.ready")
    assert receipts(told) == ["1", "2", "3", "4"]
    assert rig.report("done", "evening.csv.ready")[0] | {"at": "", "sha256": ""} == {
        "file": "evening.csv.ready", "sha256": "", "duplicate": 3, "stored": 1, "at": ""
    }  # fmt: skip


def test_a_large_file_goes_a_thousand_facts_a_write_and_survives_a_storage_that_refuses(
    rig: Rig, clock: ManualClock, told: Callable[[], Told]
) -> None:
    rig.start(becomes="scan.captured")
    rig.files()
    before = rig.writes
    rig.failing = 2
    rig.write("scans.csv.ready", "code\n" + "".join(f"A{n}\n" for n in range(2_500)))
    for left in (1, 0):
        until(lambda left=left: rig.failing == left)  # type: ignore[misc]
        until(lambda: rig.view().reason == "storage")
        rig.files()
        clock.advance(6_000)
    rig.gone("scans.csv.ready")
    scans = [data["text"] for kind, data in told() if kind == "scan.captured"]
    assert scans == [f"A{n}" for n in range(2_500)]
    assert rig.writes - before == 3
    assert rig.view().state is State.ONLINE


def test_whatever_was_kept_before_a_stop_is_a_duplicate_after_it(
    rig: Rig, told: Callable[[], Told]
) -> None:
    rig.start()
    (rig.folder / "done").write_text("a file where the folder should be")
    rig.write("sales.csv.ready")
    until(lambda: rig.view().reason == "drop_cannot_move")
    assert receipts(told) == ["1", "2", "3"]
    writes = rig.writes
    rig.files()
    rig.files()
    assert rig.writes == writes  # not taken over and over
    rig.again()
    until(lambda: rig.view().reason == "drop_cannot_move")
    (rig.folder / "done").unlink()
    rig.again()
    rig.gone("sales.csv.ready")
    assert receipts(told) == ["1", "2", "3"]
    until(lambda: rig.view().state is State.ONLINE)


def test_a_stuck_file_moves_by_itself_when_it_may(
    rig: Rig, clock: ManualClock, told: Callable[[], Told]
) -> None:
    rig.start()
    (rig.folder / "done").write_text("in the way")
    rig.write("sales.csv.ready")
    until(lambda: rig.view().reason == "drop_cannot_move")
    assert len(rig.order("files").data["stuck"]) == 1  # type: ignore[arg-type]
    (rig.folder / "done").unlink()
    clock.advance(31_000)
    rig.gone("sales.csv.ready")
    until(lambda: rig.view().state is State.ONLINE)
    assert rig.report("done", "sales.csv.ready")[0]["stored"] == 3


def test_links_and_folders_are_said_and_not_followed(rig: Rig, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text(SALES)
    (rig.folder / "link.csv.ready").symlink_to(secret)
    (rig.folder / "more").mkdir()
    os.mkfifo(rig.folder / "pipe.csv.ready")
    rig.start()
    until(lambda: rig.view().standing is not None)
    until(lambda: len(rig.view().standing.strangers()) == 3)
    assert {name: one.reason for name, one in rig.view().standing.strangers().items()} == {
        "link.csv.ready": "drop_link",
        "more": "drop_directory",
        "pipe.csv.ready": "drop_no_file",
    }
    assert (rig.folder / "link.csv.ready").is_symlink()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04 a workbook", "drop_no_text"),
        (b"one,two\n1,2\n", "drop_columns"),
        (b"<POSLog>", "drop_xml"),
        (b"x" * 1_048_577, "drop_too_large"),
    ],
)
def test_a_file_that_cannot_be_read_goes_to_failed_with_the_reason(
    rig: Rig, told: Callable[[], Told], raw: bytes, code: str
) -> None:
    rig.start(file_mb_max=1)
    rig.write("odd.dat.ready", raw)
    rig.gone("odd.dat.ready")
    [summary] = rig.report("failed", "odd.dat.ready")
    assert summary["problem"]["code"] == code
    assert all(summary["problem"][language] for language in _drop_work.LANGUAGES)
    assert receipts(told) == []
    until(lambda: len(rig.files()) == 1)


def test_the_last_files_are_known_after_a_start(rig: Rig) -> None:
    rig.start()
    rig.write("sales.csv.ready")
    rig.gone("sales.csv.ready")
    rig.again()
    [file] = rig.files()
    assert (file["file"], file["stored"], file["is"]) == (
        "sales.csv.ready", 3, "done/sales.csv.ready"
    )  # fmt: skip


def test_a_folder_that_goes_away_is_said_and_found_again(rig: Rig) -> None:
    rig.start()
    rig.files()
    rig.folder.rename(rig.folder.with_name("away"))
    until(lambda: rig.view().reason == "drop_folder_missing")
    rig.folder.with_name("away").rename(rig.folder)
    rig.devices.reconnect(rig.id, SYSTEM)
    until(lambda: rig.view().state is State.ONLINE)


def test_a_folder_that_leads_out_of_the_allowed_ones_is_not_read(rig: Rig, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (rig.folder.parent / "way-out").symlink_to(tmp_path / "elsewhere")
    rig.start(folder="way-out")
    until(lambda: rig.view().reason == "drop_not_below")


@pytest.mark.parametrize(
    "config",
    [
        {"folder": "/etc"},
        {"folder": "../elsewhere"},
        {"folder": "till", "zone": "Mars/Olympus"},
        {"folder": "till", "currency": "XXQ"},
        {"folder": "till", "columns": "colour = red"},
        {"folder": "till", "drop_roots": "/"},
        {},
    ],
)
def test_options_that_do_not_fit_are_refused(rig: Rig, config: dict[str, Any]) -> None:
    with pytest.raises(Problem) as caught:
        rig.devices.add("file_drop", "Wrong", config, SYSTEM)
    assert caught.value.code == "device_config_invalid"


def test_a_sample_shows_what_it_would_become_and_stores_nothing(
    rig: Rig, told: Callable[[], Told]
) -> None:
    rig.start()
    sample = SALES + "5,1,many,1.00,\n"
    result = rig.order("try_out", content=base64.b64encode(sample.encode()).decode())
    assert result.outcome == "done"
    assert result.data["counts"] == {"stored": 3, "quarantined": 1}
    first, *others = result.data["facts"]  # type: ignore[misc]
    assert first["line"] == 5
    assert "quantity" in first["problem"]["en"]
    assert others[0]["data"]["total"] == 250
    wrong = rig.order("try_out", content="YQ==")
    assert wrong.data["problem"]["code"] == "file_empty"  # type: ignore[index]
    assert receipts(told) == []
    assert rig.order("try_out", content="no base64!").outcome == "failed"


def test_a_day_of_a_faulty_back_office_arrives_exactly_once(
    rig: Rig, clock: ManualClock, store: Store, told: Callable[[], Told]
) -> None:
    rig.start()
    office = BackOffice(rig.folder, random.Random(7), Faults(half=0.3, again=0.3, bad=0.05))
    with office:
        for _ in range(12):
            office.leave(20)
    rig.files()
    rig.files()
    clock.advance(10_000)
    until(lambda: not [path for path in rig.folder.iterdir() if path.is_file()])
    sold = receipts(told)
    with store.read() as rows:
        held = rows.value("SELECT count(*) FROM operations WHERE status = 'quarantined'")
    assert office.bad_rows > 0
    assert len(sold) == len(set(sold)) == office.receipts - office.bad_rows
    assert held == office.bad_rows


def test_a_name_that_is_no_text_and_one_that_is_too_long_are_no_trouble(
    rig: Rig, told: Callable[[], Told]
) -> None:
    rig.start()
    odd = os.fsdecode(b"bon\xff.csv.ready")
    long = "x" * 240 + ".csv.ready"
    rig.write(odd, SALES.replace("\n1,", "\nodd,"))
    rig.write(long, SALES.replace("\n1,", "\nlong,"))
    (rig.folder / os.fsdecode(b"link\xff")).symlink_to("nowhere")
    rig.gone(odd, long)
    assert {"odd", "long"} <= set(receipts(told))
    assert {one["file"] for one in rig.files()} == {"bon\ufffd.csv.ready", long}
    assert set(rig.view().standing.strangers()) == {"link\ufffd"}


def test_a_file_that_may_not_be_read_is_said_and_read_when_it_may(
    rig: Rig, clock: ManualClock, told: Callable[[], Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.open

    def forbidden(path: Any, *rest: Any, **more: Any) -> int:
        # Nothing is forbidden to root, and tests may be run by it.
        if Path(path).name == "sales.csv.ready":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path, *rest, **more)

    rig.write("sales.csv.ready")
    monkeypatch.setattr(os, "open", forbidden)
    rig.start()
    until(lambda: "sales.csv.ready" in rig.view().standing.strangers())
    monkeypatch.setattr(os, "open", real)
    clock.advance(6_000)
    rig.gone("sales.csv.ready")
    assert receipts(told) == ["1", "2", "3"]
