"""Erasing a person: nothing that was said of them is left, and nobody brings them back."""

from dataclasses import replace
from typing import Any

import pytest

from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import erasing, feed
from gateway.records.engine import Origin
from gateway.records.rows import erasures
from gateway.records.rows.erasures import Erasure
from gateway.store import journal
from tests.records.conftest import ADA, ANA, BEN, CLEO, Shop
from tests.web import secrets_of
from tests.web.secrets_of import Secret


def planted(shop: Shop) -> tuple[str, list[Secret]]:
    """A customer with a value of its own in every field, edited and contested since."""
    secrets = [
        one
        for one in secrets_of.filled(KINDS["customer"])
        if one.path in (("legal_name",), ("notes",), ("phone",), ("email",))
    ]
    head = shop.create(ANA, **secrets_of.data(secrets)).head
    more = Secret("customer", ("notes",), "P", "zqeditedxw")
    rival = Secret("customer", ("notes",), "P", "zqrivalxw")
    shop.edit(ANA, head.id, {"notes": more.value})
    shop.edit(CLEO, head.id, {"notes": rival.value})
    return head.id, [*secrets, more, rival]


def erase(shop: Shop, record: str, approver: Any = BEN, reason: str = "asked") -> list[Erasure]:
    origin = replace(Origin(ADA), approver=approver)
    return shop.write(lambda tx: erasing.erase(tx, shop.engine, origin, "customer", record, reason))


def everything(shop: Shop) -> bytes:
    """Every value of every table, the inner tables of the index included."""
    with shop.store.read() as rows:
        names = rows.tuples("SELECT name FROM sqlite_schema WHERE type = 'table'")
        return b"\n".join(
            value if isinstance(value, bytes) else str(value).encode()
            for (name,) in names
            if name not in ("record_terms", "record_tokens")  # views of the tables beneath
            for row in rows.tuples(f'SELECT * FROM "{name}"')
            for value in row
        )


def test_no_table_holds_a_value_of_an_erased_record(shop: Shop) -> None:
    record, secrets = planted(shop)
    before = everything(shop)
    assert set(secrets_of.found(secrets, before)) == set(secrets)
    erase(shop, record)
    after = everything(shop)
    assert list(secrets_of.found(secrets, after)) == []
    # The index cuts words into pieces, of which these letters are the first.
    assert b"zqe" not in after


def test_the_chain_holds_over_the_emptied_entries(shop: Shop) -> None:
    record, _ = planted(shop)
    erase(shop, record)
    with shop.store.read() as rows:
        count, _ = journal.verify(rows, shop.store.keyring)
    assert count == len(shop.journal())
    assert shop.journal()[-1]["type"] == "record.erased"


def test_a_phone_is_told_to_drop_it_and_cannot_bring_it_back(shop: Shop) -> None:
    record, _ = planted(shop)
    seen = shop.store.head
    erase(shop, record)
    with shop.store.read() as rows:
        gone = feed.departed(rows, shop.engine, ANA, seen, shop.store.head)
    assert gone == [("customer", record)]
    with pytest.raises(Problem, match="record_erased"):
        shop.create(ANA, record=record)
    with pytest.raises(Problem, match="record_missing"):
        shop.edit(ANA, record, {"notes": "again"})


def test_one_person_alone_erases_nothing(shop: Shop) -> None:
    record, secrets = planted(shop)
    for approver in (None, ADA):
        with pytest.raises(Problem, match="erasure_needs_two"):
            erase(shop, record, approver)
    with pytest.raises(Problem, match="erasure_reason_unknown"):
        erase(shop, record, BEN, "because")
    assert len(list(secrets_of.found(secrets, everything(shop)))) == len(secrets)


def test_the_ledger_erases_what_a_restore_brings_back(shop: Shop) -> None:
    record, secrets = planted(shop)
    known = Erasure(record, "customer", "asked", 0, 0, "ada", "ben", 1, 0)
    assert shop.write(lambda tx: erasing.replay_erasures(tx, shop.engine, [known])) == 1
    assert list(secrets_of.found(secrets, everything(shop))) == []
    assert shop.write(lambda tx: erasing.replay_erasures(tx, shop.engine, [known])) == 0
    with shop.store.read() as rows:
        assert [one.record for one in erasures.ledger(rows)] == [record]
