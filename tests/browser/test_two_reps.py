"""Two reps change one customer without a network, and a third and a fourth person have their say.

Different fields join, the same field waits for somebody at the desk, a bank account for a second
person; in the end both phones and the console tell the same story, the whole of it.
"""

import re
from collections.abc import Callable, Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, Playwright, expect

from tests.browser.conftest import TIMEOUT_S, Office
from tests.browser.console.cast import chromium, setup_code
from tests.browser.console.test_console_looks import faults as faults_at_desk
from tests.browser.phone import DESK, PASSWORD, Phone, expect_pill, knock, open_customer, sign_in
from tests.browser.test_looks import faults
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]

NAME = "Fontaine & Filles"
OLD_IBAN, NEW_IBAN = "DE89370400440532013000", "FR7630006000011234567890189"
ACCOUNT = {"b1": {"iban": OLD_IBAN, "holder": NAME}}
# As the phone writes them, and as the desk does.
MIRAS, NOORS = re.compile(r"\+49 ?30 ?1111111"), re.compile(r"\+49 ?30 ?2222222")
WAIT_MS = 30_000


@pytest.fixture
def desk(playwright: Playwright) -> Iterator[Browser]:
    started = chromium(playwright)
    yield started
    started.close()


def at_desk(desk: Browser, gateway: GatewayProcess, name: str, screen: str) -> Page:
    """The console with somebody signed in, on one of its screens."""
    context = desk.new_context(
        locale="en-GB", viewport={"width": DESK[0], "height": DESK[1]}, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"http://localhost:{gateway.port}/console#/{screen}")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    return page


def furnish(gateway: GatewayProcess) -> str:
    """A set-up shop with a customer whose account finance has confirmed; the customer's id."""
    shop = {"code": setup_code(gateway), "shop": "Lindenhof", "country": "DE", "currency": "EUR"}
    person = {"name": "ada", "password": PASSWORD, "language": "en"}
    answer = requests.post(
        f"http://localhost:{gateway.port}/api/v1/setup", json={**shop, **person}, timeout=TIMEOUT_S
    )
    answer.raise_for_status()
    for name, role in (("noor", "rep"), ("bruno", "manager"), ("fay", "finance")):
        gateway.user(name, role, PASSWORD)
    clara, fay = Office(gateway, "clara"), Office(gateway, "fay")
    data = {"legal_name": NAME, "phone": "030 1234567", "bank_accounts": ACCOUNT}
    made = clara.call("POST", "/api/v1/records/customer", {"data": data})
    (waiting,) = fay.call("GET", "/api/v1/approvals")["approvals"]
    verdict = {"decision": "approve", "hash": waiting["hash"]}
    fay.call("POST", f"/api/v1/approvals/{waiting['id']}", verdict)
    return str(made["id"])


def edit(page: Page, steps: dict[str, dict[str, str]]) -> None:
    """Change fields of the customer on screen, step by step, and save."""
    page.get_by_role("link", name="Edit", exact=True).click()
    expect(page.locator(".entry")).to_be_visible(timeout=WAIT_MS)
    for step, fields in steps.items():
        page.locator(".steps").get_by_role("button", name=step).click()
        for label, value in fields.items():
            page.get_by_label(label, exact=True).fill(value)
    page.locator(".steps li:last-child button").click()
    page.locator(".entry-bar button.main").click()
    expect(page.locator(".toast")).to_contain_text("Saved on this phone")


def back_online(phone: Phone, page: Page, pill: str) -> None:
    phone.context.set_offline(False)
    knock(page)
    expect_pill(page, pill)


def decide_the_phone_number(desk: Browser, gateway: GatewayProcess) -> None:
    """Bruno, at the desk, takes what Noor wrote."""
    page = at_desk(desk, gateway, "bruno", "conflicts")
    card = page.get_by_role("listitem").filter(has_text="Chez Fontaine")
    expect(card).to_contain_text(MIRAS, timeout=WAIT_MS)
    expect(card).to_contain_text(NOORS)
    expect(card).to_contain_text("Proposed by noor")
    assert faults_at_desk(page, "card") == []
    card.get_by_role("button", name="Take this").click()
    expect(card).to_have_count(0, timeout=WAIT_MS)


