"""What the routes of import tell: an import, its rows, and what is wrong with them."""

from typing import Any, Literal

import msgspec
from flask import g
from msgspec import Struct

from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.transfer import problem_file
from gateway.transfer.formats.table import Asked, Shape
from gateway.transfer.imports import Imports
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.results import Result
from gateway.transfer.layout.mapping import Column, Layout
from gateway.transfer.shades import Shade

SAMPLES = 5
State = Literal[
    "uploaded", "checking", "checked", "running", "done", "stopped", "failed", "undoing", "undone",
    "halted",
]  # fmt: skip
Outcome = Literal[
    "created", "updated", "unchanged", "duplicate", "waiting", "problem", "closed", "restored",
    "partly", "left",
]  # fmt: skip


class ImportView(Struct):
    """An import: ``position`` of ``work`` rows are done, ``counts`` says what became of them.

    ``by`` brought the file, ``runner`` carries the present pass; ``own``: it is the reader's.
    ``for_shop``: its rows count as said at the counter.
    """

    id: str
    kind: str
    name: str
    bytes: int
    by: str
    runner: str
    own: bool
    for_shop: bool
    state: State
    shape: Shape
    layout: Layout
    asked: Asked
    position: int
    work: int
    counts: dict[str, int]
    problem: dict[str, Any] | None
    kept: bool
    created_at: str
    updated_at: str


class UnknownView(Struct):
    """A value that stands ``count`` times in a column and means nothing to us; maybe ``guess``."""

    column: int
    value: str
    count: int
    guess: str


class WarningView(Struct):
    """What a spreadsheet may have done to a column."""

    column: int
    code: str
    detail: str


class ImportDetail(ImportView):
    """The same with the first rows of the file, and what there is to say about whole columns.

    ``hidden`` are the columns of which the reader sees nothing, or a mask.
    """

    samples: list[list[str]]
    unknown: list[UnknownView]
    warnings: list[WarningView]
    hidden: list[int]


class ImportList(Struct):
    """The newest imports first."""

    imports: list[ImportView]


class RowView(Struct):
    """What there is to say about one row."""

    row: int
    outcome: Outcome
    problems: list[dict[str, str]]


class RowList(Struct):
    """Rows with something to say, in their order."""

    rows: list[RowView]


def view(imports: Imports, actor: Actor, found: Import) -> ImportView:
    """An import for a list."""
    return ImportView(**_members(found, actor, imports.shade(actor, found)))


def detail(imports: Imports, actor: Actor, found: Import) -> ImportDetail:
    """An import with the first rows of its file, as far as the actor sees them."""
    shade = imports.shade(actor, found)
    unknown = imports.unknowns(actor, found)
    return ImportDetail(
        **_members(found, actor, shade),
        samples=[shade.row(row) for row in imports.files.samples(found, SAMPLES)],
        unknown=[UnknownView(one.column, one.value, one.count, one.guess) for one in unknown],
        warnings=[
            _warning(place, problem)
            for place, problems in imports.warnings(found)
            for problem in problems
        ],
        hidden=[place for place in range(len(found.shape.header)) if shade.covers(place)],
    )


def _warning(column: int, problem: Problem) -> WarningView:
    return WarningView(column, problem.code, problem.detail(g.language))


def _members(found: Import, actor: Actor, shade: Shade) -> dict[str, Any]:
    mapped = {column.column: _shown(column, shade) for column in found.layout.columns}
    columns = [mapped.get(n, Column(n)) for n in range(len(found.shape.header))]
    return {
        "id": found.id,
        "kind": found.kind,
        "name": found.name,
        "bytes": found.bytes,
        "by": found.actor.name,
        "runner": found.runner.name,
        "own": actor.id == found.actor.id,
        "for_shop": found.for_shop,
        "state": found.state,
        "shape": found.shape,
        "layout": msgspec.structs.replace(found.layout, columns=columns),
        "asked": found.asked,
        "position": found.position,
        "work": found.work,
        "counts": found.counts,
        "problem": found.problem.document(g.language) if found.problem else None,
        "kept": found.kept,
        "created_at": to_iso(found.created_at),
        "updated_at": to_iso(found.updated_at),
    }


def _shown(column: Column, shade: Shade) -> Column:
    """A column; the values that a person gave a meaning to are values of the file."""
    return msgspec.structs.replace(column, values={}) if shade.covers(column.column) else column


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
