"""Which page belongs to which table, also where the pages between it and the table's root are gone.

From a root the pages below it are followed down as far as they can be read. Of every other page the
pointer map, which the database keeps for its own tidying, names the one above it: so each finds
its table by itself.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.store.format import cells
from gateway.store.format.cells import Value
from gateway.store.format.pages import Pages

_DEEPEST: Final = 20


@dataclass(frozen=True, slots=True)
class Part:
    """The rows of one page; ``lost`` of them cannot be read."""

    table: str
    rows: list[tuple[int | None, list[Value]]]
    lost: int


def roots_of(pages: Pages) -> dict[str, int]:
    """The tables and their roots, as far as the database's own list of them can be read."""
    found: dict[str, int] = {}
    for number in _below(pages, 1):
        for _, values in _part(pages, number, "").rows:
            if len(values) >= 4 and values[0] == "table" and values[3]:
                found[str(values[1])] = int(values[3])
    return found


def parts(pages: Pages, roots: Mapping[str, int]) -> Iterator[Part]:
    """Every page of these tables that can be read."""
    owners = {root: name for name, root in roots.items()}
    owners |= {number: name for name, root in roots.items() for number in _below(pages, root)}
    for number in range(2, pages.count + 1):
        table = owners.get(number) or _climbed(pages, number, owners)
        if table is not None and table in roots and pages.read(number) is not None:
            yield _part(pages, number, table)


def table_of(pages: Pages, number: int, roots: Mapping[str, int]) -> str:
    """The table of a lost page, by the pointer map; empty where that does not tell."""
    return _climbed(pages, number, {root: name for name, root in roots.items()}) or ""


def _below(pages: Pages, root: int) -> list[int]:
    found: list[int] = []
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        number = waiting.pop()
        page = None if number in seen else pages.read(number)
        seen.add(number)
        start = 100 if number == 1 else 0
        if page is None or page[start] not in cells.KINDS:
            continue
        found.append(number)
        if page[start] in (cells.TABLE_INSIDE, cells.INDEX_INSIDE):
            waiting += cells.children(page, start)
    return found


def _climbed(pages: Pages, number: int, owners: Mapping[int, str]) -> str | None:
    for _ in range(_DEEPEST):
        if number in owners:
            return owners[number]
        owner = pages.owner(number)
        if owner is None or owner[0]:
            return None
        number = owner[1]
    return None


def _part(pages: Pages, number: int, table: str) -> Part:
    page = pages.read(number)
    start = 100 if number == 1 else 0
    if page is None or page[start] not in cells.KINDS:
        return Part(table, [], 0)
    return Part(table, *cells.rows(page, start, pages.usable, pages.read))
