"""Two shots at the gateway of a busy simulated store; ``make torture`` fires more."""

from pathlib import Path

from tests.torture import store_kills


def test_a_busy_store_loses_and_doubles_nothing_when_its_gateway_is_killed(tmp_path: Path) -> None:
    outcome = store_kills.campaign(2, 7, tmp_path, lambda _: None)
    assert outcome.faults == []
    assert outcome.acked > 0
