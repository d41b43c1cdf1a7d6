"""Pages of the journal as they go over the wire, put together inside SQLite.

A fetched row costs more than reading it: Python's lock is given up and taken back for each, and
each becomes objects. A page that is one value takes the lock once, and capturing goes on meanwhile.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.store.journal import ENDLESS, SCAN_MAX
from gateway.store.rows import Rows

# What ``journal.splice`` makes of a row. Neither order nor place of the entries is left to chance:
# the only way through a range of seqs is upwards along the table itself.
_ENTRIES = (
    "SELECT count(*), max(seq), (SELECT coalesce(max(seq), 0) FROM journal), CAST(group_concat("
    """'{"seq":' || seq || ',"device":"' || device || '","received_at":"' ||"""
    " strftime('%Y-%m-%dT%H:%M:%fZ', received_at / 1000.0, 'unixepoch') ||"
    """ CASE WHEN body IS NULL THEN '","type":"' || type || '"}'"""
    """ ELSE '",' || substr(body, 2) END, ',') AS BLOB)"""
    " FROM journal NOT INDEXED WHERE seq > ? AND seq <= ?"
)


@dataclass(frozen=True, slots=True)
class Spliced:
    """Entries with commas between them, the seq where the page ends, and whether there is more."""

    content: bytes
    seq: int
    more: bool


def spliced(rows: Rows, after: int, limit: int, types: Sequence[str] = ()) -> Spliced:
    """What ``journal.page`` finds for these arguments, as ``journal.splice`` writes it."""
    if not types:
        [(count, last, head, content)] = rows.tuples(_ENTRIES, (after, after + limit))
        # Seqs follow each other without a gap, but nothing depends on it.
        if count == limit or head <= after + limit:
            return Spliced(content or b"", max(after, last or 0), more=head > after + limit)
    return _searched(rows, after, limit, types)


def _searched(rows: Rows, after: int, limit: int, types: Sequence[str]) -> Spliced:
    marks = f" AND type IN ({','.join('?' * len(types))})" if types else ""
    horizon = after + SCAN_MAX if types else ENDLESS
    [(found, last)] = rows.tuples(
        "SELECT count(*), max(seq) FROM (SELECT seq FROM journal"  # noqa: S608
        f" WHERE seq > ? AND seq <= ?{marks} ORDER BY seq LIMIT ?)",
        (after, horizon, *types, limit + 1),
    )
    end = last - 1 if found > limit else horizon
    [(_, seq, head, content)] = rows.tuples(_ENTRIES + marks, (after, end, *types))
    if found > limit:
        return Spliced(content, seq, more=True)
    return Spliced(content or b"", max(after, min(horizon, head)), more=head > horizon)
