"""A phone that holds a record which was merged meanwhile: it lets go, and its work arrives."""

from collections.abc import Callable

import msgspec

from config.schema import SyncSettings
from gateway.kernel.actor import Actor
from gateway.records.approvals import Verdict
from gateway.records.duplicates.merging import Order
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.pull import Page, Pull
from tests.phone.bench import Phone

Phones = Callable[..., Phone]
BEN = Actor("ben", "Ben", "manager", "desk")
FAY = Actor("fay", "Fay", "finance", "desk")


def merge(records: Records, record: str, alias: str) -> None:
    versions = [records.get(FAY, "customer", one)["version"] for one in (record, alias)]
    order = Order(record, versions[0], alias, versions[1], {})
    _, proposal = records.merges.merge(Origin(BEN), "customer", order)
    told = records.inbox.get(FAY, proposal)
    records.inbox.decide(Origin(FAY), proposal, Verdict("approve", told["hash"]))


def held(page: Page) -> list[str]:
    return [msgspec.json.decode(raw)["id"] for raw in page.upserts]


def test_an_edit_made_before_the_merge_was_heard_of_arrives_at_the_one_that_stays(
    store: Store, records: Records, phone: Phones
) -> None:
    ana = phone()
    one, two = ana.create("Nordwind"), ana.create("Nordwind")
    ana.send(one, two)
    pull = Pull(store, records, SyncSettings())
    copy = pull.page(ana.actor, "", 50)
    assert sorted(held(copy)) == sorted([one["record"], two["record"]])
    merge(records, one["record"], two["record"])
    edit = ana.edit(two["record"], 1, {"mood": "glad"})
    again = ana.edit(two["record"], 0, {"mood": "cross"}, base_op=edit["id"])
    first, second = ana.send(edit, again)
    assert [first.status, second.status] == ["applied", "applied"]
    assert first.answer.result["record"] == one["record"], "the answer names the one that stays"
    (retried,) = ana.send(edit)
    assert (retried.status, retried.answer.result["record"]) == ("duplicate", one["record"])
    page = pull.page(ana.actor, copy.cursor, 50)
    assert held(page) == [one["record"]]
    assert page.removed == [{"kind": "customer", "id": two["record"]}]
    record = msgspec.json.decode(page.upserts[0])
    assert record["data"]["mood"] == "cross"
    assert [alias["id"] for alias in record["aliases"]] == [two["record"]]


def test_a_new_copy_never_holds_an_alias_and_its_checksum_agrees(
    store: Store, records: Records, phone: Phones
) -> None:
    ana = phone()
    one, two = ana.create("Nordwind"), ana.create("Nordwind")
    ana.send(one, two)
    merge(records, one["record"], two["record"])
    page = Pull(store, records, SyncSettings()).page(ana.actor, "", 50)
    assert held(page) == [one["record"]]
    assert page.removed == []
    assert page.checksum is not None
    assert page.checksum["customer"]["count"] == 1
