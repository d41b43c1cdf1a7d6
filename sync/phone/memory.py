"""What the gateway remembers of pushed operations: the table it answers every repetition from."""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx
from sync.phone.operations import TYPES, Misfit, Operation
from sync.phone.plan import Remembered

_COLUMNS = "id, device, status, revision, digest, received_at, result, problem"
_WHOLE = "id, device, actor, origin_epoch, revision, body, result"

# The first arrival counts as received, however often the phone has to send again.
_REMEMBER = (
    "INSERT INTO operations (id, device, actor, type, origin_epoch, origin_seq, revision, status,"
    " digest, body, problem, result, seq, received_at, decided_at)"
    " VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)"
    " ON CONFLICT (id) DO UPDATE SET device = excluded.device, actor = excluded.actor,"
    " type = excluded.type, origin_epoch = excluded.origin_epoch, origin_seq = excluded.origin_seq,"
    " revision = excluded.revision, status = excluded.status, digest = excluded.digest,"
    " body = excluded.body, problem = excluded.problem, result = excluded.result,"
    " seq = excluded.seq, decided_at = excluded.decided_at"
)
_KEEP = (
    "INSERT OR IGNORE INTO reused_ids (id, device, digest, body, received_at) VALUES (?,?,?,?,?)"
)
HELD_MAX = 500


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an operation came from; ``offset_ms`` is our clock less the phone's.

    ``mender`` is the person who mended it here, empty for none.
    """

    device: str
    actor: str
    epoch: str
    offset_ms: int = 0
    mender: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an operation came to.

    ``result`` holds the kind, record and version it had an effect on with the ids of what of it
    waits for a second person, or what it waits for itself.
    """

    status: str
    result: Mapping[str, object] = field(default_factory=dict)
    problem: Problem | None = None
    seq: int | None = None


def recall(rows: Rows, identities: Iterable[str]) -> dict[str, Remembered]:
    """The operations remembered under these ids."""
    keys = [ids.to_bytes(identity) for identity in identities]
    marks = ",".join("?" * len(keys))
    found = rows.all(f"SELECT {_COLUMNS} FROM operations WHERE id IN ({marks})", keys)  # noqa: S608
    return {remembered.id: remembered for remembered in map(_remembered, found)}


def place_taken(tx: Tx, operation: Operation, origin: Origin) -> bool:
    """Whether another operation has this place in the phone's own count."""
    return bool(
        tx.value(
            "SELECT 1 FROM operations WHERE device = ? AND origin_epoch = ? AND origin_seq = ?"
            " AND id <> ?",
            (origin.device, origin.epoch, operation.origin_seq, ids.to_bytes(operation.id)),
        )
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """An operation as it is kept: the digest of what was sent, and the body in its stored form."""

    operation: Operation
    digest: bytes
    body: bytes


def keep_earlier(tx: Tx, kept: Kept) -> None:
    """Keep what was remembered under this id until now, if that is something else."""
    key = ids.to_bytes(kept.operation.id)
    earlier = tx.one("SELECT device, digest, body FROM operations WHERE id = ?", (key,))
    if earlier is not None and earlier["digest"] != kept.digest:
        _keep(tx, key, earlier["device"], earlier["digest"], earlier["body"])


def remember(tx: Tx, kept: Kept, origin: Origin, answer: Answer) -> None:
    """Store the answer beside the operation."""
    operation = kept.operation
    told = {**answer.result, "offset_ms": origin.offset_ms}
    result = json.dumps({**told, "mender": origin.mender} if origin.mender else told)
    values = (
        ids.to_bytes(operation.id), origin.device, origin.actor, operation.type, origin.epoch,
        operation.origin_seq, operation.revision, answer.status, kept.digest, kept.body,
        _stored(answer.problem), result, answer.seq, tx.now_ms, tx.now_ms,
    )  # fmt: skip
    tx.execute(_REMEMBER, values)


def remember_misfit(tx: Tx, misfit: Misfit, origin: Origin) -> None:
    """Keep what cannot be read, for a person to look at."""
    digest = tx.keyring.digest(misfit.body)
    values = (
        misfit.key, origin.device, origin.actor, "unreadable", origin.epoch, None, 0, "rejected",
        digest, misfit.body, _stored(misfit.problem), None, None, tx.now_ms, tx.now_ms,
    )  # fmt: skip
    tx.execute(_REMEMBER, values)


def keep_other(tx: Tx, kept: Kept, origin: Origin) -> None:
    """Keep the other content of an id that was used twice."""
    _keep(tx, ids.to_bytes(kept.operation.id), origin.device, kept.digest, kept.body)


def held(rows: Rows, blockers: Collection[str], records: Collection[str]) -> list[Row]:
    """Operations that wait for one of these operations, or for one of these records to come."""
    blocker = "json_extract(result, '$.blocked_by')"
    marks = ",".join("?" * len(blockers))
    places = ",".join("?" * len(records))
    return rows.all(
        f"SELECT {_WHOLE} FROM operations WHERE status = 'blocked_by' AND ({blocker} IN ({marks})"  # noqa: S608
        f" OR {blocker} IS NULL AND json_extract(CAST(body AS TEXT), '$.record') IN ({places}))"
        " ORDER BY received_at, origin_seq LIMIT ?",
        (*blockers, *records, HELD_MAX),
    )


def waiting(rows: Rows, identity: str) -> Row | None:
    """An operation of a phone that has had no effect yet; ``identity`` may be anything."""
    try:
        key = ids.to_bytes(identity)
    except ValueError:
        return None
    sql = f"SELECT {_WHOLE} FROM operations WHERE id = ?"  # noqa: S608
    marks = ",".join("?" * len(TYPES))
    return rows.one(
        f"{sql} AND status IN ('rejected', 'blocked_by', 'retry') AND type IN ({marks})",
        (key, *TYPES),
    )


def count_waiting(rows: Rows) -> int:
    """How many operations of phones have had no effect yet."""
    marks = ",".join("?" * len(TYPES))
    sql = "SELECT count(*) FROM operations WHERE status IN ('rejected', 'blocked_by', 'retry')"
    return int(rows.value(f"{sql} AND type IN ({marks})", TYPES))


def replaced(tx: Tx, kept: Kept) -> bool:
    """Whether this very content waited once, and has been replaced by a higher revision since."""
    sql = "SELECT 1 FROM reused_ids WHERE id = ? AND digest = ?"
    return tx.value(sql, (ids.to_bytes(kept.operation.id), kept.digest)) is not None


def _remembered(row: Row) -> Remembered:
    return Remembered(
        id=ids.to_text(row["id"]),
        device=row["device"],
        status=row["status"],
        revision=row["revision"],
        digest=row["digest"],
        received_at=row["received_at"],
        result=json.loads(row["result"] or "{}"),
        problem=Problem.from_record(json.loads(row["problem"])) if row["problem"] else None,
    )


def _keep(tx: Tx, key: bytes, device: str, digest: bytes, body: bytes) -> None:
    tx.execute(_KEEP, (key, device, digest, body, tx.now_ms))


def _stored(problem: Problem | None) -> str | None:
    return None if problem is None else json.dumps(problem.record())
