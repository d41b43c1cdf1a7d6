"""Every page leads where it says: to a file that is there, and to a heading on it."""

import re
from pathlib import Path

from tests.tidy import tree

_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"(?ms)^\s*```.*?^\s*```")


def test_no_link_of_a_page_leads_nowhere() -> None:
    dead = [
        f"{path}: {link}"
        for path in tree.tracked()
        if path.suffix == ".md"
        for link in _LINK.findall(_FENCE.sub("", tree.text(path)))
        if "://" not in link and not link.startswith("mailto:") and not _leads(path, link)
    ]
    assert not dead, f"Lead these links to where it stands now: {dead}"


def _leads(page: Path, link: str) -> bool:
    name, _, heading = link.partition("#")
    there = (tree.ROOT / page.parent / name).resolve() if name else tree.ROOT / page
    if not there.exists():
        return False
    return not heading or heading in {_anchor(line) for line in _headings(there)}


def _headings(page: Path) -> list[str]:
    text = _FENCE.sub("", page.read_text("utf-8"))
    return [line.lstrip("# ") for line in text.splitlines() if line.startswith("#")]


def _anchor(heading: str) -> str:
    """As GitHub makes it of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