def approve_the_account(desk: Browser, gateway: GatewayProcess) -> None:
    """Fay, at another desk, compares both numbers and says yes."""
    page = at_desk(desk, gateway, "fay", "approvals")
    card = page.get_by_role("listitem").filter(has_text="Chez Fontaine")
    expect(card).to_contain_text(OLD_IBAN, timeout=WAIT_MS)
    expect(card).to_contain_text(NEW_IBAN)
    expect(card).to_contain_text("mira, on the road")
    assert faults_at_desk(page, "card") == []
    card.get_by_role("button", name="Approve").click()
    expect(card).to_have_count(0, timeout=WAIT_MS)


def shows_the_end(page: Page) -> None:
    """The record on a phone, with everybody's say in it and nothing left to decide."""
    record = page.locator("article.record")
    for text in (NOORS, "mira@example.com", "Chez Fontaine"):
        expect(record).to_contain_text(text, timeout=WAIT_MS)
    expect(record.locator(".clashes")).to_have_count(0, timeout=WAIT_MS)
    expect(record.get_by_text("Waits for approval")).to_have_count(0)
    assert NEW_IBAN[4:-4] not in record.inner_text().replace(" ", ""), "no rep reads an account"


def tells_the_story_on_a_phone(page: Page) -> None:
    past = page.locator(".past")
    for text in (
        "noor wanted another value: Phone",
        "bruno decided: Phone",
        "mira proposed a change: Bank accounts",
        "fay ended a proposal: Bank accounts",
    ):
        expect(past).to_contain_text(text, timeout=WAIT_MS)
    for summary in past.locator("summary").all():
        summary.click()
    for text in ("the other value was taken", "approved", "Confirmed by fay.", "In the shop"):
        expect(past).to_contain_text(text)
    expect(past).to_contain_text("On the road, this phone")
    expect(past).to_contain_text("On the road, phone …")
    assert past.locator(".made").filter(has_text="Version").count() >= 5
    assert faults(page) == []


def tells_the_story_at_the_desk(desk: Browser, gateway: GatewayProcess, record: str) -> None:
    page = at_desk(desk, gateway, "fay", f"customers/{record}")
    past = page.locator(".history")
    for text in (
        "noor wanted another value: Phone",
        "bruno decided: Phone",
        "the new value was taken",
        "mira proposed a change: Bank accounts",
        "fay",
        "approved",
        "Confirmed by fay.",
        "mira, on the road.",
        "noor, on the road.",
        "clara, in the shop.",
        "Version 6",
        NEW_IBAN,
    ):
        expect(past).to_contain_text(text, timeout=WAIT_MS)
    assert faults_at_desk(page, "history") == []


def test_two_phones_and_two_desks_agree_on_one_customer(
    phone: Phone,
    gateway: GatewayProcess,
    phones: Callable[[str], Phone],
    desk: Browser,
) -> None:
    record = furnish(gateway)
    other = phones(phone.url)
    mira, noor = phone.open(), other.open()
    for page, url, name in ((mira, phone.url, "mira"), (noor, other.url, "noor")):
        sign_in(page, url, name)
        open_customer(page, NAME)
    for one in (phone, other):
        one.context.set_offline(True)

    reach = {"Phone": "030 1111111", "E-mail": "mira@example.com"}
    edit(mira, {"Contacts": reach, "Payment and credit": {"IBAN": NEW_IBAN}})
    edit(noor, {"Basics": {"Trade name": "Chez Fontaine"}, "Contacts": {"Phone": "030 2222222"}})
    expect(mira.locator("article.record")).to_contain_text("mira@example.com")
    back_online(phone, mira, "Synced")
    back_online(other, noor, "1 needs you")
    knock(mira)
    for page in (mira, noor):
        expect(page.locator("article.record")).to_contain_text(MIRAS, timeout=WAIT_MS)
        expect(page.locator("article.record")).to_contain_text("Chez Fontaine", timeout=WAIT_MS)

    decide_the_phone_number(desk, gateway)
    approve_the_account(desk, gateway)
    for page in (mira, noor):
        knock(page)
        shows_the_end(page)
        expect_pill(page, "Synced")
        tells_the_story_on_a_phone(page)
    tells_the_story_at_the_desk(desk, gateway, record)
