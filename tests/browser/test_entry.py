"""Entering and changing customers; what is refused comes back and is mended."""

from collections.abc import Callable

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
    save,
    sign_in,
)
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]


def the_customer(office: Office) -> dict:
    (found,) = office.customers()
    return found


def test_a_whole_customer_travels_from_the_form_to_the_gateway(page: Page, office: Office) -> None:
    begin_customer(page, "Fontaine & Filles")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("Phone", exact=True).fill("030 1234567")
    page.get_by_role("button", name="Add contact").click()
    contact = page.locator(".element")
    contact.get_by_label("Name").fill("Ada Fontaine")
    contact.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Add address").click()
    page.get_by_role("radio", name="Billing").check()
    page.get_by_label("City").fill("Lyon")
    page.locator(".steps li:last-child button").click()
    expect(page.locator(".all-well")).to_be_visible()
    expect(page.locator("form")).to_contain_text("ada@example.com")
    save(page)
    expect(page.locator(".track li[data-state=past]")).to_have_count(2)

    data = the_customer(office)["data"]
    assert data["legal_name"] == "Fontaine & Filles"
    assert data["phone"] == "+49301234567"
    assert [contact["name"] for contact in data["contacts"].values()] == ["Ada Fontaine"]
    assert [place["city"] for place in data["addresses"].values()] == ["Lyon"]
    expect(page.locator(".record-head")).to_contain_text("W1-C")


def test_every_mistake_is_named_at_once_and_leads_to_its_field(page: Page) -> None:
    page.evaluate("location.hash = '#/new/customer'")
    page.get_by_role("button", name="Next").click()
    page.get_by_label("E-mail", exact=True).fill("nobody")
    page.get_by_label("Website").fill("nowhere")
    page.locator(".steps li:last-child button").click()
    page.locator(".entry-bar button.main").click()
    findings = page.locator("#findings")
    expect(findings).to_be_focused()
    expect(findings.locator("li")).to_have_count(3)
    findings.get_by_text("Website").click()
    field = page.get_by_label("Website")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}")
    expect(described).to_contain_text("www.example.com")


def test_fields_follow_the_type_and_seldom_ones_wait_behind_one_tap(
    page: Page, office: Office
) -> None:
    begin_customer(page, "Rosa Fontaine")
    expect(page.get_by_label("Date of birth")).to_have_count(0)
    expect(page.get_by_label("Industry")).to_be_hidden()
    page.locator(".fold summary").click()
    page.get_by_label("Industry").select_option("hospitality")
    page.get_by_label("Category").select_option("private")
    page.get_by_role("radio", name="Person").check()
    expect(page.get_by_label("Industry")).to_have_count(0)
    page.get_by_label("Date of birth").fill("2190-01-01")
    page.locator(".steps li:last-child button").click()
    expect(page.locator("#findings li")).to_have_count(1)
    expect(page.locator("#findings")).to_contain_text("has not come yet")
    page.locator("#findings button").click()
    page.get_by_label("Date of birth").fill("1990-05-03")
    save(page)
    expect_pill(page, "Synced")
    data = the_customer(office)["data"]
    assert (data["type"], data["birth_date"], data["category"]) == (
        "person",
        "1990-05-03",
        "private",
    )
    assert "industry" not in data


def test_a_consent_is_one_tap_and_knows_its_day(page: Page, office: Office) -> None:
    begin_customer(page, "Kornblum")
    page.locator(".steps li").nth(4).locator("button").click()
    question = page.locator(".question", has_text="Offers by e-mail")
    question.get_by_role("radio", name="Yes").check()
    question.locator("summary").click()
    question.get_by_label("Given by").select_option("form")
    other = page.locator(".question", has_text="Offers by phone")
    other.get_by_role("radio", name="No").check()
    other.get_by_role("button", name="None").click()
    page.locator(".steps li:last-child button").click()
    expect(page.locator("form")).to_contain_text("Offers by e-mail")
    save(page)
    expect_pill(page, "Synced")
    consents = the_customer(office)["data"]["consents"]
    today = page.evaluate("new Date().toLocaleDateString('sv')")
    assert consents == {"marketing-email": {"state": "granted", "date": today, "source": "form"}}


def test_an_address_typed_in_one_line_arrives_in_its_parts(page: Page, office: Office) -> None:
    begin_customer(page, "华新科技有限公司")
    page.locator(".steps li").nth(2).locator("button").click()
    page.get_by_role("button", name="Add address").click()
    page.get_by_role("radio", name="Delivery").check()
    page.get_by_label("Country").select_option("CN")
    expect(page.locator("datalist option[value='上海市']").first).to_be_attached()
    page.get_by_label("Street").fill("上海市浦东新区世纪大道100号")
    save(page)
    expect_pill(page, "Synced")
    (address,) = the_customer(office)["data"]["addresses"].values()
    assert (address["city"], address["district"], address["street"]) == (
        "上海市",
        "浦东新区",
        "世纪大道100号",
    )


