"""Whose rights an import uses, and what others see of a file they did not bring."""

from dataclasses import replace

import pytest

from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import approvals
from gateway.records.edits import proposals
from gateway.records.engine import Origin
from gateway.records.model.checks import MASK
from gateway.transfer import problem_file
from gateway.transfer.layout.mapping import Column, Layout
from tests.transfer.conftest import BEN, CLEO, Desk
from tests.transfer.test_imports import FIRST, StopsAt, many

IBAN = "DE89370400440532013000"
BANKED = (
    "Customer,IBAN,Phone,Remark of the bank\n"
    f"Alpha,{IBAN},030 1234567,secret\nBeta,{IBAN},call me,secret\n"
)


def banked(desk: Desk) -> str:
    found = desk.upload(BANKED, actor=CLEO)
    desk.check(desk.mapped(found, "legal_name", "bank_accounts.1.iban", "phone"))
    return found.id


def running(desk: Desk, count: int = 200) -> str:
    """A clerk's import with its first rows in."""
    found = desk.check(desk.upload(many(count), actor=CLEO))
    desk.imports.run(CLEO, found.id)
    desk.imports.work(found.id, StopsAt(1))
    return found.id


@pytest.mark.parametrize("now", [replace(CLEO, role="gone"), replace(CLEO, role="auditor")])
def test_a_run_stops_when_whoever_carries_it_may_not_any_more(desk: Desk, now: Actor) -> None:
    identity = running(desk)
    desk.people[CLEO.id] = now
    desk.imports.work(identity)
    found = desk.state(identity)
    assert (found.state, found.position) == ("stopped", 64)
    assert found.problem is not None
    assert found.problem.code in ("import_left", "import_rights")
    assert found.problem.params["name"] == "Cleo"
    assert len(desk.customers()) == 64


def test_somebody_entitled_goes_on_in_their_own_name(desk: Desk) -> None:
    identity = running(desk)
    desk.people[CLEO.id] = replace(CLEO, role="gone")
    desk.imports.work(identity)
    desk.imports.run(BEN, identity)
    desk.imports.work(identity)
    found = desk.state(identity)
    assert (found.state, found.counts, found.problem) == ("done", {"created": 200}, None)
    with desk.store.read() as rows:
        authors = rows.all("SELECT actor_name, count(*) AS n FROM record_versions GROUP BY 1")
    assert {line["actor_name"]: line["n"] for line in authors} == {"Cleo": 64, "Ben": 136}


def test_a_role_that_was_taken_away_is_not_resumed_by_its_owner(desk: Desk) -> None:
    identity = running(desk)
    desk.people[CLEO.id] = replace(CLEO, role="auditor")
    desk.imports.work(identity)
    with pytest.raises(Problem, match="import_rights"):
        desk.imports.run(desk.people[CLEO.id], identity)


def test_the_rights_are_those_of_now_row_by_row(desk: Desk) -> None:
    """A clerk only proposes a limit; whoever is a manager by then sets a small one."""
    made = desk.create()
    found = desk.upload(f"Our number,Limit\n{made['number']},5.00\n", actor=CLEO)
    found = desk.check(desk.mapped(found, "@number", "credit_limit"))
    assert found.counts == {"waiting": 1}
    desk.people[CLEO.id] = replace(CLEO, role="manager")
    desk.imports.run(CLEO, found.id)
    desk.imports.work(found.id)
    assert desk.state(found.id).counts == {"updated": 1}


def test_a_check_stops_as_well_and_an_undoing(desk: Desk) -> None:
    found = desk.upload(FIRST, actor=CLEO)
    desk.imports.check(CLEO, found.id)
    desk.people[CLEO.id] = replace(CLEO, role="gone")
    desk.imports.work(found.id)
    assert desk.state(found.id).state == "uploaded"
    del desk.people[CLEO.id]
    done = desk.take(desk.state(found.id))
    desk.imports.undo(CLEO, done.id)
    desk.people[CLEO.id] = replace(CLEO, role="gone")
    desk.imports.work(done.id)
    assert desk.state(done.id).state == "halted"
    assert desk.undo(done, BEN).counts["closed"] == 2


def test_whoever_made_the_file_is_no_second_person_for_what_is_in_it(desk: Desk) -> None:
    made = desk.create()
    other = replace(BEN, id="bo", name="Bo")
    found = desk.upload(f"Our number,Limit\n{made['number']},900000.00\n", actor=other)
    desk.check(desk.mapped(found, "@number", "credit_limit"))
    desk.imports.run(BEN, found.id)
    desk.imports.work(found.id)
    with desk.store.read() as rows:
        (one,) = proposals.of_record(rows, made["id"])
    verdict = approvals.Verdict("approve", one.hash)
    origin = Origin(other, proven=True)
    with pytest.raises(Problem, match="approval_own"):
        desk.store.write(
            lambda tx: approvals.decide(tx, desk.records.engine, origin, one.id, verdict)
        )


def test_a_manager_sees_a_clerks_file_through_the_managers_eyes(desk: Desk) -> None:
    identity = banked(desk)
    found = desk.state(identity)
    shade = desk.imports.shade(BEN, found)
    rows = [shade.row(row) for row in desk.imports.files.samples(found, 5)]
    assert rows[0] == ["Alpha", MASK * 4, "030 1234567", MASK * 4]
    own = desk.imports.shade(CLEO, found)
    assert own.row(["Alpha", IBAN]) == ["Alpha", IBAN]


def test_the_file_of_problems_has_the_same_eyes(desk: Desk) -> None:
    found = desk.state(banked(desk))
    shade = desk.imports.shade(BEN, found)
    told = b"".join(problem_file.stream(desk.imports, found, shade, "en")).decode("utf-8-sig")
    assert "call me" in told
    assert IBAN not in told
    assert "secret" not in told


def test_only_whoever_brought_a_file_maps_it(desk: Desk) -> None:
    identity = banked(desk)
    elsewhere = Layout([Column(0, "legal_name"), Column(1, "notes")])
    with pytest.raises(Problem, match="import_not_yours"):
        desk.imports.map(BEN, identity, elsewhere)
    with pytest.raises(Problem, match="import_not_yours"):
        desk.imports.look_again(BEN, identity, desk.state(identity).asked)
    assert desk.imports.map(CLEO, identity, elsewhere).layout == elsewhere
