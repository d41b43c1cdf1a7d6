"""A new version of the app: fetched whole beside the old one, offered when no form is open."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.between import gone, halved, standing_between
from tests.browser.conftest import Office
from tests.browser.phone import (
    Phone,
    begin_customer,
    enter_customer,
    expect_pill,
    knock,
    save_unsent,
    sign_in,
)
from tests.browser.portal import portal
from tests.torture.gateway import ROOT, GatewayProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

PARTS = ("assembly.py", "locked.py", "run.py", "config", "devices", "gateway", "sync", "static")
CHANGED = ("router.js", "format.js", "patch.js")
HELD = "navigator.serviceWorker.getRegistration().then((found) => Boolean(found.waiting))"


@pytest.fixture
def house(tmp_path: Path) -> Path:
    """A checkout of our own, whose app may be changed."""
    copy = tmp_path / "house"
    copy.mkdir()
    for part in PARTS:
        source = ROOT / part
        if source.is_dir():
            shutil.copytree(source, copy / part)  # with what is compiled, which stays valid
        else:
            shutil.copy(source, copy / part)
    return copy


@pytest.fixture
def gateway(
    tmp_path: Path, house: Path, furnished: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[GatewayProcess]:
    monkeypatch.setattr("tests.torture.gateway.ROOT", house)
    running = GatewayProcess(shutil.copytree(furnished, tmp_path / "data"), fresh=True)
    running.start()
    yield running
    running.stop()


# Resolves when the browser has given up the version.
TRY_DAMAGED = """
import("/static/app/trusted.js").then(({ script }) =>
  navigator.serviceWorker.register(script("/sw.js?build=damaged"))).then((registration) =>
  new Promise((resolve) => {
    const worker = registration.installing;
    worker.addEventListener("statechange", () => worker.state === "redundant" && resolve());
  }))
