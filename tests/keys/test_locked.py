"""A gateway without its key takes a passphrase, not too often, and asks by itself where it can."""

import threading
from collections.abc import Callable

import pytest

from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.keys.locked import FREE_TRIES, Locked

KEYS = Keyring.fresh()


def opened(said: str) -> Keyring:
    if said != "right":
        raise Problem("keys_passphrase_wrong")
    return KEYS


def answering(*answers: Keyring | Problem) -> Callable[[str], Keyring]:
    """Who gives these one after the other."""
    left = iter(answers)

    def asked(_: str) -> Keyring:
        found = next(left)
        if isinstance(found, Problem):
            raise found
        return found

    return asked


def tried(state: Locked, said: str) -> str:
    try:
        state.unlock(said)
    except Problem as problem:
        return problem.code
    return "open"


def test_wrong_passphrases_cost_ever_longer_pauses_and_the_right_one_opens(
    clock: ManualClock,
) -> None:
    state = Locked(opened, Problem("keys_passphrase_needed"), clock)
    assert [tried(state, "wrong") for _ in range(FREE_TRIES)] == [
        "keys_passphrase_wrong"
    ] * FREE_TRIES
    assert tried(state, "right") == "throttled"
    clock.advance(1000)
    assert tried(state, "wrong") == "keys_passphrase_wrong"
    clock.advance(1000)
    assert tried(state, "right") == "throttled"
    clock.advance(1000)
    assert tried(state, "right") == "open"
    assert state.wait(lambda: None) is KEYS


def test_what_no_person_can_say_is_asked_for_again(clock: ManualClock) -> None:
    asked = answering(Problem("keys_erp_refused", host="erp"), KEYS)
    state = Locked(asked, Problem("keys_erp_unreachable", host="erp", reason="x"), clock)
    assert tried(state, "a passphrase") == "keys_erp_unreachable"
    state.look()
    assert state.problem.code == "keys_erp_refused"
    state.look()
    assert state.wait(lambda: None) is KEYS


def test_what_only_other_settings_mend_ends_the_waiting(clock: ManualClock) -> None:
    def unset(_: str) -> Keyring:
        raise Problem("keys_file_unset")

    state = Locked(unset, Problem("keys_file_missing", file="f", reason="r"), clock)
    with pytest.raises(Problem, match=r"keys\.file does not say"):
        state.look()


def test_a_wrong_stick_is_waited_out(clock: ManualClock) -> None:
    asked = answering(Problem("keys_wrong", tier="file"), KEYS)
    state = Locked(asked, Problem("keys_file_missing", file="f", reason="r"), clock)
    state.look()
    assert state.problem.code == "keys_wrong"
    state.look()
    assert state.wait(lambda: None) is KEYS


def test_who_is_told_to_stop_waits_no_longer(clock: ManualClock) -> None:
    state = Locked(opened, Problem("keys_passphrase_needed"), clock)
    threading.Timer(0, state.end).start()
    assert state.wait(lambda: None) is None
