"""What the routes of import tell: an import, its rows, and what is wrong with them."""

from typing import Any, Literal

import msgspec
from flask import g
from msgspec import Struct

from gateway.kernel.clock import to_iso
from gateway.transfer import problem_file
from gateway.transfer.book import Import, Result
from gateway.transfer.imports import Imports
from gateway.transfer.mapping import Column, Layout
from gateway.transfer.table import Asked, Shape

SAMPLES = 5
State = Literal["uploaded", "checking", "checked", "running", "done", "stopped", "failed"]


class ImportView(Struct):
    """An import: ``position`` of ``shape.rows`` rows are done, ``counts`` what became of them."""

    id: str
    kind: str
    name: str
    bytes: int
    by: str
    state: State
    shape: Shape
    layout: Layout
    asked: Asked
    position: int
    counts: dict[str, int]
    problem: dict[str, Any] | None
    kept: bool
    created_at: str
    updated_at: str


class ImportDetail(ImportView):
    """The same with the first rows of the file."""

    samples: list[list[str]]


class ImportList(Struct):
    """The newest imports first."""

    imports: list[ImportView]


class RowView(Struct):
    """What there is to say about one row."""

    row: int
    outcome: Literal["created", "updated", "unchanged", "duplicate", "waiting", "problem"]
    problems: list[dict[str, str]]


class RowList(Struct):
    """Rows with something to say, in their order."""

    rows: list[RowView]


def view(found: Import) -> ImportView:
    """An import for a list."""
    return ImportView(**_members(found))


def detail(imports: Imports, found: Import) -> ImportDetail:
    """An import with the first rows of its file."""
    return ImportDetail(**_members(found), samples=imports.samples(found, SAMPLES))


def _members(found: Import) -> dict[str, Any]:
    mapped = {column.column: column for column in found.layout.columns}
    columns = [mapped.get(n, Column(n)) for n in range(len(found.shape.header))]
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "bytes": found.bytes,
        "by": found.actor.name,
        "state": found.state,
        "shape": found.shape,
        "layout": msgspec.structs.replace(found.layout, columns=columns),
        "asked": found.asked,
        "position": found.position,
        "counts": found.counts,
        "problem": found.problem.document(g.language) if found.problem else None,
        "kept": found.kept,
        "created_at": to_iso(found.created_at),
        "updated_at": to_iso(found.updated_at),
    }


def row(result: Result, names: dict[str, str]) -> RowView:
    """One row; ``names`` are the heads of the columns by target."""
    told = [
        {
            "code": problem.code,
            "detail": problem.detail(g.language),
            "column": problem_file.column_of(problem.pointer, names),
        }
        for problem in result.problems
    ]
    return RowView(result.row, result.outcome, told)  # type: ignore[arg-type]
