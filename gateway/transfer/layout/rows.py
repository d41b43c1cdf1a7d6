"""What every reader of files yields: rows of text cells, with what is wrong with single cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

CELL_CHARACTERS_MAX: Final = 32_767  # what a spreadsheet holds in one cell
COLUMNS_MAX: Final = 1_000
LOST: Final = "\ufffd"  # stands where a character could not be read


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a file.

    ``number`` is what a spreadsheet shows at its left edge, counted from 1. ``faults`` maps a
    column (from 0) to the code of what is wrong with its cell, whatever it is used for.
    """

    number: int
    cells: Sequence[str]
    faults: Mapping[int, str] = field(default_factory=dict)

    @property
    def empty(self) -> bool:
        """Whether nothing is written in it."""
        return not any(cell and not cell.isspace() for cell in self.cells)


def text_faults(cells: Sequence[str]) -> dict[int, str]:
    """Cells that hold characters which could not be read, or far too many of them."""
    found = {}
    for column, cell in enumerate(cells):
        if len(cell) > CELL_CHARACTERS_MAX:
            found[column] = "cell_too_long"
        elif LOST in cell:
            found[column] = "cell_unreadable"
    return found
