"""Pulling: a phone ends up with exactly what its role sees, wherever it was interrupted."""

import hashlib
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.schema import StoreSettings, SyncSettings
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.store.archiver import DAY_MS, Archiver
from gateway.store.database import Store
from sync.phone.pull import Page, Pull
from tests.phone.bench import ANA, CLEO, OTTO, Phone, new_id

Phones = Callable[..., Phone]


class Replica:
    """A phone's copy: it applies a page and its cursor together, and can be interrupted between."""

    def __init__(self, pull: Pull, actor: Actor = ANA, limit: int = 3) -> None:
        self.pull = pull
        self.actor = actor
        self.limit = limit
        self.rows: dict[tuple[str, str], dict[str, Any]] = {}
        self.cursor = ""

    def step(self) -> Page:
        page = self.pull.page(self.actor, self.cursor, self.limit)
        for raw in page.upserts:
            record = msgspec.json.decode(raw)
            self.rows[record["kind"], record["id"]] = record
        for gone in page.removed:
            self.rows.pop((gone["kind"], gone["id"]), None)
        self.cursor = page.cursor
        return page

    def catch_up(self) -> Page:
        for _ in range(1000):
            page = self.step()
            if not page.more:
                return page
        raise AssertionError("the feed never ends")

    @property
    def names(self) -> list[str]:
        return sorted(row["data"]["name"] for row in self.rows.values())

    def sums(self) -> dict[str, dict[str, Any]]:
        """The checksum as a phone computes it, written from its description alone."""
        lines = sorted(f"{row['id']}:{row['version']}\n" for row in self.rows.values())
        digest = hashlib.sha256("".join(lines).encode()).hexdigest()
        return {"customer": {"count": len(lines), "hash": digest}}


@pytest.fixture
def pull(store: Store, records: Records) -> Pull:
    return Pull(store, records, SyncSettings())


def test_a_first_copy_comes_in_pages_and_ends_with_its_checksum(pull: Pull, phone: Phones) -> None:
    ana = phone()
    ana.send(*[ana.create(f"Shop {number}") for number in range(7)])
    replica = Replica(pull)
    pages = [replica.step() for _ in range(3)]
    assert [(len(page.upserts), page.more) for page in pages] == [(3, True), (3, True), (1, False)]
    assert [page.checksum is None for page in pages] == [True, True, False]
    assert replica.sums() == pages[2].checksum


def test_a_chinese_name_comes_with_its_other_spellings(pull: Pull, phone: Phones) -> None:
    ana = phone()
    ana.send(ana.create("华新"), ana.create("Nordwind"))
    copy = Replica(pull)
    copy.catch_up()
    spelled = {row["data"]["name"]: row.get("spellings") for row in copy.rows.values()}
    assert spelled == {"华新": "華新\nhuaxin\nhx", "Nordwind": None}


def test_an_empty_gateway_says_that_this_is_all(pull: Pull) -> None:
    page = Replica(pull).step()
    assert (page.upserts, page.removed, page.more) == ([], [], False)
    assert page.checksum == {"customer": {"count": 0, "hash": hashlib.sha256().hexdigest()}}


def test_a_phone_that_is_up_to_date_gets_nothing_again(pull: Pull, phone: Phones) -> None:
    ana = phone()
    ana.send(ana.create("Nordwind"))
    replica = Replica(pull)
    replica.catch_up()
    before = replica.cursor
    page = replica.step()
    assert (page.upserts, page.more, page.cursor) == ([], False, before)
    assert page.checksum == replica.sums()


def test_facts_move_the_cursor_and_bring_nothing(pull: Pull, phone: Phones) -> None:
    ana = phone()
    replica = Replica(pull)
    replica.catch_up()
    before = replica.cursor
    ana.send(*[ana.scan() for _ in range(5)])
    page = replica.step()
    assert (page.upserts, page.more) == ([], False)
    assert page.cursor != before


def test_an_edit_brings_its_record_once_however_often_it_changed(pull: Pull, phone: Phones) -> None:
    ana = phone()
    customer = ana.create("Nordwind")
    ana.send(customer)
    replica = Replica(pull)
    replica.catch_up()
    for version, mood in enumerate(("calm", "windy", "stormy"), 1):
        ana.send(ana.edit(customer["record"], version, {"mood": mood}))
    page = replica.step()
    assert len(page.upserts) == 1
    assert replica.rows["customer", customer["record"]]["data"]["mood"] == "stormy"
    assert replica.sums() == page.checksum


