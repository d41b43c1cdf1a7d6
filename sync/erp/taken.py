"""What a consumer has of a record already, as far as is remembered.

It has what stands before its cursor, unless that was put off or refused. Then it has what the
newest receipt says; where there is none any more nothing is known. A consumer that was rewound has
what stands before its new place.
"""

from gateway.kernel import ids
from gateway.store.rows import Rows
from sync.erp.connector import Entry

# It was pushed there, or came from there.
_IS_THERE = (
    "SELECT EXISTS (SELECT 1 FROM erp_links WHERE consumer = ? AND subject = ? AND element = '')"
    " OR EXISTS (SELECT 1 FROM erp_rows WHERE connector = ? AND record = ? AND gone = 0)"
)
_SETTLED = (
    "SELECT max(r.seq) FROM erp_receipts r JOIN erp_batches b ON b.id = r.batch"
    " WHERE r.subject = ? AND b.consumer = ? AND r.seq < ?"
    " AND r.status IN ('accepted', 'duplicate')"
)


def through(rows: Rows, consumer: str, entry: Entry) -> int:
    """The journal entry up to which a consumer has what an entry's record was; 0 for none."""
    record = ids.to_bytes(entry.subject)
    if not rows.value(_IS_THERE, (consumer, entry.subject, consumer, record)):
        return 0
    held = rows.value(
        "SELECT 1 FROM erp_outstanding WHERE consumer = ? AND subject = ? LIMIT 1",
        (consumer, entry.subject),
    )
    cursor = int(
        rows.value("SELECT cursor_seq FROM erp_consumers WHERE name = ?", (consumer,)) or 0
    )
    if held is None and cursor < entry.seq:
        return cursor
    return int(rows.value(_SETTLED, (entry.subject, consumer, entry.seq)) or 0)
