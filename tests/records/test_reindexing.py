"""Building anew what records are found by."""

from contextlib import suppress

import pytest

from gateway.kernel import matching
from gateway.kinds.customer import KIND
from gateway.records import commands
from gateway.records.edits import drafts
from gateway.records.engine import Origin, Proposal
from gateway.records.finding import index, reindexing
from gateway.records.rows import heads
from gateway.store.transaction import Tx
from tests.records.conftest import ANA, CLEO, Shop
from tests.records.index_make import older_make


def found(shop: Shop, words: str) -> int:
    return len(shop.records.page(CLEO, "customer", search=words)[0])


def empty(tx: Tx) -> None:
    tx.execute("INSERT INTO record_tokens (record_tokens) VALUES ('delete-all')")
    tx.execute("DELETE FROM record_words")


def lose(tx: Tx) -> None:
    """As after an upgrade from a version that had no index."""
    empty(tx)
    tx.execute("DELETE FROM record_index")
    tx.execute("DELETE FROM record_keys")


def test_an_index_that_is_missing_is_built_while_the_gateway_works(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "PAGE", 3)
    monkeypatch.setattr(reindexing, "WRITES", 2)
    for i in range(8):
        shop.create(ANA, legal_name=f"Shop {i}")
    shop.write(lose)
    work = shop.records.reindexing
    assert work.told() == "being built anew: customer 0 of 8"
    assert work.step("customer").reached == 3
    assert work.told() == "being built anew: customer 3 of 8"
    assert 0 < found(shop, "hop") < 8
    shop.create(ANA, legal_name="Shop 8")
    work.run()
    assert work.told() == "in step"
    assert found(shop, "hop") == 9


