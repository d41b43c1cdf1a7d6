"""A phone with thousands of customers, and no network: whoever is asked for is found.

How long that takes with 50,000 is measured by ``make bench-phone``.
"""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from bench.phone import fill
from tests.browser.conftest import Office, staffed
from tests.browser.phone import Phone, begin_customer, expect_pill, sign_in
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

MANY = 5_000
TEA = {"legal_name": "黄山麒麟阁茶业有限公司", "phone": "+8613955901234", "country": "CN"}
LAMPS = {
    "legal_name": "Zwickelmoor Lampen GmbH", "phone": "+49405550199", "country": "DE",
    "addresses": {"a1": {"purpose": "billing", "country": "DE", "city": "Husum"}},
}  # fmt: skip
# What somebody types, and whom it finds among all the others.
TEA_IS, LAMPS_ARE = str(TEA["legal_name"]), str(LAMPS["legal_name"])
ASKED = (
    ("麒麟阁", TEA_IS),  # hanzi
    ("qilinge", TEA_IS),  # pinyin
    ("hsqlg", TEA_IS),  # its initials
    ("5590 1234", TEA_IS),  # the end of a phone number
    ("5550199", LAMPS_ARE),
    ("husum zwickel", LAMPS_ARE),  # two words, in any order
    ("ZWICKELMOOR", LAMPS_ARE),
    ("W1-C004321", "W1-C004321"),  # the code of one of the others
)


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    """A gateway with thousands of customers, and mira and clara."""
    fill(tmp_path / "data", MANY)
    running = staffed(GatewayProcess(tmp_path / "data"))
    running.start()
    yield running
    running.stop()


def test_anybody_of_five_thousand_is_found_on_a_phone_that_started_without_a_network(
    phones: Callable[[str], Phone], gateway: GatewayProcess
) -> None:
    office = Office(gateway, "clara")
    for each in (TEA, LAMPS):
        office.call("POST", "/api/v1/records/customer", {"data": each})
    phone = phones(f"http://localhost:{gateway.port}/")
    page = phone.open()
    sign_in(page, phone.url, "clara")
    phone.leave()

    gateway.kill()
    page = phone.open()
    began = time.monotonic()
    page.goto(f"{phone.url}#/customers")
    expect(page.get_by_role("heading", name="All 5,002 customers")).to_be_visible(timeout=30_000)
    print(f"on the screen {time.monotonic() - began:.1f} s after an offline start")
    expect_pill(page, "Offline")
    search = page.get_by_role("searchbox")
    for words, wanted in ASKED:
        search.fill(words)
        expect(page.locator("[data-query]")).to_have_attribute("data-query", words)
        expect(page.locator(".row").first).to_contain_text(wanted)

    # Who is on file is seen while somebody types it again, with a slip: without a network as well.
    begin_customer(page, "Zwickelmor Lampe")
    page.locator(".steps li:nth-child(2) button").click()
    page.get_by_label("Phone", exact=True).fill("+49 40 555 0199")
    expect(page.locator(".twin, .twin-quiet").first).to_contain_text("Zwickelmoor")