def test_a_rep_sees_the_own_territory_only_and_a_clerk_sees_all(pull: Pull, phone: Phones) -> None:
    ana, otto = phone(1), phone(2, OTTO)
    ana.send(ana.create("Nordwind"))
    otto.send(otto.create("Sudwind"))
    seen = {}
    for actor in (ANA, OTTO, CLEO):
        replica = Replica(pull, actor)
        assert replica.catch_up().checksum == replica.sums()
        seen[actor.name] = replica.names
    assert seen == {"Ana": ["Nordwind"], "Otto": ["Sudwind"], "Cleo": ["Nordwind", "Sudwind"]}


def test_a_customer_that_moves_leaves_one_phone_and_comes_whole_to_the_other(
    pull: Pull, phone: Phones
) -> None:
    ana, cleo = phone(1), phone(3, CLEO)
    customer = ana.create("Nordwind")
    ana.send(customer, ana.create("Stays"))
    north, south = Replica(pull, ANA), Replica(pull, OTTO)
    north.catch_up()
    south.catch_up()
    assert cleo.statuses(cleo.edit(customer["record"], 1, {"territory": "south"})) == ["applied"]
    for replica in (north, south):
        assert replica.catch_up().checksum == replica.sums()
    assert (north.names, south.names) == (["Stays"], ["Nordwind"])


def test_a_customer_that_moves_away_and_back_stays(pull: Pull, phone: Phones) -> None:
    ana, cleo = phone(1), phone(3, CLEO)
    customer = ana.create("Nordwind")
    ana.send(customer)
    replica = Replica(pull)
    replica.catch_up()
    cleo.send(cleo.edit(customer["record"], 1, {"territory": "south"}))
    cleo.send(cleo.edit(customer["record"], 2, {"territory": "north"}))
    assert replica.catch_up().checksum == replica.sums()
    assert replica.names == ["Nordwind"]


def test_a_first_copy_is_not_told_what_left_before_it_began(pull: Pull, phone: Phones) -> None:
    ana, cleo = phone(1), phone(3, CLEO)
    customer = ana.create("Nordwind")
    ana.send(customer)
    cleo.send(cleo.edit(customer["record"], 1, {"territory": "south"}))
    assert Replica(pull).step().removed == []


def test_a_customer_that_leaves_during_a_first_copy_is_removed_from_it(
    pull: Pull, phone: Phones
) -> None:
    ana, cleo = phone(1), phone(3, CLEO)
    batch = [ana.create(f"Shop {number}") for number in range(6)]
    ana.send(*batch)
    replica = Replica(pull, limit=2)
    replica.step()
    cleo.send(cleo.edit(batch[0]["record"], 1, {"territory": "south"}))
    assert replica.catch_up().checksum == replica.sums()
    assert len(replica.rows) == 5


@given(st.data())
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_a_copy_interrupted_anywhere_while_data_changes_ends_up_right(
    pull: Pull, phone: Phones, data: st.DataObject
) -> None:
    ana, otto, cleo = phone(1), phone(2, OTTO), phone(3, CLEO)
    for each in (ana, otto, cleo):
        each.epoch = new_id()  # examples share a gateway, as phones share a shop
    known: list[tuple[str, int]] = []
    replica = Replica(pull, limit=data.draw(st.integers(1, 4)))
    for _ in range(data.draw(st.integers(1, 12))):
        match data.draw(st.sampled_from(["create", "edit", "move", "pull", "other"])):
            case "create":
                sent = ana.create("Nordwind")
                ana.send(sent)
                known.append((sent["record"], 1))
            case "edit" | "move" as what if known:
                place = data.draw(st.integers(0, len(known) - 1))
                record, version = known[place]
                moved = {"territory": data.draw(st.sampled_from(["north", "south"]))}
                change = moved if what == "move" else {"mood": f"m{version}"}
                (settled,) = cleo.send(cleo.edit(record, version, change))
                known[place] = record, int(str(settled.answer.result["version"]))
            case "pull":
                replica.step()
            case _:
                otto.send(otto.scan())
    assert replica.catch_up().checksum == replica.sums()


