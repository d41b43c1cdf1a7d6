"""A list that says something else than people do: told row by row, and nobody's value is lost."""

from dataclasses import replace

import pytest

from config.schema import GatewaySettings, TransferSettings
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.model.survivorship import Rule, Rules
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.exports import Exports
from gateway.transfer.imports import Imports
from gateway.transfer.keeping.book import Import
from tests.transfer.conftest import BEN, CLEO, Desk

LIST = "Our number,Phone,E-mail\n{number},030 9999999,new@example.com\n"


def by_person(desk: Desk) -> str:
    """A customer whom somebody entered over the counter; its number."""
    record = desk.create(territory="north")
    return str(desk.edit(record, {"phone": "030 1234567"}, CLEO).record["number"])


def test_the_check_and_the_run_tell_which_value_waits_as_a_suggestion(desk: Desk) -> None:
    number = by_person(desk)
    found = desk.mapped(desk.upload(LIST.format(number=number)), "@number", "phone", "email")
    assert desk.check(found).counts == {"waiting": 1}
    done = desk.take(found)
    assert done.counts == {"waiting": 1}
    (row,) = desk.told(done)
    told = [(problem.code, problem.pointer) for problem in row.problems]
    assert told == [("value_suggested", "/phone"), ("row_waits", "")]
    (customer,) = desk.customers()
    assert customer["data"]["phone"] == "+49301234567"
    assert customer["data"]["email"] == "new@example.com", "a field that nobody had filled"
    assert customer["conflicts"] == 1


def test_a_value_that_goes_to_the_history_is_a_note_of_its_row(store: Store) -> None:
    rule = Rule((("shop",), ("import",)), lower="history")
    kinds = {**KINDS, "customer": replace(KINDS["customer"], survivorship=Rules({"*": rule}))}
    records = Records(store, kinds, GatewaySettings())
    desk = Desk(records, Imports(records, TransferSettings(), 20), Exports(records), {})
    desk.imports = desk.again()
    number = by_person(desk)
    found = desk.mapped(desk.upload(LIST.format(number=number)), "@number", "phone", "email")
    done = desk.take(found)
    assert done.counts == {"updated": 1}
    (row,) = desk.told(done)
    assert [(one.code, one.pointer) for one in row.problems] == [("value_kept_out", "/phone")]
    (customer,) = desk.customers()
    assert (customer["data"]["phone"], customer["conflicts"]) == ("+49301234567", 0)


def spoken(desk: Desk, content: str, *targets: str, actor: Actor = BEN) -> Import:
    """A file that was checked as one that speaks for the shop."""
    found = desk.mapped(desk.upload(content, "phones.csv", actor=actor), *targets)
    desk.imports.check(actor, found.id, for_shop=True)
    desk.imports.work(found.id)
    return desk.imports.get(SYSTEM, found.id)


def test_an_import_that_speaks_for_the_shop_replaces_what_people_entered(desk: Desk) -> None:
    number = by_person(desk)
    found = spoken(desk, LIST.format(number=number), "@number", "phone", "email")
    assert (found.counts, found.for_shop) == ({"updated": 1}, True)
    desk.imports.run(BEN, found.id)
    desk.imports.work(found.id)
    (customer,) = desk.customers()
    assert (customer["data"]["phone"], customer["conflicts"]) == ("+49309999999", 0)
    newest = desk.records.history(SYSTEM, "customer", customer["id"])[0]
    told = (newest["channel"], newest["actor"], newest["file"])
    assert told == ("shop", "Ben", "phones.csv")


def test_a_version_names_the_file_it_came_with_and_no_other_does(desk: Desk) -> None:
    desk.take("Customer,Old number\nAlpha,D1\n", name="list.csv")
    (customer,) = desk.customers()
    desk.edit(customer, {"phone": "030 1234567"}, CLEO)
    told = desk.records.history(SYSTEM, "customer", customer["id"])
    assert [(one["channel"], one["file"]) for one in told] == [
        ("shop", ""),
        ("import", "list.csv"),
    ]


def test_what_was_changed_since_the_export_waits_though_the_shop_speaks(desk: Desk) -> None:
    record = desk.create(territory="north")
    first = desk.edit(record, {"phone": "030 1234567"}, CLEO).record
    exported = f"Our number,Version,Phone\n{first['number']},{first['version']},030 9999999\n"
    desk.edit(first, {"phone": "030 5555555"}, CLEO)
    found = spoken(desk, exported, "@number", "@version", "phone")
    assert found.counts == {"waiting": 1}


