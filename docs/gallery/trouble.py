"""The phone app when something is in the way: no network, two words for one thing, a lock."""

from playwright.sync_api import expect

from docs.gallery.app import Hand
from tests.browser.conftest import Office
from tests.browser.phone import expect_pill, knock, save

PHRASE = "harbour lamp amber"
WRONG_TAX = "DE 123 456 789 000"


def leave_the_network(hand: Hand, record: str) -> None:
    """Mira goes on working in a cellar: a changed customer, and a new one with a wrong number."""
    page = hand.page
    hand.phone.context.set_offline(True)
    hand.go(f"edit/{record}")
    page.get_by_label("Legal name").fill("海岸线餐饮（深圳）有限公司")
    page.locator(".steps li").nth(1).locator("button").click()
    page.get_by_label("Phone", exact=True).first.fill("+86 755 8345 6700")
    save(page)
    expect(page.locator("article.record h2")).to_be_visible()
    hand.go("new/customer")
    page.locator(".steps li button").first.click()
    page.get_by_label("Legal name").fill("Tax Free Trading")
    page.get_by_label("Tax number").fill(WRONG_TAX)
    save(page)
    expect(page.locator("article.record h2")).to_have_text("Tax Free Trading")


def out_of_reach(hand: Hand, record: str) -> None:
    """Without a network, with something that waits."""
    page = hand.page
    for screen in ("today", "customers", "sync"):
        hand.shoot(f"offline/{screen}", screen)
    page.locator("details.queued summary").first.click()
    page.locator(".queued-more .actions span button.quiet").first.click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    hand.shoot("offline/withdraw")
    hand.shoot("offline/customer", f"customers/{record}")


def come_back(hand: Hand, desk: Office, record: str) -> None:
    """Meanwhile somebody at the desk has changed the same customer."""
    patch = {"legal_name": "深圳海岸线餐饮有限公司", "phone": "+8675583456711"}
    desk.edit(record, patch)
    hand.phone.context.set_offline(False)
    knock(hand.page)
    expect_pill(hand.page, "2 need you", timeout_s=60)


def needs_somebody(hand: Hand, record: str) -> None:
    """A refused entry and a conflict."""
    for screen in ("sync", "today", "more"):
        hand.shoot(f"needs/{screen}", screen)
    hand.shoot("needs/customer", f"customers/{record}")


def lock(hand: Hand) -> None:
    """Have the phone open by a passphrase, and lock it."""
    hand.go("opening")
    hand.page.locator("input[type=radio][value=passphrase]").check()
    hand.page.locator("input[type=password]").first.fill(PHRASE)
    hand.page.locator(".door-card button.main, form button.main").first.click()
    expect(hand.page.get_by_role("button", name="Lock now")).to_be_visible()
    hand.go("more")
    hand.page.get_by_role("button", name="Lock now").click()
    expect(hand.page.locator(".door-card input[type=password]")).to_be_visible()


def locked(hand: Hand) -> None:
    """What a stranger sees of it, also after a wrong word; and the way out for a forgetful one."""
    page = hand.page
    hand.shoot("locked")
    page.locator(".door-card input[type=password]").fill("not it")
    page.locator(".door-card button[type=submit]").click()
    expect(page.get_by_role("alert")).to_be_visible()
    hand.shoot("locked_wrong")
    page.locator(".door-card button.quiet").first.click()
    expect(page.locator("#name")).to_be_visible()
    hand.shoot("locked_forgotten")
