"""What is written of a record that the ERP has already, by what is known of what it had."""

from typing import Any

import pytest

from gateway.records.engine import Origin, Proposal
from gateway.store.database import Store
from sync.erp.batch import Caps
from sync.erp.book import ERP
from sync.erp.connector import read
from sync.erp.consumers import Consumer
from sync.erp.offers import Offers
from sync.erp.receipts import DONE_KEEP_MS
from sync.erp.wing import Erp
from tests.erp.shop import HOME, Shop
from tests.erp.test_pushing import MemoryBench

ADDRESS = {"purpose": "billing", "city": "Lyon", "country": "FR"}


class Desk:
    """A shop and an ERP in memory that has one customer of it."""

    def __init__(self, store: Store) -> None:
        self.bench = MemoryBench(store)
        self.shop = Shop(store)
        self.connector = self.bench.connector()
        self.push: Erp = self.shop.erp(self.connector)
        self.customer = self.shop.customer("Lefort", addresses={HOME: ADDRESS})
        self.round()

    def round(self) -> None:
        assert self.push.round() is None

    def edit(self, **patch: object) -> None:
        self.shop.edit(self.customer, patch)

    @property
    def partner(self) -> dict[str, Any]:
        (row,) = self.bench.ledger.all("partner", x_id=self.customer)
        return row

    def cities(self) -> list[str]:
        found = self.bench.ledger.all("address", partner=self.partner["id"], active=True)
        return [row["city"] for row in found]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_what_the_erp_has_is_known_when_its_receipts_are_forgotten(desk: Desk) -> None:
    desk.shop.store.clock.advance(DONE_KEEP_MS + 1)
    desk.shop.store.write(lambda tx: tx.execute("DELETE FROM erp_batches"))
    desk.partner["name"] = "Renamed there"
    desk.edit(phone="+33472000011")
    desk.round()
    assert (desk.partner["name"], desk.partner["phone"]) == ("Renamed there", "+33472000011")


def test_our_own_write_whose_receipt_was_lost_is_not_taken_for_the_erps(desk: Desk) -> None:
    desk.edit(legal_name="Chez Lefort", phone="+33472000011")
    offers = Offers(desk.shop.store, desk.shop.book, Caps(50, 1_000_000))
    batch = offers.next(Consumer("memory", takes=desk.connector.takes))
    assert batch is not None
    assert [one.status for one in desk.connector.push(read(batch.body, {}))] == ["accepted"]
    desk.bench.ledger.asked.clear()
    desk.round()
    assert not any(asked.startswith("update") for asked in desk.bench.ledger.asked)
    desk.edit(legal_name="Lefort", phone=None)
    desk.round()
    assert (desk.partner["name"], desk.partner["phone"]) == ("Lefort", None)


def test_a_word_of_the_erp_that_came_in_since_is_not_set_back(desk: Desk) -> None:
    desk.edit(legal_name="Chez Lefort", phone="+33472000011")
    desk.partner["name"] = "Lefort et fils"
    version = desk.shop.record(desk.customer)["version"]
    said = Proposal({"legal_name": "Lefort et fils"}, version)
    desk.shop.records.edit(Origin(ERP, device="memory"), "customer", desk.customer, said)
    desk.round()
    assert desk.shop.record(desk.customer)["data"]["legal_name"] == "Lefort et fils"
    assert (desk.partner["name"], desk.partner["phone"]) == ("Lefort et fils", "+33472000011")


def test_what_a_refused_edit_had_to_say_is_said_by_the_next_one(desk: Desk) -> None:
    desk.bench.ledger.unwanted = [("name", "Chez Lefort")]
    desk.edit(legal_name="Chez Lefort", phone="+33472000011")
    desk.round()
    assert [held.status for held in desk.push.held()] == ["rejected"]
    desk.bench.ledger.unwanted = []
    desk.edit(language="fr")
    desk.round()
    assert (desk.partner["name"], desk.partner["phone"]) == ("Chez Lefort", "+33472000011")
    assert desk.push.held() == []


def test_an_erp_that_was_restored_is_told_everything_again(desk: Desk) -> None:
    desk.edit(legal_name="Chez Lefort")
    desk.round()
    desk.partner.update(name="Lefort", country=None)
    desk.push.rewind("memory", 0)
    desk.round()
    assert desk.partner["name"] == "Chez Lefort"
    assert desk.partner["country"] is not None


def test_an_address_that_was_deleted_there_stays_away_until_we_change_it(desk: Desk) -> None:
    addresses = desk.bench.ledger.rows["address"]
    addresses.clear()
    desk.edit(legal_name="Chez Lefort")
    desk.round()
    assert desk.cities() == []
    desk.edit(addresses={HOME: {**ADDRESS, "city": "Paris"}})
    desk.round()
    assert desk.cities() == ["Paris"]


def test_a_record_that_the_erp_has_and_nobody_knows_what_of_is_written_whole(desk: Desk) -> None:
    desk.shop.store.write(lambda tx: tx.execute("DELETE FROM erp_links"))
    desk.partner["name"] = "Whoever"
    desk.edit(phone="+33472000011")
    desk.round()
    assert desk.partner["name"] == "Lefort"
