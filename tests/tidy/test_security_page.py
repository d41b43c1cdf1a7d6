"""The page about OWASP ASVS 5.0 has every requirement of its levels, and evidence that exists."""

import re
from pathlib import Path

from tests.tidy import tree
from tests.tidy.tree import ROOT

PAGE = Path("docs/security.md")
STATES = ("met", "partly", "not met", "deviation", "n/a")
# Levels 1 and 2 without chapters 9 (tokens of their own), 10 (OAuth) and 17 (WebRTC).
ASKED = """
1.1.1-2 1.2.1-9 1.3.1-11 1.4.1-3 1.5.1-2 2.1.1-3 2.2.1-3 2.3.1-4 2.4.1 3.2.1-2 3.3.1-4 3.4.1-6
3.5.1-5 3.7.1-2 4.1.1-3 4.2.1 4.3.1-2 4.4.1-4 5.1.1 5.2.1-3 5.3.1-2 5.4.1-3 6.1.1-3 6.2.1-12
6.3.1-4 6.4.1-4 6.5.1-5 6.6.1-3 6.8.1-4 7.1.1-3 7.2.1-4 7.3.1-2 7.4.1-5 7.5.1-2 7.6.1-2 8.1.1-2
8.2.1-3 8.3.1 8.4.1 11.1.1-2 11.2.1-3 11.3.1-3 11.4.1-4 11.5.1 11.6.1 12.1.1-3 12.2.1-2 12.3.1-4
13.1.1 13.2.1-5 13.3.1-2 13.4.1-5 14.1.1-2 14.2.1-4 14.3.1-3 15.1.1-3 15.2.1-3 15.3.1-7 16.1.1
16.2.1-5 16.3.1-4 16.4.1-3 16.5.1-3
"""


def asked() -> list[str]:
    found = []
    for span in ASKED.split():
        section, _, numbers = span.rpartition(".")
        first, _, last = numbers.partition("-")
        found += [f"{section}.{number}" for number in range(int(first), int(last or first) + 1)]
    return found


def rows() -> list[tuple[str, str, str]]:
    """(requirement, state, evidence)"""
    pattern = r"^\| (\d+\.\d+\.\d+) \| [12] \| [^|]+ \| ([^|]+) \| ([^|]+) \|$"
    return re.findall(pattern, tree.text(PAGE), re.MULTILINE)


def test_every_requirement_has_its_row_and_its_state() -> None:
    assert [number for number, _, _ in rows()] == asked()
    assert len(asked()) == 210
    wrong = [number for number, state, evidence in rows() if state not in STATES or not evidence]
    assert not wrong


def test_what_is_met_names_its_evidence_and_all_evidence_exists() -> None:
    named = {number: re.findall(r"`([^` ]+[/.][^` ]*)`", said) for number, _, said in rows()}
    gone = [(n, path) for n, paths in named.items() for path in paths if not is_there(path)]
    assert not gone
    # Some are met by the table of keys and the rules about parts on the page itself.
    bare = [n for n, state, said in rows() if state == "met" and not named[n] and said != "below"]
    assert not bare, f"Name the file or the test that shows it: {bare}"


def is_there(path: str) -> bool:
    return (ROOT / path).exists() or not re.match(
        r"(config|deploy|devices|docs|gateway|static|sync|tests)/", path
    )


def test_the_counts_on_top_are_those_of_the_rows() -> None:
    states = [state for _, state, _ in rows()]
    told = ", ".join(f"{states.count(state)} {state}" for state in STATES)
    assert f"**{told}.**" in tree.text(PAGE)
