"""The board of phones: who keeps silent, and what they said of themselves."""

from typing import Any

from gateway.access.leaving import Order
from gateway.access.phones import PairedPhone
from sync.phone.board import DAY_MS, board

NOW = 1_800_000_000_000
PEOPLE = {"u1": "Ana", "u2": "Otto"}


def report(device: str, seen_days_ago: float, **more: Any) -> dict[str, Any]:
    seen = round(NOW - seen_days_ago * DAY_MS)
    row: dict[str, Any] = {
        "device": device, "actor": "u1", "build": "b1", "protocol": 1, "clock_offset_ms": 1500,
        "unsent": 0, "oldest_unsent_at": None, "restarts": None,
        "storage_used": None, "storage_quota": None, "first_seen_at": NOW - 9 * DAY_MS,
        "last_seen_at": seen, "last_push_at": seen, "last_pull_at": None,
    }  # fmt: skip
    return row | more


def paired(
    device: str, name: str, *, retired: bool = False, leaving: Order = "", seen_at: int = 0
) -> PairedPhone:
    return PairedPhone(
        id=f"p-{device}", user="u1", person="Ana", device=device, name=name, paired_at=0,
        paired_by="u2", seen_at=seen_at, retired_at=1 if retired else None, leaving=leaving,
        wiped_at=None, wiped_unsent=None,
    )  # fmt: skip


def test_a_phone_that_is_silent_and_holds_something_comes_first() -> None:
    reports = [
        report("here", 0.1, unsent=7),
        report("silent", 3.1),
        report("holds", 5, unsent=5, actor="u2"),
        report("just", 3),
    ]
    found = board(reports, [], PEOPLE, NOW, 3)
    assert [(one.device, one.silent) for one in found] == [
        ("holds", True), ("silent", True), ("here", False), ("just", False),
    ]  # fmt: skip
    assert (found[0].user, found[0].unsent) == ("Otto", 5)


def test_a_retired_phone_is_silent_by_right_and_comes_last() -> None:
    reports = [report("old", 60, unsent=2), report("new", 1)]
    pairings = [paired("old", "Old one", retired=True), paired("new", "New one")]
    found = board(reports, pairings, PEOPLE, NOW, 3)
    assert [(one.name, one.retired, one.silent) for one in found] == [
        ("New one", False, False), ("Old one", True, False),
    ]  # fmt: skip


def test_a_retired_phone_that_has_not_handed_over_is_missed() -> None:
    pairings = [paired("old", "Old one", retired=True, leaving="retire")]
    (found,) = board([report("old", 60, unsent=2)], pairings, PEOPLE, NOW, 3)
    assert (found.retired, found.silent, found.unsent) == (True, True, 2)


def test_a_phone_with_another_pairing_alive_is_not_retired_and_a_signature_is_a_sign_of_life() -> (
    None
):
    pairings = [
        paired("one", "Before", retired=True),
        paired("one", "Now", seen_at=NOW - 1000),
    ]
    (found,) = board([report("one", 8)], pairings, PEOPLE, NOW, 3)
    assert (found.name, found.retired, found.silent) == ("Now", False, False)
    assert found.last_seen_at == NOW - 1000


def test_a_phone_that_never_pushed_has_told_no_clock() -> None:
    (found,) = board([report("one", 1, last_push_at=None)], [], PEOPLE, NOW, 3)
    assert (found.clock_offset_ms, found.name) == (None, "")
