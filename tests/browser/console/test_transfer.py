"""Files of records at the desk: brought in with a look at every row, and taken out."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.browser.console.cast import BEN, PASSWORD, Shop, open_screen, sign_in
from tests.browser.console.test_console_looks import WIDE, faults

pytestmark = pytest.mark.browser

CLEO = "Cleo"
ROWS = """Firma;Ansprechpartner;Telefon;PLZ;Ort;Umsatz;Kundennummer
Bäckerei Gül;Ayşe Gül;030 7654321;10115;Berlin;1.234,50;D1
Café Straße;Jan Maß;call me;50667;Köln;99,00;D2
Druckerei Ohm;Ira Ohm;040 1234567;20095;Hamburg;12,00;D3
Bäckerei Gül;Ayşe Gül;030 7654321;10115;Berlin;1.234,50;D1
"""


@pytest.fixture
def cleo(context: BrowserContext, shop: Shop) -> Page:
    """The clerk's page."""
    if not getattr(shop, "has_clerk", False):
        shop.process.user(CLEO, "clerk", PASSWORD)
        shop.has_clerk = True  # type: ignore[attr-defined]
    return sign_in(context, shop, CLEO)


@pytest.fixture
def customers(tmp_path: Path) -> Path:
    path = tmp_path / "kunden.csv"
    path.write_bytes(ROWS.encode("cp1252", "replace"))
    return path


def bring(page: Page, path: Path) -> None:
    open_screen(page, "Import and export")
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_role("heading", level=1)).to_have_text(path.name)


def test_a_file_is_mapped_checked_and_imported(cleo: Page, customers: Path) -> None:
    bring(cleo, customers)
    phone = cleo.get_by_label("Where Telefon goes")
    expect(phone).to_have_value("phone")
    expect(cleo.get_by_label("Where Umsatz goes")).to_have_value("")
    expect(cleo.get_by_role("row").filter(has_text="Telefon")).to_contain_text("030 7654321")

    cleo.get_by_role("button", name="Check every row").click()
    expect(cleo.get_by_role("heading", name="What the import would do")).to_be_visible()
    expect(cleo.get_by_role("row").filter(has_text="Row 3")).to_contain_text("Telefon")
    expect(cleo.get_by_role("row").filter(has_text="Row 5")).to_contain_text("Row 2")

    assert faults(cleo, "checked") == []

    cleo.get_by_role("button", name="Import 2 rows").click()
    expect(cleo.get_by_role("heading", name="What the import did")).to_be_visible()
    cleo.reload()
    expect(cleo.get_by_role("heading", name="What the import did")).to_be_visible()
    with cleo.expect_download() as download:
        cleo.get_by_role("link", name="Download the rows left out").click()
    told = download.value.path().read_text("utf-8-sig")
    assert "call me" in told
    assert "Telefon: No such phone number" in told


def column(page: Page, head: str) -> Locator:
    """The row of the mapping that is about a column of the file."""
    return page.get_by_role("row").filter(has=page.get_by_label(f"Where {head} goes"))


def check(page: Page) -> None:
    page.get_by_role("button", name=re.compile("^Check")).click()
    expect(page.get_by_role("heading", name="What the import would do")).to_be_visible()


def test_a_value_nobody_knows_is_given_a_meaning_once(cleo: Page, tmp_path: Path) -> None:
    path = tmp_path / "status.csv"
    path.write_text("Customer,Status,Terms\nValue One,Stammkunde,net 30\nValue Two,VIP,\n", "utf-8")
    bring(cleo, path)
    check(cleo)
    expect(cleo.get_by_text("3 values in the file mean nothing to us")).to_be_visible()
    expect(cleo.get_by_label("What net 30 means")).to_have_value("30")
    cleo.get_by_label("What Stammkunde means").select_option(label="Active")
    cleo.get_by_label("What VIP means").select_option(label="Leave the field empty")
    assert faults(cleo, "values") == []
    cleo.set_viewport_size({"width": 390, "height": 844})
    assert cleo.evaluate(WIDE) == 0
    cleo.set_viewport_size({"width": 1280, "height": 800})
    check(cleo)
    expect(cleo.get_by_role("button", name="Import 2 rows")).to_be_visible()
    path.write_text("Customer,Status,Terms\nValue Three,stammkunde,NET 30\n", "utf-8")
    bring(cleo, path)
    check(cleo)
    expect(cleo.get_by_role("button", name="Import 1 row")).to_be_visible()


def test_a_spoilt_column_is_warned_about_before_anything_is_checked(
    cleo: Page, tmp_path: Path
) -> None:
    path = tmp_path / "spoilt.csv"
    path.write_text("Customer,Phone\nSpoilt One,1.38E+10\n", "utf-8")
    bring(cleo, path)
    expect(column(cleo, "Phone")).to_contain_text("format this column")


