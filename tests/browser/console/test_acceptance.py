"""The acceptance of import and export, at the scale of a test."""

from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from bench import portal

pytestmark = pytest.mark.browser


def test_a_person_brings_a_file_and_takes_everything_out_again(
    playwright: Playwright, tmp_path: Path
) -> None:
    scale = portal.Scale(rows=120, first=60, undone=20, quiet_ms=300)
    report = portal.accept(playwright, scale, tmp_path, tmp_path)
    assert [line["step"] for line in report.lines][-1] == "undoing of 20 rows"
