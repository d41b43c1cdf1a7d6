"""What a consumer has of a record already, as far as is remembered.

It has what stands before its cursor, what came from it included, unless that was put off or
refused: then it has what the last good receipt says, and where none is left nothing is known.
A consumer that was rewound has what stands before its new place. Of an entry that it has taken
already, and that somebody offers once more, nothing is taken for granted: it was found missing or
different there.
"""

from gateway.kernel import ids
from gateway.store.rows import Rows
from sync.erp.connector import Entry

# It was pushed there, or came from there.
_IS_THERE = (
    "SELECT EXISTS (SELECT 1 FROM erp_links WHERE consumer = ? AND subject = ? AND element = '')"
    " OR EXISTS (SELECT 1 FROM erp_rows WHERE connector = ? AND record = ? AND gone = 0)"
)
# A person asked for it, and this version was taken before.
_IS_OFFERED_AGAIN = (
    "SELECT EXISTS (SELECT 1 FROM erp_outstanding WHERE consumer = ? AND seq = ? AND attempts = 0)"
    " AND EXISTS (SELECT 1 FROM erp_receipts r JOIN erp_batches b ON b.id = r.batch"
    " WHERE r.subject = ? AND b.consumer = ? AND r.version >= ?"
    " AND r.status IN ('accepted', 'duplicate'))"
)
_RECEIPTS = (
    "SELECT r.seq, max(coalesce(r.status, '') IN ('accepted', 'duplicate'))"
    " FROM erp_receipts r JOIN erp_batches b ON b.id = r.batch"
    " WHERE r.subject = ? AND b.consumer = ? AND r.seq < ? GROUP BY r.seq ORDER BY r.seq DESC"
)


def through(rows: Rows, consumer: str, entry: Entry) -> int:
    """The journal entry up to which a consumer has what an entry's record was; 0 for none."""
    record = ids.to_bytes(entry.subject)
    if not rows.value(_IS_THERE, (consumer, entry.subject, consumer, record)):
        return 0
    if rows.value(_IS_OFFERED_AGAIN, (consumer, entry.seq, entry.subject, consumer, entry.version)):
        return 0
    cursor = rows.value("SELECT cursor_seq FROM erp_consumers WHERE name = ?", (consumer,))
    place = min(int(cursor or 0), entry.seq - 1)
    receipts = rows.tuples(_RECEIPTS, (entry.subject, consumer, entry.seq))
    settled = [seq for seq, is_settled in receipts if is_settled]
    is_open = not receipts[0][1] if receipts else _is_held(rows, consumer, entry)
    if is_open or entry.seq <= int(cursor or 0):
        return min(place, settled[0] if settled else 0)
    return place


def _is_held(rows: Rows, consumer: str, entry: Entry) -> bool:
    sql = "SELECT 1 FROM erp_outstanding WHERE consumer = ? AND subject = ? LIMIT 1"
    return rows.value(sql, (consumer, entry.subject)) is not None
