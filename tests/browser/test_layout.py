"""A phone that comes from an older version of the app, with work that was never sent."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Office
from tests.browser.phone import Phone, expect_pill, knock, open_customer
from tests.torture.gateway import GatewayProcess

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]

# The first layout, filled as a phone was: 120 customers, one entry that waits, one half typed.
OLDER = """
async (origin_epoch) => {
  const ended = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  await ended(indexedDB.deleteDatabase("waystation mira"));
  const opening = indexedDB.open("waystation mira", 1);
  opening.onupgradeneeded = () => {
    const db = opening.result;
    for (const name of ["records", "own"]) db.createObjectStore(name, { keyPath: ["kind", "id"] });
    const outbox = db.createObjectStore("outbox", { keyPath: "id" });
    outbox.createIndex("record", "record");
    outbox.createIndex("state", "state");
    db.createObjectStore("drafts", { keyPath: "id" });
    db.createObjectStore("meta");
  };
  const db = await ended(opening);
  const tx = db.transaction(["records", "own", "outbox", "drafts", "meta"], "readwrite");
  const put = (store, ...values) => tx.objectStore(store).put(...values);
  const kind = "customer";
  for (let at = 0; at < 120; at += 1) {
    const id = `0190f3c2-0000-7000-8000-${String(at).padStart(12, "0")}`;
    put("records", { kind, id, version: 1, number: `W1-C9${at}`, stage: "taken",
      stage_detail: null, updated_at: "2026-11-01T10:00:00.000Z", conflicts: 0, generation: 1,
      data: { legal_name: `Known ${at}` } });
  }
  const record = "0190f3c2-0000-7000-8000-0000000000aa";
  const data = { type: "company", legal_name: "Never sent", country: "DE", status: "active" };
  put("outbox", { id: "0190f3c2-0000-7000-8000-0000000000bb", origin_seq: 1, kind, record, data,
    type: "record.create", title: "Never sent", reference: "P-A1B2-0001", depends_on: [],
    at: "2026-11-20T10:00:00.000Z", saved_at: 1763632800000, revision: 0, state: "waiting",
    answered: false, tries: 0 });
  put("own", { id: record, kind, data, reference: "P-A1B2-0001", at: 1763632800000 });
  const half = "0190f3c2-0000-7000-8000-0000000000cc";
  put("drafts", { id: half, record: half, kind, mode: "create", edits: false, step: 0,
    values: { legal_name: "Half typ" }, started_at: 1763632800000, at: 1763632800000 });
  put("meta", { cursor: "old.1", generation: 1, snapshot: false, complete: true }, "position");
  put("meta", origin_epoch, "origin_epoch");
  put("meta", 1, "origin_seq");
  put("meta", JSON.parse(sessionStorage.kinds), "kinds");
  await new Promise((resolve) => { tx.oncomplete = resolve; });
  db.close();
}
"""
# What the phone knows of forms, kept aside while its storage is made old.
KINDS = """
async () => {
  const { kinds } = await (await fetch("/api/v1/kinds")).json();
  sessionStorage.kinds = JSON.stringify(kinds);
}
"""


def test_a_phone_of_the_older_layout_loses_nothing_and_needs_no_network_for_it(
    phone: Phone, page: Page, gateway: GatewayProcess, office: Office
) -> None:
    page.goto(f"{phone.url}manifest.webmanifest")
    page.evaluate(KINDS)
    page.evaluate(OLDER, "0123456789abcdef")
    gateway.kill()

    page.goto(phone.url)
    expect_pill(page, "Offline · 1 waiting")
    expect(page.locator(".row", has_text="Half typ")).to_be_visible()
    page.evaluate("location.hash = '#/customers'")
    expect(page.get_by_role("heading", name="All 121 customers")).to_be_visible()
    expect(page.locator(".row", has_text="Half typ")).to_be_visible()
    open_customer(page, "Known 77")
    open_customer(page, "Never sent")

    gateway.start()
    knock(page)
    expect_pill(page, "Synced")
    assert [record["data"]["legal_name"] for record in office.customers()] == ["Never sent"]
    page.evaluate("location.hash = '#/customers'")
    page.get_by_role("searchbox").fill("")
    # The gateway has no other customer: the new copy is whole, and the old one is gone.
    expect(page.get_by_role("heading", name="1 customer")).to_be_visible()
    expect(page.locator(".row", has_text="Half typ")).to_be_visible()
