"""Labels in ZPL: what stands where, and nothing in a name that is a command."""

import re
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from config.schema import DevicesSettings
from devices import zpl
from devices.commands import Result
from devices.escpos.document import (
    Barcode,
    Cell,
    Cut,
    Document,
    Feed,
    Pulse,
    Qr,
    Raster,
    Row,
    Rule,
    Text,
)
from devices.escpos.profile import Profile
from devices.printing.sheets import Article, labels
from devices.simulated.printer import NetworkPrinter
from devices.wing import Devices
from gateway.facts.accept import Facts
from gateway.store.database import Store
from tests.devices.printers import ANA, added, printed
from tests.devices.waiting import until

SMALL = Profile(columns=32)
COMMANDS = re.compile(
    r"\^XA|\^XZ|\^CI28|\^PW[0-9]+|\^LL[0-9]+|\^FO[0-9]+,[0-9]+|\^A0N,[0-9]+,[0-9]+"
    r"|\^FB[0-9]+,1,0,[LCR]|\^FH_|\^FD|\^FS|\^GB[0-9]+,3,3|\^BY2|\^BEN,80,Y,N|\^BCN,80,Y,N,N"
    r"|\^BQN,2,[0-9]+|\^GFA,[0-9]+,[0-9]+,[0-9]+,"
)


@pytest.fixture
def wing(store: Store, facts: Facts) -> Iterator[Devices]:
    made = Devices(DevicesSettings(), store, facts)
    yield made
    made.stop()


def test_a_price_label_is_one_label() -> None:
    tea = Article("Green tea ^XZ", "SKU-3", "04006381333931", 643)
    said = zpl.write(labels(tea, "EUR", 2, shelf=True), SMALL).decode()
    assert said.count("^XA") == said.count("^XZ") == 2
    assert "^FDGreen tea _5EXZ^FS" in said
    assert "^FB384,1,0,R^FH_^FD€6.43^FS" in said
    assert "^BEN,80,Y,N^FD400638133393^FS" in said
    assert "^FDSKU-3^FS" in said


def test_everything_of_a_document_has_its_place_below_the_other() -> None:
    parts = [
        Row([Cell("Left"), Cell("Right", "right", fit=True)]),
        Rule(),
        Feed(2),
        Barcode("A>B"),
        Barcode("X" * 40),
        Qr("HI"),
        Raster(8, 2, "gAE="),
        Cut(),
        Cut(),
    ]
    said = zpl.write(Document(parts), SMALL).decode()
    assert "^FDA>0B^FS" in said
    assert f"^FDMA,{'X' * 40}^FS" in said
    assert "^GFA,2,2,1,8001^FS" in said
    assert said.count("^XA") == 1
    heights = [int(y) for y in re.findall(r"\^FO[0-9]+,([0-9]+)", said)]
    assert heights == sorted(heights)
    assert heights[0] == heights[1]


@given(st.text(max_size=60), st.text(min_size=1, max_size=40))
@example("^XZ~JA", "^FS^XZ")
@example("_5E", "\n\x1b")
def test_nothing_in_a_text_begins_a_command(text: str, code: str) -> None:
    row = Row([Cell(text), Cell(text, "right", fit=True)])
    document = Document([Text(text, large=True), row, Barcode(code), Qr(code)])
    left = COMMANDS.sub("", zpl.write(document, SMALL).decode())
    assert not re.search(r"[\^~\x00-\x09\x0b-\x1f\x7f]", left)


def test_a_label_printer_is_not_asked_and_has_no_drawer(wing: Devices) -> None:
    with NetworkPrinter() as printer:
        printer.silent = True
        device = added(wing, printer, language="zpl")
        assert printed(wing, device, "Tea") == Result("done", "", {"confirmed": False, "lost": 0})
        until(lambda: b"^FDTea^FS" in printer.printed)
        assert b"\x10\x04" not in printer.printed
        opened = wing.command(device, "open_drawer", {"reason": "Change"}, ANA)
        assert opened == Result("failed", "document_unfit")
        assert printed(wing, device, Pulse("sale")) == Result("failed", "document_unfit")
