"""The display drivers: rows in bytes, and what a customer reads on a real terminal."""

import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from devices.backoff import Backoff
from devices.codes.symbology import Rules
from devices.commands import Nothing, Order, Result
from devices.driver import Candidate, Driver, State
from devices.drivers._cells import Encoding, TooLong, cells, page, row
from devices.drivers._display import ShowArguments
from devices.drivers.network_display import NetworkDisplay
from devices.drivers.serial_display import SerialDisplay
from devices.intake import Intake
from devices.simulated.display import SimulatedDisplay
from devices.standing import Standing
from devices.worker import Worker
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.devices.conftest import Told
from tests.devices.contract import DEVICE
from tests.devices.waiting import until
from tests.fuzz import display_rows


@pytest.mark.parametrize(
    ("text", "encoding", "shown"),
    [
        ("Hello", "ascii", "Hello               "),
        ("Espresso beans\t18.50", "ascii", "Espresso beans 18.50"),
        ("Dark chocolate 100 g\t2.30", "ascii", "Dark chocolate  2.30"),
        ("\tTotal", "ascii", "               Total"),
        ("A text of more than twenty cells", "ascii", "A text of more than "),
        ("Käse\t1,20 €", "cp858", "Käse          1,20 €"),
        ("Käse", "ascii", "Kase                "),  # no ä there, but an a
        ("Ångström", "cp1252", "Ångström            "),
        ("茶\t5.40", "ascii", "?               5.40"),
        ("a\x1b@\x0cb\rc\x7fd", "ascii", "a @ b c d           "),  # no text is a command
        ("a\u200bb\u00a0c", "ascii", "ab c                "),
        ("ﬁn ½", "ascii", "fn 1                "),
    ],
)
def test_a_row_is_cut_filled_up_and_never_a_command(
    text: str, encoding: Encoding, shown: str
) -> None:
    assert row(text, 20, encoding) == shown.encode(encoding)


def test_a_chinese_character_takes_two_cells_and_is_never_halved() -> None:
    shown = row("绿茶一百克特价优惠\t5.40", 20, "gb18030")
    assert shown == "绿茶一百克特价  5.40".encode("gb18030")
    assert len(shown) == 20
    assert row("绿茶绿茶绿", 9, "gb18030") == "绿茶绿茶 ".encode("gb18030")
    assert cells("€é𠮷", "gb18030") == ["€".encode("gb18030"), "é".encode("gb18030"), b"?"]


def test_half_of_a_price_is_not_shown() -> None:
    assert row("Tea\t12345678901234567890", 20, "ascii") == b"12345678901234567890"
    with pytest.raises(TooLong):
        row("Tea\t123456789012345678901", 20, "ascii")


