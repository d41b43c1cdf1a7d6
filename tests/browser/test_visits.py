"""A rep's visit with photos: entered without a network, killed, cut off, at the gateway once."""

import hashlib
import re
from typing import Any

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Office, erp_says
from tests.browser.phone import (
    Phone,
    back_after_kill,
    enter_customer,
    expect_pill,
    knock,
    open_customer,
)
from tests.browser.pictures import SECRET, photo
from tests.browser.test_offline import DRAFTS
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PIECE = 262_144
JPEG_MAX = 350_000
NEXT = "2031-05-06"
MANY = 20
NOTE = "Wants the new list"


def visit(page: Page, name: str) -> None:
    """From a customer that is open: one tap, and the visit has begun."""
    page.locator(".reach").get_by_role("link", name="Visit").click()
    expect(page.get_by_role("heading", level=1, name="Visit")).to_be_visible()
    expect(page.locator(".visit-who")).to_have_text(name)


def add_photo(page: Page, picture: bytes, name: str = "From the gallery") -> None:
    """Choose a picture for the open visit or customer."""
    page.get_by_label(name).first.set_input_files(
        {"name": "IMG_0001.jpg", "mimeType": "image/jpeg", "buffer": picture}
    )


def save_visit(page: Page) -> None:
    page.get_by_role("button", name="Save the visit").click()
    expect(page.locator(".toast")).to_contain_text("Saved on this phone")


def story(office: Office, record: str) -> list[dict[str, Any]]:
    """What the gateway tells of a customer."""
    found = office.call("GET", f"/api/v1/records/customer/{record}/timeline")["dealings"]
    assert isinstance(found, list)
    return found


def files(office: Office, record: str) -> list[dict[str, Any]]:
    found = office.call("GET", f"/api/v1/records/customer/{record}/attachments")["attachments"]
    assert isinstance(found, list)
    return found


def lying(gateway: GatewayProcess) -> list[str]:
    """Names of the files that lie at the gateway."""
    folder = gateway.data / "attachments"
    return sorted(path.name for path in folder.rglob("*") if path.is_file())


def nearly_full(phone: Phone, page: Page) -> Page:
    """The phone again, with room for two or three photos.

    Chromium counts what a database may take when it is opened, and tidies up meanwhile: the phone
    begins anew once to be measured, and once with the room that it has from then on. What it tells
    a script of its room is made up: the app learns that there is none when it is refused.
    """
    phone.leave()
    page = phone.open()
    page.goto(phone.url)
    expect_pill(page, "Synced")
    usage = page.evaluate("navigator.storage.estimate().then(({ usage }) => usage)")
    phone.leave()
    page = phone.open()
    room = {"origin": phone.url.rstrip("/"), "quotaSize": usage + 3 * JPEG_MAX}
    phone.context.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", room)
    page.goto(phone.url)
    expect_pill(page, "Synced")
    return page


def fill_with_photos(page: Page) -> int:
    """Add photos until one is refused; how many were taken."""
    taken, refused = page.locator(".photo"), page.get_by_role("alert")
    for number in range(MANY):
        add_photo(page, photo(page, width=1600, height=1200, grain=0.28, seed=number + 1))
        expect(taken.nth(number).or_(refused)).to_be_visible(timeout=20_000)
        if refused.is_visible():
            return number
    raise AssertionError("the phone has never been full")


def enter_half(page: Page, picture: bytes) -> None:
    """Begin a visit, up to the note."""
    visit(page, "Nordwind")
    expect(page.locator(".check-in")).to_contain_text("Position taken, to within 12 m")
    page.get_by_role("radio", name="Order taken").check()
    add_photo(page, picture)
    expect(page.locator(".photo")).to_contain_text("Kept on this phone")
    note = page.get_by_label("Note")
    note.click()
    note.press_sequentially(NOTE)
    wait_until(lambda: NOTE in page.evaluate(DRAFTS), 20)


def enter_rest(page: Page) -> None:
    """Find the visit as it was left, and save it."""
    page.locator(".row", has_text="Visit · Nordwind").click()
    expect(page.locator(".continued")).to_contain_text("Continued from")
    expect(page.get_by_role("radio", name="Order taken")).to_be_checked()
    expect(page.get_by_label("Note")).to_have_value(NOTE)
    expect(page.locator(".photo")).to_have_count(1)
    expect(page.locator(".check-in")).to_contain_text("Position taken, to within 12 m")
    page.get_by_label("Next visit on").fill(NEXT)
    page.get_by_label("What is to be done").fill("Bring samples")
    save_visit(page)
    expect_pill(page, "Offline · 3 waiting · 1 photo")
    expect(page.locator(".moment", has_text="Visit: Order taken")).to_contain_text("Waiting")


def check_arrived(office: Office, picture: bytes) -> None:
    """The customer, the visit, its task and its photo are at the gateway, each once."""
    (customer,) = office.customers()
    told = {one["type"]: one for one in story(office, customer["id"])}
    assert len(told) == len(story(office, customer["id"])) == 2
    made, seen, task = told["visit"]["id"], told["visit"]["data"], told["task"]["data"]
    assert told["visit"]["by"] == "mira"
    assert (seen["outcome"], seen["note"], seen["next_date"]) == ("order", NOTE, NEXT)
    assert seen["position"] == {"latitude": "53.550300", "longitude": "9.992000", "accuracy_m": 12}
    assert (task["title"], task["due"], task["visit"]) == ("Bring samples", NEXT, made)
    (file,) = files(office, customer["id"])
    assert (file["kind"], file["record"], seen["files"]) == ("visit", made, [file["id"]])
    stored = office.content(f"/api/v1/attachments/{file['id']}")
    assert len(stored) <= JPEG_MAX
    assert hashlib.sha256(stored).hexdigest() == file["sha256"]
    assert SECRET in picture
    assert SECRET not in stored