def test_a_guarded_value_waits_for_a_second_person_though_the_shop_speaks(desk: Desk) -> None:
    made = desk.create()
    rows = f"Our number,Limit\n{made['number']},900000.00\n"
    found = spoken(desk, rows, "@number", "credit_limit")
    assert found.counts == {"waiting": 1}
    desk.imports.run(BEN, found.id)
    desk.imports.work(found.id)
    with desk.store.read() as lines:
        waiting = lines.all("SELECT channel, actor_name, reason FROM record_proposals")
    assert waiting == [{"channel": "shop", "actor_name": "Ben", "reason": "phones.csv"}]


def test_a_list_does_not_take_the_word_of_the_shop_for_its_own(desk: Desk) -> None:
    """Both name the customer by the list's own key."""
    rows = "Old number,Customer,Phone\nD1,Alpha,{phone}\n"
    desk.take(rows.format(phone="030 1234567"))
    said = spoken(desk, rows.format(phone="030 5555555"), "@key", "legal_name", "phone")
    desk.imports.run(BEN, said.id)
    desk.imports.work(said.id)
    assert desk.take(rows.format(phone="030 1234567")).counts == {"unchanged": 1}
    assert desk.take(rows.format(phone="030 9999999")).counts == {"waiting": 1}
    (customer,) = desk.customers()
    assert customer["data"]["phone"] == "+49305555555"


def test_the_word_of_the_shop_is_about_the_record_as_it_is_now(desk: Desk) -> None:
    """A key says nothing of what its author has seen; a version does."""
    rows = "Old number,Customer,Phone\nD1,Alpha,{phone}\n"
    desk.take(rows.format(phone="030 1234567"))
    (customer,) = desk.customers()
    desk.edit(customer, {"phone": "030 5555555"}, CLEO)
    found = spoken(desk, rows.format(phone="030 9999999"), "@key", "legal_name", "phone")
    assert found.counts == {"updated": 1}


def test_who_speaks_for_the_shop_is_asked_for_every_file_anew(desk: Desk) -> None:
    number = by_person(desk)
    spoken(desk, LIST.format(number=number), "@number", "phone", "email")
    again = desk.upload(LIST.format(number=number), actor=BEN)
    assert desk.check(again).counts == {"waiting": 1}
    assert not desk.state(again.id).for_shop


def test_a_clerk_does_not_let_an_import_speak_for_the_shop(desk: Desk) -> None:
    number = by_person(desk)
    with pytest.raises(Problem, match="import_for_shop_rights"):
        spoken(desk, LIST.format(number=number), "@number", "phone", "email", actor=CLEO)
    # Nor run what a manager has checked so.
    found = desk.mapped(
        desk.upload(LIST.format(number=number), actor=CLEO), "@number", "phone", "email"
    )
    desk.imports.check(BEN, found.id, for_shop=True)
    desk.imports.work(found.id)
    with pytest.raises(Problem, match="import_for_shop_rights"):
        desk.imports.run(CLEO, found.id)
    assert desk.check(found).counts == {"waiting": 1}, "but check it anew as a list"


def test_a_manager_who_is_none_any_more_stops_speaking_for_the_shop(desk: Desk) -> None:
    number = by_person(desk)
    found = spoken(desk, LIST.format(number=number), "@number", "phone", "email")
    desk.imports.run(BEN, found.id)
    desk.people[BEN.id] = replace(BEN, role="clerk")
    desk.imports.work(found.id)
    stopped = desk.state(found.id)
    assert (stopped.state, stopped.position) == ("stopped", 0)
    assert stopped.problem is not None
    assert stopped.problem.code == "import_for_shop_rights"
    desk.people.clear()
    desk.imports.run(BEN, found.id)
    desk.imports.work(found.id)
    assert desk.state(found.id).counts == {"updated": 1}


def test_what_was_said_for_the_shop_can_be_taken_back(desk: Desk) -> None:
    number = by_person(desk)
    found = spoken(desk, LIST.format(number=number), "@number", "phone", "email")
    desk.imports.run(BEN, found.id)
    desk.imports.work(found.id)
    assert desk.undo(found).counts == {"updated": 1, "restored": 1}
    (customer,) = desk.customers()
    assert customer["data"]["phone"] == "+49301234567"
    again = spoken(desk, LIST.format(number=number), "@number", "phone", "email")
    assert again.counts == {"updated": 1}
