"""Which record of ours a row of theirs is: our id on it first, then what we remember, then its
number, then an exact key such as a tax number.
"""

from gateway.records import queries
from gateway.records.model.validate import check
from gateway.records.rows import aliases, erasures, heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from sync.erp.bringing import book
from sync.erp.bringing.book import Known
from sync.erp.bringing.shaping import Brought
from sync.erp.bringing.terms import Terms


def record(rows: Rows, terms: Terms, known: Known | None, brought: Brought) -> Head | None:
    """The record that stands for a row; None for one that is nobody's yet.

    One that stands for another row already is not taken a second time by number or key, and none
    by those of a row that hangs on another. Problem
    record_erased for one that was erased here: it does not come back by way of the ERP.
    """
    connector, kind = terms.connector, terms.kind
    names = (brought.ref, f"{terms.source.model},{brought.ref}")
    remembered = known.record if known else ""
    for identity in (*brought.marks, remembered, book.linked(rows, connector, names)):
        if not identity:
            continue
        erasures.refuse(rows, identity)
        head = heads.find(rows, identity)
        if head is not None and head.kind == kind.name:
            return aliases.standing(rows, head)
    if brought.is_below:
        return None
    for head in (_numbered(rows, kind.name, brought.number), *_keyed(rows, terms, brought)):
        if head is not None and not book.holder(rows, connector, head.id, brought.ref):
            return aliases.standing(rows, head)
    return None


def _numbered(rows: Rows, kind: str, number: str) -> Head | None:
    if not number:
        return None
    found = rows.one(
        f"SELECT {heads.COLUMNS} FROM records r WHERE r.kind = ? AND r.number = ?",  # noqa: S608
        (kind, number),
    )
    return heads.from_row(found) if found else None


def _keyed(rows: Rows, terms: Terms, brought: Brought) -> list[Head]:
    """The records with one of the row's exact keys, in the order of the source's keys."""
    found, kind = [], terms.kind
    said = {name: value for name, value in brought.values.items() if value is not None}
    stored = check(kind.fields, said, terms.engine.home).data  # what cannot be stored is no key
    for key in terms.source.more.match:
        for name in kind.lookups[key]:
            value = stored.get(name)
            for text in value if isinstance(value, list) else [value]:
                head = queries.lookup(rows, kind, key, str(text)) if text else None
                found += [head] if head else []
    return found
