"""Nothing unfinished, nothing asleep, nothing commented out (Ruff watches that in Python)."""

import re
from pathlib import Path

from tests.tidy import tree

UNFINISHED = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
DEAD_JAVASCRIPT = re.compile(
    r"^\s*//\s*(const|let|var|if \(|return\b|import\b|function\b|await\b|\}).*[;{}]\s*$"
)
SUFFIXES = frozenset({".py", ".js", ".css", ".html", ".sh", ".sql", ".toml"})
SLEEP = re.compile(r"\btime\.sleep\(|\bwait_for_timeout\(")
SKIPPED = re.compile(r"pytest\.mark\.(skip|xfail)\b|\btest\.skip\(|\bassert True\b")


def found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{path}:{number} {line.strip()[:80]}"
        for path in paths
        for number, line in enumerate(tree.text(path).splitlines(), 1)
        if pattern.search(line)
    ]


def test_nothing_is_left_unfinished() -> None:
    places = found(UNFINISHED, [path for path in tree.tracked() if path.suffix in SUFFIXES])
    assert not places, f"Finish it or leave it out: {places}"


def test_no_javascript_is_commented_out() -> None:
    places = found(DEAD_JAVASCRIPT, [path for path in tree.tracked() if path.suffix == ".js"])
    assert not places, f"Delete it; version control remembers: {places}"


def test_no_test_sleeps_or_is_skipped() -> None:
    here = Path("tests/tidy/test_comments.py")
    tests = [
        path
        for path in tree.tracked()
        if path.parts[0] == "tests" and path.suffix in {".py", ".js"} and path != here
    ]
    places = found(SLEEP, tests)
    assert not places, f"Wait on a condition with a deadline: {places}"
    places = found(SKIPPED, tests)
    assert not places, f"Mend the test or delete it: {places}"
