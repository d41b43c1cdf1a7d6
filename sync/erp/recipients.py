"""Who was given a record, as far as it is remembered: for a person who asks where their data went.

A receipt says when and is kept for a month; the link that an ERP's own id makes stays. A consumer
without either that has taken the whole journal past the record has been offered it all the same.
"""

from typing import Any, Final

from gateway.kernel import ids
from gateway.kernel.clock import to_iso
from gateway.store.rows import Rows

Json = dict[str, Any]
_SENT: Final = (
    "SELECT b.consumer, max(r.answered_at), max(r.version) FROM erp_receipts r"
    " JOIN erp_batches b ON b.id = r.batch"
    " WHERE r.subject = ? AND r.status IN ('accepted', 'duplicate') GROUP BY b.consumer"
)
_PASSED: Final = (
    "SELECT c.name FROM erp_consumers c WHERE c.cursor_seq >= (SELECT min(seq) FROM"
    " record_versions WHERE record = ?1) AND NOT EXISTS (SELECT 1 FROM erp_outstanding o"
    " WHERE o.consumer = c.name AND o.subject = ?2)"
)


def of(rows: Rows, record: str) -> list[Json]:
    """[{"name", "how", "ref", "at", "version"}] by name. ``how`` is sent (it answered), linked (it
    has the record under ``ref``), source (the record came from there) or offered (it has read past
    the record, and whether it took it is not remembered).
    """
    key = ids.to_bytes(record)
    found: dict[str, Json] = {}
    for (name,) in rows.tuples(_PASSED, (key, record)):
        found[name] = _told(name, "offered")
    source = "SELECT connector, ref FROM erp_rows WHERE record = ?"
    for name, ref in rows.tuples(source, (key,)):
        found[name] = _told(name, "source", ref)
    linked = "SELECT consumer, ref FROM erp_links WHERE subject = ? AND element = ''"
    for name, ref in rows.tuples(linked, (record,)):
        found[name] = _told(name, "linked", ref)
    for name, at, version in rows.tuples(_SENT, (record,)):
        ref = found.get(name, {}).get("ref", "")
        found[name] = {**_told(name, "sent", ref), "at": to_iso(at) if at else "",
                       "version": version}  # fmt: skip
    return [found[name] for name in sorted(found)]


def _told(name: str, how: str, ref: str = "") -> Json:
    return {"name": name, "how": how, "ref": ref, "at": "", "version": None}