def test_a_page_ends_early_when_its_records_are_large(pull: Pull, phone: Phones) -> None:
    ana = phone()
    batch = [ana.create(f"Shop {number}") for number in range(260)]
    for sent in batch:
        sent["data"]["notes"] = "x" * 5000
    for start in range(0, 260, 50):
        ana.send(*batch[start : start + 50])
    replica = Replica(pull, limit=500)
    page = replica.step()
    assert page.more
    assert sum(len(bytes(raw)) for raw in page.upserts) <= 1_048_576
    assert replica.catch_up().checksum == replica.sums()


def test_a_phone_cannot_ask_for_more_than_the_site_allows(
    store: Store, records: Records, phone: Phones
) -> None:
    ana = phone()
    ana.send(*[ana.create(f"Shop {number}") for number in range(12)])
    page = Pull(store, records, SyncSettings(pull_records_max=10)).page(ANA, "", 5000)
    assert (len(page.upserts), page.more) == (10, True)


def test_a_cursor_of_another_life_of_the_database_starts_anew(
    pull: Pull, store: Store, records: Records
) -> None:
    replica = Replica(pull)
    replica.catch_up()
    store.write(lambda tx: tx.execute("UPDATE meta SET value = 'another' WHERE key = 'epoch'"))
    store.epoch = "another"
    with pytest.raises(Problem) as refused:
        replica.step()
    assert (refused.value.code, refused.value.status) == ("resync_required", 409)


def test_a_phone_goes_on_wherever_it_was_though_the_journal_has_been_archived(
    pull: Pull, store: Store, phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    ana.send(*[ana.create(f"Shop {number}") for number in range(8)])
    away, copying = Replica(pull), Replica(pull)
    away.catch_up()
    assert copying.step().more
    clock.advance(31 * DAY_MS)
    ana.send(ana.create("Shop 8"))
    Archiver(store, StoreSettings(), []).run()
    with store.read() as rows:
        assert store.cursor_state(rows)[1] > 0
    away.catch_up()
    copying.catch_up()
    fresh = Replica(pull)
    fresh.catch_up()
    assert away.rows == copying.rows == fresh.rows
    assert len(fresh.rows) == 9


@pytest.mark.parametrize(
    "changed",
    [
        Actor(ANA.id, "Ana", "rep", "", "south"),
        Actor(ANA.id, "Ana", "clerk", "", "north"),
    ],
)
def test_who_sees_other_things_starts_anew(pull: Pull, changed: Actor) -> None:
    replica = Replica(pull)
    replica.catch_up()
    replica.actor = changed
    with pytest.raises(Problem, match="resync_required"):
        replica.step()


def test_a_colleague_in_the_same_territory_goes_on_with_the_same_copy(pull: Pull) -> None:
    replica = Replica(pull)
    replica.catch_up()
    replica.actor = Actor("01900000-0000-7000-8000-0000000000a9", "Ada", "rep", "", "north")
    assert not replica.step().more


@pytest.mark.parametrize("cursor", ["x", "1.2", "a.b-c", "' OR 1", "e.5-0123456789ab-", "."])
def test_a_cursor_that_was_never_given_is_refused(pull: Pull, cursor: str) -> None:
    with pytest.raises(Problem, match="cursor_malformed"):
        pull.page(ANA, cursor, 10)


def test_a_role_that_reads_no_records_gets_an_empty_feed(pull: Pull, phone: Phones) -> None:
    ana = phone()
    ana.send(ana.create("Nordwind"))
    page = pull.page(Actor("x", "Till", "pos"), "", 10)
    assert (page.upserts, page.more, page.checksum) == ([], False, {})


class TickingClock(ManualClock):
    """Time that passes only while somebody measures it."""

    def monotonic_ms(self) -> int:
        self.advance(10)
        return super().monotonic_ms()


@pytest.fixture
def clock(request: pytest.FixtureRequest) -> ManualClock:
    return TickingClock() if "slow" in request.node.name else ManualClock()


@pytest.fixture
def store(tmp_path: Any, clock: ManualClock) -> Iterator[Store]:
    opened = Store(tmp_path / "data", StoreSettings(), clock)
    yield opened
    opened.close()


def test_a_slow_checksum_is_left_out_for_a_while_but_never_after_a_first_copy(
    pull: Pull, phone: Phones, clock: ManualClock
) -> None:
    ana = phone()
    replica = Replica(pull)
    assert replica.catch_up().checksum is not None
    ana.send(ana.create("Nordwind"))
    assert replica.catch_up().checksum is None
    assert Replica(pull).catch_up().checksum is not None
    clock.advance(10_000)
    ana.send(ana.create("Westwind"))
    assert replica.catch_up().checksum == replica.sums()
