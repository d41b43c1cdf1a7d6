"""Which column goes to which field, and by which rules an import runs (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Final, Literal

from msgspec import Meta, Struct

from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.records.model.fields import Field, Labels, Path
from gateway.records.model.kind import Kind
from gateway.transfer.layout import words

# Targets that are no fields: which record a row is about, and what its author saw of it.
ID: Final = "@id"
NUMBER: Final = "@number"
VERSION: Final = "@version"
KEY: Final = "@key"
SPECIAL: Final = (KEY, NUMBER, ID, VERSION)
ELEMENT_ID: Final = "@id"
# How the last two columns of a file of problems are called.
PROBLEM_HEADS: Final = (Labels("row", "行号"), Labels("problem", "问题"))
PLACES_MAX: Final = 100
VALUES_MAX: Final = 500

Text = Annotated[str, Meta(max_length=200)]


class Column(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """One column of the file, counted from 0, and the field it goes to; empty for none.

    ``values`` replaces whole cells, ``decimal`` is the sign before decimals, ``dates`` the order of
    day and month, ``floats`` says that codes were written as numbers (``1.0`` stands for 1).
    """

    column: Annotated[int, Meta(ge=0, lt=1000)]
    to: Text = ""
    values: Annotated[dict[Text, Text], Meta(max_length=VALUES_MAX)] = {}
    decimal: Literal["", ".", ","] = ""
    dates: Literal["", "dmy", "mdy"] = ""
    floats: bool = False


class Rules(Struct, frozen=True, forbid_unknown_fields=True):
    """``mode`` says what an import may do; ``duplicates`` what it does with a row that is like a
    record it does not name; ``blanks`` whether an empty cell clears its field in an update.
    """

    mode: Literal["both", "create", "update"] = "both"
    duplicates: Literal["skip", "create", "update"] = "skip"
    blanks: Literal["keep", "clear"] = "keep"


class Layout(Struct, frozen=True, forbid_unknown_fields=True):
    """Every column that is used, and the rules."""

    columns: list[Column] = []
    rules: Rules = Rules()


@dataclass(frozen=True, slots=True)
class Target:
    """Where a column goes: ``path`` is (field,), (group, place, member) or one of ``SPECIAL``.

    ``field`` is None for what is no field, such as the id of an element.
    """

    path: Path
    field: Field | None

    @property
    def name(self) -> str:
        """As it is written: ``contacts.1.name``."""
        return ".".join(self.path)


def target(kind: Kind, to: str) -> Target | None:
    """What a written target means; None where the kind has no such place."""
    if to in SPECIAL:
        return Target((to,), None)
    path = tuple(to.split("."))
    field = kind.field(path[0])
    if field is None or len(path) != (3 if field.type == "group" else 1):
        return None
    if len(path) == 1:
        return Target(path, field)
    member = field.member(path[2])
    is_place = path[1].isascii() and path[1].isdigit() and 1 <= int(path[1]) <= PLACES_MAX
    known = member is not None or path[2] == ELEMENT_ID
    return Target(path, member) if is_place and known else None


def check(kind: Kind, layout: Layout, width: int) -> None:
    """Problem layout_invalid, with every column that goes nowhere or to a place that is taken."""
    problems: list[Problem] = []
    taken: set[str] = set()
    for place, column in enumerate(layout.columns):
        pointer = f"/columns/{place}/to"
        if not column.to:
            continue
        if target(kind, column.to) is None or column.column >= width:
            problems.append(Problem("column_target_unknown", pointer=pointer, to=column.to))
        elif column.to in taken:
            problems.append(Problem("column_target_taken", pointer=pointer, to=column.to))
        taken.add(column.to)
    if not taken:
        problems.append(Problem("columns_missing", pointer="/columns"))
    if problems:
        raise Problem("layout_invalid", errors=problems, count=len(problems))


def signature(kind: Kind, header: Sequence[str]) -> bytes:
    """What files of one origin have in common: the head of their columns.

    The two columns that say what is wrong with a row are not part of it.
    """
    if tuple(header[-2:]) in zip(*(head.every for head in PROBLEM_HEADS), strict=True):
        header = header[:-2]
    return canonical.sha256(canonical.encode([kind.name, *(words.key(name) for name in header)]))
