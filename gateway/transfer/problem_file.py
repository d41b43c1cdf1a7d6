"""The rows that were not taken, in the layout of the upload: to be mended and sent again."""

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Final

from gateway.kernel.problems import Problem
from gateway.transfer.exports import csv_lines
from gateway.transfer.imports import Imports
from gateway.transfer.keeping.book import Import
from gateway.transfer.layout.mapping import PROBLEM_HEADS, Layout
from gateway.transfer.layout.rows import Row
from gateway.transfer.shades import Shade

PAGE_ROWS: Final = 200
# What a run left out, and what an undoing left as it is.
_REFUSED: Final = ("problem", "duplicate", "partly", "left")


def stream(imports: Imports, found: Import, shade: Shade, language: str) -> Iterator[bytes]:
    """The file in pieces; its last two columns say which row it was and what is wrong with it.

    Problem file_gone.
    """
    with imports.files.opened(found) as opened:
        heads = [head.said(language) for head in PROBLEM_HEADS]
        yield "\ufeff".encode() + csv_lines([[*opened.shape.header, *heads]])
        rows = opened.rows()
        while chunk := list(islice(rows, PAGE_ROWS)):
            yield csv_lines(_lines(imports, found, chunk, shade, language))


def _lines(
    imports: Imports, found: Import, chunk: Sequence[Row], shade: Shade, language: str
) -> list[list[str]]:
    told = {
        result.row: result
        for result in imports.results(found, after=chunk[0].number - 1, limit=len(chunk))
        if result.outcome in _REFUSED
    }
    width = len(found.shape.header)
    names = column_names(found.layout, found.shape.header)
    return [
        [
            *shade.row(_wide(row, width)),
            str(row.number),
            said(told[row.number].problems, names, language),
        ]
        for row in chunk
        if row.number in told
    ]


def _wide(row: Row, width: int) -> list[str]:
    cells = list(row.cells)[:width]
    return cells + [""] * (width - len(cells))


def column_names(layout: Layout, header: Sequence[str]) -> dict[str, str]:
    """The head of the column that each target is filled from."""
    return {
        column.to: header[column.column]
        for column in layout.columns
        if column.to and column.column < len(header)
    }


def said(problems: Sequence[Problem], names: dict[str, str], language: str) -> str:
    """Every problem of a row in one cell, each with its column."""
    return " ".join(_sentence(problem, names, language) for problem in problems)


def _sentence(problem: Problem, names: dict[str, str], language: str) -> str:
    column = column_of(problem.pointer, names)
    return f"{column}: {problem.detail(language)}" if column else problem.detail(language)


def column_of(pointer: str, names: dict[str, str]) -> str:
    """The column a problem is about, by its own name; else the field's path."""
    parts = pointer.strip("/").split("/")
    path = ".".join(parts)
    if path not in names and len(parts) == 3:
        # The element was found by its id; the first column of such a member is the likeliest.
        path = next((to for to in names if _is_member(to, parts[0], parts[2])), path)
    return names.get(path, path)


def _is_member(to: str, group: str, member: str) -> bool:
    return to.startswith(f"{group}.") and to.endswith(f".{member}")
