"""Tokens of machines: shown once, quick to check, gone at once."""

import threading
from collections.abc import Callable

import pytest

from gateway.access.devices import Devices
from gateway.kernel.clock import ManualClock, SystemClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import token_hash
from gateway.store.database import Store
from tests.cast import World


@pytest.fixture
def devices(store: Store) -> Devices:
    return Devices(store)


def test_a_token_is_shown_once_and_only_its_hash_is_kept(devices: Devices, store: Store) -> None:
    identity, token = devices.add("Till 1", "pos")
    with store.read() as rows:
        row = rows.one("SELECT * FROM tokens")
    assert row is not None
    assert row["token"] == token_hash(token)
    assert token.encode() not in b"".join(str(value).encode() for value in row.values())
    assert devices.get(identity).name == "Till 1"


def test_a_token_says_which_machine_calls(devices: Devices) -> None:
    identity, token = devices.add("Till 1", "pos")
    actor = devices.authenticate(token)
    assert actor is not None
    assert (actor.id, actor.name, actor.role, actor.device) == (identity, "Till 1", "pos", identity)


@pytest.mark.parametrize("token", ["", "x", "☃", "x" * 10_000])
def test_an_unknown_token_is_nobody(devices: Devices, token: str) -> None:
    devices.add("Till 1", "pos")
    assert devices.authenticate(token) is None


def test_a_revoked_token_is_refused_from_the_next_request_on(devices: Devices) -> None:
    identity, token = devices.add("Till 1", "pos")
    other = devices.add("Till 2", "pos")[1]
    assert devices.authenticate(token)
    assert devices.revoke(identity).revoked
    assert devices.authenticate(token) is None
    assert devices.authenticate(other)


def test_a_token_is_replaced_while_it_is_in_use(
    devices: Devices, store: Store, clock: ManualClock
) -> None:
    identity, first = devices.add("Head office", "erp")
    second = devices.replace(identity, 24)
    assert first != second
    for each in (devices, Devices(store)):  # also after a restart
        assert each.authenticate(first) == each.authenticate(second)
    shown = devices.get(identity)
    assert (shown.made_at, shown.old_until) == (clock.now_ms(), clock.now_ms() + 24 * 3_600_000)
    clock.advance(24 * 3_600_000)
    assert devices.authenticate(first) is None
    assert devices.authenticate(second)
    assert devices.get(identity).old_until is None


def test_a_token_may_end_with_its_successor_and_two_before_are_too_many(devices: Devices) -> None:
    identity, first = devices.add("Head office", "erp")
    second = devices.replace(identity, 24)
    third = devices.replace(identity, 24)
    assert devices.authenticate(first) is None
    assert devices.authenticate(second)
    last = devices.replace(identity, 0)
    assert [devices.authenticate(each) for each in (second, third)] == [None, None]
    assert devices.authenticate(last)


def test_revoking_ends_a_token_and_the_one_before_it(devices: Devices) -> None:
    identity, first = devices.add("Head office", "erp")
    second = devices.replace(identity, 24)
    assert devices.revoke(identity).old_until is None
    assert [devices.authenticate(each) for each in (first, second)] == [None, None]
    with pytest.raises(Problem, match="token_missing"):
        devices.replace(identity, 24)


@pytest.mark.parametrize("hours", [-1, 169])
def test_a_token_stays_good_for_a_week_at_most(devices: Devices, hours: int) -> None:
    identity, _ = devices.add("Head office", "erp")
    with pytest.raises(ValueError, match="hours"):
        devices.replace(identity, hours)


def test_a_token_lives_on_after_a_restart_and_so_does_its_revocation(
    devices: Devices, store: Store
) -> None:
    gone, revoked = devices.add("Till 1", "pos")
    kept = devices.add("Till 2", "pos")[1]
    devices.revoke(gone)
    again = Devices(store)
    assert again.authenticate(revoked) is None
    assert again.authenticate(kept)


def test_checking_a_token_never_asks_the_database(devices: Devices, store: Store) -> None:
    token = devices.add("Till 1", "pos")[1]
    clock = SystemClock()
    best = min(microseconds(clock, lambda: devices.authenticate(token)) for _ in range(20))
    assert best < 10, "a database read would cost more than this"


def microseconds(clock: SystemClock, call: Callable[[], object]) -> float:
    began = clock.monotonic_us()
    for _ in range(1000):
        call()
    return (clock.monotonic_us() - began) / 1000


def test_machines_added_and_revoked_at_the_same_time_are_all_known(devices: Devices) -> None:
    tokens: list[str] = []

    def add(number: int) -> None:
        kept = devices.add(f"Till {number}", "pos")[1]
        gone, _ = devices.add(f"Spare {number}", "device")
        devices.revoke(gone)
        tokens.append(kept)

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(devices.authenticate(token) for token in tokens)
    assert sum(device.revoked for device in devices.list()) == 8


def test_two_machines_cannot_have_one_name_until_one_is_revoked(devices: Devices) -> None:
    identity, _ = devices.add("Till 1", "pos")
    with pytest.raises(Problem, match="name_taken"):
        devices.add("Till 1", "device")
    devices.revoke(identity)
    assert devices.add("Till 1", "device")
    assert devices.name(identity) == "Till 1", "its old readings keep their name"


def test_every_fault_of_a_new_machine_is_told_at_once(devices: Devices) -> None:
    with pytest.raises(Problem) as refused:
        devices.add("a\nb", "admin")
    found = {error.pointer: error.code for error in refused.value.errors}
    assert found == {"/name": "name_malformed", "/role": "role_unknown"}


@pytest.mark.parametrize("identity", ["", "nonsense", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_a_token_that_does_not_exist_cannot_be_revoked(devices: Devices, identity: str) -> None:
    with pytest.raises(Problem, match="token_missing"):
        devices.revoke(identity)


def test_it_tells_when_a_machine_was_last_seen_also_after_a_restart(
    devices: Devices, store: Store, clock: ManualClock
) -> None:
    identity, token = devices.add("Till 1", "pos")
    assert devices.get(identity).last_seen_at is None
    clock.advance(5_000)
    devices.authenticate(token)
    assert devices.get(identity).last_seen_at == clock.now_ms()
    devices.remember_seen()
    assert Devices(store).get(identity).last_seen_at == clock.now_ms()


def test_the_journal_says_who_gave_and_took_which_token(world: World) -> None:
    ada = world.actor("ada")
    identity, token = world.parts.devices.add("Till 1", "pos", actor=ada)
    world.parts.devices.revoke(identity, actor=ada)
    world.parts.devices.revoke(identity, actor=ada)
    entries = world.journal("access.token_")
    assert [entry["type"] for entry in entries] == ["access.token_added", "access.token_revoked"]
    assert {entry["actor"] for entry in entries} == {ada.id}
    assert {entry["subject"] for entry in entries} == {identity}
    assert token.encode() not in b"".join(entry["body"] for entry in entries)