def test_a_visit_entered_offline_survives_two_kills_and_arrives_once_with_all_that_belongs_to_it(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    phone.context.grant_permissions(["geolocation"], origin=phone.url)
    phone.context.set_geolocation({"latitude": 53.5503, "longitude": 9.992, "accuracy": 11.5})
    picture = photo(page)
    gateway.kill()
    enter_customer(page, "Nordwind")
    enter_half(page, picture)
    phone.kill()

    page = phone.open()
    page.goto(phone.url)
    enter_rest(page)
    phone.kill()

    gateway.start()
    page = phone.open()
    page.goto(phone.url)
    back_after_kill(page)
    check_arrived(office, picture)
    open_customer(page, "Nordwind")
    expect(page.locator(".moment", has_text="Visit: Order taken")).to_contain_text("mira")
    expect(page.locator(".photo")).to_contain_text("At the gateway")
    gateway.kill()
    page.reload()
    expect(page.locator(".moment")).to_have_count(2)
    expect(page.locator(".story").first).to_contain_text("As the gateway knew it at")


def test_a_photo_that_is_cut_off_goes_on_at_its_place_and_lies_at_the_gateway_once(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Halfway")
    expect_pill(page, "Synced")
    record = str(page.evaluate("location.hash")).rpartition("/")[2]
    picture = photo(page, width=1600, height=1200, grain=0.28)
    offsets: list[str] = []

    def cut(route: Route, request: Request) -> None:
        offsets.append(request.url.rpartition("=")[2])
        if len(offsets) == 2:  # the first piece is acknowledged, the second under way
            gateway.kill()
        route.continue_()

    phone.context.route(re.compile("/upload"), cut)
    add_photo(page, picture)
    expect_pill(page, "Offline · 1 photo")
    expect(page.locator(".photo")).to_contain_text(re.compile(r"\d\d % sent"))
    enter_customer(page, "Not held up")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    assert offsets == ["0", str(PIECE), str(PIECE)]
    (file,) = files(office, record)
    assert PIECE < file["size"] <= JPEG_MAX
    assert (
        hashlib.sha256(office.content(f"/api/v1/attachments/{file['id']}")).hexdigest()
        == file["sha256"]
    )

    # The same picture for somebody else is there already.
    open_customer(page, "Not held up")
    add_photo(page, picture)
    expect(page.locator(".photo")).to_contain_text("At the gateway")
    assert len(offsets) == 3
    assert len(lying(gateway)) == 1


def test_a_full_phone_takes_no_photo_and_still_saves_every_word(
    phone: Phone, page: Page, office: Office
) -> None:
    enter_customer(page, "No room")
    expect_pill(page, "Synced")
    page = nearly_full(phone, page)
    open_customer(page, "No room")
    visit(page, "No room")
    expect(page.locator(".check-in")).to_contain_text("The visit is saved without one")
    page.get_by_role("radio", name="No order").check()
    page.get_by_label("Note").fill("Written before")
    count = fill_with_photos(page)
    expect(page.get_by_role("alert")).to_contain_text("No room for this photo")
    expect(page.locator(".photo")).to_have_count(count)
    expect(page.get_by_label("Note")).to_have_value("Written before")
    page.get_by_label("Note").press_sequentially(" and after")
    save_visit(page)
    expect_pill(page, "Synced")
    record = str(page.evaluate("location.hash")).rpartition("/")[2]
    (told,) = story(office, record)
    assert told["data"]["note"] == "Written before and after"
    assert len(told["data"]["files"]) == len(files(office, record)) == count
    assert told["data"]["position_missing"] in {"denied", "unavailable", "timeout"}


def test_a_visit_that_the_gateway_refuses_says_why_and_is_mended(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Changed meanwhile")
    expect_pill(page, "Synced")
    gateway.kill()
    visit(page, "Changed meanwhile")
    page.get_by_role("radio", name="Complaint").check()
    save_visit(page)
    # While she was away, the shop gave up this way of ending a visit.
    (gateway.data / "site.toml").write_text('[visits]\noutcomes = ["done = Well done"]\n')
    gateway.start()
    knock(page)
    expect_pill(page, "1 needs you")
    page.locator(".moment").get_by_role("link", name="Mend and send again").click()
    expect(page.locator(".wrong")).to_contain_text("done")
    # What may be chosen now was asked for as soon as the gateway had refused.
    page.get_by_role("radio", name="Well done").check()
    page.locator(".entry-bar button.main").click()
    expect_pill(page, "Synced")
    (customer,) = office.customers()
    (told,) = story(office, customer["id"])
    assert told["data"]["outcome"] == "done"
    erp_says(gateway, "customer", customer["id"], {"erp_block": True})
    knock(page)
    page.evaluate(f"location.hash = '#/customers/{customer['id']}'")
    blocked = page.locator(".banner", has_text="The ERP has blocked this customer")
    expect(blocked).to_be_visible()
    visit(page, "Changed meanwhile")
    expect(blocked).to_be_visible()  # and the visit can be entered all the same
