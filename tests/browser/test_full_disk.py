"""A phone whose disk is really full, as other apps fill it: the browser cannot write."""

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    Phone,
    enter_customer,
    expect_pill,
    open_customer,
)
from tests.browser.pictures import photo
from tests.browser.small_disk import SmallDisk
from tests.browser.test_visits import add_photo, files, save_visit, story, visit
from tests.torture.gateway import wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WHOLE = 400_000_000
FOR_A_PHOTO = 500_000
MANY = 5
KEPT_ASIDE = (
    "caches.open('waystation ballast').then((cache) => cache.keys()).then((keys) => keys.length)"
)


def fill_the_rest(page: Page) -> int:
    """Add photos until one is refused; how many were taken."""
    taken, refused = page.locator(".photo"), page.get_by_role("alert")
    for number in range(MANY):
        add_photo(page, photo(page, width=1600, height=1200, grain=0.28, seed=number + 1))
        expect(taken.nth(number).or_(refused)).to_be_visible(timeout=20_000)
        if refused.is_visible():
            expect(refused).to_contain_text("No room for this photo")
            return number
    raise AssertionError("the disk has never been full")


def test_a_disk_that_is_really_full_takes_no_photo_and_still_takes_words(
    page: Page, phone: Phone, office: Office, tmp_path: Path
) -> None:
    enter_customer(page, "No room")
    expect_pill(page, "Synced")
    wait_until(lambda: page.evaluate(KEPT_ASIDE), 10)
    phone.leave()
    disk = SmallDisk(tmp_path, phone.profile, whole=WHOLE)
    phone.environment = disk.environment
    page = phone.open()
    page.goto(phone.url)
    expect_pill(page, "Synced")
    open_customer(page, "No room")
    visit(page, "No room")
    page.get_by_role("radio", name="No order").check()
    page.get_by_label("Note").fill("Written before")
    disk.left = FOR_A_PHOTO
    taken = fill_the_rest(page)
    assert taken == 1
    expect(page.locator(".photo")).to_have_count(taken)

    # Not a byte is left for what is typed now. It goes where the room was kept.
    assert page.evaluate(KEPT_ASIDE)
    disk.left = 0
    page.get_by_label("Note").press_sequentially(" and after")
    save_visit(page)
    assert not page.evaluate(KEPT_ASIDE)
    expect_pill(page, "Synced")
    record = str(page.evaluate("location.hash")).rpartition("/")[2]
    (told,) = story(office, record)
    assert told["data"]["note"] == "Written before and after"
    assert len(told["data"]["files"]) == len(files(office, record)) == taken
    # The letters that the disk refused were said, and nothing else went wrong.
    assert {*phone.faults} <= {"The phone's storage did not answer"}
    phone.faults.clear()