def test_an_import_is_undone_and_opened_again(cleo: Page, tmp_path: Path) -> None:
    path = tmp_path / "undo.csv"
    path.write_text("Customer,Old number\nUndo One,U1\nUndo Two,U2\n", "utf-8")
    bring(cleo, path)
    check(cleo)
    cleo.get_by_role("button", name="Import 2 rows").click()
    cleo.get_by_role("button", name="Undo this import").click()
    dialog = cleo.get_by_role("dialog")
    expect(dialog).to_contain_text("Nothing is erased")
    dialog.get_by_role("button", name="Undo this import").click()
    expect(cleo.get_by_role("heading", name="What was undone")).to_be_visible()
    expect(cleo.locator("dl.figures")).to_contain_text("New ones closed2")
    assert faults(cleo, "undone") == []
    bring(cleo, path)
    check(cleo)
    expect(cleo.locator("dl.figures")).to_contain_text("Would be updated2")


def test_a_manager_sees_a_clerks_file_through_the_role(
    cleo: Page, browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "banked.csv"
    path.write_text("Customer,IBAN\nBanked One,DE89370400440532013000\n", "utf-8")
    bring(cleo, path)
    expect(column(cleo, "IBAN")).to_contain_text("DE8937")
    address = cleo.evaluate("location.hash")
    desk = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    ben = sign_in(desk, shop, BEN)
    ben.evaluate(f"location.hash = '{address}'")
    expect(ben.get_by_text("Cleo brought this file and maps it")).to_be_visible()
    expect(column(ben, "IBAN")).to_contain_text("••••")
    expect(column(ben, "IBAN")).not_to_contain_text("DE8937")
    expect(ben.get_by_label("Where IBAN goes")).to_be_disabled()
    desk.close()


def test_a_column_that_two_want_is_named(cleo: Page, customers: Path) -> None:
    bring(cleo, customers)
    cleo.get_by_label("Where Umsatz goes").select_option("phone")
    cleo.get_by_role("button", name="Check every row").click()
    expect(cleo.get_by_text("Another column goes to")).to_be_visible()


def test_a_file_that_is_none_is_refused_in_words(cleo: Page, tmp_path: Path) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"PK\x03\x04 not really")
    open_screen(cleo, "Import and export")
    cleo.locator("input[type=file]").set_input_files(path)
    expect(cleo.get_by_role("alert")).to_contain_text("cannot be read as a workbook")


def test_the_manager_takes_customers_out(ben: Page) -> None:
    open_screen(ben, "Import and export")
    ben.get_by_label("Format").select_option("csv")
    with ben.expect_download() as download:
        ben.get_by_role("link", name="Export", exact=True).click()
    assert download.value.suggested_filename.endswith(".csv")
    assert download.value.path().read_text("utf-8-sig").startswith("id,number,version,")


def test_the_screens_fit_a_phone_in_chinese(cleo: Page, customers: Path) -> None:
    bring(cleo, customers)
    cleo.set_viewport_size({"width": 390, "height": 844})
    cleo.get_by_role("button", name="Menu").click()
    cleo.get_by_label("Language").select_option("zh-CN")
    cleo.get_by_role("button", name="菜单").click()
    cleo.get_by_role("button", name="检查所有行").click()
    expect(cleo.get_by_role("heading", name="导入将产生的结果")).to_be_visible()
    assert cleo.evaluate(WIDE) == 0
    assert faults(cleo, "checked") == []
    cleo.evaluate("location.hash = '#/transfer'")
    expect(cleo.get_by_role("heading", name="导入文件")).to_be_visible()
    assert cleo.evaluate(WIDE) == 0
    assert faults(cleo, "overview") == []


def test_a_manager_says_that_a_correction_is_the_word_of_the_shop(
    cleo: Page, browser: Browser, shop: Shop, tmp_path: Path
) -> None:
    path = tmp_path / "spoken.csv"
    path.write_text("Customer,Old number\nSpoken For,S1\n", "utf-8")
    bring(cleo, path)
    expect(cleo.get_by_label("These values are the shop's word")).to_have_count(0)

    desk = browser.new_context(locale="en-GB", viewport={"width": 1280, "height": 800})
    ben = sign_in(desk, shop, BEN)
    bring(ben, path)
    ben.get_by_label("These values are the shop's word").check()
    expect(ben.get_by_text("what takes two people")).to_be_visible()
    check(ben)
    expect(ben.get_by_text("This import speaks for the shop")).to_be_visible()
    expect(ben.get_by_label("These values are the shop's word")).to_be_checked()
    assert faults(ben, "for-shop") == []
    ben.get_by_role("button", name="Import 1 row").click()
    expect(ben.get_by_role("heading", name="What the import did")).to_be_visible()

    open_screen(ben, "Customers")
    ben.get_by_role("searchbox").fill("Spoken For")
    ben.get_by_role("link", name="Spoken For").click()
    expect(ben.get_by_text("With the file spoken.csv.")).to_be_visible()
    desk.close()
