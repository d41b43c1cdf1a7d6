"""An import from the file to the records: nothing doubled, nothing lost, nothing half done."""

from typing import Any

import pytest

from config.schema import TransferSettings
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.transfer.imports import Imports
from gateway.transfer.keeping.files import FOLDER
from gateway.transfer.passes import passes
from tests.transfer.conftest import BEN, CLEO, Desk, pieces

KEYED = "Customer,Phone,City,Old number\n"
FIRST = KEYED + "Alpha,030 1234567,Berlin,D1\nBeta,040 1234567,Hamburg,D2\n"


def test_new_rows_become_customers_with_numbers(desk: Desk) -> None:
    done = desk.take(FIRST)
    assert (done.state, done.counts) == ("done", {"created": 2})
    found = desk.customers()
    assert [one["data"]["legal_name"] for one in found] == ["Alpha", "Beta"]
    assert found[0]["data"]["phone"] == "+49301234567"
    assert found[0]["data"]["addresses"]["1"]["city"] == "Berlin"
    assert all(one["number"] for one in found)


def test_a_check_changes_nothing_and_tells_what_the_run_will_do(desk: Desk) -> None:
    desk.take(FIRST)
    before = desk.customers()
    head = desk.store.head
    checked = desk.check(desk.upload(FIRST.replace("Berlin", "Bonn") + "Gamma,x,Ulm,D3\n"))
    assert checked.counts == {"updated": 1, "unchanged": 1, "problem": 1}
    assert desk.customers() == before
    assert desk.store.head == head
    assert desk.take(checked).counts == checked.counts


def test_the_same_file_twice_changes_nothing(desk: Desk) -> None:
    desk.take(FIRST)
    before = desk.customers()
    assert desk.take(FIRST).counts == {"unchanged": 2}
    assert desk.customers() == before


def test_the_same_file_without_a_key_changes_nothing_either(desk: Desk) -> None:
    raw = "Customer,Phone\nAlpha,030 1234567\nBeta,\n"
    assert desk.take(raw).counts == {"created": 2}
    assert desk.take(raw).counts == {"unchanged": 2}
    assert len(desk.customers()) == 2


def test_a_changed_row_changes_its_field_alone(desk: Desk) -> None:
    desk.take(FIRST)
    alpha = desk.customers()[0]
    desk.edit(alpha, {"phone": "030 7777777"})
    desk.take(FIRST.replace("Berlin", "Bonn"))
    data = desk.customers()[0]["data"]
    # The file repeats the phone it said before: what a person changed meanwhile stays.
    assert data["phone"] == "+49307777777"
    assert [one["city"] for one in data["addresses"].values()] == ["Bonn"]


def test_file_and_person_who_say_different_things_leave_it_to_somebody(desk: Desk) -> None:
    desk.take(FIRST)
    desk.edit(desk.customers()[0], {"phone": "030 7777777"})
    done = desk.take(FIRST.replace("030 1234567", "030 8888888"))
    assert done.counts == {"waiting": 1, "unchanged": 1}
    assert desk.codes(done) == {2: ["row_waits"]}
    assert desk.customers()[0]["conflicts"] == 1


def test_a_third_file_does_not_undo_what_a_person_said_after_the_first(desk: Desk) -> None:
    desk.take(FIRST)
    desk.edit(desk.customers()[0], {"phone": "030 7777777"})
    desk.take(FIRST.replace("Berlin", "Bonn"))
    desk.take(FIRST.replace("Berlin", "Kiel"))
    assert desk.customers()[0]["data"]["phone"] == "+49307777777"


def test_every_problem_of_every_row_is_told_at_once(desk: Desk) -> None:
    raw = (
        "type,legal_name,country,tax_id,phone,email,credit_limit\n"
        "company,Good,DE,,,,\n"
        'robot,,DE,DE000000000,call me,nobody,"1,234"\n'
        "company,Fine,DE,,,,\n"
    )
    checked = desk.check(desk.upload(raw))
    (result,) = desk.told(checked)
    told = {(problem.pointer, problem.code) for problem in result.problems}
    assert result.row == 3
    assert told == {
        ("/type", "choice_unknown"),
        ("/legal_name", "field_required"),
        ("/tax_id", "tax_id_invalid"),
        ("/phone", "phone_impossible"),
        ("/email", "email_invalid"),
        ("/credit_limit", "cell_number_ambiguous"),
    }
    assert desk.take(checked).counts == {"created": 2, "problem": 1}


