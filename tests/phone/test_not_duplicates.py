"""What a person has said of a customer on the phone: it looks like another one, and is none."""

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.kernel.clock import ManualClock
from gateway.kinds.registry import KINDS
from gateway.records.duplicates import pairs
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.push import Push
from tests.phone.bench import Phone, new_id
from tests.records.conftest import ANA

TAX = "DE136695976"


@pytest.fixture
def ana(store: Store, clock: ManualClock) -> Phone:
    records = Records(store, KINDS, GatewaySettings())
    return Phone(Push(store, records, SyncSettings()), clock, 1, ANA)


def created(ana: Phone, name: str, *, tax_id: str = TAX, **members: object) -> str:
    record = new_id()
    data = {"legal_name": name, **({"tax_id": tax_id} if tax_id else {})}
    sent = ana.operation("record.create", kind="customer", record=record, data=data, **members)
    (settled,) = ana.send(sent)
    assert settled.status == "applied", settled
    return record


def decided(store: Store, record: str) -> list[tuple[str, str]]:
    with store.read() as rows:
        return [(pair.state, pair.decided_by) for pair in pairs.of_record(rows, record)]


def test_what_was_said_to_be_another_is_remembered_as_decided(store: Store, ana: Phone) -> None:
    known = created(ana, "Nordwind")
    other = created(ana, "Other", not_duplicate_of=[known])
    assert decided(store, other) == [("not_same", ANA.id)]


def test_nothing_is_decided_for_what_nobody_was_asked_about(store: Store, ana: Phone) -> None:
    created(ana, "Nordwind")
    assert decided(store, created(ana, "Other")) == []


@pytest.mark.parametrize(
    "named", ["no id at all", "01920000-0000-7000-8000-000000000001", "x" * 64]
)
def test_a_name_that_says_nothing_refuses_nothing(store: Store, ana: Phone, named: str) -> None:
    created(ana, "Nordwind")
    assert decided(store, created(ana, "Other", not_duplicate_of=[named])) == []


def edited(ana: Phone, record: str, patch: dict[str, object], *others: str) -> None:
    sent = ana.operation("record.edit", kind="customer", record=record, base_version=1,
                         patch=patch, not_duplicate_of=list(others))  # fmt: skip
    (settled,) = ana.send(sent)
    assert settled.status == "applied", settled


def test_an_edit_that_makes_a_record_look_like_another_tells_them_apart(
    store: Store, ana: Phone
) -> None:
    known = created(ana, "Nordwind")
    other = created(ana, "Other", tax_id="")
    edited(ana, other, {"tax_id": TAX}, known)
    assert decided(store, other) == [("not_same", ANA.id)]


def test_what_waits_for_people_is_not_decided_by_an_edit_of_a_rep(store: Store, ana: Phone) -> None:
    known = created(ana, "Nordwind")
    other = created(ana, "Other")
    Records(store, KINDS, GatewaySettings()).comparing.run()
    assert decided(store, other) == [("open", "")]
    edited(ana, other, {"notes": "Ring twice"}, known)
    assert decided(store, other) == [("open", "")]


def test_a_repeated_operation_decides_nothing_twice(store: Store, ana: Phone) -> None:
    known = created(ana, "Nordwind")
    data = {"legal_name": "Other", "tax_id": TAX}
    sent = ana.operation(
        "record.create", kind="customer", record=new_id(), data=data, not_duplicate_of=[known]
    )
    assert ana.statuses(sent) == ["applied"]
    assert ana.statuses(sent) == ["duplicate"]
    assert len(decided(store, sent["record"])) == 1
