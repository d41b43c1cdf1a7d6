"""What must reach an ERP before what: whatever names a record waits until the ERP has it."""

from collections.abc import Collection, Mapping, Sequence

from gateway.store.rows import Rows
from sync.erp.connector import Entry

# A record that is itself waiting is no reason to wait: two that name each other would for ever.
_MISSING = (
    "SELECT DISTINCT o.subject, o.kind FROM erp_outstanding o WHERE o.consumer = ? AND o.kind <> ''"
    " AND o.waits_for = '' AND NOT EXISTS (SELECT 1 FROM erp_links l WHERE l.consumer = o.consumer"
    " AND l.subject = o.subject AND l.element = '')"
)


def missing(rows: Rows, consumer: str) -> dict[str, str]:
    """Records that an ERP refused or put off and has never had: their kinds, by id."""
    return dict(rows.tuples(_MISSING, (consumer,)))


def awaited(entry: Entry, lacking: Collection[str]) -> str:
    """The first record that an entry names and the ERP lacks, or "" (pure)."""
    if not lacking:
        return ""
    named = (text for text in _texts(entry.data) if text in lacking and text != entry.subject)
    return next(named, "")


def _texts(value: object) -> Sequence[str]:
    """Every text inside a value, however deep."""
    match value:
        case str():
            return (value,)
        case Mapping():
            return [text for part in value.values() for text in _texts(part)]
        case Sequence():
            return [text for part in value for text in _texts(part)]
    return ()