def test_strict_takes_all_rows_or_none(desk: Desk) -> None:
    found = desk.check(desk.upload(FIRST + "Gamma,x,Ulm,D3\n"))
    with pytest.raises(Problem, match="import_has_problems"):
        desk.imports.run(found.actor, found.id, strict=True)
    assert desk.customers() == []


def test_a_row_that_repeats_is_left_out_with_the_row_it_repeats(desk: Desk) -> None:
    raw = FIRST + "Alpha again,030 1,Bonn,D1\n"
    checked = desk.check(desk.upload(raw))
    assert checked.counts == {"created": 2, "duplicate": 1}
    (result,) = desk.told(checked)
    assert [(p.code, p.params) for p in result.problems if p.code == "row_repeats"] == [
        ("row_repeats", {"row": 2})
    ]


@pytest.mark.parametrize(
    ("rule", "counts", "customers"),
    [
        ("skip", {"duplicate": 1}, 1),
        ("create", {"created": 1}, 2),
        ("update", {"updated": 1}, 1),
    ],
)
def test_a_row_like_a_record_follows_the_rule(
    desk: Desk, rule: str, counts: dict[str, int], customers: int
) -> None:
    desk.create(legal_name="Alpha GmbH", tax_id="DE136695976")
    raw = "legal_name,country,tax_id,notes\nAlpha,DE,DE 136 695 976,from the fair\n"
    assert desk.take(desk.ruled(desk.upload(raw), duplicates=rule)).counts == counts
    assert len(desk.customers()) == customers


@pytest.mark.parametrize(
    ("mode", "codes"),
    [("create", {2: ["row_exists"]}), ("update", {3: ["row_not_known"]})],
)
def test_an_import_may_only_create_or_only_update(
    desk: Desk, mode: str, codes: dict[int, list[str]]
) -> None:
    desk.take(KEYED + "Alpha,,Berlin,D1\n")
    raw = KEYED + "Alpha,,Bonn,D1\nBeta,,Ulm,D2\n"
    assert desk.codes(desk.take(desk.ruled(desk.upload(raw), mode=mode))) == codes


def test_an_empty_cell_clears_only_where_that_is_asked_for(desk: Desk) -> None:
    desk.take(FIRST)
    emptied = FIRST.replace("030 1234567", "")
    desk.take(emptied)
    assert "phone" in desk.customers()[0]["data"]
    desk.take(desk.ruled(desk.upload(emptied.replace("Berlin", "Bonn")), blanks="clear"))
    assert "phone" not in desk.customers()[0]["data"]


def test_a_contact_is_found_again_by_its_name_whoever_entered_it(desk: Desk) -> None:
    made = desk.create(contacts={"abc": {"name": "Eve Low"}})
    raw = f"number,contacts.1.name,contacts.1.email\n{made['number']},eve low,eve@example.com\n"
    desk.take(raw)
    contacts = desk.customers()[0]["data"]["contacts"]
    assert contacts == {"abc": {"name": "eve low", "email": "eve@example.com"}}


def test_a_number_nobody_has_is_refused(desk: Desk) -> None:
    raw = "number,legal_name\nW9-C999999,Alpha\n"
    assert desk.codes(desk.check(desk.upload(raw))) == {2: ["row_record_missing"]}


def test_a_clerk_imports_with_a_clerks_rights(desk: Desk) -> None:
    raw = "legal_name,balance\nAlpha,100.00\n"
    checked = desk.check(desk.upload(raw, actor=CLEO))
    assert desk.codes(checked) == {2: ["field_not_writable"]}


def test_a_file_is_its_importers_and_the_managers(desk: Desk) -> None:
    found = desk.upload(FIRST, actor=CLEO)
    assert desk.imports.get(BEN, found.id).id == found.id
    with pytest.raises(Problem, match="import_missing"):
        desk.imports.get(Actor("otto", "Otto", "clerk"), found.id)


def test_what_is_imported_says_that_it_was(desk: Desk) -> None:
    desk.take(FIRST)
    with desk.store.read() as rows:
        channels = rows.tuples("SELECT DISTINCT channel FROM record_versions")
    assert channels == [("import",)]


