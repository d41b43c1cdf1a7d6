"""Erasing a record for good, inside a caller's transaction.

What it said goes from its row and versions, from what waits beside it, from the index, from what
phones sent, and from the journal: the bodies of its entries are emptied, which the hash chain
stands, for it runs over their digests. Visits to it and tasks about it go with it. Its id stays in
a ledger, so that nobody brings it back. Sales that name it stay as they are: they hold its id and
no contact data, and the law has them kept. Entries in the archive are counted, for a file of the
archive is never changed.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final

from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records.dealings import ABOUT
from gateway.records.engine import Engine, Origin
from gateway.records.finding import index, parts
from gateway.records.rows import erasures, heads
from gateway.records.rows.erasures import VISIT, Erasure
from gateway.store.journal import Entry
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

REASONS: Final = ("asked", "expired", "unlawful")
# In the place of the second person, where the site's settings say how long something is kept.
SETTINGS: Final = "settings"
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
# What phones and forms sent about people; sales and counts name no more than an id.
ABOUT_PEOPLE: Final = "(type LIKE 'record.%' OR type IN ('fact','unreadable','visit.completed'))"
# The operations that had something to do with a record, by its key and its id.
_SENT: Final = (
    "SELECT operation FROM record_versions WHERE record = ?1"  # noqa: S608
    " UNION SELECT operation FROM record_edits WHERE record = ?1"
    " UNION SELECT operation FROM record_conflicts WHERE record = ?1"
    " UNION SELECT operation FROM record_proposals WHERE record = ?1"
    " UNION SELECT id FROM visits WHERE customer = ?1"
    f" UNION SELECT id FROM operations WHERE {ABOUT_PEOPLE}"
    " AND instr(body, CAST(?2 AS BLOB)) > 0"
)


def erase(
    tx: Tx, engine: Engine, origin: Origin, kind_name: str, record: str, reason: str
) -> list[Erasure]:
    """Erase a record, all that were merged into it, and what is about them; what the ledger now
    says of each.

    ``origin.approver`` is the second person. Problem erasure_needs_two, erasure_reason_unknown,
    record_missing, or record_erased when it is gone already.
    """
    if origin.approver is None or origin.approver.human == origin.actor.human:
        raise Problem("erasure_needs_two")
    if reason not in REASONS:
        raise Problem("erasure_reason_unknown", reason=reason, known=", ".join(REASONS))
    kind = engine.kind(kind_name)
    erasures.refuse(tx, record)
    head = heads.get(tx, kind, record)
    said = Erasure(head.id, kind.name, 0, reason, 0, 0, origin.actor.id, origin.approver.id,
                   tx.now_ms, 0)  # fmt: skip
    named = [replace(said, record=one) for one in with_aliases(tx, head.id)]
    done = [gone for one in named for gone in _erase_whole(tx, engine, one)]
    parts.purge(tx)
    return done


def replay_erasures(tx: Tx, engine: Engine, ledger: Iterable[Erasure]) -> list[Erasure]:
    """Erase again what a restored backup has brought back; those that were back.

    ``ledger`` is what the life before knew. Phones are told once more, as they may hold it again.
    """
    back: list[Erasure] = []
    for one in ledger:
        is_visit = one.kind == VISIT
        if (_has_visit(tx, one.record) if is_visit else heads.find(tx, one.record)) is not None:
            back.append(one)
        if is_visit:
            _erase_visit(tx, replace(one, seq=tx.seq))
        else:
            back += [gone for gone in _erase_whole(tx, engine, one) if gone.record != one.record]
    parts.purge(tx)
    return back


def expire_visits(tx: Tx, named: Iterable[str]) -> list[Erasure]:
    """Erase visits whose time is over by the settings; the newest entry of the journal tells it."""
    said = Erasure("", VISIT, 0, "expired", 0, 0, SYSTEM.id, SETTINGS, tx.now_ms, tx.seq)
    return [
        _erase_visit(tx, replace(said, record=one, archived=_is_archived(tx, one))) for one in named
    ]


def with_aliases(rows: Rows, record: str) -> list[str]:
    """A record, and below it everything that was merged into it, at any depth."""
    found = rows.tuples(
        "WITH RECURSIVE below (id) AS (SELECT ? UNION SELECT r.id FROM records r"
        " JOIN below b ON r.alias_of = b.id) SELECT id FROM below",
        (heads.key(record),),
    )
    return [ids.to_text(bytes(one)) for (one,) in found]


def about(rows: Rows, record: str) -> list[tuple[str, str]]:
    """(kind, id) of the records that are about a customer."""
    marks = ",".join("?" * len(ABOUT))
    found = rows.tuples(
        f"SELECT kind, id FROM records WHERE kind IN ({marks})"  # noqa: S608
        " AND json_extract(data, '$.customer') = ?",
        (*ABOUT, record),
    )
    return [(kind, ids.to_text(one)) for kind, one in found]


def visits(rows: Rows, record: str) -> list[str]:
    """The visits to a customer."""
    found = rows.tuples("SELECT id FROM visits WHERE customer = ?", (heads.key(record),))
    return [ids.to_text(one) for (one,) in found]


def held(rows: Rows, records: Sequence[str]) -> int:
    """How many sales name one of some customers, by id or by number."""
    count = 0
    for record in records:
        head = heads.find(rows, record)
        names = [record, head.number if head and head.number else record]
        sql = "SELECT count(*) FROM sales WHERE customer IN (?, ?)"
        count += int(rows.value(sql, names))
    return count


def archived(rows: Rows, record: str) -> int:
    """How many entries about a record lie in the archive."""
    sql = (
        "SELECT count(*) FROM record_versions v JOIN archived_ids a ON a.id = v.operation"
        " WHERE v.record = ?"
    )
    return int(rows.value(sql, (heads.key(record),)))


def _erase_whole(tx: Tx, engine: Engine, said: Erasure) -> Iterator[Erasure]:
    for kind, one in about(tx, said.record):
        yield from _erase_whole(tx, engine, replace(said, record=one, kind=kind))
    seen = visits(tx, said.record)
    done = _erase(tx, engine, said)
    yield done
    for one in seen:
        yield _erase_visit(tx, replace(done, record=one, kind=VISIT, version=0, held=0, archived=0))


def _erase(tx: Tx, engine: Engine, said: Erasure) -> Erasure:
    key, head = heads.key(said.record), heads.find(tx, said.record)
    # One that is erased again after a restore may have less beside it than it had.
    done = replace(
        said,
        version=max(said.version, head.version + 1 if head else 1),
        held=max(said.held, held(tx, [said.record])),
        archived=max(said.archived, archived(tx, said.record)),
    )
    if said.kind in engine.kinds:
        index.forget(tx, engine.kinds[said.kind], said.record)
    _empty_operations(tx, key, said.record)
    _empty_journal(tx, key, said.record)
    for table, column in _BESIDE:
        tx.execute(f"DELETE FROM {table} WHERE {column} = ?", (key,))  # noqa: S608
    done = replace(done, seq=_tell(tx, done))
    erasures.keep(tx, done)
    return done


def _erase_visit(tx: Tx, said: Erasure) -> Erasure:
    """A visit by itself, where it came back; else only its place in the ledger."""
    key = heads.key(said.record)
    tx.execute("UPDATE journal SET body = NULL WHERE id = ?", (key,))
    tx.execute("UPDATE operations SET body = CAST('{}' AS BLOB) WHERE id = ?", (key,))
    tx.execute("DELETE FROM visits WHERE id = ?", (key,))
    erasures.keep(tx, said)
    return said


def _is_archived(rows: Rows, entry: str) -> int:
    return int(rows.value("SELECT count(*) FROM archived_ids WHERE id = ?", (heads.key(entry),)))


def _has_visit(rows: Rows, record: str) -> object:
    return rows.value("SELECT 1 FROM visits WHERE id = ?", (heads.key(record),))


def _empty_operations(tx: Tx, key: bytes, record: str) -> None:
    """What phones sent about it, also what was refused or waits. The digests of what was
    taken stay: a repeat is still known as one.
    """
    empty = "body = CAST('{}' AS BLOB)"
    tx.execute(f"UPDATE reused_ids SET {empty} WHERE id IN ({_SENT})", (key, record))  # noqa: S608
    # What waits would be opened again some day, and there is nothing left to do with it.
    tx.execute(
        f"DELETE FROM operations WHERE {ABOUT_PEOPLE} AND status IN"  # noqa: S608
        " ('rejected','quarantined','deferred','retry','blocked_by')"
        " AND instr(body, CAST(? AS BLOB)) > 0",
        (record,),
    )
    tx.execute(
        f"UPDATE operations SET {empty}, problem = NULL, result = NULL WHERE id IN ({_SENT})",  # noqa: S608
        (key, record),
    )


def _empty_journal(tx: Tx, key: bytes, record: str) -> None:
    tx.execute(
        "UPDATE journal SET body = NULL WHERE subject = ?"
        " OR id IN (SELECT id FROM visits WHERE customer = ?)",
        (record, key),
    )


def _tell(tx: Tx, said: Erasure) -> int:
    body = {"kind": said.kind, "id": said.record, "version": said.version, "reason": said.reason,
            "held": said.held, "approved_by": said.approver}  # fmt: skip
    entry = Entry(
        id=ids.uuid7(tx.now_ms),
        type="record.erased",
        body=body,
        kind=said.kind,
        subject=said.record,
        actor=said.actor,
    )
    return tx.append(entry)
