"""A list that says something else than people do: told row by row, and nobody's value is lost."""

from dataclasses import replace

from config.schema import GatewaySettings, TransferSettings
from gateway.kinds.registry import KINDS
from gateway.records.model.survivorship import Rule, Rules
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.exports import Exports
from gateway.transfer.imports import Imports
from tests.transfer.conftest import CLEO, Desk

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
