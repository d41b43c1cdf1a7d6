"""What edits leave in the index: no more than a new one would hold, in few parts."""

import random
import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from config.schema import GatewaySettings, StoreSettings
from gateway.kernel.clock import ManualClock
from gateway.kinds.customer import KIND
from gateway.kinds.registry import KINDS
from gateway.records.finding import index, parts
from gateway.records.records import Records
from gateway.records.rows import heads
from gateway.store import migrate
from gateway.store.database import Store
from gateway.store.transaction import Tx
from tests.records.conftest import ANA, CLEO, Shop
from tests.records.index_make import older_make

NAMES = ("Nordwind Trading", "Nordwind Foods", "上海华新科技", "Alpenfeld & Sons", "Ødegård")


def standing(tx: Tx) -> list[tuple[str, int]]:
    """Every piece with every row that stands under it."""
    tx.execute("CREATE VIRTUAL TABLE record_places USING fts5vocab (record_tokens, instance)")
    found = tx.tuples("SELECT term, doc FROM record_places ORDER BY term, doc")
    tx.execute("DROP TABLE record_places")
    return [(str(term), int(doc)) for term, doc in found]


def empty(tx: Tx) -> None:
    tx.execute("INSERT INTO record_tokens (record_tokens) VALUES ('delete-all')")


def optimize(tx: Tx) -> None:
    tx.execute("INSERT INTO record_tokens (record_tokens) VALUES ('optimize')")


def size(shop: Shop) -> int:
    with shop.store.read() as rows:
        return int(rows.value("SELECT sum(length(block)) FROM record_tokens_data WHERE id > 10"))


def count(shop: Shop) -> int:
    """The parts of the index."""
    with shop.store.read() as rows:
        return int(rows.value("SELECT count(DISTINCT segid) FROM record_tokens_idx"))


def found(shop: Shop, words: str) -> int:
    return len(shop.records.page(CLEO, "customer", search=words)[0])


def revise(tx: Tx, record: str, **changes: object) -> None:
    """A record with other data, indexed as a new version is."""
    head = heads.find(tx, record)
    assert head is not None
    data = {**head.data, **changes}
    after = replace(head, data=data, sort=heads.sort_key(KIND, data))
    heads.save(tx, after)
    index.save(tx, KIND, after)


def rewrite(shop: Shop, record: str, **changes: object) -> None:
    """The same in a write of its own."""
    shop.write(lambda tx: revise(tx, record, **changes))


@pytest.mark.parametrize("seed", range(3))
def test_however_often_records_are_edited_the_index_holds_what_a_new_one_would(
    shop: Shop, seed: int
) -> None:
    chance = random.Random(seed)
    made = [shop.create(ANA, legal_name=chance.choice(NAMES)).head.id for _ in range(6)]
    for _ in range(60):
        changes = {
            "legal_name": chance.choice(NAMES),
            "phone": f"+4930{chance.randrange(10**6)}",
            "territory": chance.choice(("north", "south")),
        }
        one = chance.choice([*changes])
        rewrite(shop, chance.choice(made), **{one: changes[one]})
    shop.write(lambda tx: index.forget(tx, KIND, made[0]))
    edited = shop.write(standing)
    shop.write(empty)
    assert shop.write(standing) == []
    assert shop.records.reindexing.step("customer", anew=True).done
    shop.write(lambda tx: index.forget(tx, KIND, made[0]))
    assert shop.write(standing) == edited


def test_edits_of_one_write_of_which_some_are_taken_back_leave_what_a_new_index_would(
    shop: Shop,
) -> None:
    chance = random.Random(8)
    made = [shop.create(ANA, legal_name=name).head.id for name in NAMES]

    def work(tx: Tx) -> None:
        for i in range(8):
            with suppress(ZeroDivisionError), tx.attempt():
                for record in chance.choices(made, k=3):
                    revise(tx, record, legal_name=f"{chance.choice(NAMES)} {i}")
                    revise(tx, record, phone=f"+4930{chance.randrange(10**6)}")
                assert 1 // (i % 3) >= 0

    for _ in range(4):
        shop.write(work)
    edited = shop.write(standing)
    shop.write(empty)
    assert shop.records.reindexing.step("customer", anew=True).done
    assert shop.write(standing) == edited


