"""What a phone sent and the gateway refused, mended at the desk in its author's name."""

import contextlib
import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.console.cast import PASSWORD, Shop, open_screen
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPERATION, RECORD = "0192d1a0-0000-7000-8000-00000000900", "0192d1a0-0000-7000-8000-00000000800"
PHONE = "0192d1a0-0000-7000-8000-000000009003"


@pytest.fixture
def rep(shop: Shop) -> requests.Session:
    """Renate's phone, signed in."""
    with contextlib.suppress(RuntimeError):  # another test of this shop has hired her
        shop.process.user("Renate", "rep", PASSWORD)
    session = requests.Session()
    session.headers.update(
        {
            "X-Waystation": "1", "X-Waystation-Protocol": "1", "X-Waystation-Build": "b",
            "X-Waystation-Device": PHONE,
        }
    )  # fmt: skip
    login = {"name": "Renate", "password": PASSWORD}
    session.post(f"{shop.url}/api/v1/session", json=login, timeout=30).raise_for_status()
    return session


def push(shop: Shop, rep: requests.Session, data: dict[str, Any], seq: int = 1) -> Any:
    operation = {
        "id": f"{OPERATION}{seq}", "record": f"{RECORD}{seq}", "data": data, "origin_seq": seq,
        "type": "record.create", "kind": "customer", "at": "2026-11-22T10:00:00Z",
        "revision": 0, "depends_on": [],
    }  # fmt: skip
    body = {"origin_epoch": "e", "operations": [operation]}
    answer = rep.post(f"{shop.url}/api/v1/push", json=body, timeout=30)
    return answer.json()["results"][0]


def test_what_a_phone_sent_is_mended_and_sent_again(
    ben: Page, shop: Shop, rep: requests.Session
) -> None:
    account = {"a1": {"holder": "Nordwind", "iban": "DE89370400440532013000"}}
    sent = {"phone": "+4930901820", "email": "nobody", "bank_accounts": account, "shoe_size": 44}
    assert push(shop, rep, sent)["status"] == "rejected"

    open_screen(ben, "Quarantine")
    ben.get_by_role("listitem").filter(has_text="New record").first.click()
    expect(ben.locator("form.panel .figures")).to_contain_text("Renate")
    email = ben.get_by_label("E-mail optional", exact=True)
    expect(email).to_have_value("nobody")
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(ben.get_by_label("Legal name", exact=True)).to_have_attribute("aria-invalid", "true")
    expect(ben.get_by_label("Phone optional", exact=True)).to_have_value(re.compile("30"))
    expect(ben.locator("form.panel")).to_contain_text("sent again as it is: bank_accounts")
    for size, (width, height) in {**SIZES, "narrow": (320, 640)}.items():
        ben.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            ben.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults(ben, f"mending {size} {scheme}") == []
            assert not ben.evaluate(WIDE)

    email.fill("info@nordwind.example")
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_label("Legal name", exact=True)).to_be_focused()
    ben.get_by_label("Legal name", exact=True).fill("Nordwind")
    ben.get_by_label("Take out shoe_size").check()
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("Accepted. The item left quarantine.")).to_be_visible()

    again = push(shop, rep, sent)
    assert (again["status"], again["result"]) == ("duplicate", "applied")
    assert again["record"]["data"]["legal_name"] == "Nordwind"
    assert again["record"]["data"]["email"] == "info@nordwind.example"


def test_what_no_form_can_show_is_mended_as_text(
    ben: Page, shop: Shop, rep: requests.Session
) -> None:
    assert push(shop, rep, {"legal_name": 7, "phone": "+4930901820"}, 2)["status"] == "rejected"
    open_screen(ben, "Quarantine")
    ben.get_by_role("listitem").filter(has_text="New record").first.click()
    editor = ben.get_by_label("What was sent")
    text = editor.input_value()
    editor.fill(text.replace("{", "", 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("This is not valid JSON")).to_be_visible()
    editor.fill(text.replace("7", '"Nordwind"', 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("Accepted. The item left quarantine.")).to_be_visible()
