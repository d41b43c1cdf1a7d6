"""Which sign stands between the cells of a delimited text file."""

import csv
import io
from collections import Counter
from typing import BinaryIO, Final

DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_ROWS: Final = 50
# A quote that is never closed would swallow the rest of the file into one cell.
RUNAWAY_CHARACTERS: Final = 1_048_576

csv.field_size_limit(RUNAWAY_CHARACTERS)


def delimiter_of(file: BinaryIO, encoding: str) -> str:
    """The delimiter that cuts the first rows into the same number of cells most often."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    try:
        sample = "".join(line for line, _ in zip(text, range(4 * SAMPLE_ROWS), strict=False))
    finally:
        text.detach()
    first = sample.partition("\n")[0].strip().lower()
    if first.startswith("sep=") and first[4:] in DELIMITERS:
        return first[4:]
    return max(DELIMITERS, key=lambda delimiter: _evenness(sample, delimiter))


def _evenness(sample: str, delimiter: str) -> tuple[int, int]:
    try:
        read = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(len(cells) for cells, _ in zip(read, range(SAMPLE_ROWS), strict=False))
    except csv.Error:
        return 0, 0
    del widths[0], widths[1]
    return max(((count, width) for width, count in widths.items()), default=(0, 0))


def names_delimiter(cells: list[str]) -> bool:
    """``sep=;``, the first line that a spreadsheet writes to name its delimiter."""
    return "".join(cells).lower() == "sep=" or (
        len(cells) == 1 and cells[0].lower().startswith("sep=") and len(cells[0]) <= 5
    )
