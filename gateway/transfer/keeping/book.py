"""The table of imports: every read and write of it is here."""

from dataclasses import asdict, dataclass
from typing import Final

import msgspec

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.rows import Row as Line
from gateway.store.rows import Rows
from gateway.store.transaction import Tx
from gateway.transfer.formats.table import Asked, Shape
from gateway.transfer.layout.mapping import Layout

# Of an import: uploaded -> checking -> checked -> running -> done -> undoing -> undone. A check may
# fail, a run be stopped, and its undoing be halted, on the way.
WORKING: Final = ("checking", "running", "undoing")
# Where each pass stands when it does not come to its end.
HALTED: Final = {"checking": "uploaded", "running": "stopped", "undoing": "halted"}
ENDED: Final = {"checking": "checked", "running": "done", "undoing": "undone"}

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Import:
    """One file on its way in.

    ``position`` counts the rows that are done in the present pass, ``counts`` what became of them.
    ``actor`` brought it, ``runner`` carries the present pass, with the rights of now. ``for_shop``
    says that its rows count as said at the counter. ``kept`` is False once the file itself has been
    deleted. Instants in Unix ms.
    """

    id: str
    kind: str
    name: str
    bytes: int
    state: str
    actor: Actor
    runner: Actor
    asked: Asked
    shape: Shape
    layout: Layout
    position: int
    counts: Counts
    for_shop: bool
    problem: Problem | None
    kept: bool
    created_at: int
    updated_at: int

    @property
    def work(self) -> int:
        """How many rows the present pass has to go through."""
        if self.state not in ("undoing", "undone", "halted"):
            return self.shape.rows
        return sum(self.counts.get(outcome, 0) for outcome in ("created", "updated", "waiting"))


def add(tx: Tx, new: Import) -> None:
    """Keep a new import."""
    texts = (_dump(asdict(new.actor)), _dump(new.asked), _dump(new.shape), _dump(new.layout))
    tx.execute(
        "INSERT INTO imports (id, kind, name, bytes, state, actor, asked, shape, layout,"
        " created_at, updated_at) VALUES (?,?,?,?,?,?,?,?,?,?,?)",
        (ids.to_bytes(new.id), new.kind, new.name, new.bytes, new.state, *texts, tx.now_ms,
         tx.now_ms),
    )  # fmt: skip


def get(rows: Rows, identity: str) -> Import:
    """One import; Problem import_missing."""
    return _import(rows.by_id("SELECT * FROM imports WHERE id = ?", identity, "import_missing"))


def newest(rows: Rows, limit: int) -> list[Import]:
    """The newest imports first."""
    found = rows.all("SELECT * FROM imports ORDER BY created_at DESC, id DESC LIMIT ?", (limit,))
    return [_import(line) for line in found]


def next_working(rows: Rows) -> Import | None:
    """The oldest import that waits for work, or was interrupted in it."""
    line = rows.one(
        "SELECT * FROM imports WHERE state IN ('checking', 'running', 'undoing')"
        " ORDER BY updated_at LIMIT 1"
    )
    return None if line is None else _import(line)


def outlived(rows: Rows, before_ms: int) -> list[Import]:
    """Imports whose files have been kept long enough."""
    found = rows.all(
        "SELECT * FROM imports WHERE kept = 1 AND updated_at < ?"
        " AND state NOT IN ('checking', 'running', 'undoing')",
        (before_ms,),
    )
    return [_import(line) for line in found]


def reshape(tx: Tx, identity: str, asked: Asked, shape: Shape, layout: Layout) -> None:
    """Store another view of the file; it has to be checked again."""
    tx.execute(
        "UPDATE imports SET asked = ?, shape = ?, layout = ?, state = 'uploaded', position = 0,"
        " counts = '{}', problem = NULL, updated_at = ? WHERE id = ?",
        (_dump(asked), _dump(shape), _dump(layout), tx.now_ms, ids.to_bytes(identity)),
    )


def begin(tx: Tx, identity: str, state: str, runner: Actor, *, for_shop: bool) -> None:
    """Start a pass from the first row: a check, or the run."""
    tx.execute(
        "UPDATE imports SET state = ?, runner = ?, for_shop = ?, position = 0, counts = '{}',"
        " problem = NULL, updated_at = ? WHERE id = ?",
        (state, _dump(asdict(runner)), for_shop, tx.now_ms, ids.to_bytes(identity)),
    )


def resume(tx: Tx, found: Import, state: str, runner: Actor) -> None:
    """Go on with a pass that was stopped, from where it stood."""
    tx.execute(
        "UPDATE imports SET state = ?, runner = ?, problem = NULL, updated_at = ?"
        " WHERE id = ? AND state = ?",
        (state, _dump(asdict(runner)), tx.now_ms, ids.to_bytes(found.id), found.state),
    )


def begin_undo(tx: Tx, found: Import, runner: Actor) -> None:
    """Start to take a run back; the counts of the run stay, and those of the undoing join them."""
    tx.execute("UPDATE imports SET position = 0 WHERE id = ?", (ids.to_bytes(found.id),))
    resume(tx, found, "undoing", runner)


def leave(tx: Tx, found: Import, state: str, problem: Problem | None = None) -> None:
    """Move an import on from the state it was found in; not if somebody else has done so."""
    told = _dump(problem.record()) if problem else None
    tx.execute(
        "UPDATE imports SET state = ?, problem = ?, updated_at = ? WHERE id = ? AND state = ?",
        (state, told, tx.now_ms, ids.to_bytes(found.id), found.state),
    )


def advance(tx: Tx, identity: str, position: int, counts: Counts) -> None:
    """Store how far a pass has come, in the transaction of what it did."""
    tx.execute(
        "UPDATE imports SET position = ?, counts = ?, updated_at = ? WHERE id = ?",
        (position, _dump(counts), tx.now_ms, ids.to_bytes(identity)),
    )


def forget_file(tx: Tx, identity: str) -> None:
    """Remember that the file is deleted."""
    tx.execute("UPDATE imports SET kept = 0 WHERE id = ?", (ids.to_bytes(identity),))


def _import(line: Line) -> Import:
    problem = line["problem"]
    brought = Actor(**msgspec.json.decode(line["actor"]))
    return Import(
        id=ids.to_text(line["id"]),
        kind=line["kind"],
        name=line["name"],
        bytes=line["bytes"],
        state=line["state"],
        actor=brought,
        runner=Actor(**msgspec.json.decode(line["runner"])) if line["runner"] else brought,
        asked=msgspec.json.decode(line["asked"], type=Asked),
        shape=msgspec.json.decode(line["shape"], type=Shape),
        layout=msgspec.json.decode(line["layout"], type=Layout),
        position=line["position"],
        counts=msgspec.json.decode(line["counts"], type=Counts),
        for_shop=bool(line["for_shop"]),
        problem=Problem.from_record(msgspec.json.decode(problem)) if problem else None,
        kept=bool(line["kept"]),
        created_at=line["created_at"],
        updated_at=line["updated_at"],
    )


def _dump(value: object) -> str:
    return msgspec.json.encode(value).decode()
