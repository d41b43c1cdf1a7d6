"""The forms in which a batch travels (pure): one JSON document, or a line an entry."""

from sync.erp import batch
from sync.erp.batch import Batch

JSON = "application/json"
NDJSON = "application/x-ndjson"


def lines(sealed: Batch) -> bytes:
    """A batch as newline-delimited JSON: its head without entries, then each entry on a line.

    Every entry has the bytes that the hash of the head was made of: joined by commas and put in
    brackets they are what ``sha256`` is the SHA-256 of.
    """
    begin = sealed.body.index(b',"entries":[')
    head = sealed.body[:begin] + b"}"
    return b"".join(b"%s\n" % bytes(line) for line in (head, *batch.entries(sealed.body)))