def test_changed_rules_index_everything_anew_and_only_once(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.create(ANA)
    work = shop.records.reindexing
    work.run()
    written: list[str] = []
    monkeypatch.setattr(index, "save", lambda tx, kind, head, anew: written.append(head.id))
    work.run()
    assert written == []
    monkeypatch.setattr(matching, "RULES", matching.RULES + 1)
    assert work.told() == "being built anew: customer 0 of 1"
    work.run()
    work.run()
    assert len(written) == 1


def test_what_an_older_make_has_indexed_is_found_until_it_is_indexed_anew(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with older_make(monkeypatch):
        shop.create(ANA, legal_name="The Nordwind shop")
        shop.records.reindexing.run()
    assert shop.records.reindexing.told() == "being built anew: customer 0 of 1"
    assert found(shop, "nordwind") == 1
    shop.records.reindexing.run()
    assert found(shop, "nordwind") == 1
    with shop.store.read() as rows:
        assert rows.value("SELECT count(*) FROM record_terms WHERE term = 'cbnordw'") == 1


def test_a_rebuild_on_demand_begins_with_the_first(shop: Shop) -> None:
    shop.create(ANA)
    work = shop.records.reindexing
    work.run()
    shop.write(lose)
    assert found(shop, "corner") == 1  # its title begins with it
    assert found(shop, "afe") == 0
    assert work.step("customer", anew=True).done
    assert found(shop, "afe") == 1


def test_a_rebuild_on_demand_writes_also_what_seems_to_stand_there(shop: Shop) -> None:
    shop.create(ANA)
    work = shop.records.reindexing
    work.run()
    shop.write(lambda tx: tx.execute("UPDATE record_index SET compared = 1"))
    shop.write(empty)
    assert found(shop, "afe") == 0
    assert work.step("customer", anew=True).done
    assert found(shop, "afe") == 1
    assert found(shop, "crner cafe") == 1
    with shop.store.read() as rows:
        assert rows.value("SELECT compared FROM record_index") == 1


def test_how_far_a_rebuild_is_counts_what_comes_in_meanwhile(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reindexing, "PAGE", 2)
    for i in range(3):
        shop.create(ANA, legal_name=f"Shop {i}")
    work = shop.records.reindexing
    first = work.step("customer", anew=True)
    shop.create(ANA, record="ffffffff-ffff-7fff-bfff-ffffffffffff", legal_name="Shop 3")
    steps = [first, work.step("customer"), work.step("customer")]
    assert [(one.reached, one.total, one.done) for one in steps] == [
        (2, 3, False), (4, 4, False), (4, 4, True),
    ]  # fmt: skip


def test_what_is_installed_and_declared_belongs_to_the_rules(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = index.rules(KIND)
    monkeypatch.setattr("gateway.kernel.chinese.find_spec", lambda name: None)
    assert index.rules(KIND) != before


def test_an_edit_that_changes_nothing_that_is_searched_writes_no_index(shop: Shop) -> None:
    record = shop.create(ANA).head.id

    def state() -> list[dict[str, object]]:
        with shop.store.read() as rows:
            return rows.all("SELECT doc, mark, compared FROM record_index")

    shop.write(lambda tx: tx.execute("UPDATE record_index SET compared = 1"))
    before = state()
    shop.edit(ANA, record, {"notes": "tea, no coffee"})
    assert state() == before
    shop.edit(ANA, record, {"trade_name": "Tea house"}, base=2)
    assert state() != before
    assert state()[0]["compared"] == 0


def test_a_record_that_is_forgotten_is_found_by_nothing(shop: Shop) -> None:
    record = shop.create(ANA).head.id
    shop.write(lambda tx: index.forget(tx, KIND, record))
    assert found(shop, "afe") == 0
    with shop.store.read() as rows:
        assert rows.value("SELECT count(*) FROM record_keys") == 0
        assert rows.value("SELECT count(*) FROM record_index") == 0


def test_a_word_goes_with_the_last_record_that_holds_it(shop: Shop) -> None:
    def words() -> set[str]:
        with shop.store.read() as rows:
            listed = rows.tuples("SELECT word FROM record_words WHERE slip = word")
        return {word[2:] for (word,) in listed}

    first = shop.create(ANA, legal_name="Nordwind Trading").head.id
    second = shop.create(ANA, legal_name="Nordwind Foods").head.id
    assert words() == {"nordwind", "trading", "foods"}
    shop.edit(ANA, first, {"legal_name": "Alpenfeld Trading"})
    assert words() == {"nordwind", "trading", "foods", "alpenfeld"}
    shop.edit(ANA, second, {"legal_name": "Alpenfeld Foods"})
    assert words() == {"trading", "foods", "alpenfeld"}
    shop.write(lambda tx: index.forget(tx, KIND, first))
    shop.write(lambda tx: index.forget(tx, KIND, second))
    with shop.store.read() as rows:
        assert rows.value("SELECT count(*) FROM record_words") == 0


def test_records_written_together_are_found_once_they_all_are(shop: Shop) -> None:
    old = shop.create(ANA, legal_name="Old Mill")

    def work(tx: Tx) -> None:
        engine = shop.records.engine
        with index.together(tx):
            for name in ("New Mill", "Far Mill"):
                commands.create(tx, engine, Origin(ANA), "customer", {"legal_name": name})
            for name in ("Odd Barn", "Old Mill"):
                version = heads.get(tx, KIND, old.head.id).version
                proposal = Proposal({"legal_name": name}, version)
                commands.edit(tx, engine, Origin(ANA), "customer", old.head.id, proposal)
            with suppress(LookupError), tx.attempt():
                commands.create(tx, engine, Origin(ANA), "customer", {"legal_name": "No Mill"})
                raise LookupError

    shop.write(work)
    assert found(shop, "mill") == 3
    assert found(shop, "old mill") == 1
    assert found(shop, "odd barn") == 0
    assert found(shop, "no mill") == 0
    shop.create(ANA, legal_name="Last Mill")
    assert found(shop, "mill") == 4


def test_what_fails_at_last_leaves_nothing_to_be_written_together(shop: Shop) -> None:
    def work(tx: Tx) -> None:
        with index.together(tx):
            commands.create(
                tx, shop.records.engine, Origin(ANA), "customer", {"legal_name": "Mill"}
            )
            raise LookupError

    with pytest.raises(LookupError):
        shop.write(work)
    shop.create(ANA, legal_name="Other Mill")
    assert found(shop, "mill") == 1


def test_a_record_is_found_by_what_it_holds_not_by_what_was_worked_out_of_other_data(
    shop: Shop,
) -> None:
    def work(tx: Tx) -> None:
        engine = shop.records.engine
        findings = drafts.creation(engine, ANA, KIND, {"legal_name": "North Mill"})
        other = index.ready(tx.keyring, KIND, "", {"legal_name": "South Barn"})
        commands.place(tx, engine, Origin(ANA), KIND, commands.New(findings, known_by=other))
        same = index.ready(tx.keyring, KIND, "", findings.data)
        commands.place(tx, engine, Origin(ANA), KIND, commands.New(findings, known_by=same))

    shop.write(work)
    assert found(shop, "north mill") == 2
    assert found(shop, "barn") == 0