def test_the_file_rests_encrypted_and_goes_after_its_time(desk: Desk, clock: ManualClock) -> None:
    found = desk.take(FIRST)
    (kept,) = (desk.store.folder / FOLDER).iterdir()
    assert b"Hamburg" not in kept.read_bytes()
    clock.advance(29 * 86_400_000)
    assert desk.imports.sweep() == 0
    clock.advance(2 * 86_400_000)
    assert desk.imports.sweep() == 1
    assert not kept.exists()
    assert not desk.state(found.id).kept
    assert desk.imports.files.samples(desk.state(found.id), 5) == []


def test_a_kept_file_that_was_altered_is_not_believed(desk: Desk) -> None:
    found = desk.upload(FIRST)
    (kept,) = (desk.store.folder / FOLDER).iterdir()
    raw = bytearray(kept.read_bytes())
    raw[-1] ^= 1
    kept.write_bytes(raw)
    assert desk.check(found).state == "failed"


def test_a_file_over_the_limit_leaves_nothing_behind(desk: Desk) -> None:
    imports = Imports(desk.records, TransferSettings(upload_bytes_max=65_536), 20)
    with pytest.raises(Problem, match="file_too_large"):
        imports.upload(CLEO, "customer", "big.csv", pieces(b"x" * 100_000))
    assert list((desk.store.folder / FOLDER).iterdir()) == []


def test_a_corrected_mapping_is_remembered_for_files_with_the_same_head(desk: Desk) -> None:
    head = "A,B,C\n"
    found = desk.mapped(desk.upload(head + "x,y,z\n"), "notes", "legal_name", "@key")
    again = desk.upload(head + "p,q,r\n")
    assert again.layout == found.layout


class StopsAt:
    """Says that a pass has to end once it has been asked so often."""

    def __init__(self, times: int) -> None:
        self.left = times

    def __call__(self) -> bool:
        self.left -= 1
        return self.left < 0


def many(count: int) -> str:
    return KEYED + "".join(f"Shop {n},,City,K{n}\n" for n in range(count))


def test_a_run_that_was_cut_off_goes_on_where_it_stood(desk: Desk) -> None:
    raw = many(200) + "Shop 3,,City,K3\n"
    found = desk.check(desk.upload(raw))
    desk.imports.run(found.actor, found.id)
    desk.imports.work(found.id, StopsAt(2))
    half = desk.state(found.id)
    assert half.state == "running"
    assert half.position == 2 * passes.CHUNK_ROWS
    later = desk.again()
    assert later.next_working() is not None
    later.work(found.id)
    done = desk.state(found.id)
    assert (done.state, done.counts) == ("done", {"created": 200, "duplicate": 1})
    assert len(desk.customers()) == 200


def test_a_stopped_run_goes_on_when_it_is_asked_to(desk: Desk) -> None:
    found = desk.check(desk.upload(many(100)))
    desk.imports.run(found.actor, found.id)
    desk.imports.stop(found.actor, found.id)
    desk.imports.work(found.id)
    assert desk.state(found.id).state == "stopped"
    desk.imports.run(found.actor, found.id)
    desk.imports.work(found.id)
    assert desk.state(found.id).counts == {"created": 100}


def test_a_slice_that_fails_in_the_writer_leaves_no_trace(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = desk.check(desk.upload(many(10)))
    desk.imports.run(found.actor, found.id)
    calls: list[Any] = []
    real = passes.commands.place

    def falters(*args: Any, **named: Any) -> Any:
        calls.append(args)
        if len(calls) == 6:
            raise Problem("store_busy")
        return real(*args, **named)

    monkeypatch.setattr(passes.commands, "place", falters)
    desk.imports.work(found.id)
    done = desk.state(found.id)
    assert done.counts == {"created": 9, "problem": 1}
    assert len(desk.customers()) == 9


def test_a_finished_import_is_not_run_again(desk: Desk) -> None:
    found = desk.take(FIRST)
    with pytest.raises(Problem, match="import_over"):
        desk.imports.run(found.actor, found.id)


def test_an_unchecked_file_is_not_run(desk: Desk) -> None:
    found = desk.upload(FIRST)
    with pytest.raises(Problem, match="import_unchecked"):
        desk.imports.run(found.actor, found.id)


def test_a_long_run_leaves_the_index_in_few_parts(desk: Desk) -> None:
    rows = "".join(f"Shop number {n},K{n}\n" for n in range(passes.TIDY_ROWS))
    assert desk.take("legal_name,@key\n" + rows).counts == {"created": passes.TIDY_ROWS}
    with desk.store.read() as reader:
        found = reader.value("SELECT count(DISTINCT segid) FROM record_tokens_idx")
    assert found <= 1
