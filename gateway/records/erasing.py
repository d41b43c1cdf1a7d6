"""Erasing a record for good, inside a caller's transaction.

What it said goes from its row and versions, from what waits beside it, from the index, from what
phones sent, and from the journal: the bodies of its entries are emptied, which the hash chain
stands, for it runs over their digests. Its id stays in a ledger, so that nobody brings it back.
Sales that name it stay as they are: they hold its id and no contact data, and the law has them
kept. Entries in the archive are counted and named, for a file of the archive is never changed.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.engine import Engine, Origin
from gateway.records.finding import index, parts
from gateway.records.model.kind import Kind
from gateway.records.rows import erasures, heads
from gateway.records.rows.erasures import Erasure
from gateway.store.journal import Entry
from gateway.store.transaction import Tx

REASONS: Final = ("asked", "expired", "unlawful")
# Tables with a row or several of a record, and the column that names it.
_BESIDE: Final = (
    ("record_versions", "record"),
    ("record_edits", "record"),
    ("record_conflicts", "record"),
    ("record_departures", "record"),
    ("record_proposals", "record"),
    ("record_typed", "record"),
    ("record_restored", "record"),
    ("record_checks", "record"),
    ("record_quality", "record"),
    ("record_files", "record"),
    ("record_merges", "record"),
    ("record_merges", "alias"),
    ("duplicate_pairs", "one"),
    ("duplicate_pairs", "other"),
    ("submission_keys", "record"),
    ("import_keys", "record"),
    ("import_rows", "record"),
    ("visits", "customer"),
    ("records", "id"),
)


def erase(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, reason: str
) -> list[Erasure]:
    """Erase a record and all that were merged into it; what the ledger now says of each.

    ``origin.approver`` is the second person. Problem erasure_needs_two, erasure_reason_unknown,
    record_missing, or record_erased when it is gone already.
    """
    if origin.approver is None or origin.approver.id == origin.actor.id:
        raise Problem("erasure_needs_two")
    if reason not in REASONS:
        raise Problem("erasure_reason_unknown", reason=reason, known=", ".join(REASONS))
    kind = engine.kind(kind_name)
    erasures.refuse(tx, record)
    head = heads.get(tx, kind, record)
    said = Erasure(head.id, kind.name, reason, 0, 0, origin.actor.id, origin.approver.id,
                   tx.now_ms, 0)  # fmt: skip
    done = [_erase(tx, kind, replace(said, record=one)) for one in _with_aliases(tx, head.id)]
    parts.purge(tx)
    return done


def replay_erasures(tx: Tx, engine: Engine, ledger: Iterable[Erasure]) -> int:
    """Erase again what a restored backup has brought back; how many records that were.

    ``ledger`` is what the life before knew. Phones are told once more, as they may hold it again.
    """
    back = 0
    for one in ledger:
        back += heads.find(tx, one.record) is not None
        _erase(tx, engine.kind(one.kind), one)
    parts.purge(tx)
    return back


def _with_aliases(tx: Tx, record: str) -> list[str]:
    """A record, and below it everything that was merged into it, at any depth."""
    found = tx.tuples(
        "WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT r.id FROM records r"
        " JOIN below b ON r.alias_of = b.id) SELECT id FROM below",
        (heads.key(record),),
    )
    return [ids.to_text(bytes(one)) for (one,) in found]


def _erase(tx: Tx, kind: Kind, said: Erasure) -> Erasure:
    key = heads.key(said.record)
    held = tx.value("SELECT count(*) FROM sales WHERE customer = ?", (said.record,))
    archived = _archived(tx, key)
    index.forget(tx, kind, said.record)
    _empty_operations(tx, key, said.record)
    _empty_journal(tx, key, said.record)
    for table, column in _BESIDE:
        tx.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))  # noqa: S608
    tx.execute("DELETE FROM attachment_links WHERE kind = 'customer' AND subject = ?", (key,))
    done = replace(said, held=max(int(held), said.held), archived=max(archived, said.archived))
    done = replace(done, seq=_tell(tx, done))
    erasures.keep(tx, done)
    return done


def _archived(tx: Tx, key: bytes) -> int:
    sql = (
        "SELECT count(*) FROM record_versions v JOIN archived_ids a ON a.id = v.operation"
        " WHERE v.record = ?"
    )
    return int(tx.value(sql, (key,)))


def _empty_operations(tx: Tx, key: bytes, record: str) -> None:
    """What phones sent about it, also what was refused or waits. The digests of what was
    taken stay: a repeat is still known as one.
    """
    # What waits would be opened again some day, and there is nothing left to do with it.
    tx.execute(
        "DELETE FROM operations WHERE type LIKE 'record.%' AND status IN"
        " ('rejected', 'quarantined', 'deferred', 'retry') AND instr(body, CAST(? AS BLOB)) > 0",
        (record,),
    )
    for table, also in (("operations", ", problem = NULL, result = NULL"), ("reused_ids", "")):
        tx.execute(
            f"UPDATE {table} SET body = CAST('{{}}' AS BLOB){also} WHERE id IN"  # noqa: S608
            " (SELECT operation FROM record_versions WHERE record = ?1"
            " UNION SELECT operation FROM record_edits WHERE record = ?1"
            " UNION SELECT operation FROM record_conflicts WHERE record = ?1"
            " UNION SELECT operation FROM record_proposals WHERE record = ?1"
            " UNION SELECT id FROM visits WHERE customer = ?1"
            " UNION SELECT o.id FROM operations o WHERE o.type LIKE 'record.%'"
            " AND instr(o.body, CAST(?2 AS BLOB)) > 0)",
            (key, record),
        )


def _empty_journal(tx: Tx, key: bytes, record: str) -> None:
    tx.execute(
        "UPDATE journal SET body = NULL WHERE subject = ?"
        " OR id IN (SELECT id FROM visits WHERE customer = ?)",
        (record, key),
    )


def _tell(tx: Tx, said: Erasure) -> int:
    body = {"kind": said.kind, "id": said.record, "reason": said.reason, "held": said.held,
            "approved_by": said.approver}  # fmt: skip
    entry = Entry(
        id=ids.uuid7(tx.now_ms),
        type="record.erased",
        body=body,
        kind=said.kind,
        subject=said.record,
        actor=said.actor,
    )
    return tx.append(entry)
