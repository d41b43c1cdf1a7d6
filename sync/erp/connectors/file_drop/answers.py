"""What the other side says of a file: receipts in a file of its own (pure).

JSON Lines, or CSV with the headings ``seq, status, code, field, message, erp_ref``, of which only
the first two have to be there.
"""

import csv
from collections.abc import Iterator

import msgspec

from gateway.kernel.problems import Problem
from sync.erp.connectors.file_drop.tables import Made
from sync.erp.receipt import Receipt, SentReceipt


def receipts(file: Made, name: str, content: bytes) -> Iterator[Receipt]:
    """The receipts that an answer holds; Problem drop_answer, with its name and the line."""
    read = _jsonl if name.endswith(".jsonl") else _csv
    for number, sent in read(name, content):
        if sent.seq not in file.seqs:
            raise Problem("drop_answer", file=name, line=number, reason="an entry of another file")
        yield sent.receipt()


def _jsonl(name: str, content: bytes) -> Iterator[tuple[int, SentReceipt]]:
    for number, text in enumerate(content.splitlines(), 1):
        if text.strip():
            try:
                yield number, msgspec.json.decode(text, type=SentReceipt)
            except msgspec.DecodeError as error:
                raise _unreadable(name, number, error) from error


def _csv(name: str, content: bytes) -> Iterator[tuple[int, SentReceipt]]:
    try:
        rows = list(csv.DictReader(content.decode("utf-8-sig").splitlines(), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable(name, 1, error) from error
    for number, row in enumerate(rows, 2):
        told = {key: value for key, value in row.items() if key and value}
        try:
            yield number, msgspec.convert(told, SentReceipt, strict=False)
        except msgspec.ValidationError as error:
            raise _unreadable(name, number, error) from error


def _unreadable(name: str, number: int, error: Exception) -> Problem:
    return Problem("drop_answer", file=name, line=number, reason=str(error)[:200])
