"""The circuit of a line to an ERP: when it opens, for how long, and what closes it."""

from hypothesis import given
from hypothesis import strategies as st

from sync.erp.rounds.circuit import ASKED_MS_MAX, OPEN_AFTER, PAUSE_MS_MIN, Circuit

NOW = 1_800_000_000_000
HALF_HOUR = 1_800_000
jitters = st.floats(0, 1)


def failing(times: int, jitter: float = 1, retry_after_s: int = 0) -> Circuit:
    circuit = Circuit()
    for _ in range(times):
        circuit = circuit.failed(NOW, jitter, HALF_HOUR, retry_after_s)
    return circuit


def test_a_single_failure_rests_nothing() -> None:
    assert failing(1).state(NOW) == "closed"
    assert failing(OPEN_AFTER - 1).state(NOW) == "closed"


def test_failures_in_a_row_open_it_until_one_round_may_try() -> None:
    circuit = failing(OPEN_AFTER)
    assert circuit.state(NOW) == "open"
    assert circuit.state(circuit.until - 1) == "open"
    assert circuit.state(circuit.until) == "half_open"


def test_what_the_erp_asks_for_counts_from_the_first_failure_on() -> None:
    circuit = failing(1, retry_after_s=120)
    assert circuit.state(NOW + 119_999) == "open"
    assert circuit.state(NOW + 120_000) == "closed"


def test_a_clock_that_went_back_before_the_failure_ends_the_pause() -> None:
    assert failing(OPEN_AFTER).state(NOW - 1) == "half_open"


@given(times=st.integers(OPEN_AFTER, 200), jitter=jitters)
def test_pauses_double_up_to_the_cap_and_the_last_half_is_random(times: int, jitter: float) -> None:
    pause = failing(times, jitter).until - NOW
    ceiling = min(HALF_HOUR, PAUSE_MS_MIN * 2 ** (times - OPEN_AFTER))
    assert ceiling // 2 <= pause <= ceiling


@given(times=st.integers(1, 50), jitter=jitters, asked=st.integers(0, 10**9))
def test_nothing_is_tried_before_the_erp_wants_it_and_no_pause_is_endless(
    times: int, jitter: float, asked: int
) -> None:
    pause = failing(times, jitter, asked).until - NOW
    assert pause >= min(asked * 1000, ASKED_MS_MAX)
    assert pause <= max(HALF_HOUR, ASKED_MS_MAX)
