"""The short version of `make soak`: a phone through a few flips of the network, shot among them."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from tests.torture.soak import Soak

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]

FLIPS = 5


def test_a_phone_on_a_bad_day_loses_and_doubles_nothing(
    playwright: Playwright, tmp_path: Path
) -> None:
    day = Soak(playwright, tmp_path, seed=13).run(FLIPS, print)
    print("\n".join(day.lines()))
    assert day.faults == []
    assert day.happened["flip"] == FLIPS
    assert len(day.saved) >= 2
