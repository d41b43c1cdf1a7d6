"""Every scenario of a phone has a test, and every test that the table names exists."""

import ast
import re
from pathlib import Path

from tests.tidy import tree
from tests.tidy.tree import ROOT

PAGE = Path("docs/phone-scenarios.md")
BROWSER = ROOT / "tests/browser"
COUNT = 35


def rows() -> dict[int, str]:
    """The last column of the table, by number."""
    found = re.findall(r"^\| (\d+) \|.*\| ([^|]*) \|$", tree.text(PAGE), re.MULTILINE)
    return {int(number): tests for number, tests in found}


def names_in(name: str) -> set[str]:
    parsed = ast.parse((BROWSER / name).read_text("utf-8"))
    return {node.name for node in parsed.body if isinstance(node, ast.FunctionDef)}


def test_every_scenario_names_a_test() -> None:
    assert [*rows()] == [*range(1, COUNT + 1)]
    assert all("`test_" in tests for tests in rows().values())


def test_every_test_that_is_named_exists() -> None:
    missing = []
    for number, cell in rows().items():
        for part in cell.split(";"):
            file, *named = re.findall(r"`([^`]+)`", part)
            known = names_in(file)
            missing += [f"{number}: {file}: {name}" for name in named if name not in known]
    assert missing == []
