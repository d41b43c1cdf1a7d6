"""The sync centre: what a person can see, withdraw, take along, decide and send again."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    DESK,
    PASSWORD,
    PHONE,
    WORDS,
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    save,
    save_unsent,
    sign_in,
)
from tests.browser.test_looks import WIDE, faults
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WRONG_TAX = "DE 123 456 789 000"


def centre(page: Page) -> None:
    page.evaluate("location.hash = '#/sync'")
    expect(page.get_by_role("heading", level=1, name="Sync")).to_be_visible()


def looks_well(page: Page) -> None:
    """Nothing for axe to say in either scheme and size, and nothing wider than a small phone."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
        for width, height in (DESK, (320, 640), PHONE):
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{scheme} {width}: {fault}" for fault in faults(page)]
            found += [f"{width}: too wide"] * (page.evaluate(WIDE) > 0)
    assert found == []


def note(page: Page, text: str) -> None:
    """Change the notes of the customer on the screen."""
    page.get_by_role("link", name="Edit").click()
    page.locator(".steps li").nth(4).locator("button").click()
    page.get_by_label("Notes").fill(text)
    save(page)


def names(office: Office) -> list[str]:
    return sorted(record["data"]["legal_name"] for record in office.customers())


def test_what_waits_is_withdrawn_with_what_builds_on_it_and_brought_back(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    centre(page)
    verdict = page.locator(".verdict")
    expect(verdict).to_have_attribute("data-state", "well")
    gateway.kill()
    enter_customer(page, "Kornblum")
    note(page, "rings twice")
    enter_customer(page, "Nordwind")
    expect_pill(page, "Offline · 3 waiting")

    centre(page)
    expect(verdict).to_contain_text("The gateway is out of reach")
    expect(verdict).to_contain_text("Next try")
    waiting = page.get_by_role("region", name="3 waiting to be sent")
    # Oldest first: Kornblum, its edit, Nordwind.
    first = waiting.locator("details").first
    first.locator("summary").click()
    first.get_by_role("button", name="Withdraw…").click()
    asked = page.get_by_role("alertdialog", name="Withdraw “Kornblum”?")
    expect(asked).to_contain_text("Edit: Kornblum")
    looks_well(page)
    asked.get_by_role("button", name="Withdraw").click()
    expect_pill(page, "Offline · 1 waiting")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Nordwind"]

    page.reload()
    gone = page.get_by_role("region", name="Withdrawn")
    expect(gone).to_contain_text("with 1 that builds on it")
    gone.get_by_role("button", name="Bring back").click()
    expect_pill(page, "2 waiting")
    page.get_by_role("button", name="Sync now").click()
    expect_pill(page, "Synced")
    expect(verdict).to_contain_text("Everything is synced")
    expect(page.get_by_role("region", name="Sent today: 3")).to_be_visible()
    assert {"Kornblum": "rings twice"} in [
        {each["data"]["legal_name"]: each["data"].get("notes")} for each in office.customers()
    ]

    page.get_by_role("button", name="Copy the diagnostic code").click()
    code = page.get_by_label("Diagnostic code")
    expect(code).to_have_text(re.compile("(?!.*mira).*queue=0/0/0/0/0"))
    looks_well(page)


def test_a_refused_entry_names_its_faults_is_withdrawn_brought_back_and_mended(
    page: Page, office: Office
) -> None:
    begin_customer(page, "Tax Free Trading")
    page.get_by_label("Tax number").fill(WRONG_TAX)
    save(page)
    expect_pill(page, "1 needs you")
    centre(page)
    # The pull reached its end, and yet nothing here is green: the outbox is not empty.
    expect(page.locator(".verdict")).to_have_attribute("data-state", "left")
    expect(page.locator(".reasons li")).to_contain_text("Tax number: This tax number")
    page.get_by_role("button", name="Withdraw…").click()
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect_pill(page, "Synced")
    page.get_by_role("button", name="Undo").click()
    expect_pill(page, "1 needs you")
    assert office.customers() == []

    page.get_by_role("link", name="Mend and send again").click()
    field = page.get_by_label("Tax number")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("136695976")
    save(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Tax Free Trading"]


def test_several_contested_fields_are_decided_in_one_mix_and_a_second_conflict_comes_on_top(
    page: Page, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    expect_pill(page, "Synced")
    record = office.customers()[0]["id"]

    def clash(name: str, phone: str, theirs: dict[str, str]) -> None:
        page.evaluate(f"location.hash = '#/customers/{record}'")
        page.get_by_role("link", name="Edit").click()
        page.get_by_label("Legal name").fill(name)
        page.locator(".steps li").nth(1).locator("button").click()
        page.get_by_label("Phone", exact=True).fill(phone)
        office.edit(record, {**theirs})
        save(page)
        expect_pill(page, "1 needs you")
        centre(page)

    theirs = {"legal_name": "Kornblum Sisters", "phone": "+4930901820"}
    clash("Kornblum Brothers", "+4930901821", theirs)
    need = page.get_by_role("region", name="1 needs you")
    legal = need.get_by_role("group", name="Legal name")
    expect(legal).to_contain_text("clara")
    expect(legal).to_contain_text("(you)")
    legal.get_by_role("button", name="Keep mine").click()
    decide = need.get_by_role("button", name="Decide 2 fields")
    expect(decide).to_be_disabled()
    looks_well(page)
    need.get_by_role("group", name="Phone").get_by_role("button", name="Take theirs").click()

    # Meanwhile somebody changes the record again: what was looked at is not what would be decided.
    office.edit(record, {"notes": "moved on"})
    decide.click()
    expect(page.locator(".toast")).to_contain_text("moved on")
    need.get_by_role("button", name="Mine everywhere").click()
    need.get_by_role("group", name="Phone").get_by_role("button", name="Take theirs").click()
    decide.click()
    expect_pill(page, "Synced")
    data = office.customers()[0]["data"]
    assert (data["legal_name"], data["phone"]) == ("Kornblum Brothers", "+4930901820")

    clash("Kornblum & Co", "+4930901822", {"legal_name": "Kornblum AG", "phone": "+4930901823"})
    need.get_by_role("button", name="Theirs everywhere").click()
    decide.click()
    expect_pill(page, "Synced")
    assert office.customers()[0]["data"]["legal_name"] == "Kornblum AG"
    told = office.call("GET", f"/api/v1/records/customer/{record}/history")
    for kept in ("Kornblum Sisters", "Kornblum Brothers", "Kornblum & Co", "+4930901822"):
        assert kept in str(told), kept


def open_file(page: Page, file: Path, words: str = WORDS) -> None:
    page.get_by_role("button", name="Bring in a file").click()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_label("Passphrase").fill(words)
    page.get_by_role("button", name="Open the file").click()


def somebody_else_reads_nothing(phone: Phone, file: Path) -> None:
    page = phone.open()
    sign_in(page, phone.url, "clara")
    centre(page)
    open_file(page, file, "some other words")
    expect(page.get_by_role("alert")).to_contain_text("other words, or the file is damaged")
    looks_well(page)
    page.get_by_label("Passphrase").fill(WORDS)
    page.get_by_role("button", name="Open the file").click()
    inside = page.get_by_role("group", name="2 entries of mira")
    expect(inside).to_contain_text("mira or a manager can bring it in")
    expect(inside).to_contain_text("1 unfinished form")
    looks_well(page)
    expect(inside.get_by_role("button", name="Bring in")).to_have_count(0)
    phone.close()


def a_manager_hands_it_over(phone: Phone, file: Path) -> None:
    page = phone.open()
    sign_in(page, phone.url, "boss")
    centre(page)
    open_file(page, file)
    expect(page.get_by_role("group", name="2 entries of mira")).to_contain_text("You hand it over")
    page.get_by_role("button", name="Bring in", exact=True).click()
    expect_pill(page, "Synced")
    open_file(page, file, f"  {WORDS} ")
    page.get_by_role("button", name="Bring in", exact=True).click()
    expect(page.locator(".toast")).to_contain_text("here already")


def test_unsent_work_travels_in_a_sealed_file_and_arrives_once_by_whatever_way(
    page: Page,
    gateway: GatewayProcess,
    office: Office,
    phone: Phone,
    phones: Callable[[str], Phone],
) -> None:
    gateway.user("boss", "manager", PASSWORD)
    gateway.kill()
    enter_customer(page, "Kornblum")
    note(page, "rings twice")
    begin_customer(page, "Half typed")
    centre(page)
    file = save_unsent(page)
    assert "Kornblum" not in file.read_text()
    gateway.start()
    page.context.set_offline(True)  # the phone lies in a river

    somebody_else_reads_nothing(phones(phone.url), file)
    a_manager_hands_it_over(phones(phone.url), file)
    assert names(office) == ["Kornblum"]

    # The phone was only wet: it sends what it has, and hears that it is known.
    page.context.set_offline(False)
    knock(page)
    expect_pill(page, "Synced")
    assert names(office) == ["Kornblum"]
    assert office.customers()[0]["data"]["notes"] == "rings twice"
    assert office.customers()[0]["conflicts"] == 0
