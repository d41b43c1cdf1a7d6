"""A phone whose disk is really full, as other apps fill it: the browser cannot write."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    open_customer,
)
from tests.browser.pictures import photo
from tests.browser.small_disk import SmallDisk
from tests.browser.test_visits import add_photo, files, save_visit, story, visit
from tests.torture.gateway import GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

WHOLE = 400_000_000
FOR_A_PHOTO = 500_000
MANY = 5
PATIENCE_S = 60
# What Chromium says when it opens storage on a disk without a single byte left, most of the times.
NO_STORAGE = """
IDBFactory.prototype.open = () => {
  throw new DOMException("Encountered full disk", "UnknownError");
};
"""
# Only the browser's own storage holds it: it is gone when the browser has begun that anew.
MARK = """
new Promise((resolve) => {
  const asked = indexedDB.open("mark");
  asked.onsuccess = () => resolve(asked.result.close());
})
"""
IS_MARKED = """
indexedDB.databases().then((found) => found.some(({ name }) => name === "mark"))
"""
# More than what is left of the blocks that files have taken already, however many letters go in one
# write.
LAST_LETTERS = " and after" * 15
KEPT_ASIDE = (
    "caches.open('waystation ballast').then((cache) => cache.keys()).then((keys) => keys.length)"
)


def await_the_last_room(page: Page) -> None:
    """Until what was kept aside has been given to what is typed."""
    wait_until(lambda: not page.evaluate(KEPT_ASIDE), PATIENCE_S)


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
    wait_until(lambda: page.evaluate(KEPT_ASIDE), PATIENCE_S)
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
    # The words arrive. That the photo is there as well may not be noted down on such a disk.
    expect(page.locator(".pill").first).to_have_text(re.compile("^(Synced|1 photo)$"))
    record = str(page.evaluate("location.hash")).rpartition("/")[2]
    (told,) = story(office, record)
    assert told["data"]["note"] == "Written before and after"
    assert len(told["data"]["files"]) == taken
    wait_until(lambda: len(files(office, record)) == taken, PATIENCE_S)
    # What the disk refused was said, and nothing else went wrong.
    assert {*phone.faults} <= {"The phone's storage did not answer", "AbortError"}
    phone.faults.clear()


def leave_and_come_back(page: Page) -> None:
    """A form that was left is on the disk to its last letter."""
    page.evaluate("location.hash = '#/today'")
    page.get_by_role("region", name="Unfinished").get_by_role("link").click()
    expect(page.get_by_label("Legal name")).to_have_value("Half typed")


def test_a_form_on_a_full_disk_keeps_its_last_letters_and_says_when_storage_does_not_open(
    page: Page, phone: Phone, tmp_path: Path
) -> None:
    wait_until(lambda: page.evaluate(KEPT_ASIDE), PATIENCE_S)
    phone.leave()
    disk = SmallDisk(tmp_path, phone.profile, whole=WHOLE)
    phone.environment = disk.environment
    page = phone.open()
    page.goto(phone.url)
    expect_pill(page, "Synced")
    begin_customer(page, "Half typed")
    trade_name = page.get_by_label("Trade name")
    trade_name.fill("Before")
    leave_and_come_back(page)
    disk.left = 0
    page.reload()
    expect(trade_name).to_have_value("Before")

    # What was kept aside takes the last letters. When that is filled too, storage does not open.
    trade_name.press("End")
    trade_name.press_sequentially(LAST_LETTERS)
    await_the_last_room(page)
    leave_and_come_back(page)
    page.reload()
    expect(trade_name).to_have_value(f"Before{LAST_LETTERS}")
    page.add_init_script(NO_STORAGE)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("The phone's storage does not answer")
    expect(page.locator("main")).to_contain_text("free some space")
    told = ("The phone's storage did not answer", "Encountered full disk", "AbortError")
    assert [fault for fault in phone.faults if not fault.startswith(told)] == []
    phone.faults.clear()


ROUNDS = 12


def test_a_browser_that_drops_the_storage_that_a_full_disk_tore_loses_nothing_that_was_entered(
    page: Page, phone: Phone, gateway: GatewayProcess, office: Office, tmp_path: Path
) -> None:
    wait_until(lambda: page.evaluate(KEPT_ASIDE), PATIENCE_S)
    phone.leave()
    disk = SmallDisk(tmp_path, phone.profile / "Default/IndexedDB", whole=WHOLE)
    phone.environment = disk.environment
    page = phone.open()
    page.goto(phone.url)
    expect_pill(page, "Synced")
    gateway.stop()
    enter_customer(page, "Entered before")
    begin_customer(page, "Half typed")
    leave_and_come_back(page)
    page.evaluate(MARK)
    for _ in range(ROUNDS):
        # A write of which only a part fits tears the browser's log of its storage.
        disk.left = 0
        page.get_by_label("Trade name").fill("and on " * 300)
        await_the_last_room(page)
        phone.kill()
        disk.left = WHOLE
        page = phone.open()
        page.goto(phone.url)
        leave_and_come_back(page)
        if not page.evaluate(IS_MARKED):
            break
    else:
        raise AssertionError("Chromium has never dropped what was torn")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    assert [one["data"]["legal_name"] for one in office.customers()] == ["Entered before"]
    phone.faults.clear()


def test_the_second_copy_goes_on_after_the_browser_has_tidied_up_its_memory(
    phone: Phone, page: Page
) -> None:
    """A bucket that nobody holds is collected, and its database then answers nothing."""
    enter_customer(page, "Before")
    expect_pill(page, "Synced")
    buckets = page.evaluate("navigator.storageBuckets.keys()")
    phone.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
    enter_customer(page, "After")
    expect_pill(page, "Synced")
    assert page.evaluate("navigator.storageBuckets.keys()") == buckets
