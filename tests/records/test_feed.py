"""What a phone pulls: its role's records, each at its newest state, resumable, with a checksum."""

import hashlib

from gateway.records import feed, queries
from tests.records.conftest import ANA, BEN, CLEO, ERP, FAY, OTTO, UDO, Shop


def changed(shop: Shop, actor=ANA, after: int = 0, limit: int = 100) -> list[tuple[str, int]]:
    with shop.store.read() as rows:
        found = feed.changed(rows, shop.engine, actor, after, limit)
    return [(head.number, head.version) for head in found]


def test_the_snapshot_holds_every_kind_the_role_reads(shop: Shop) -> None:
    shop.create(ANA)
    shop.create(OTTO)
    shop.create(BEN, "product", name="Coffee")
    assert changed(shop) == [("W1-C000001", 1), ("W1-P000001", 1)]
    assert len(changed(shop, CLEO)) == 3
    assert changed(shop, limit=1) == [("W1-C000001", 1)]


def test_a_record_comes_again_when_anything_about_it_changes(shop: Shop) -> None:
    head = shop.create(ANA).head
    assert changed(shop, after=head.seq) == []
    edited = shop.edit(ANA, head.id, {"phone": "030 1111111"}).head
    assert changed(shop, after=head.seq) == [("W1-C000001", 2)]
    clashed = shop.edit(CLEO, head.id, {"phone": "030 2222222"}).head
    assert clashed.seq > edited.seq
    assert changed(shop, after=edited.seq) == [("W1-C000001", 2)]


def test_a_snapshot_read_page_by_page_misses_nothing_that_changes_meanwhile(shop: Shop) -> None:
    records = [shop.create(ANA, legal_name=f"Shop {i}").head for i in range(5)]
    seen: dict[str, int] = {}
    after = 0
    with_edit = True
    while True:
        with shop.store.read() as rows:
            page = feed.changed(rows, shop.engine, ANA, after, 2)
        if not page:
            break
        seen |= {head.id: head.version for head in page}
        after = page[-1].seq
        if with_edit:
            shop.edit(ANA, records[0].id, {"notes": "meanwhile"})
            with_edit = False
    assert seen == {head.id: 1 for head in records} | {records[0].id: 2}


def test_a_record_that_leaves_the_territory_is_told_to_go(shop: Shop) -> None:
    head = shop.create(ANA).head
    moved = shop.edit(BEN, head.id, {"territory": "south"}).head

    def departed(actor, after: int) -> list[tuple[str, str]]:
        with shop.store.read() as rows:
            return feed.departed(rows, shop.engine, actor, after, shop.store.head)

    assert departed(ANA, head.seq) == [("customer", head.id)]
    assert departed(ANA, moved.seq) == []
    assert departed(OTTO, 0) == departed(CLEO, 0) == []
    assert changed(shop, OTTO) == [("W1-C000001", 2)]
    shop.edit(BEN, head.id, {"territory": "north"}, base=2)
    assert departed(ANA, 0) == []
    assert departed(OTTO, 0) == [("customer", head.id)]


def test_the_checksum_covers_what_the_role_sees(shop: Shop) -> None:
    mine = shop.create(ANA).head
    shop.create(OTTO)
    shop.edit(ANA, mine.id, {"notes": "x"})
    with shop.store.read() as rows:
        sums = feed.checksums(rows, shop.engine, ANA)
        all_sums = feed.checksums(rows, shop.engine, BEN)
    expected = hashlib.sha256(f"{mine.id}:2\n".encode()).hexdigest()
    assert (sums["customer"].count, sums["customer"].hash) == (1, expected)
    assert sums["product"].count == 0
    assert all_sums["customer"].count == 2


def test_kinds_nobody_gave_to_a_role_are_not_in_its_feed(shop: Shop) -> None:
    shop.create(ANA)
    assert changed(shop, UDO) == [("W1-C000001", 1)]
    assert list(feed.readable(shop.engine, UDO)) == ["customer", "delivery", "product", "task"]
    assert list(feed.readable(shop.engine, FAY)) == ["customer", "delivery", "product"]


def test_a_record_is_read_as_it_was_at_a_place_in_the_journal(shop: Shop) -> None:
    first = shop.create(ERP, notes="one").head
    second = shop.edit(ERP, first.id, {"notes": "two"}).head
    with shop.store.read() as rows:
        found = [queries.version_at(rows, first.id, seq) for seq in (0, first.seq, second.seq)]
    assert found[0] is None
    assert [(item[0], item[1]["notes"]) for item in found if item] == [(1, "one"), (2, "two")]