def test_a_customer_entered_and_changed_offline_arrives_as_one_with_its_edits(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    gateway.kill()
    enter_customer(page, "Kornblum")
    for notes in ("rings twice", "rings three times"):
        page.get_by_role("link", name="Edit").click()
        page.locator(".steps li").nth(4).locator("button").click()
        page.get_by_label("Notes").fill(notes)
        save(page)
        expect(page.locator("article.record")).to_contain_text(notes)
    expect_pill(page, "Offline · 3 waiting")
    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    customer = the_customer(office)
    assert customer["data"]["notes"] == "rings three times"
    assert customer["conflicts"] == 0


def test_two_people_change_different_fields_and_both_stay(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    expect_pill(page, "Synced")
    record = the_customer(office)["id"]
    page.get_by_role("link", name="Edit").click()
    page.locator(".steps li").nth(4).locator("button").click()
    page.get_by_label("Notes").fill("from the street")
    office.edit(record, {"website": "https://kornblum.example.com"})
    save(page)
    expect_pill(page, "Synced")
    data = the_customer(office)["data"]
    assert (data["notes"], data["website"]) == ("from the street", "https://kornblum.example.com")
    expect(page.locator("article.record")).to_contain_text("kornblum.example.com")


def test_two_people_change_the_same_field_and_one_of_them_decides(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    enter_customer(page, "Kornblum")
    expect_pill(page, "Synced")
    page.get_by_role("link", name="Edit").click()
    page.get_by_label("Legal name").fill("Kornblum Brothers")
    office.edit(the_customer(office)["id"], {"legal_name": "Kornblum Sisters"})
    save(page)
    expect_pill(page, "1 needs you")
    expect(page.locator(".track-stop")).to_contain_text("Both values are kept")
    expect(page.locator("article.record h2")).to_have_text("Kornblum Sisters")
    sides = page.locator(".clash-side")
    expect(sides.first).to_contain_text("Kornblum Sisters")
    expect(sides.last).to_contain_text("Kornblum Brothers")
    expect(sides.last).to_contain_text("mira")
    page.get_by_role("button", name="Keep mine").click()
    expect_pill(page, "Synced")
    expect(page.locator("article.record h2")).to_have_text("Kornblum Brothers")
    assert the_customer(office)["data"]["legal_name"] == "Kornblum Brothers"


def test_what_the_gateway_refuses_comes_back_with_its_reason_and_is_mended(
    page: Page, office: Office
) -> None:
    begin_customer(page, "Tax Free Trading")
    page.get_by_label("Tax number").fill("DE 123 456 789 000")
    save(page)
    expect_pill(page, "1 needs you")
    assert office.customers() == []
    page.locator(".pill").click()
    expect(page.locator(".reasons li")).to_have_count(1)
    page.get_by_role("link", name="Mend and send again").click()
    field = page.get_by_label("Tax number")
    expect(field).to_have_attribute("aria-invalid", "true")
    field.fill("136695976")
    save(page)
    expect_pill(page, "Synced")
    assert the_customer(office)["data"]["tax_id"] == "136695976"


def test_starting_over_can_be_undone(page: Page) -> None:
    begin_customer(page, "Nearly gone")
    page.evaluate("location.hash = '#/customers'")
    page.locator(".row", has_text="Nearly gone").click()
    page.get_by_role("button", name="Start over").click()
    expect(page.get_by_label("Legal name")).to_have_value("")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("Legal name")).to_have_value("Nearly gone")


def test_one_draft_is_open_in_one_tab(phone: Phone, page: Page) -> None:
    begin_customer(page, "Here")
    other = phone.tab()
    other.goto(phone.url + page.evaluate("location.hash"))
    expect(other.get_by_role("heading", name="open in another tab")).to_be_visible()
    other.evaluate("location.hash = '#/new/customer'")
    expect(other.get_by_label("Legal name")).to_have_value("")


def test_a_second_phone_sees_what_the_first_entered(
    page: Page, gateway: GatewayProcess, phones: Callable[[str], Phone]
) -> None:
    enter_customer(page, "Seen by all")
    expect_pill(page, "Synced")
    other = phones(f"http://localhost:{gateway.port}/")
    theirs = other.open()
    sign_in(theirs, other.url)
    open_customer(theirs, "Seen by all")


def test_leaving_with_unsent_work_takes_a_second_press_and_keeps_it(
    page: Page, gateway: GatewayProcess, office: Office
) -> None:
    gateway.kill()
    enter_customer(page, "Unsent")
    page.evaluate("location.hash = '#/more'")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("alert")).to_contain_text("stays on this phone")
    page.get_by_role("button", name="Sign out anyway").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    gateway.start()
    sign_in(page, page.url)
    expect_pill(page, "Synced")
    assert [record["data"]["legal_name"] for record in office.customers()] == ["Unsent"]
