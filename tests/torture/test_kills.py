"""The short version of `make torture`: a handful of shots at a gateway that everybody leans on."""

from pathlib import Path

import pytest

from tests.torture.kills import campaign

SHOTS = 5


@pytest.mark.timeout(400)
def test_a_gateway_that_is_shot_loses_doubles_and_damages_nothing(tmp_path: Path) -> None:
    summary = campaign(SHOTS, seed=7, work=tmp_path, say=print)
    print("\n".join(summary.lines()))
    assert summary.kills == SHOTS
    assert summary.faults == []
    for name in ("facts", "operations", "scans"):
        assert summary.promises[name] > 0, f"nobody was promised any {name}"
