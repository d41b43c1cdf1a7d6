"""What the rows of a file are compared with, and that no short cut changes what comes of it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.schema import GatewaySettings, StoreSettings, TransferSettings
from gateway.kernel.clock import ManualClock
from gateway.kernel.sealing import Keyring
from gateway.kinds.registry import KINDS
from gateway.records.duplicates import lookalikes, pairs
from gateway.records.duplicates.lookalikes import Among
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.transfer.exports import Exports
from gateway.transfer.imports import Imports
from gateway.transfer.passes import matcher, passes
from gateway.transfer.passes.matcher import Alike, Matcher
from tests.transfer.conftest import Desk

HEAD = "legal_name,country,phone,email,@key\n"
NAMES = ("Müller GmbH", "Mueller & Söhne", "Alpenfeld", "华新科技有限公司", "上海华新科技")
PHONES = ("", "+49 30 12345678", "030 12345678", "+49 40 7654321")
EMAILS = ("", "ute@example.com", "info@alpenfeld.example")
row = st.tuples(st.sampled_from(NAMES), st.sampled_from(PHONES), st.sampled_from(EMAILS))


def whole_file(rows: Rows, keyring: Keyring, kind: Kind, data: Data, _: Among) -> Sequence[Alike]:
    """Compares with every record, what the import itself has made included."""
    found = lookalikes.candidates(rows, keyring, kind, data, limit=100)
    return [Alike(one.record, one.grade) for one in found]


@contextmanager
def opened(matching: Matcher = matcher.alike) -> Iterator[Desk]:
    with TemporaryDirectory() as folder:
        store = Store(Path(folder) / "data", StoreSettings(), ManualClock())
        records = Records(store, KINDS, GatewaySettings())
        people: dict[str, Any] = {}
        desk = Desk(records, Imports(records, TransferSettings(), 20), Exports(records), people)
        desk.imports = Imports(
            records, TransferSettings(), 20, matcher=matching, present=desk.present
        )
        try:
            yield desk
        finally:
            store.close()


def lines(rows: Sequence[tuple[str, str, str]]) -> str:
    listed = enumerate(rows)
    return HEAD + "".join(f"{name},DE,{phone},{mail},K{n}\n" for n, (name, phone, mail) in listed)


def taken(desk: Desk, before: Sequence[tuple[str, str, str]], raw: str) -> list[Any]:
    """What the check says of each row, and what the run makes of it, after some were entered."""
    for name, phone, email in before:
        said = {"legal_name": name, "phone": phone, "email": email}
        desk.create(country="DE", **{field: text for field, text in said.items() if text})
        # Of two that are equally alike, the older one is told.
        assert isinstance(desk.store.clock, ManualClock)
        desk.store.clock.advance(1)
    told = []
    found = desk.upload(raw)
    for done in (desk.check(found), desk.take(found)):
        with desk.store.read() as rows:
            results = passes.results.told(
                rows, done.id, passes.results.pass_of(done.state), limit=100, show="all"
            )
        told.append([(r.row, r.outcome, [(p.code, p.params) for p in r.problems]) for r in results])
    return told


def indexed(desk: Desk) -> list[tuple[Any, ...]]:
    """Everything that records are found by, by their numbers."""
    with desk.store.read() as rows:
        return rows.tuples(
            "SELECT r.number, i.doc, i.sort, i.business, i.personal, i.mark, i.compared"
            " FROM record_index i JOIN records r ON r.id = i.record ORDER BY r.number"
        ) + rows.tuples("SELECT term, doc, cnt FROM record_terms ORDER BY term")


@settings(max_examples=8)
@given(before=st.lists(row, max_size=4), rows=st.lists(row, min_size=1, max_size=8))
def test_passing_over_what_the_import_has_made_finds_the_same_duplicates(
    before: list[tuple[str, str, str]], rows: list[tuple[str, str, str]]
) -> None:
    with opened() as quick, opened(whole_file) as slow:
        checked, run = taken(quick, before, lines(rows))
        assert checked == run
        assert [checked, run] == taken(slow, before, lines(rows))
        assert indexed(quick) == indexed(slow)


@settings(max_examples=8)
@given(rows=st.lists(row, min_size=1, max_size=8))
def test_imported_records_are_indexed_like_entered_ones(rows: list[tuple[str, str, str]]) -> None:
    with opened() as desk, opened() as by_hand:
        desk.take(lines(rows))
        for customer in sorted(desk.customers(), key=lambda one: str(one["number"])):
            by_hand.create(**customer["data"])
        assert indexed(desk) == indexed(by_hand)


@pytest.mark.parametrize("cut_off", [False, True])
def test_what_others_enter_during_a_run_is_seen(desk: Desk, cut_off: bool) -> None:
    rows = [(f"Shop {n}", "", "") for n in range(3 * passes.CHUNK_ROWS)]
    rows[-1] = ("Müller GmbH", "030 12345678", "ute@example.com")
    found = desk.check(desk.upload(lines(rows)))
    desk.imports.run(found.actor, found.id)
    asked = 0

    def between() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            desk.create(legal_name="Müller GmbH", phone="030 12345678", email="ute@example.com")
        return cut_off and asked == 2

    desk.imports.work(found.id, between)
    if cut_off:
        desk.again().work(found.id)
    done = desk.state(found.id)
    assert (done.state, done.counts) == ("done", {"created": len(rows) - 1, "duplicate": 1})
    assert desk.codes(done)[len(rows) + 1] == ["row_like_record"]


@pytest.mark.parametrize("before", [1, 3 * passes.CHUNK_ROWS])
def test_what_others_edit_during_a_run_is_seen(desk: Desk, before: int) -> None:
    standing = [desk.create(legal_name=f"House {n}") for n in range(before)]
    rows = [(f"Shop {n}", "", "") for n in range(3 * passes.CHUNK_ROWS)]
    rows[-1] = ("Müller GmbH", "030 12345678", "ute@example.com")
    rows[-2] = ("Alpenfeld", "030 87654321", "info@alpenfeld.example")
    found = desk.check(desk.upload(lines(rows)))
    desk.imports.run(found.actor, found.id)
    asked, entered = 0, []

    def between() -> bool:
        nonlocal asked
        asked += 1
        if asked == 2:
            entered.append(desk.create(legal_name="Something else"))
        if asked == 3:
            said = {"legal_name": "Müller GmbH", "phone": "+493012345678"}
            desk.edit(entered[0], said)
            desk.edit(standing[0], {"legal_name": "Alpenfeld", "email": "info@alpenfeld.example"})
        return False

    desk.imports.work(found.id, between)
    done = desk.state(found.id)
    assert done.counts == {"created": len(rows) - 2, "duplicate": 2}
    assert {n for n, codes in desk.codes(done).items() if codes == ["row_like_record"]} == {
        len(rows),
        len(rows) + 1,
    }


def test_rows_that_are_nearly_alike_become_a_pair_after_the_run(desk: Desk) -> None:
    rows = [("Müller GmbH", "030 12345678", ""), ("Mueller Gmbh", "+49 30 12345678", "")]
    assert desk.take(lines(rows)).counts == {"created": 2}
    while desk.records.comparing.step(KINDS["customer"]):
        pass
    with desk.store.read() as reader:
        one, other = (customer["id"] for customer in desk.customers())
        (pair,) = pairs.of_record(reader, one)
        assert {pair.one, pair.other} == {one, other}
