"""Every case of what may be done with a pushed operation."""

import dataclasses

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.kernel.problems import Problem
from sync.phone import plan
from sync.phone.operations import Operation
from sync.phone.plan import Again, Apply, Clash, Displaced, Hold, Remembered

A, B, C = (f"01890a5d-ac96-774b-bcce-b302099a80{tail}" for tail in ("0a", "0b", "0c"))
SAME, OTHER = b"same", b"other"


def operation(**changes: object) -> Operation:
    plain = Operation(
        id=A, type="record.edit", origin_seq=1, occurred_at=0, revision=0, depends_on=(),
        kind="customer", record=C, base_version=1, base_op="", content={}, body=b"{}",
    )  # fmt: skip
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


def remembered(status: str, identity: str = A, **changes: object) -> Remembered:
    problem = Problem("id_reused") if status == "rejected" else None
    plain = Remembered(identity, "phone", status, 0, SAME, 0, {}, problem)
    return dataclasses.replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "sent", "digest", "known", "expected"),
    [
        ("a new one is applied", operation(), SAME, {}, Apply()),
        ("an applied one is answered again", operation(), SAME, {A: remembered("applied")}, Again),
        ("a merged one is answered again", operation(), SAME, {A: remembered("merged")}, Again),
        ("a conflict is answered again", operation(), SAME, {A: remembered("conflict")}, Again),
        ("a refusal is answered again", operation(), SAME, {A: remembered("rejected")}, Again),
        ("a failed one is tried again", operation(), SAME, {A: remembered("retry")}, Apply()),
        ("a held one is tried again", operation(), SAME, {A: remembered("blocked_by")}, Apply()),
        ("other content is refused", operation(), OTHER, {A: remembered("applied")}, Clash()),
        (
            "a higher revision does not change what had its effect",
            operation(revision=9), OTHER, {A: remembered("applied")}, Clash(),
        ),
        (
            "other content of a refused one needs a higher revision",
            operation(), OTHER, {A: remembered("rejected")}, Clash(),
        ),
        (
            "a mended one replaces the refused one",
            operation(revision=1), OTHER, {A: remembered("rejected")}, Apply(),
        ),
        (
            "a mended one replaces one that still waits",
            operation(revision=1), OTHER, {A: remembered("blocked_by")}, Apply(),
        ),
        (
            "an older revision comes too late",
            operation(revision=1), OTHER, {A: remembered("rejected", revision=2)}, Clash(),
        ),
        ("it waits for what never came", operation(depends_on=(B,)), SAME, {}, Hold(B)),
        (
            "it waits for what was refused",
            operation(depends_on=(B,)), SAME, {B: remembered("rejected", B)}, Hold(B),
        ),
        (
            "it waits for what is tried again",
            operation(depends_on=(B,)), SAME, {B: remembered("retry", B)}, Hold(B),
        ),
        (
            "it waits for what waits itself",
            operation(depends_on=(B,)), SAME, {B: remembered("blocked_by", B)}, Hold(B),
        ),
        (
            "it follows what was applied",
            operation(depends_on=(B,)), SAME, {B: remembered("applied", B)}, Apply(),
        ),
        (
            "it follows what became a conflict",
            operation(depends_on=(B,)), SAME, {B: remembered("conflict", B)}, Apply(),
        ),
        ("it waits for the edit it builds on", operation(base_op=B), SAME, {}, Hold(B)),
        (
            "the first one missing is named",
            operation(depends_on=(B, C)), SAME, {B: remembered("applied", B)}, Hold(C),
        ),
    ],
)  # fmt: skip
def test_every_case_has_one_decision(
    name: str, sent: Operation, digest: bytes, known: dict[str, Remembered], expected: object
) -> None:
    decision = plan.decide(sent, digest, known)
    assert (type(decision) if isinstance(expected, type) else decision) == expected, name


def test_a_place_in_the_count_that_is_taken_displaces_a_new_operation() -> None:
    assert plan.decide(operation(), SAME, {}, place_taken=True) == Displaced()


def test_a_settled_operation_keeps_its_answer_whatever_happened_to_its_place() -> None:
    known = {A: remembered("applied")}
    assert isinstance(plan.decide(operation(), SAME, known, place_taken=True), Again)


def test_the_fifth_failure_sets_an_operation_aside() -> None:
    known: Remembered | None = None
    statuses = []
    for _ in range(plan.TRIES_MAX):
        status, tries = plan.after_failure(known, SAME)
        known = remembered(status, result={"tries": tries})
        statuses.append(status)
    assert statuses == ["retry"] * 4 + ["rejected"]


def test_a_mended_operation_starts_counting_again() -> None:
    known = remembered("rejected", result={"tries": 5})
    assert plan.after_failure(known, OTHER) == ("retry", 1)


@pytest.mark.parametrize(("waited_ms", "expected"), [(0, True), (99, True), (100, False)])
def test_a_missing_creation_is_waited_for_a_while(waited_ms: int, expected: bool) -> None:
    assert plan.may_still_come(remembered("blocked_by"), waited_ms, 100) is expected


def test_a_missing_creation_is_waited_for_when_the_edit_has_just_come() -> None:
    assert plan.may_still_come(None, 10**15, 100)


@given(
    st.sampled_from(["applied", "merged", "conflict", "rejected", "retry", "blocked_by"]),
    st.integers(0, 3), st.integers(0, 3), st.booleans(), st.booleans(),
)  # fmt: skip
def test_nothing_that_had_its_effect_is_ever_applied_again(
    status: str, before: int, now: int, same: bool, taken: bool
) -> None:
    known = {A: remembered(status, revision=before)}
    sent = operation(revision=now)
    decision = plan.decide(sent, SAME if same else OTHER, known, place_taken=taken)
    if status in plan.DONE:
        assert not isinstance(decision, Apply)
