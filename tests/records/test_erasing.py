"""Erasing a person: nothing that was said of them is left, and nobody brings them back."""

from typing import Any

import pytest

from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import feed
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.rows import erasures
from gateway.records.rows.erasures import Erasure
from gateway.store import journal
from tests.records.conftest import ADA, ANA, BEN, CLEO, FAY, Shop
from tests.web import secrets_of
from tests.web.secrets_of import Secret


def planted(shop: Shop) -> tuple[str, list[Secret]]:
    """A customer with a value of its own in every field, edited and contested since, with a task
    about it.
    """
    secrets = [
        one
        for one in secrets_of.filled(KINDS["customer"])
        if one.path in (("legal_name",), ("notes",), ("phone",), ("email",))
    ]
    head = shop.create(ANA, **secrets_of.data(secrets)).head
    more = Secret("customer", ("notes",), "P", "zqeditedxw")
    rival = Secret("customer", ("notes",), "P", "zqrivalxw")
    task = Secret("task", ("title",), "O", "zqtaskxw")
    shop.edit(ANA, head.id, {"notes": more.value})
    shop.edit(CLEO, head.id, {"notes": rival.value})
    shop.create(ANA, "task", title=task.value, customer=head.id)
    return head.id, [*secrets, more, rival, task]


def asked(shop: Shop, record: str, actor: Any = BEN, reason: str = "asked") -> str:
    origin = Origin(actor, reason="zqwhyxw")
    return shop.records.forgetting.ask(origin, "customer", record, reason)


def confirmed(shop: Shop, proposal: str, actor: Any = FAY) -> Any:
    shown = shop.records.inbox.get(FAY, proposal)
    return shop.records.inbox.decide(Origin(actor), proposal, Verdict("approve", shown["hash"]))


def erase(shop: Shop, record: str) -> Any:
    return confirmed(shop, asked(shop, record))


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
    answer = erase(shop, record)
    assert (answer["state"], answer["decided_by"], answer["title"]) == ("approved", "Fay", "")
    after = everything(shop)
    assert list(secrets_of.found(secrets, after)) == []
    # The index cuts words into pieces, of which these letters are the first; the note goes, too.
    assert b"zqe" not in after
    assert b"zqwhy" not in after


def test_the_chain_holds_over_the_emptied_entries(shop: Shop) -> None:
    record, _ = planted(shop)
    erase(shop, record)
    with shop.store.read() as rows:
        count, _ = journal.verify(rows, shop.store.keyring)
    assert count == len(shop.journal())
    assert [one["type"] for one in shop.journal()][-2:] == ["record.erased"] * 2


def test_a_phone_is_told_to_drop_it_and_cannot_bring_it_back(shop: Shop) -> None:
    record, _ = planted(shop)
    seen = shop.store.head
    erase(shop, record)
    with shop.store.read() as rows:
        gone = feed.erased(rows, shop.engine, ANA, seen, shop.store.head)
    assert [kind for kind, _ in gone] == ["task", "customer"]
    assert gone[-1] == ("customer", record)
    with pytest.raises(Problem, match="record_erased"):
        shop.create(ANA, record=record)
    with pytest.raises(Problem, match="record_missing"):
        shop.edit(ANA, record, {"notes": "again"})


def test_one_person_alone_erases_nothing(shop: Shop) -> None:
    record, secrets = planted(shop)
    with pytest.raises(Problem, match="erasure_reason_unknown"):
        asked(shop, record, reason="because")
    with pytest.raises(Problem, match="password_needed"):
        shop.records.forgetting.ask(Origin(BEN, proven=False), "customer", record, "asked")
    for stranger in (CLEO, ADA):
        with pytest.raises(Problem, match="not_allowed"):
            asked(shop, record, stranger)
    proposal = asked(shop, record)
    with pytest.raises(Problem, match="approval_own"):
        confirmed(shop, proposal, BEN)
    assert len(list(secrets_of.found(secrets, everything(shop)))) == len(secrets)


def test_an_erasure_that_is_refused_or_changed_in_between_takes_nothing_by_itself(
    shop: Shop,
) -> None:
    record, _ = planted(shop)
    proposal = asked(shop, record)
    shop.edit(CLEO, record, {"email": "new@example.com"}, base=2)
    shown = shop.records.inbox.get(FAY, proposal)
    assert (shown["state"], shown["erasure"]) == ("open", {"reason": "asked"})
    verdict = Verdict("reject", shown["hash"], "They buy still.")
    assert shop.records.inbox.decide(Origin(FAY), proposal, verdict)["state"] == "rejected"
    assert shop.records.get(BEN, "customer", record)["id"] == record


def test_a_preview_counts_what_goes_and_what_stays(shop: Shop) -> None:
    record, _ = planted(shop)
    told = shop.records.forgetting.preview(BEN, "customer", record)
    goes = {one["what"]: one["count"] for one in told["goes"]}
    assert (goes["versions"] > 1, goes["tasks"]) == (True, 1)
    assert told["stays"] == []
    erase(shop, record)
    with pytest.raises(Problem, match="record_erased"):
        shop.records.forgetting.preview(BEN, "customer", record)


def test_the_ledger_erases_what_a_restore_brings_back(shop: Shop) -> None:
    record, secrets = planted(shop)
    known = Erasure(record, "customer", 3, "asked", 0, 0, "ada", "ben", 1, 0)
    forgetting = shop.records.forgetting
    assert forgetting.replay([known]) == 2, "the customer, and the task about it"
    assert list(secrets_of.found(secrets, everything(shop))) == []
    assert forgetting.replay([known]) == 0
    with shop.store.read() as rows:
        assert record in [one.record for one in erasures.ledger(rows)]
    told = forgetting.told(ADA)
    assert {one["kind"] for one in told} == {"customer", "task"}
