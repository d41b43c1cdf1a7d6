"""Reading a push from the wire."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.schema import SyncSettings
from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from sync.phone.operations import Misfit, Operation, read, reread

PHONE = "0190f3c2-0000-7000-8000-000000000001"
ID = "0190f3c2-0000-7000-8000-0000000000aa"
RECORD = "0190f3c2-0000-7000-8000-0000000000bb"
EDIT = {
    "id": ID, "origin_seq": 7, "type": "record.edit", "kind": "customer", "record": RECORD,
    "base_version": 3, "patch": {"name": "Nordwind"}, "at": "2026-11-22T10:00:00.5Z", "revision": 0,
    "depends_on": [],
}  # fmt: skip


def push(*operations: object, **members: object) -> bytes:
    body = {"origin_epoch": "e1", "sent_at": "2026-11-22T10:00:01Z", "operations": operations}
    return json.dumps({**body, **members}).encode()


def only(raw: bytes) -> Operation | Misfit:
    (entry,) = read(raw, PHONE, SyncSettings()).operations
    return entry


def operation(raw: bytes) -> Operation:
    entry = only(raw)
    assert isinstance(entry, Operation), entry
    return entry


def misfit(raw: bytes) -> Misfit:
    entry = only(raw)
    assert isinstance(entry, Misfit), entry
    return entry


def test_an_edit_is_read_whole() -> None:
    entry = operation(push(EDIT))
    assert (entry.id, entry.type, entry.kind, entry.record) == (
        ID,
        "record.edit",
        "customer",
        RECORD,
    )
    assert (entry.base_version, entry.base_op, entry.origin_seq) == (3, "", 7)
    assert entry.content == {"name": "Nordwind"}
    assert entry.occurred_at == 1_795_341_600_500
    assert entry.body == canonical.encode(EDIT)


def test_the_phones_own_clock_is_read_from_the_envelope() -> None:
    assert read(push(EDIT), PHONE, SyncSettings()).sent_at == 1_795_341_601_000


def test_a_creation_without_a_record_id_is_named_after_its_operation() -> None:
    sent = {key: EDIT[key] for key in ("id", "origin_seq", "at")}
    entry = operation(push({**sent, "type": "record.create", "kind": "customer", "data": {}}))
    assert entry.record == ID


def test_a_fact_carries_its_event() -> None:
    sent = {key: EDIT[key] for key in ("id", "origin_seq", "at")}
    entry = operation(push({**sent, "type": "fact", "event": {"id": "x"}}))
    assert (entry.kind, entry.record, entry.content) == ("", "", {"id": "x"})


def test_members_of_a_newer_build_stay_in_the_body() -> None:
    assert json.loads(operation(push({**EDIT, "mood": "sunny"})).body)["mood"] == "sunny"


def test_ids_in_capital_letters_are_the_same_ids() -> None:
    entry = operation(push({**EDIT, "id": ID.upper(), "depends_on": [RECORD.upper()]}))
    assert (entry.id, entry.depends_on) == (ID, (RECORD,))


def test_an_operation_reads_the_same_from_its_own_body() -> None:
    entry = operation(push(EDIT))
    assert reread(entry.body) == entry


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"type": "record.burn"}, "record.burn"),
        ({"id": "17"}, "an id is a UUID"),
        ({"origin_seq": -1}, "origin_seq"),
        ({"origin_seq": "7"}, "origin_seq"),
        ({"at": "yesterday"}, "yesterday"),
        ({"at": "2026-11-22T10:00:00"}, "time zone"),
        ({"patch": []}, "patch"),
        ({"record": "abc"}, "an id is a UUID"),
        ({"depends_on": ["no id"]}, "an id is a UUID"),
        ({"kind": ""}, "kind"),
    ],
)
def test_what_is_no_operation_becomes_a_misfit_with_a_reason(
    change: dict[str, Any], reason: str
) -> None:
    entry = misfit(push({**EDIT, **change}))
    assert entry.problem.code == "operation_malformed"
    assert reason in entry.problem.detail()
    assert json.loads(entry.body) == {**EDIT, **change}


def test_one_unreadable_entry_leaves_its_neighbours_alone() -> None:
    good = json.dumps(EDIT)
    bad = f'{{"id":"{ID}","price":1.5}}'
    raw = f'{{"origin_epoch":"e","operations":[{good},{bad},{good}]}}'
    first, misread, last = read(raw.encode(), PHONE, SyncSettings()).operations
    assert isinstance(first, Operation)
    assert isinstance(last, Operation)
    assert isinstance(misread, Misfit)
    assert misread.problem.code == "json_float"
    assert "1.5" in json.loads(misread.body)["unreadable"]


def test_the_same_misfit_is_the_same_row_however_often_it_comes() -> None:
    first, again = misfit(push({"id": "x"})), misfit(push({"id": "x"}))
    assert (first.id, first.key) == ("x", again.key)
    assert misfit(push({"id": "x", "more": 1})).key != first.key


@pytest.mark.parametrize(
    "raw", [b"", b"[]", b"null", b"{}", b'{"operations":[]}', b'{"origin_epoch":"e"}',
            b'{"origin_epoch":"","operations":[]}', b"<html>", b'{"origin_epoch":"e"',
            b'{"origin_epoch":"e","operations":[' + b"[" * 9000 + b"]" * 9000 + b"]}",
            b'{"origin_epoch":"e","operations":[],"sent_at":"noon"}'],
)  # fmt: skip
def test_what_is_no_push_at_all_is_refused_whole(raw: bytes) -> None:
    with pytest.raises(Problem) as refused:
        read(raw, PHONE, SyncSettings())
    assert (refused.value.code, refused.value.status) == ("push_malformed", 400)


def test_too_many_operations_are_asked_for_in_smaller_pushes() -> None:
    with pytest.raises(Problem) as refused:
        read(push(*[EDIT] * 3), PHONE, SyncSettings(push_operations_max=2))
    assert (refused.value.code, refused.value.status) == ("push_too_many", 413)


def test_too_many_bytes_are_asked_for_in_smaller_pushes() -> None:
    with pytest.raises(Problem) as refused:
        read(push({**EDIT, "patch": {"notes": "x" * 70_000}}), PHONE,
             SyncSettings(push_bytes_max=65_536))  # fmt: skip
    assert (refused.value.code, refused.value.status) == ("body_too_large", 413)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=5))
def test_anything_in_the_list_is_answered_for(entries: list[object]) -> None:
    found = read(push(*entries), PHONE, SyncSettings()).operations
    assert len(found) == len(entries)
    assert all(isinstance(entry, Misfit) for entry in found)


@given(st.dictionaries(st.sampled_from([*EDIT, "data", "event", "base_op"]), json_values))
def test_an_operation_with_any_member_replaced_is_read_or_becomes_a_misfit(
    change: dict[str, object],
) -> None:
    entry = only(push({**EDIT, **change}))
    assert isinstance(entry, Operation | Misfit)
    canonical.decode(entry.body, depth_max=64)
