"""What the author of an edit saw: a version, with the author's own unanswered edits on top.

A phone that edits a record twice before it hears from the gateway builds the second edit on the
first. That one is named by ``base_op``, so nobody conflicts with himself.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.edits import proposals
from gateway.records.edits.merge import Clash
from gateway.records.edits.rivals import Rival, Step, fair_base, last_words, places
from gateway.records.model import patch
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, put
from gateway.records.model.survivorship import Claim, line
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Author, Head
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

CHAIN_MAX: Final = 1_000


@dataclass(frozen=True, slots=True)
class Base:
    """``seen`` is the record as the author saw it, ``fair`` what to merge against; both in clear.

    ``root`` is the version itself. ``chain`` holds the ids of the author's own edits that it is
    built on, ``own`` what of them the version does not hold, ``rivals`` what others have done
    since. ``at`` is when the newest of what the author saw was said, in Unix ms: whatever is built
    on it was said later.
    """

    version: int
    seen: Data
    fair: Data
    root: Data = field(default_factory=dict)
    chain: frozenset[str] = frozenset()
    rivals: tuple[Rival, ...] = ()
    at: int = 0
    own: tuple[Step, ...] = ()

    def spoken_of(self, path: Path) -> bool:
        """Whether somebody else has changed a place since."""
        return any(one.version > self.version and one.speaks_of(path) for one in self.rivals)

    def spoken(self, kind: Kind, left: Data) -> "Base":
        """The base of an edit that left this: what its author says again has been merged before."""
        fair = self.fair
        for path, _ in places(kind, self.fair, self.seen):
            if at(self.seen, path) == at(left, path):
                fair = put(fair, path, at(self.seen, path))
        return replace(self, fair=fair)

    def givers(self, path: Path, value: object) -> list[Rival]:
        """Those of the others who have come to give a place a value."""
        return [one for one in self.rivals if one.speaks_of(path) and at(one.view, path) == value]

    def last_words(self, three: Clash) -> list[object]:
        """What everybody said last about the place of three values, the author included."""
        root, seen = at(self.root, three.path), at(self.seen, three.path)
        sides = {"root": root, "seen": seen, "current": three.current, "own": three.proposed}
        return last_words(self.rivals, three.path, **sides)


@dataclass(frozen=True, slots=True)
class Edit:
    """One edit as it is remembered; ``patch`` in clear, against what its author saw."""

    author: Author
    claim: Claim
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
    own = _beyond(tx, kind, head, edits[::-1], version)
    seen = _laid_on(root, own)
    chain = frozenset(ids.to_text(edit["operation"]) for edit in edits)
    rivals = tuple(_rivals(tx, kind, head, root, version, chain))
    fair = fair_base(kind, root, seen, [rival.view for rival in rivals])
    said = [heads.made_at(tx, head.id, version), *(int(edit["said_at"]) for edit in edits)]
    return Base(version, seen, fair, root, chain, rivals, max(said), tuple(own))


def remember(tx: Tx, kind: Kind, head: Head, edit: Edit) -> None:
    """Keep an edit for those that build on it."""
    change = sealed.seal_all(tx.keyring, kind, head.id, edit.patch, head.data)
    base_op = ids.to_bytes(edit.base_op) if edit.base_op else None
    author, claim = edit.author, edit.claim
    place = (ids.to_bytes(author.operation), heads.key(head.id), edit.base.version, base_op)
    by = (author.actor, author.actor_name, author.device, claim.channel, claim.at)
    tx.execute(
        "INSERT OR REPLACE INTO record_edits"
        " (operation, record, base_version, base_op, version, clashed, patch, actor, actor_name,"
        " device, channel, said_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?)",
        (*place, head.version, int(edit.clashed), heads.dump(change), *by),
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
) -> Iterator[Rival]:
    """Every other author who edited the record since a version."""
    rows = tx.all(
        "SELECT * FROM record_edits WHERE record = ? AND version >= ? ORDER BY version, operation",
        (heads.key(head.id), version),
    )
    others = {row["operation"]: row for row in rows if ids.to_text(row["operation"]) not in chain}
    if not any(_is_beside(row, version) for row in others.values()):
        return
    earlier = {row["base_op"] for row in others.values()}
    asked = _only_asked(tx, others)
    for operation, tip in others.items():
        if operation in earlier:
            continue
        steps = _beyond(tx, kind, head, _line(others, tip), version, asked)
        if not steps:
            continue
        yield Rival(
            view=_laid_on(root, steps),
            author=author_of(tip),
            saw=tip["base_version"],
            version=tip["version"],
            said_at=tip["said_at"],
            steps=tuple(steps),
        )


def _is_beside(edit: Row, version: int) -> bool:
    """Whether an edit came after a version, or was made on it and does not stand in it."""
    return bool(edit["version"] > version or (edit["clashed"] and edit["base_version"] >= version))


def author_of(edit: Row) -> Author:
    """Who made a remembered edit; without a name where that was not kept yet."""
    operation = ids.to_text(edit["operation"])
    by = (edit["actor"], edit["actor_name"], edit["device"], edit["channel"])
    return Author(operation, *by)


def _line(edits: Mapping[bytes, Row], tip: Row) -> list[Row]:
    """One author's edits up to the last one, oldest first."""
    line = [tip]
    while line[-1]["base_op"] in edits:
        line.append(edits[line[-1]["base_op"]])
    return line[::-1]


def _only_asked(rows: Rows, edits: Mapping[bytes, Row]) -> Mapping[bytes, Data]:
    """The places that some edits ask a second person about, by operation: that is no word yet."""
    asked: dict[bytes, Data] = {}
    for one in proposals.of_operations(rows, [ids.to_text(operation) for operation in edits]):
        if one.state != "approved":
            key = ids.to_bytes(one.author.operation)
            asked[key] = put(asked.get(key, {}), one.path, one.id)
    return asked


def _beyond(
    tx: Tx,
    kind: Kind,
    head: Head,
    edits: Sequence[Row],
    version: int,
    asked: Mapping[bytes, Data] = MappingProxyType({}),
) -> list[Step]:
    """What one author's edits, oldest first, changed and a version does not hold.

    What has become part of the version is in it. A clashed edit is laid on again, until its author
    says something else: who still sees the own value must not overwrite the other one unseen. What
    its author went on with over the same version is laid on as well.
    """
    steps: list[Step] = []
    for edit in edits:
        goes_on = bool(steps) and edit["version"] == version
        if edit["version"] > version or edit["clashed"] or goes_on:
            change = _opened(tx, kind, head, edit)
            steps.append(_step(edit, patch.without(change, asked.get(edit["operation"], {}))))
        elif steps:
            later = heads.load(edit["patch"])
            steps = [replace(step, patch=patch.without(step.patch, later)) for step in steps]
    return steps


def _step(edit: Row, change: Data) -> Step:
    claim = Claim(edit["channel"], edit["said_at"], line(edit["device"], edit["actor"]))
    waits = bool(edit["clashed"])
    return Step(author_of(edit), claim, change, edit["base_version"], edit["version"], waits)


def _opened(tx: Tx, kind: Kind, head: Head, edit: Row) -> Data:
    return sealed.open_all(tx.keyring, kind, head.id, heads.load(edit["patch"]))


def _laid_on(data: Data, steps: Sequence[Step]) -> Data:
    for step in steps:
        data = patch.apply(data, step.patch)
    return data
