"""Every scenario of a phone or a failure and every case of a device or an attack has a test, and
every test that the tables name exists.
"""

import ast
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tidy import tree
from tests.tidy.tree import ROOT


@dataclass(frozen=True)
class Page:
    """A table of what is tried: where it stands, where its tests are, which rows it has."""

    path: Path
    tests: Path
    numbers: tuple[int, ...]

    def rows(self) -> dict[int, str]:
        """The last column of the table, by number."""
        found = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", tree.text(self.path), re.MULTILINE)
        return {int(number): tests for number, tests in found}


PAGES = (
    Page(Path("docs/phone-scenarios.md"), ROOT / "tests/browser", tuple(range(1, 37))),
    Page(Path("docs/device-cases.md"), ROOT / "tests", tuple(range(1, 51))),
    Page(Path("docs/failure-scenarios.md"), ROOT / "tests", tuple(range(1, 31))),
    Page(Path("docs/security-cases.md"), ROOT / "tests", tuple(range(1, 55))),
)
each_page = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.path.stem)


def names_in(path: Path) -> set[str]:
    if not path.exists():
        return set()
    parsed = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(parsed) if isinstance(node, ast.FunctionDef)}


@each_page
def test_every_scenario_names_a_test(page: Page) -> None:
    assert tuple(page.rows()) == page.numbers
    for number, tests in page.rows().items():
        assert "`test_" in tests, number


@each_page
def test_every_test_that_is_named_exists(page: Page) -> None:
    missing = []
    for number, cell in page.rows().items():
        for part in cell.split(";"):
            file, *named = re.findall(r"`([^`]+)`", part)
            known = names_in(page.tests / file)
            missing += [f"{number}: {file}: {name}" for name in named if name not in known]
            missing += [f"{number}: {file} names no test"] * (not named)
    assert missing == []
