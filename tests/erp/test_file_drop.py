"""Files as a connector, in a folder and at a real OpenSSH server."""

import csv
import json
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from config.schema import FileDropSettings
from gateway.kernel.clock import ManualClock
from gateway.store.database import Store
from sync.erp import connector as erp
from sync.erp.batch import Caps
from sync.erp.connector import Connector, Entry, Trouble
from sync.erp.connectors.file_drop.connector import FileDrop
from sync.erp.connectors.file_drop.place import ASIDE
from sync.erp.connectors.file_drop.tables import made
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.wing import Erp
from tests.erp.contract import DeliveryContract, Far, customer_entry
from tests.erp.shop import Shop
from tests.erp.sshd import Sshd

TAKES = ("customer", "sale.completed", "scan.captured")


class Drop(Far):
    """A folder, here or behind a server, and whoever takes the files away."""

    def __init__(self, folder: Path, server: Sshd | None = None) -> None:
        self.folder, self.server = folder, server
        folder.mkdir()

    def settings(self, **more: object) -> FileDropSettings:
        if self.server is None:
            return FileDropSettings(folder=str(self.folder), takes=TAKES, **more)  # type: ignore[arg-type]
        told = {
            "sftp_host": "127.0.0.1",
            "sftp_port": self.server.port,
            "sftp_user": self.server.user,
            "sftp_key": str(self.server.key),
            "sftp_host_key": self.server.host_key,
            "sftp_folder": str(self.folder),
            "takes": TAKES,
        }
        return FileDropSettings(**{**told, **more})  # type: ignore[arg-type]

    def connector(self, *, key: str = "", timeout_s: float = 60, **more: object) -> Connector:
        return FileDrop(self.settings(**more), timeout_s)

    def files(self) -> list[Path]:
        return sorted(one for one in self.folder.iterdir() if one.name != ASIDE)

    def rows(self) -> list[dict[str, str]]:
        found = []
        for file in self.files():
            with file.open(newline="", encoding="utf-8") as text:
                found += list(csv.DictReader(text))
        return found

    def count(self, thing: str, identity: str) -> int:
        name = "subject" if thing == "customer" else "id"
        return sum(row[name] == identity for row in self.rows())

    def go_down(self) -> None:
        if self.server:
            self.server.stop()
        else:
            self.folder.rename(self.folder.with_suffix(".away"))

    def come_back(self) -> None:
        if self.server:
            self.server.start()
        else:
            self.folder.with_suffix(".away").rename(self.folder)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    made_server = Sshd(tmp_path_factory.mktemp("sshd"))
    made_server.start()
    yield made_server
    made_server.stop()


class TestFolder(DeliveryContract):
    @pytest.fixture
    def bench(self, tmp_path: Path) -> Drop:
        return Drop(tmp_path / "drop")


@pytest.mark.usefixtures("own_loop")
class TestSftp(DeliveryContract):
    @pytest.fixture
    def bench(self, tmp_path: Path, server: Sshd) -> Drop:
        return Drop(tmp_path / "drop", server)

    def test_another_host_key_ends_it_before_a_word_is_said(
        self, bench: Drop, shop: Shop, server: Sshd
    ) -> None:
        shop.sale()
        for other in (server.other_host_key, "ssh-ed25519 nonsense"):
            problem = shop.erp(bench.connector(sftp_host_key=other)).round()
            assert problem is not None
            assert (problem.code, problem.retryable) == ("drop_host_key", False)
        assert bench.files() == []

    @pytest.mark.parametrize("key", ["stranger", "gone"])
    def test_a_wrong_key_stops_the_line_and_loses_nothing(
        self, bench: Drop, shop: Shop, server: Sshd, key: str
    ) -> None:
        sale = shop.sale()
        problem = shop.erp(bench.connector(sftp_key=str(server.folder / key))).round()
        assert problem is not None
        assert problem.code == "drop_sign_in"
        assert shop.erp(bench.connector()).round() is None
        assert bench.count("sale", sale) == 1

    def test_a_folder_that_is_not_there_is_not_made(self, bench: Drop, shop: Shop) -> None:
        shop.sale()
        gone = str(bench.folder / "gone")
        problem = shop.erp(bench.connector(sftp_folder=gone)).round()
        assert problem is not None
        assert problem.code == "drop_missing"

    def test_answers_are_read_over_the_line(self, bench: Drop, shop: Shop) -> None:
        shop.sale()
        push = shop.erp(bench.connector(answers=True))
        assert push.round() is not None
        (file,) = bench.files()
        answer(file, [{"seq": 1, "status": "accepted"}])
        assert push.round() is None


