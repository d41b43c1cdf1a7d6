"""Fields that a site has added reach the ERP, come back from it, and disturb no connector."""

from collections.abc import Mapping
from typing import Any

import pytest

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.kinds.site_fields import extended
from gateway.records.engine import Origin, Proposal
from gateway.store.database import Store
from sync.erp import connector as erp
from sync.erp.canonical import customer
from tests.erp.paper import KEY, Books, PaperConnector
from tests.erp.shop import ANA, Shop

ERP = Actor(id="erp", name="ERP", role="erp")
SITE: Mapping[str, Any] = {
    "customer": {
        "route": {"type": "integer", "label": "Route", "search": False},
        "gate_code": {"type": "code", "label": "Gate code", "class": "B", "sealed": True},
        "visits": {
            "type": "group",
            "label": "Visits",
            "fields": {"day": {"type": "date", "label": "Day"}},
        },
    }
}
VISITS = {"v1": {"day": "2026-11-22"}}


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store, extended(KINDS, SITE, "site.toml"))


def made(shop: Shop) -> str:
    """A customer with a value in every field of the site's own; its id."""
    record = shop.customer(x_route=7, x_visits=VISITS)
    change = Proposal({"x_gate_code": "A-17"}, shop.record(record)["version"])
    shop.records.edit(Origin(ERP), "customer", record, change)
    return record


def taken(shop: Shop) -> list[erp.Entry]:
    batch = shop.erp().next("head-office", "device", 50)
    assert batch is not None
    return list(erp.read(batch.body, {}))


def test_a_pulled_batch_carries_them_as_they_are_sealed_ones_open(shop: Shop) -> None:
    record = made(shop)
    # What the ERP said itself is not offered back to it; the next edit of a rep is.
    shop.edit(record, {"x_route": 8})
    (entry,) = taken(shop)
    assert entry.data["x_route"] == 8
    assert entry.data["x_visits"] == VISITS
    assert entry.data["x_gate_code"] == "A-17"


def test_the_erp_sets_them_and_they_merge_like_any_field(shop: Shop) -> None:
    record = made(shop)
    base = shop.record(record)["version"]
    shop.records.edit(Origin(ANA), "customer", record, Proposal({"x_route": 9}, base))
    visits = {"x_visits": {"v2": {"day": "2026-11-23"}}}
    done = shop.records.edit(Origin(ERP), "customer", record, Proposal(visits, base))
    assert done.status == "merged"
    data = shop.records.get(ANA, "customer", record)["data"]
    assert data["x_route"] == 9
    assert data["x_visits"] == {**VISITS, "v2": {"day": "2026-11-23"}}


def test_a_value_from_the_erp_is_held_to_the_sites_own_rules(shop: Shop) -> None:
    record = made(shop)
    base = shop.record(record)["version"]
    with pytest.raises(Problem) as refused:
        shop.records.edit(Origin(ERP), "customer", record, Proposal({"x_route": "far"}, base))
    assert [fault.pointer for fault in refused.value.errors] == ["/x_route"]


def test_a_connector_takes_the_customer_and_passes_over_what_it_does_not_know(shop: Shop) -> None:
    record = shop.customer("Lefort", x_route=7, x_visits=VISITS)
    books = Books()
    push = shop.erp(PaperConnector(books, KEY))
    assert push.round() is None
    assert push.held() == []
    assert [one.name for one in books.named(record)] == ["Lefort"]


def test_the_mapping_reads_a_customer_with_them(shop: Shop) -> None:
    shop.customer("Lefort", x_route=7, x_visits=VISITS)
    (entry,) = taken(shop)
    assert customer(entry).name == "Lefort"
