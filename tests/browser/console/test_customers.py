"""A customer's page in the console: the whole of it, its history, the way back, and its quality."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_console_looks import WIDE, faults

pytestmark = pytest.mark.browser

CUSTOMERS = "/api/v1/records/customer"
ACCOUNT = {"b1": {"iban": "DE89370400440532013000", "holder": "Harbour"}}


@pytest.fixture(scope="module")
def carla(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    """A clerk, as a program talks to the gateway."""
    with shop.joined(playwright, "Carla", "clerk") as carla:
        yield carla


def made(api: APIRequestContext, name: str, *patches: dict[str, Any], **data: Any) -> str:
    body = {"data": {"legal_name": name, "currency": "EUR", **data}}
    answer = api.post(CUSTOMERS, data=body)
    assert answer.ok, answer.text()
    record = str(answer.json()["id"])
    for version, patch in enumerate(patches, 1):
        change = {"base_version": version, "patch": patch}
        answer = api.post(f"{CUSTOMERS}/{record}", data=change)
        assert answer.ok, answer.text()
    return record


def go_to(page: Page, record: str) -> None:
    page.evaluate(f"location.hash = '#/customers/{record}'")
    expect(page.locator(".moment").first).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)


def test_a_customer_is_found_and_shown_whole_with_its_sources(
    ben: Page, carla: APIRequestContext
) -> None:
    made(
        carla, "Harbour Bakery", phone="030 1234567", email="ute@harbour.de", bank_accounts=ACCOUNT
    )
    open_screen(ben, "Customers")
    ben.get_by_role("searchbox").fill("harbour bak")
    ben.get_by_role("link", name="Harbour Bakery").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Harbour Bakery")
    contacts = ben.locator("section.panel").filter(has=ben.get_by_role("heading", name="Contacts"))
    expect(contacts.first).to_contain_text("+49301234567")
    # All of it came in one go, so it is said once.
    expect(ben.locator(".origin-usual")).to_contain_text("From Carla")
    expect(ben.locator(".origin")).to_have_count(0)
    trust = ben.locator("section.panel").filter(
        has=ben.get_by_role("heading", name="Whose word stands")
    )
    expect(trust).to_contain_text("ERP = in the shop = on the road > import > web")
    assert "37040044" not in ben.content()


def test_two_versions_are_compared_and_one_field_comes_back(
    ben: Page, carla: APIRequestContext
) -> None:
    record = made(
        carla,
        "Harbour Garage",
        {"phone": "030 7654321", "notes": "Ring twice"},
        phone="030 1234567",
    )
    go_to(ben, record)
    source = ben.locator(".origin").first
    source.locator("summary").click()
    expect(source).to_contain_text("version 2")
    history = ben.locator(".history")
    expect(history).to_contain_text("Version 2")
    expect(history).to_contain_text("Carla, in the shop.")
    history.get_by_role("button", name="Compare or bring back").click()
    dialog = ben.get_by_role("dialog")
    expect(dialog).to_contain_text("+49301234567")
    expect(dialog).to_contain_text("+49307654321")
    phone = dialog.locator(".differences > li").filter(has_text="Phone")
    phone.get_by_role("button", name="Bring this back").click()
    expect(dialog).to_have_count(0)
    expect(ben.get_by_text("The values of version 1 hold again")).to_be_visible()
    expect(history).to_contain_text("Brings back version 1.")
    expect(ben.locator(".record-main")).to_contain_text("+49301234567")
    expect(ben.locator(".record-main")).to_contain_text("Ring twice")


def test_a_whole_version_comes_back_by_keyboard(ben: Page, carla: APIRequestContext) -> None:
    patches = ({"notes": "new", "tags": ["vip"]}, {"website": "harbour.de"})
    record = made(carla, "Harbour Florist", *patches, notes="old")
    go_to(ben, record)
    ben.get_by_role("button", name="Compare or bring back").last.focus()
    ben.keyboard.press("Enter")
    dialog = ben.get_by_role("dialog")
    expect(dialog.get_by_label("From version")).to_have_value("1")
    dialog.get_by_label("To version").fill("2")
    expect(dialog.locator(".differences > li")).to_have_count(2)
    expect(dialog.get_by_role("button", name="Bring back all")).to_have_count(0)
    dialog.get_by_label("To version").fill("3")
    dialog.get_by_role("button", name="Bring back all of version 1").focus()
    ben.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(ben.locator(".record-main")).to_contain_text("old")
    expect(ben.locator(".record-main")).not_to_contain_text("harbour.de")


def test_the_score_names_what_is_missing_and_a_check_is_noted(
    ben: Page, carla: APIRequestContext
) -> None:
    go_to(ben, made(carla, "Harbour Books"))
    side = ben.locator(".record-side")
    expect(side).to_contain_text("of 100")
    expect(side.get_by_role("list", name="Missing:").filter(has_text="Phone")).to_be_visible()
    expect(side).to_contain_text("Nobody has confirmed this record yet")
    side.get_by_role("button", name="I have checked this").click()
    expect(side).to_contain_text("Last checked by Ben")
    expect(ben.get_by_text("Noted: you have checked this record today.")).to_be_visible()
    ben.reload()
    expect(ben.locator(".history")).to_contain_text("Ben checked the record and found it right.")
    side.get_by_role("link", name="Phone", exact=True).click()
    expect(ben.get_by_label("Phone optional", exact=True)).to_be_focused()


def test_the_worklist_leads_to_what_is_to_be_mended(ben: Page, carla: APIRequestContext) -> None:
    record = made(carla, "Harbour Kiosk")
    # A record that somebody has checked is judged at once; the others wait for their turn.
    checked = carla.post(f"{CUSTOMERS}/{record}/checked", data={"version": 1})
    assert checked.ok, checked.text()
    open_screen(ben, "Worklist")
    card = ben.get_by_role("listitem").filter(has_text="Harbour Kiosk").first
    expect(card).to_contain_text("Phone")
    expect(card).to_contain_text("points")
    card.get_by_role("link", name="Harbour Kiosk").click()
    expect(ben.get_by_role("heading", level=1)).to_have_text("Harbour Kiosk")


def test_both_screens_are_accessible_and_whole_on_every_size(
    ben: Page, carla: APIRequestContext
) -> None:
    record = made(
        carla,
        "Harbour Books and Very Long Named Stationery of the Old Town",
        {"phone": "030 7654321"},
        phone="030 1234567",
        email="a.very.long.address.of.somebody@harbour-books-and-stationery.example.com",
        contacts={"c1": {"name": "Ute", "phone": "030 1234567"}},
        bank_accounts=ACCOUNT,
    )
    carla.post(f"{CUSTOMERS}/{record}/checked", data={"version": 2})
    found = []
    for scheme in ("light", "dark"):
        ben.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        for width, height in ((1280, 800), (390, 844), (320, 640)):
            ben.set_viewport_size({"width": width, "height": height})
            for screen in ("customers", "worklist", f"customers/{record}"):
                ben.evaluate(f"location.hash = '#/{screen}'")
                expect(ben.locator(".waiting")).to_have_count(0)
                expect(ben.locator("main tbody tr, main .card, .moment").first).to_be_visible()
                where = f"{screen} {scheme} {width}"
                found += faults(ben, where)
                if (excess := ben.evaluate(WIDE)) > 0:
                    found.append(f"{where}: {excess} px stick out")
            ben.get_by_role("button", name="Compare or bring back").click()
            expect(ben.get_by_role("dialog").locator(".differences")).to_be_visible()
            found += faults(ben, f"compare {scheme} {width}")
            ben.keyboard.press("Escape")
    assert found == []


def test_both_screens_speak_chinese(ben: Page, carla: APIRequestContext) -> None:
    record = made(carla, "港口书店", {"phone": "030 7654321"}, phone="030 1234567")
    ben.get_by_label("Language").select_option("zh-CN")
    go_to(ben, record)
    expect(ben.locator(".history")).to_contain_text("第 2 版")
    expect(ben.locator(".record-side")).to_contain_text("数据质量")
    expect(ben.get_by_role("list", name="缺少：").first).to_be_visible()
    ben.evaluate("location.hash = '#/worklist'")
    expect(ben.get_by_role("heading", level=1)).to_have_text("待完善")