@pytest.fixture
def drop(tmp_path: Path) -> Drop:
    return Drop(tmp_path / "drop")


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store)


def answer(file: Path, rows: list[dict[str, object]], ending: str = "jsonl") -> Path:
    path = file.with_suffix(f".receipts.{ending}")
    if ending == "jsonl":
        path.write_text("\n".join(json.dumps(row) for row in rows))
    else:
        with path.open("w", newline="", encoding="utf-8-sig") as text:
            writer = csv.DictWriter(text, sorted({name for row in rows for name in row}))
            writer.writeheader()
            writer.writerows(rows)
    return path


def test_a_file_for_each_type_says_in_its_name_what_is_in_it(drop: Drop, shop: Shop) -> None:
    customer = shop.customer("Lefort", phone="+33472000011")
    shop.sale(customer=customer)
    shop.sale()
    shop.erp(drop.connector()).round()
    names = [file.name.rsplit("-", 1)[0] for file in drop.files()]
    assert names == ["file_drop-customer-1-1", "file_drop-sale.completed-2-3"]
    customers, sale, _ = drop.rows()
    assert (customers["legal_name"], customers["phone"]) == ("Lefort", "+33472000011")
    assert (customers["op"], customers["version"]) == ("upsert", "1")
    assert sale["total"] == "4403"
    assert json.loads(sale["lines"])[0]["unit_price"] == 1850


def test_lines_of_json_hold_whole_entries(drop: Drop, shop: Shop) -> None:
    sale = shop.sale()
    shop.erp(drop.connector(format="jsonl")).round()
    (file,) = drop.files()
    told = json.loads(file.read_text("utf-8"))
    assert (told["id"], told["type"], told["data"]["total"]) == (sale, "sale.completed", 4403)


def test_no_cell_is_run_as_a_formula(drop: Drop, shop: Shop) -> None:
    shop.customer('=HYPERLINK("http://evil.test")', trade_name="@SUM(A1)")
    shop.erp(drop.connector()).round()
    (row,) = drop.rows()
    assert row["legal_name"] == '\'=HYPERLINK("http://evil.test")'
    assert row["trade_name"] == "'@SUM(A1)"


def test_the_same_batch_makes_the_same_files() -> None:
    entries = [customer_entry("T1-C000001", 7), customer_entry("T1-C000002", 9)]
    assert made("file_drop", entries, "csv") == made("file_drop", entries[::-1], "csv")
    other = [entries[0], replace(entries[1], data={"legal_name": "Other"})]
    assert made("file_drop", entries, "csv")[0].name != made("file_drop", other, "csv")[0].name


def test_a_file_that_was_taken_away_is_not_put_there_again(drop: Drop, shop: Shop) -> None:
    """The gateway lost power between the file and the receipts, and somebody was quick."""
    shop.sale()
    push = shop.erp(drop.connector(answers=True))  # so that the batch stays open
    for _ in range(3):
        assert push.round() is not None
        for file in drop.files():
            file.unlink()
    assert drop.files() == []
    assert len(list((drop.folder / ASIDE).iterdir())) == 1