@given(
    st.binary(max_size=120)
    | st.text(max_size=60).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_no_text_is_wider_than_the_display_or_a_command(data: bytes) -> None:
    display_rows.target(data)


def test_both_languages_put_the_rows_at_their_places() -> None:
    rows = [b"ab", b"cd"]
    assert page(rows, "cd5220", None) == b"\x1bQAab\r\x1bQBcd\r"
    assert page(rows, "escpos", 19) == b"\x1bt\x13\x1f$\x01\x01ab\x1f$\x01\x02cd"


class Stand:
    """A display and the real driver that serves it."""

    def __init__(self, display: SimulatedDisplay, worker: Worker) -> None:
        self.display, self.worker = display, worker

    def show(self, *lines: str) -> Result:
        return self.worker.command(Order("show", ShowArguments([*lines])), 10)

    def order(self, name: str) -> Result:
        return self.worker.command(Order(name, Nothing()), 10)

    def reads(self, *rows: str) -> None:
        until(lambda: self.display.rows == [*rows])


@pytest.fixture
def work(store: Store, facts: Facts) -> Iterator[Callable[..., Worker]]:
    workers = []

    def start(driver: Driver, address: str, target: str = "") -> Worker:
        intake = Intake(DEVICE, facts, store.clock, Rules(), window_ms=200, number=0)
        worker = Worker(
            driver, intake, Standing(store.clock), Backoff(0.02, 0.1, lambda: 0.5), (0.01,)
        )
        workers.append(worker)
        worker.found(Candidate("port:display", address, target or address, ""))
        worker.ensure_running()
        until(lambda: worker.standing.state is State.ONLINE)
        return worker

    yield start
    for worker in workers:
        worker.stop()
        worker.join()


@pytest.fixture
def stand(tmp_path: Path, work: Callable[..., Worker]) -> Iterator[Callable[..., Stand]]:
    plugged = []

    def set_up(encoding: str = "cp437", **config: Any) -> Stand:
        display = SimulatedDisplay(tmp_path / "display", encoding)
        display.plug_in()
        plugged.append(display)
        driver = SerialDisplay({"encoding": encoding, **config})
        return Stand(display, work(driver, str(display.link), str(display.link.resolve())))

    yield set_up
    for display in plugged:
        display.unplug()


@pytest.mark.parametrize("protocol", ["cd5220", "escpos"])
def test_a_customer_reads_what_was_ordered(
    stand: Callable[..., Stand], protocol: str, told: Callable[[], Told]
) -> None:
    shop = stand("cp858", protocol=protocol)
    assert shop.show("Café crème\t3,20 €", "Total\t12,80 €") == Result(
        "done", data={"lines": ["Café crème    3,20 €", "Total        12,80 €"]}
    )
    shop.reads("Café crème    3,20 €", "Total        12,80 €")
    assert shop.display.table == 19
    # The row that is not named is empty: what was there before is somebody else's price.
    assert shop.show("Thank you!").outcome == "done"
    shop.reads("Thank you!          ", " " * 20)
    assert shop.order("clear") == Result("done")
    shop.reads(" " * 20, " " * 20)
    assert [type for type, _ in told()] == ["device.online"]


@pytest.mark.parametrize("protocol", ["cd5220", "escpos"])
def test_chinese_is_shown_in_its_code_page(stand: Callable[..., Stand], protocol: str) -> None:
    shop = stand("gb18030", protocol=protocol)
    shop.show("绿茶\t¥5.40", "谢谢惠顾")
    shop.reads("绿茶          ￥5.40", "谢谢惠顾            ")
    assert shop.display.table is None


def test_a_test_text_shows_width_and_code_page(stand: Callable[..., Stand]) -> None:
    shop = stand()
    assert shop.order("test").outcome == "done"
    shop.reads("Ägypten ??     12.50", "12345678901234567890")


def test_a_price_that_does_not_fit_is_refused_and_what_was_shown_stays(
    stand: Callable[..., Stand],
) -> None:
    shop = stand(columns=20)
    shop.show("Tea\t5.40")
    shop.reads("Tea             5.40", " " * 20)
    assert shop.show("Tea\t" + "9" * 21) == Result("failed", "display_too_long")
    assert shop.display.rows[0] == "Tea             5.40"


def test_a_display_that_comes_back_is_made_ready_anew(stand: Callable[..., Stand]) -> None:
    shop = stand()
    until(lambda: shop.display.started == 1)
    shop.display.unplug()
    until(lambda: shop.worker.standing.state is State.OFFLINE)
    assert shop.show("Nobody reads this") == Result("failed", "not_ready")
    shop.display.plug_in()
    link = shop.display.link
    shop.worker.found(Candidate("port:display", str(link), str(link.resolve()), ""))
    until(lambda: shop.display.started == 2)
    until(lambda: shop.worker.standing.state is State.ONLINE)
    shop.show("Welcome back")
    shop.reads("Welcome back        ", " " * 20)


def test_one_behind_a_serial_server_is_told_the_same(work: Callable[..., Worker]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        driver = NetworkDisplay({"host": "127.0.0.1", "port": server.getsockname()[1]})
        worker = work(driver, "added:1")
        line, _ = server.accept()
        with line:
            line.settimeout(10)
            order = Order("show", ShowArguments(["Tea\t5.40"]))
            assert worker.command(order, 10).outcome == "done"
            wanted = b"\x1bt\x00\x1bQATea             5.40\r\x1bQB" + b" " * 20 + b"\r"
            heard = b""
            while wanted not in heard:
                heard += line.recv(100)
            assert heard.startswith(b"\x1b@")
    until(lambda: worker.standing.state is State.OFFLINE)


@pytest.mark.parametrize(
    ("driver", "config", "why"),
    [
        (SerialDisplay, {"encoding": "klingon"}, "Invalid enum value"),
        (SerialDisplay, {"columns": 200}, "40"),
        (SerialDisplay, {"baud": 1}, "300"),
        (NetworkDisplay, {"host": "10.0.0.7"}, "port"),
    ],
)
def test_options_that_no_display_has_are_refused_in_a_sentence(
    driver: type[Driver], config: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        driver(config)
