"""A manager makes one customer of two, by mouse and keyboard, and takes it back."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import APIRequestContext, Page, Playwright, expect

from tests.browser.console.cast import Shop, open_screen
from tests.browser.console.test_console_looks import faults

pytestmark = pytest.mark.browser

HEADERS = {"X-Waystation": "1"}


@pytest.fixture(scope="module")
def clerk(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    with shop.joined(playwright, "Doris", "clerk") as api:
        yield api


@pytest.fixture(scope="module")
def finance(playwright: Playwright, shop: Shop) -> Iterator[APIRequestContext]:
    with shop.joined(playwright, "Fiona", "finance") as api:
        yield api


def enter(clerk: APIRequestContext, name: str, **data: Any) -> dict[str, Any]:
    body = {"data": {"legal_name": name, "currency": "EUR", **data}}
    answer = clerk.post("/api/v1/records/customer", data=body)
    assert answer.ok, answer.text()
    found: dict[str, Any] = answer.json()
    return found


def pair(clerk: APIRequestContext, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """One customer, entered twice."""
    reach = {"phone": "+493012345678", "email": f"office@{name.lower().replace(' ', '')}.example"}
    first = enter(clerk, name, notes="Ring twice.", tags=["bakery"], **reach)
    return first, enter(clerk, f"{name} GmbH", notes="Closed on Mondays.", tags=["cafe"], **reach)


def asked(finance: APIRequestContext) -> dict[str, Any]:
    """The merge that waits for a second person."""
    shown = finance.get("/api/v1/approvals").json()["approvals"]
    (approval,) = [each for each in shown if each["field"] == "@merge"]
    return dict(approval)


def agree(finance: APIRequestContext, reason: str) -> None:
    approval = asked(finance)
    assert approval["reason"] == reason
    said = {"decision": "approve", "hash": approval["hash"]}
    answer = finance.post(f"/api/v1/approvals/{approval['id']}", data=said)
    assert answer.ok, answer.text()


def test_a_pair_is_compared_merged_by_two_people_and_undone(
    ben: Page, clerk: APIRequestContext, finance: APIRequestContext, tmp_path: Path
) -> None:
    one, two = pair(clerk, "Maple Corner Bakery")
    open_screen(ben, "Duplicates")
    card = ben.get_by_role("listitem").filter(has_text="Maple Corner Bakery")
    expect(card).to_contain_text("very much alike")
    expect(card).to_contain_text("Same: ")
    waiting = ben.get_by_role("link", name="Duplicates").locator(".count")
    expect(waiting).to_be_visible()
    card.get_by_role("link", name="Compare").click()
    expect(ben.get_by_role("heading", name="One customer or two?")).to_be_visible()
    name = ben.get_by_role("group", name="Legal name")
    expect(name).to_contain_text("The longer name is proposed")
    preview = ben.locator(".preview")
    expect(preview).to_contain_text("Ring twice.")
    expect(preview).to_contain_text("Closed on Mondays.")
    # By keyboard: an arrow moves from "Both" back to what stays.
    notes = ben.get_by_role("group", name="Notes")
    notes.get_by_role("radio", name="Both").focus()
    ben.keyboard.press("ArrowUp")
    ben.keyboard.press("ArrowUp")
    expect(notes.get_by_role("radio", name="Stays")).to_be_checked()
    expect(preview).not_to_contain_text("Closed on Mondays.")
    ben.screenshot(path=tmp_path / "compare.png", full_page=True)
    ben.get_by_label("Why are they the same?").fill("The same shop, seen on the map.")
    ben.get_by_role("button", name="Merge", exact=True).click()
    expect(ben.get_by_text("A second person has to agree")).to_be_visible()
    agree(finance, "The same shop, seen on the map.")
    expect(card).to_have_count(0)
    kept = clerk.get(f"/api/v1/records/customer/{two['id']}").json()
    assert {one["id"], two["id"]} == {kept["id"], kept["aliases"][0]["id"]}
    assert sorted(kept["data"]["tags"]) == ["bakery", "cafe"]
    ben.get_by_label("Show").select_option(label="Merged")
    merged = ben.get_by_role("listitem").filter(has_text="Maple Corner Bakery")
    expect(merged).to_contain_text("confirmed by Fiona")
    merged.get_by_role("button", name="Undo the merge").click()
    ben.get_by_role("dialog").get_by_role("button", name="Undo the merge").click()
    expect(ben.get_by_text("are two customers again")).to_be_visible()
    expect(merged).to_contain_text("undone")
    assert clerk.get(f"/api/v1/records/customer/{two['id']}").json()["id"] == two["id"]


def test_two_customers_that_are_two_are_never_proposed_again(
    ben: Page, clerk: APIRequestContext
) -> None:
    pair(clerk, "Willow Garage")
    open_screen(ben, "Duplicates")
    card = ben.get_by_role("listitem").filter(has_text="Willow Garage")
    card.get_by_role("button", name="Not the same").click()
    expect(ben.get_by_text("Remembered: these are two")).to_be_visible()
    expect(card).to_have_count(0)
    ben.reload()
    expect(ben.get_by_role("heading", name="Duplicates", level=1)).to_be_visible()
    expect(card).to_have_count(0)


def test_a_merge_fits_a_phone_and_shows_the_second_person_all_of_it(
    ben: Page, clerk: APIRequestContext, finance: APIRequestContext, shop: Shop, tmp_path: Path
) -> None:
    one, two = pair(clerk, "Aspen Florist")
    ben.set_viewport_size({"width": 360, "height": 740})
    ben.goto(f"{shop.url}/console#/duplicates/{one['id']}/{two['id']}")
    expect(ben.get_by_role("group", name="Legal name")).to_be_visible()
    expect(ben.locator(".preview")).to_contain_text("Aspen Florist GmbH")
    assert faults(ben, "side by side") == []
    wide = ben.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, "nothing sticks out of a small screen"
    ben.screenshot(path=tmp_path / "phone.png", full_page=True)
    ben.get_by_role("button", name="Menu").click()
    ben.get_by_role("combobox", name="Language").select_option(label="简体中文")
    ben.get_by_role("button", name="菜单").click()
    expect(ben.get_by_role("heading", name="一个客户还是两个？")).to_be_visible()
    ben.screenshot(path=tmp_path / "chinese.png", full_page=True)
    ben.get_by_role("button", name="合并", exact=True).click()
    expect(ben.get_by_text("需要第二人同意")).to_be_visible()
    fields = [change["field"] for change in asked(finance)["merge"]["changes"]]
    assert fields == ["legal_name", "notes", "tags"]
    agree(finance, "")


def test_a_merge_is_undone_from_the_history_of_the_customer(
    ben: Page, clerk: APIRequestContext, finance: APIRequestContext, shop: Shop
) -> None:
    one, two = pair(clerk, "Rowan Pharmacy")
    said = {"alias": two["id"], "version": 1, "alias_version": 1, "reason": "One shop."}
    path = f"{shop.url}/api/v1/records/customer/{one['id']}/merge"
    answer = ben.context.request.post(path, data=said, headers=HEADERS)
    assert answer.ok, answer.text()
    agree(finance, "One shop.")
    ben.goto(f"{shop.url}/console#/customers/{one['id']}")
    ben.get_by_role("button", name="Undo the merge").click()
    dialog = ben.get_by_role("dialog")
    dialog.get_by_role("checkbox").uncheck()
    dialog.get_by_role("button", name="Undo the merge").click()
    expect(ben.get_by_text("are two customers again")).to_be_visible()
    expect(ben.get_by_text(f"Gave {two['number']} back its own.")).to_be_visible()
    open_screen(ben, "Duplicates")
    expect(ben.get_by_role("listitem").filter(has_text="Rowan Pharmacy")).to_be_visible()