@pytest.mark.parametrize("step", ["write", "replace", "mark"])
def test_a_crash_at_any_step_leaves_one_whole_file(
    drop: Drop, shop: Shop, step: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = shop.sale()

    class PowerCutError(BaseException):
        pass

    calls = []

    def fail(handle: int) -> None:
        calls.append(handle)
        if len(calls) == {"write": 1, "replace": 2, "mark": 3}[step]:
            raise PowerCutError

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        with pytest.raises(PowerCutError):
            list(drop.connector().push(entries_of(shop)))
    whole = [file.read_bytes() for file in drop.files()]
    assert shop.erp(drop.connector()).round() is None
    (file,) = drop.files()
    assert whole in ([], [file.read_bytes()])
    assert drop.count("sale", sale) == 1


def entries_of(shop: Shop) -> list[Entry]:
    batch = Offers(shop.store, shop.book, Caps(50, 1_000_000)).next(
        Consumer("file_drop", takes=TAKES)
    )
    assert batch is not None
    return erp.read(batch.body, {})


class TestAnswers:
    @pytest.mark.parametrize("ending", ["csv", "jsonl"])
    def test_what_is_answered_counts_and_what_is_refused_waits_for_a_person(
        self, drop: Drop, shop: Shop, ending: str
    ) -> None:
        push, file = self.handed_over(drop, shop)
        refused = {"seq": 2, "status": "rejected", "code": "closed", "message": "Period closed."}
        answer(file, [{"seq": 1, "status": "accepted", "erp_ref": "77"}, refused], ending)
        assert push.round() is None
        (held,) = push.held()
        assert (held.seq, held.status) == (2, "rejected")
        assert "Period closed." in held.problem.detail()
        assert push.standings()[0].waiting == 0

    def test_the_next_batch_waits_for_the_last_answer(self, drop: Drop, shop: Shop) -> None:
        push, file = self.handed_over(drop, shop)
        shop.sale()
        answer(file, [{"seq": 1, "status": "accepted"}])
        problem = push.round()
        assert problem is not None
        assert (problem.code, problem.params["count"]) == ("erp_answers_awaited", 1)
        answer(file, [{"seq": 2, "status": "duplicate"}], "csv")
        push.round()
        assert [one.name for one in drop.files() if "-3-3-" in one.name]

    @pytest.mark.parametrize(
        "text",
        [
            "nonsense",
            '{"seq": 1}',
            '{"seq": 9, "status": "accepted"}',
            '{"seq": 1, "status": "ok"}',
        ],
    )
    def test_an_answer_that_cannot_be_used_changes_nothing_and_says_where(
        self, drop: Drop, shop: Shop, text: str
    ) -> None:
        push, file = self.handed_over(drop, shop)
        path = file.with_suffix(".receipts.jsonl")
        path.write_text(f'{{"seq": 2, "status": "accepted"}}\n{text}\n')
        problem = push.round()
        assert problem is not None
        assert (problem.code, problem.params["line"]) == ("drop_answer", 2)
        assert problem.params["file"] == path.name
        assert push.standings()[0].waiting == 2
        answer(file, [{"seq": 1, "status": "accepted"}, {"seq": 2, "status": "accepted"}])
        assert push.round() is None

    def handed_over(self, drop: Drop, shop: Shop) -> tuple[Erp, Path]:
        shop.sale()
        shop.sale()
        push = shop.erp(drop.connector(answers=True))
        problem = push.round()
        assert problem is not None
        assert (problem.code, problem.params["count"]) == ("erp_answers_awaited", 2)
        (file,) = drop.files()
        return push, file


def test_what_is_not_mounted_is_not_written_under(tmp_path: Path, clock: ManualClock) -> None:
    made_drop = FileDrop(FileDropSettings(folder=str(tmp_path / "share")), 10)
    with pytest.raises(Trouble) as caught:
        made_drop.probe()
    assert caught.value.problem.code == "drop_missing"
    assert not (tmp_path / "share").exists()


def test_a_full_disk_is_told_and_leaves_no_file(
    drop: Drop, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sale = shop.sale()

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    push = shop.erp(drop.connector())
    entries = entries_of(shop)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(Trouble) as caught:
            list(drop.connector().push(entries))
    assert "No space left" in caught.value.problem.detail()
    assert drop.files() == []
    assert push.round() is None
    assert drop.count("sale", sale) == 1
