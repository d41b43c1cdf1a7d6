"""What the author of an edit saw: a version, with the author's own unanswered edits on top.

A phone that edits a record twice before it hears from the gateway builds the second edit on the
first. That one is named by ``base_op``, so nobody conflicts with himself.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.edits.rivals import fair_base
from gateway.records.model import patch
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Head
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

CHAIN_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Base:
    """``seen`` is the record as the author saw it, ``fair`` what to merge against; both in clear.

    ``chain`` holds the ids of the author's own edits that it is built on.
    """

    version: int
    seen: Data
    fair: Data
    chain: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit as it is remembered; ``patch`` in clear, against what its author saw."""

    operation: str
    base: Base
    base_op: str
    clashed: bool
    patch: Data


def resolve(tx: Tx, kind: Kind, head: Head, version: int, base_op: str) -> Base:
    """The base of an edit; ``version`` 0 stands for that of ``base_op``.

    Problem version_unknown or base_unknown.
    """
    edits = _chain(tx, head, base_op)
    if version == 0 and edits:
        version = int(edits[0]["base_version"])
    root = sealed.open_all(tx.keyring, kind, head.id, heads.version(tx, head.id, version))
    # What has become part of this version is in it. A clashed edit is laid on again: its author
    # still sees the own value, and must not overwrite the other one unseen.
    own = [edit for edit in reversed(edits) if edit["version"] > version or edit["clashed"]]
    seen = _laid_on(tx, kind, head, root, own)
    chain = frozenset(ids.to_text(edit["operation"]) for edit in edits)
    rivals = _rivals(tx, kind, head, root, version, chain) if own else []
    return Base(version, seen, fair_base(kind, root, seen, rivals), chain)


def remember(tx: Tx, kind: Kind, head: Head, edit: Edit) -> None:
    """Keep an edit for those that build on it."""
    change = sealed.seal_all(tx.keyring, kind, head.id, edit.patch, head.data)
    base_op = ids.to_bytes(edit.base_op) if edit.base_op else None
    place = (ids.to_bytes(edit.operation), heads.key(head.id), edit.base.version, base_op)
    tx.execute(
        "INSERT OR REPLACE INTO record_edits"
        " (operation, record, base_version, base_op, version, clashed, patch)"
        " VALUES (?,?,?,?,?,?,?)",
        (*place, head.version, int(edit.clashed), heads.dump(change)),
    )


def _chain(rows: Rows, head: Head, base_op: str) -> Sequence[Row]:
    """The edits an edit builds on, newest first; empty when it names none."""
    found: list[Row] = []
    wanted = ids.to_bytes(base_op) if base_op else None
    while wanted is not None and len(found) < CHAIN_MAX:
        row = rows.one("SELECT * FROM record_edits WHERE operation = ?", (wanted,))
        if row is None or row["record"] != heads.key(head.id):
            raise Problem("base_unknown", pointer="/base_op")
        found.append(row)
        wanted = row["base_op"]
    return found


def _rivals(
    tx: Tx, kind: Kind, head: Head, root: Data, version: int, chain: frozenset[str]
) -> list[Data]:
    """The record as every other author left it who edited it since a version."""
    rows = tx.all(
        "SELECT * FROM record_edits WHERE record = ? AND (version > ? OR clashed AND version = ?)"
        " ORDER BY version, operation",
        (heads.key(head.id), version, version),
    )
    others = {row["operation"]: row for row in rows if ids.to_text(row["operation"]) not in chain}
    earlier = {row["base_op"] for row in others.values()}
    tips = [row for operation, row in others.items() if operation not in earlier]
    return [_laid_on(tx, kind, head, root, _line(others, tip)) for tip in tips]


def _line(edits: Mapping[bytes, Row], tip: Row) -> list[Row]:
    """One author's edits up to the last one, oldest first."""
    line = [tip]
    while line[-1]["base_op"] in edits:
        line.append(edits[line[-1]["base_op"]])
    return line[::-1]


def _laid_on(tx: Tx, kind: Kind, head: Head, data: Data, edits: Sequence[Row]) -> Data:
    for edit in edits:
        change = sealed.open_all(tx.keyring, kind, head.id, heads.load(edit["patch"]))
        data = patch.apply(data, change)
    return data