def test_an_edit_writes_the_pieces_that_came_and_went_alone(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    record = shop.create(ANA, legal_name="Nordwind Trading", phone="+49301234567").head.id
    written: list[parts.Change] = []
    monkeypatch.setattr(parts, "write", lambda tx, changes: written.extend(changes.values()))
    shop.edit(ANA, record, {"legal_name": "Nordwind Foods"})
    (change,) = written
    new, gone = set(change.new), set(change.gone)
    assert {"cbfoo", "cbfoods"} <= new
    assert {"cbtra", "cbtradi"} <= gone
    texts = {piece for piece in new | gone if piece.startswith("cb")}
    assert not texts & {"cbnor", "cbnordw", "cb1234"}


def test_an_edit_that_is_taken_back_leaves_nothing_in_the_index(shop: Shop) -> None:
    records = [shop.create(ANA, legal_name=f"The {i} shop").head.id for i in range(8)]
    shop.write(optimize)
    before = size(shop), shop.write(standing)
    for name in ("Alpenfeld & Sons", "The 3 shop"):
        rewrite(shop, records[3], legal_name=name)
    shop.write(optimize)
    assert (size(shop), shop.write(standing)) == before


def test_a_row_leaves_a_piece_and_comes_back_to_it(shop: Shop) -> None:
    record = shop.create(ANA, legal_name="The old house").head.id
    for name, houses in (("The shop", 0), ("The house", 1), ("The shop", 0), ("A house", 1)):
        rewrite(shop, record, legal_name=name)
        assert found(shop, "ouse") == houses


def test_entries_and_edits_leave_few_parts_behind(shop: Shop) -> None:
    made = [shop.create(ANA, legal_name=f"The {i} shop").head.id for i in range(40)]
    for i, record in enumerate(made):
        rewrite(shop, record, legal_name=f"The {i} house")
    assert count(shop) <= 8
    shop.records.reindexing.tidy()
    assert count(shop) <= 4
    assert (found(shop, "shop"), found(shop, "house")) == (0, 40)


def test_tidying_ends_when_nothing_is_left_and_when_it_is_told_to(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.create(ANA)
    slices: list[int] = []

    def merge(tx: Tx, pages: int) -> bool:
        slices.append(pages)
        return len(slices) < 3

    monkeypatch.setattr(parts, "merge", merge)
    shop.records.reindexing.tidy()
    assert len(slices) == 3
    shop.records.stop()
    shop.records.reindexing.tidy()
    assert len(slices) == 3


def test_what_an_older_make_cut_is_written_anew_and_never_counted_off(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with older_make(monkeypatch):
        record = shop.create(ANA, legal_name="The Nordwind shop").head.id
    rewrite(shop, record, legal_name="The Nordwind house")
    assert (found(shop, "nordwind"), found(shop, "nordwind shop")) == (1, 0)
    assert ("cbnordw", 1) in shop.write(standing)
    shop.write(lambda tx: index.forget(tx, KIND, record))
    assert found(shop, "ordwind") == 0


def test_a_damaged_row_of_the_index_is_written_anew(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.write(empty)
    shop.write(lambda tx: tx.execute("UPDATE record_index SET mark = x'00'"))
    rewrite(shop, record, trade_name="Tea house")
    assert found(shop, "afe") == 1


def test_an_index_of_before_is_built_anew_at_the_first_start(tmp_path: Path) -> None:
    clock = ManualClock()
    store = Store(tmp_path, StoreSettings(), clock)
    Shop(store, Records(store, KINDS, GatewaySettings())).create(ANA)
    store.write(lambda tx: tx.execute("UPDATE record_index SET compared = 1"))
    store.write(_brought_over)
    store.close()
    store = Store(tmp_path, StoreSettings(), clock)
    shop = Shop(store, Records(store, KINDS, GatewaySettings()))
    assert shop.records.reindexing.told() == "being built anew: customer 0 of 1"
    assert found(shop, "afe") == 0
    shop.records.reindexing.run()
    assert found(shop, "afe") == 1
    with store.read() as rows:
        assert rows.value("SELECT compared FROM record_index") == 1, "its data are the same"
    store.close()


def _brought_over(tx: Tx) -> None:
    """The tables of before rows were crossed out, and what their migration makes of them."""
    (script,) = [one for one in migrate.scripts() if "crossed_out" in one.name]
    tx.execute("ALTER TABLE record_index DROP COLUMN hashes")
    tx.execute(
        "INSERT OR REPLACE INTO record_index_rules (kind, rules) VALUES ('customer', ?)",
        (index.rules(KIND),),
    )
    for statement in re.sub("--.*", "", script.read_text("utf-8")).split(";"):
        tx.execute(statement)