"""


def kept_versions(page: Page) -> list[str]:
    """The versions of the app that are whole on this phone."""
    return page.evaluate("""
        caches.keys().then((names) => Promise.all(names.map(async (name) => {
          const cache = await caches.open(name);
          return (await cache.match("/precache.json")) ? name : "";
        }))).then((names) => names.filter(Boolean))
    """)


def release(house: Path, gateway: GatewayProcess) -> None:
    """Put a new version into the shop: the search box says something else."""
    words = house / "static/locales/en.json"
    words.write_text(words.read_text().replace("Name, number, phone, city", "Who is it?"))
    gateway.stop()
    gateway.start()


def test_an_update_waits_for_the_form_keeps_the_draft_and_takes_over_on_a_tap(
    page: Page, house: Path, gateway: GatewayProcess
) -> None:
    begin_customer(page, "Typed across versions")
    release(house, gateway)
    knock(page)
    wait_until(lambda: page.evaluate(HELD), 30)
    expect(page.locator(".banner")).to_have_count(0)
    expect(page.get_by_label("Legal name")).to_have_value("Typed across versions")

    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_placeholder("Name, number, phone, city")).to_be_visible()
    expect(page.locator(".banner")).to_contain_text("A new version is ready")
    page.get_by_role("button", name="Use it now").click()
    expect(page.get_by_placeholder("Who is it?")).to_be_visible()
    page.locator(".row", has_text="Typed across versions").click()
    expect(page.get_by_label("Legal name")).to_have_value("Typed across versions")


def test_an_update_is_refused_while_another_tab_has_a_form_open(
    phone: Phone, page: Page, house: Path, gateway: GatewayProcess
) -> None:
    begin_customer(page, "Open elsewhere")
    other = phone.tab()
    other.goto(phone.url)
    release(house, gateway)
    knock(other)
    expect(other.locator(".banner")).to_contain_text("A new version is ready")
    other.get_by_role("button", name="Use it now").click()
    expect(other.locator(".toast")).to_contain_text("A form is open in another tab")
    expect(page.get_by_label("Legal name")).to_have_value("Open elsewhere")


def test_the_old_version_serves_until_somebody_takes_the_new_one(
    page: Page, house: Path, gateway: GatewayProcess
) -> None:
    release(house, gateway)
    knock(page)
    wait_until(lambda: page.evaluate(HELD), 30)
    assert len(kept_versions(page)) == 2
    gateway.kill()
    page.reload()
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_placeholder("Name, number, phone, city")).to_be_visible()
    expect_pill(page, "Offline")


def test_a_version_that_arrives_damaged_never_takes_over(
    page: Page, gateway: GatewayProcess
) -> None:
    # Somebody answers with the right list and the right worker, and with a page of their own
    # where the files should be.
    listed = requests.get(f"http://127.0.0.1:{gateway.port}/precache.json", timeout=10).json()
    changed = [{**file, "hash": "0123456789abcdef"} for file in listed["files"][:3]]
    list_of_files = {"build": "damaged", "files": changed + listed["files"][3:]}
    worker = requests.get(f"http://127.0.0.1:{gateway.port}/sw.js", timeout=10).text
    gateway.kill()
    answers = {
        "/precache.json": ("application/json", json.dumps(list_of_files)),
        "/sw.js": ("text/javascript", worker),
    }
    with portal(gateway.port, answers):
        page.evaluate(TRY_DAMAGED)
        assert len(kept_versions(page)) == 1
        page.reload()
        enter_customer(page, "Still the old version")


def test_an_install_that_was_cut_half_way_leaves_the_old_version_and_is_finished_later(
    page: Page, house: Path, gateway: GatewayProcess
) -> None:
    with standing_between(gateway) as between:
        words = house / "static/locales/en.json"
        words.write_text(words.read_text().replace("Name, number, phone, city", "Who is it?"))
        for name in CHANGED:
            source = house / "static/app" / name
            source.write_text(source.read_text() + "\n// another version\n")
        gateway.stop()
        gateway.start()
        between.fates["/static/app/format.js"] = halved
        between.fates["/static/app/patch.js"] = gone
        knock(page)
        wait_until(lambda: bool(between.calls("/static/app/patch.js")), 30)
        wait_until(lambda: len(kept_versions(page)) == 1, 30)
        page.reload()
        page.evaluate("location.hash = '#/customers'")
        expect(page.get_by_placeholder("Name, number, phone, city")).to_be_visible()
        enter_customer(page, "Still the old version")
        expect(page.locator(".banner")).to_have_count(0)

        between.fates.clear()
        knock(page)
        expect(page.locator(".banner")).to_contain_text("A new version is ready")
        assert len(kept_versions(page)) == 2
        # The camera's reader is no part of any version's start, and comes when there is time.
        fetched = {asked.path for asked in between.calls("/static/") if "zxing" not in asked.path}
        assert fetched == {"/static/locales/en.json", *(f"/static/app/{name}" for name in CHANGED)}
        with page.expect_event("load"):
            page.get_by_role("button", name="Use it now").click()
        expect_pill(page, "Synced")
        page.evaluate("location.hash = '#/customers'")
        expect(page.get_by_placeholder("Who is it?")).to_be_visible()


def two_versions_on(house: Path) -> None:
    """What app and gateway say to each other is that of two versions later."""
    for name, beginning in (
        ("sync/phone/api.py", "PROTOCOL: Final = "),
        ("static/app/api.js", "export const PROTOCOL = "),
    ):
        text = (house / name).read_text()
        number = int(text.partition(beginning)[2][0])
        later = text.replace(f"{beginning}{number}", f"{beginning}{number + 2}")
        (house / name).write_text(later)


def test_a_phone_two_versions_behind_is_told_to_update_first_and_keeps_its_outbox(
    page: Page, house: Path, gateway: GatewayProcess, office: Office
) -> None:
    gateway.kill()
    enter_customer(page, "From long ago")
    expect_pill(page, "Offline · 1 waiting")
    two_versions_on(house)
    gateway.start()
    knock(page)
    old = page.locator(".banner", has_text="This app is too old for the gateway")
    expect(old).to_contain_text("Your entries are kept")
    page.evaluate("location.hash = '#/sync'")
    expect(page.locator(".verdict")).to_contain_text("This app is too old")
    save_unsent(page)
    # It does not wait an hour for the next look: the new version is asked for at once.
    page.get_by_role("button", name="Use it now").click()
    expect_pill(page, "Synced")
    expect(old).to_have_count(0)
    assert [each["data"]["legal_name"] for each in office.customers()] == ["From long ago"]


def test_a_fresh_phone_gets_the_newest_version(
    phones: Callable[[str], Phone], house: Path, gateway: GatewayProcess
) -> None:
    release(house, gateway)
    late = phones(f"http://localhost:{gateway.port}/")
    page = late.open()
    sign_in(page, late.url)
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_placeholder("Who is it?")).to_be_visible()
