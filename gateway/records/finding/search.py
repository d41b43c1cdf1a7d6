"""Searching records by any part of what is known of them, in any script and order of words.

What is found comes in two runs: first records whose title begins with what was typed, in the order
of their titles, then all others, those known longest first. Both resume exactly where a page ended.
Only when nothing is found, records that hold something alike come instead.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from gateway.records.finding import alike
from gateway.records.finding.narrowing import Narrowing
from gateway.records.finding.question import Asked
from gateway.records.rows import heads, scopes
from gateway.records.rows.heads import COLUMNS, Head

_BATCH_MAX: Final = 100
# So many records are looked at for one page at the most; the next page goes on from there.
_LOOKED_AT_MAX: Final = 500

_above = "\U0010ffff"

# Where a page ended: the title and id, or the row number; which of them says which run it was in.
Place = tuple[str, bytes] | int


def page(asked: Asked, place: Place | None, limit: int) -> tuple[list[Head], Place | None]:
    """Records after a place, and the place of the next page, None behind the last one."""
    found: list[Head] = []
    if place is None or isinstance(place, tuple):
        found = _titles(asked, place or ("", b""), limit + 1)
        if len(found) > limit:
            last = found[limit - 1]
            return found[:limit], (last.sort, heads.key(last.id))
    others, ended = _others(asked, place if isinstance(place, int) else -1, limit - len(found))
    found += others
    if place is None and ended is None and not found:
        found = _alike(asked, limit)
    return found, ended


def _alike(asked: Asked, limit: int) -> list[Head]:
    """Records that hold something like it; their pages do not go on."""
    if (mended := alike.mended(asked)) is not None:
        found, _ = _others(mended, -1, min(limit, alike.LIMIT))
        if found:
            return found
    return alike.by_pieces(asked, limit)


def _titles(asked: Asked, place: tuple[str, bytes], limit: int) -> list[Head]:
    if not asked.shows_titles:
        return []
    scope, params = scopes.condition(asked.rule, asked.actor)
    start = asked.question.start
    # Left to itself, SQLite looks for a territory's few in all that begin with it.
    within = "records_territory" if asked.rule.scope == "territory" else "records_list"
    found = asked.rows.all(
        f"SELECT {COLUMNS} FROM records r INDEXED BY {within}"  # noqa: S608
        " WHERE r.kind = ? AND (r.sort, r.id) > (?, ?) AND r.sort < ? AND r.alias_of IS NULL"
        f" AND {scope} ORDER BY r.sort, r.id LIMIT ?",
        (asked.kind.name, *max(place, (start, b"")), start + _above, *params, limit),
    )
    return [heads.from_row(row) for row in found]


def _others(asked: Asked, after: int, limit: int) -> tuple[list[Head], int | None]:
    """Records whose title does not begin with it, and the last row number, None at the end."""
    found: list[Head] = []
    looked_at = 0
    narrowed = Narrowing(asked.rows, asked.kind, asked.question.words, asked.sorts, asked.here)
    for docs in narrowed.portions(after, min(limit + 1, _BATCH_MAX), _BATCH_MAX):
        for doc, head in _true(asked, docs):
            if len(found) == limit:
                return found, after
            found.append(head)
            after = doc
        after = docs[-1]
        looked_at += len(docs)
        if looked_at >= _LOOKED_AT_MAX:
            return found, after
    return found, None


def _true(asked: Asked, docs: Sequence[int]) -> Iterator[tuple[int, Head]]:
    """Those of the rows that do hold every word, with their records, where the actor sees them."""
    marks = ",".join("?" * len(docs))
    lines = "business, personal" if len(asked.sorts) > 1 else "business"
    listed = asked.rows.tuples(
        f"SELECT doc, record, sort, {lines} FROM record_index WHERE doc IN ({marks}) ORDER BY doc",  # noqa: S608
        docs,
    )
    titles = asked.shows_titles
    held = [
        (doc, record)
        for doc, record, sort, *texts in listed
        if not (titles and sort.startswith(asked.question.start)) and asked.question.holds(texts)
    ]
    found = asked.heads([record for _, record in held])
    yield from ((doc, found[record]) for doc, record in held if record in found)
