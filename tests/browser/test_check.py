"""The last look before saving, the warning that a customer is on file already, and bad input."""

from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import (
    Phone,
    begin_customer,
    expect_pill,
    knock,
    leave_and_return,
    open_customer,
    save,
)
from tests.browser.test_looks import WIDE, faults
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

TAX = "DE136695976"
NORDWIND = {"legal_name": "Nordwind Handel GmbH", "phone": "030 1234567", "tax_id": TAX}


def put(office: Office, page: Page, **data: Any) -> str:
    """A customer at the gateway, and on the phone; its id."""
    made = office.call("POST", "/api/v1/records/customer", {"data": data})
    knock(page)
    open_customer(page, data["legal_name"])
    return str(made["id"])


def to_check(page: Page) -> None:
    page.locator(".steps li:last-child button").click()


def to_step(page: Page, at: int) -> None:
    page.locator(".steps li").nth(at).locator("button").click()


def row(page: Page, label: str) -> Locator:
    return page.locator(".facts > div", has=page.get_by_text(label, exact=True)).first


def customer(office: Office, name: str) -> dict[str, Any]:
    (found,) = [one for one in office.customers() if one["data"]["legal_name"] == name]
    return dict(found)


def test_the_check_shows_what_will_be_stored_beside_what_was_typed_also_without_a_network(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    begin_customer(page, "  Ｎordwind\u200b   Handel GMBH")
    page.get_by_label("Tax number").fill("de 136.695.976")
    to_step(page, 1)
    gateway.kill()
    page.get_by_label("Phone", exact=True).fill("(030) 123/45-67")
    page.get_by_label("Website").fill("Nordwind.Example.com")
    to_step(page, 2)
    page.get_by_role("button", name="Add address").click()
    page.get_by_role("radio", name="Billing").check()
    page.get_by_label("Street").fill("D-10115 Berlin, Invalidenstr. 44")
    to_check(page)
    expect(row(page, "Legal name").locator("dd")).to_contain_text("Nordwind Handel GmbH")
    expect(row(page, "Legal name").locator(".typed")).to_contain_text("You typed:")
    expect(row(page, "Phone").locator("a")).to_have_text("+49 30 1234567")
    expect(row(page, "Phone").locator(".typed")).to_have_text("You typed: (030) 123/45-67")
    expect(row(page, "Tax number").locator(".code")).to_have_text("136695976")
    expect(row(page, "Website").locator("a")).to_have_text("https://nordwind.example.com")
    expect(page.locator(".address span")).to_have_text(["Invalidenstr. 44", "10115 Berlin"])
    shown = [row(page, name).locator("dd").inner_text() for name in ("Legal name", "Tax number")]
    page.locator(".entry-bar button.main").click()
    expect(page.locator(".toast")).to_contain_text("Saved on this phone as P-")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    data = customer(office, "Nordwind Handel GmbH")["data"]
    assert [text.split("\n")[0] for text in shown] == [data["legal_name"], data["tax_id"]]
    assert data["phone"] == "+49301234567"
    (address,) = data["addresses"].values()
    assert (address["street"], address["postal_code"]) == ("Invalidenstr. 44", "10115")
    expect(page.locator(".record-head .code")).to_have_text("W1-C000001")


def test_the_gateway_is_asked_before_saving_and_never_waited_for(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    begin_customer(page, "Tax Free Trading")
    page.get_by_label("Tax number").fill("DE 123 456 789 000")
    to_check(page)
    objection = page.locator(".findings[data-tone=warn] li")
    expect(objection).to_have_count(1)
    expect(objection).to_contain_text("Tax number")
    objection.locator("button").click()
    expect(page.get_by_label("Tax number")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Tax number").fill(TAX)
    to_check(page)
    expect(page.locator(".all-well")).to_be_visible()
    save(page)
    expect_pill(page, "Synced")
    assert customer(office, "Tax Free Trading")["data"]["tax_id"] == "136695976"


def test_what_is_only_unusual_is_said_and_saved(page: Page, office: Office) -> None:
    begin_customer(page, "Bank")
    page.locator("#field-country").select_option("CN")
    to_step(page, 1)
    page.get_by_label("Phone", exact=True).fill("95588")
    to_check(page)
    expect(page.locator(".findings[data-tone=calm]")).to_contain_text("Unusual")
    save(page)
    expect_pill(page, "Synced")
    assert customer(office, "Bank")["data"]["phone"] == "+8695588"


def test_an_edit_shows_only_what_it_changes_and_what_waits(page: Page, office: Office) -> None:
    record = put(
        office,
        page,
        legal_name="Nordwind",
        notes="rings twice",
        email="info@nordwind.example.com",
        contacts={"c1": {"name": "Ute", "phone": "030 7654321"}, "c2": {"name": "Ben"}},
        bank_accounts={"b1": {"iban": "DE89370400440532013000"}},
    )
    office.call("POST", f"/api/v1/records/customer/{record}", {"base_version": 1, "patch": {}})
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Legal name").fill("Nordwind  ＧmbH")
    to_step(page, 1)
    page.locator(".element").nth(0).get_by_label("Phone").fill("030 99887766")
    page.locator(".element").nth(1).get_by_role("button", name="Remove Ben").click()
    page.get_by_role("button", name="Add another contact").click()
    page.locator(".element").nth(1).get_by_label("Name").fill("Ada")
    to_step(page, 3)
    page.get_by_label("Credit limit").fill("9000")
    to_check(page)
    expect(page.locator(".entry-form > .card")).to_have_count(3)
    name = row(page, "Legal name")
    expect(name.locator("del")).to_contain_text("Nordwind")
    expect(name.locator("ins")).to_contain_text("Nordwind GmbH")
    expect(name.locator(".typed")).to_contain_text("Nordwind  ＧmbH")
    for change, text in (("changed", "Ute"), ("removed", "Ben"), ("added", "Ada")):
        expect(page.locator(f"[data-change={change}] h4")).to_contain_text(text)
    expect(page.locator("[data-change=changed] del")).to_contain_text("+49 30 7654321")
    expect(page.locator("[data-change=changed] ins")).to_contain_text("+49 30 99887766")
    expect(page.locator(".change", has_text="Credit limit")).to_contain_text("Waits for approval")
    form = page.locator("form")
    for untouched in ("rings twice", "info@nordwind.example.com", "•", "0532013000"):
        expect(form).not_to_contain_text(untouched)
    save(page)
    expect_pill(page, "Synced")
    data = office.customers()[0]["data"]
    assert data["legal_name"] == "Nordwind GmbH"
    assert sorted(one["name"] for one in data["contacts"].values()) == ["Ada", "Ute"]


def test_typing_the_same_in_another_form_is_no_change(page: Page, office: Office) -> None:
    put(office, page, legal_name="Nordwind", phone="030 1234567")
    page.get_by_role("link", name="Edit").click()
    to_step(page, 1)
    page.get_by_label("Phone", exact=True).fill("030-1234567")
    to_check(page)
    expect(page.locator("form")).to_contain_text("Nothing has been changed so far")


@pytest.mark.parametrize("reachable", [True, False])
def test_a_customer_on_file_is_seen_while_it_is_typed_again(
    page: Page, gateway: GatewayProcess, office: Office, reachable: bool
) -> None:
    record = put(office, page, **NORDWIND)
    put(office, page, legal_name="Nordwinden Transporte")
    if not reachable:
        gateway.kill()
    begin_customer(page, "NORDWIND handel")
    card = page.locator(".twin")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("Nordwind Handel GmbH")
    expect(card).to_contain_text("W1-C000001")
    expect(card.get_by_role("link", name="Open that customer")).to_have_attribute(
        "href", f"#/customers/{record}"
    )
    card.get_by_role("button", name="It is another one").click()
    expect(card).to_have_count(0)
    field = page.get_by_label("Legal name")
    field.press_sequentially(" Nord")
    field.fill("Nordwind Handel")
    page.get_by_label("Trade name").fill("Nordwind")
    expect(page.locator(".twin-quiet, .twin")).to_have_count(1)
    expect(card).to_have_count(0)
    leave_and_return(page)
    expect(page.get_by_label("Legal name")).to_have_value("Nordwind Handel")
    expect(page.locator(".twin-quiet")).to_contain_text("Nordwinden")
    expect(card).to_have_count(0)


def test_the_same_tax_number_asks_before_saving_and_the_answer_travels(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    known = put(office, page, **NORDWIND)
    gateway.kill()
    begin_customer(page, "Other Ltd")
    page.get_by_label("Tax number").fill("136 695 976")
    expect(page.locator(".twin[data-grade=same]")).to_be_visible()
    to_check(page)
    page.locator(".entry-bar button.main").click()
    twins = page.locator("#twins")
    expect(twins).to_be_focused()
    expect(twins).to_contain_text("answer this before saving")
    twins.get_by_role("button", name="It is another one").click()
    page.locator(".entry-bar button.main").click()
    expect(page.locator("article.record h2")).to_have_text("Other Ltd")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    other = customer(office, "Other Ltd")["id"]
    body = {"id": other, "data": {"legal_name": "Other Ltd", "tax_id": TAX}}
    asked = office.call("POST", "/api/v1/records/customer/duplicates", body)
    assert [one["id"] for one in asked["candidates"]] == []
    new = office.call("POST", "/api/v1/records/customer/duplicates", {"data": body["data"]})
    assert known in [one["id"] for one in new["candidates"]]


def test_what_only_waits_on_the_phone_is_on_file_as_well(
    page: Page, gateway: GatewayProcess
) -> None:
    gateway.kill()
    begin_customer(page, "华新科技（上海）有限公司")
    save(page)
    begin_customer(page, "上海华新科技有限公司")
    expect(page.locator(".twin")).to_contain_text("华新科技")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_warning_the_preview_and_the_diff_are_accessible(
    page: Page, office: Office, scheme: str
) -> None:
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    put(office, page, **NORDWIND)
    put(office, page, legal_name="Nordwinden Transporte", phone="030 7654321")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Legal name").fill("Nordwinden Transporte AG")
    to_step(page, 1)
    page.get_by_role("button", name="Add contact").click()
    page.locator(".element").get_by_label("Name").fill("Ada")
    to_check(page)
    expect(page.locator("[data-change=added]")).to_be_visible()
    found = faults(page)
    begin_customer(page, "Ｎordwind Handel")
    expect(page.locator(".twin")).to_have_count(1)
    found += faults(page)
    page.get_by_label("Tax number").fill(TAX)
    expect(page.locator(".twin[data-grade=same]")).to_have_count(1)
    to_step(page, 1)
    page.get_by_label("Phone", exact=True).fill("030 1234567")
    expect(page.locator(".twin-quiet")).to_be_visible()
    found += faults(page)
    to_check(page)
    expect(page.locator("#twins")).to_be_visible()
    found += faults(page)
    assert found == []
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert page.evaluate(WIDE) <= 0


BAD_NAME = "\u202eEvil\u202c \u200b😀" + "x" * 10_240


def test_bad_input_is_named_field_by_field_and_the_draft_survives(phone: Phone, page: Page) -> None:
    page.evaluate("location.hash = '#/new/customer'")
    page.get_by_label("Legal name").fill(BAD_NAME)
    to_step(page, 1)
    page.get_by_label("Phone", exact=True).fill("030 1234567 📞")
    page.get_by_label("E-mail", exact=True).fill("ana@@x")
    page.get_by_label("Website").fill("no\u200bwhere")
    to_check(page)
    found = page.locator("#findings li")
    expect(found).to_have_count(4)
    expect(found.nth(0)).to_contain_text("10,246 characters are too many: at most 200")
    expect(found.nth(0)).to_contain_text("Evil 😀xxx")
    expect(found.nth(1)).to_contain_text("030 1234567 📞")
    expect(found.nth(1)).to_contain_text("with the country code")
    expect(found.nth(2)).to_contain_text("name@example.com")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    leave_and_return(page)
    expect(found).to_have_count(4)
    to_step(page, 0)
    expect(page.get_by_label("Legal name")).to_have_value(BAD_NAME)


def test_digits_of_any_width_and_signs_nobody_sees_are_no_mistake(
    page: Page, office: Office
) -> None:
    begin_customer(page, "Ev\u200bil \u200f👩‍🍳 ﾊﾅ")
    page.locator("#field-country").select_option("CN")
    page.get_by_label("Tax number").fill("９１１１０００0600037341l")
    to_step(page, 1)
    page.get_by_label("Phone", exact=True).fill("０２１－５８８８１２３４\u200e 转 ８０１")
    page.get_by_label("E-mail", exact=True).fill("\u200eana@example.com\u200f")
    to_check(page)
    expect(page.locator(".all-well")).to_be_visible()
    expect(row(page, "E-mail").locator(".typed")).to_contain_text("Invisible signs")
    expect(row(page, "Phone").locator("a")).to_have_text("+86 21 5888 1234 ext. 801")
    save(page)
    expect_pill(page, "Synced")
    data = office.customers()[0]["data"]
    assert data["legal_name"] == "Evil 👩‍🍳 ハナ"
    assert (data["phone"], data["email"]) == ("+862158881234;ext=801", "ana@example.com")
    assert data["tax_id"] == "91110000600037341L"


def test_a_name_of_nothing_visible_is_missing(page: Page) -> None:
    page.evaluate("location.hash = '#/new/customer'")
    page.get_by_label("Legal name").fill("\u200b\u3164\u2800")
    to_check(page)
    expect(page.locator("#findings li")).to_have_count(1)
    expect(page.locator("#findings")).to_contain_text("This is needed")
