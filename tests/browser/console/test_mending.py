"""What a phone sent and the gateway refused, mended at the desk in its author's name."""

import re
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.browser.console.cast import PASSWORD, Shop, open_screen
from tests.browser.console.test_console_looks import SIZES, WIDE, faults

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

OPERATION, RECORD = "0192d1a0-0000-7000-8000-000000009001", "0192d1a0-0000-7000-8000-000000009002"
PHONE = "0192d1a0-0000-7000-8000-000000009003"


@pytest.fixture
def rep(shop: Shop) -> requests.Session:
    """Renate's phone, signed in."""
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


def push(shop: Shop, rep: requests.Session, data: dict[str, Any]) -> Any:
    operation = {
        "id": OPERATION, "type": "record.create", "origin_seq": 1, "at": "2026-11-22T10:00:00Z",
        "kind": "customer", "record": RECORD, "data": data, "revision": 0, "depends_on": [],
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
    editor = ben.get_by_label("What was sent")
    expect(editor).to_have_value(re.compile("4930901820"))
    assert "bank" not in editor.input_value()
    expect(ben.locator("form.panel")).to_contain_text(
        "Not shown, and sent again as it is: bank_accounts, shoe_size"
    )
    for size, (width, height) in {**SIZES, "narrow": (320, 640)}.items():
        ben.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            ben.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            assert faults(ben, f"mending {size} {scheme}") == []
            assert not ben.evaluate(WIDE)

    text = editor.input_value()
    editor.fill(text.replace('"nobody"', '"info@nordwind.example"').replace("{", "", 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("This is not valid JSON")).to_be_visible()
    mended = text.replace('"nobody"', '"info@nordwind.example"')
    editor.fill(mended.replace("{", '{"legal_name": "Nordwind", "shoe_size": null,', 1))
    ben.get_by_role("button", name="Send again").click()
    expect(ben.get_by_text("Accepted. The item left quarantine.")).to_be_visible()

    again = push(shop, rep, sent)
    assert (again["status"], again["result"]) == ("duplicate", "applied")
    assert again["record"]["data"]["legal_name"] == "Nordwind"
    assert again["record"]["data"]["email"] == "info@nordwind.example"
