"""Comma- and tab-separated files, row by row in bounded memory."""

import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

from gateway.kernel.delimiters import names_delimiter
from gateway.kernel.problems import Problem
from gateway.transfer.formats.formula import bare
from gateway.transfer.layout.rows import Row, text_faults


def rows(file: BinaryIO, encoding: str, delimiter: str) -> Iterator[Row]:
    """Every row, blank ones too. Problem file_row_runaway where a quote is never closed."""
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    number = 0
    try:
        for number, read in enumerate(csv.reader(text, delimiter=delimiter), 1):
            cells = [] if number == 1 and names_delimiter(read) else [bare(cell) for cell in read]
            yield Row(number, cells, text_faults(cells))
    except csv.Error as error:
        raise Problem("file_row_runaway", row=number + 1) from error
    finally:
        text.detach()
