"""One record of a file, whatever its format, and one draft of a fact (pure)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devices.drop import words
from gateway.kernel.problems import Problem

Cells = Mapping[str, str]


@dataclass(frozen=True)
class Record:
    """What stands on one line, or in one element that begins there.

    ``values`` are texts by the name of their column; a list holds what belongs to it, line by line.
    ``fault``: it could not be read, and ``values`` hold what is left of it. ``raw`` is what JSON
    said in numbers.
    """

    line: int
    values: Mapping[str, Any]
    fault: Problem | None = None
    skipped: bool = False
    raw: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Row:
    """A record by what its columns mean, with the names they have in the file."""

    line: int
    cells: Cells
    names: Cells = field(default_factory=dict)
    lines: Sequence["Row"] = ()
    tenders: Sequence["Row"] = ()

    def name(self, member: str) -> str:
        """What the file calls a member."""
        return self.names.get(member, member)


@dataclass(frozen=True)
class Draft:
    """A fact as a file tells it.

    ``key`` is what its id is made of: the till's own, or empty. ``line`` is the first it stood on.
    ``skipped``: it is nothing that is kept, such as a till's sign-on.
    """

    line: int
    type: str
    data: Mapping[str, object]
    occurred_ms: int | None = None
    key: str = ""
    problem: Problem | None = None
    skipped: bool = False


def row_of(record: Record, named: Mapping[str, tuple[str, ...]]) -> Row:
    """A record by what its columns mean."""
    cells: dict[str, str] = {}
    names: dict[str, str] = {}
    nested: dict[str, list[Row]] = {"lines": [], "tenders": []}
    for column, value in record.values.items():
        if isinstance(value, list):
            group = _group(column)
            if group:
                parts = (Record(record.line, one) for one in value if isinstance(one, Mapping))
                nested[group] += [row_of(part, named) for part in parts]
            continue
        text = str(value).strip()
        for member in words.member(column, named):
            if text and not cells.get(member):
                cells[member], names[member] = text, column
    return Row(record.line, cells, names, tuple(nested["lines"]), tuple(nested["tenders"]))


def _group(column: str) -> str:
    key = words.folded(column)
    return "lines" if key in words.LINES else "tenders" if key in words.TENDERS else ""
