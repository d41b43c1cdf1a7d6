"""Whose word stands at a place of a record.

The weight of a place is that of the heaviest word that anybody has said there since a person last
decided about it: the last word of each line of edits, whether it made a version, said what was
there already or was kept out, and what came otherwise, as by a merge of two records. It follows
from what was said alone, and so the order of arrival does not matter.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from gateway.kernel import ids
from gateway.records.edits import inherited, proposals
from gateway.records.edits.rivals import speaks_of
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted
from gateway.records.model.survivorship import HOUSE, Claim, Rule, line
from gateway.records.rows import heads
from gateway.records.rows.aliases import Merge
from gateway.records.rows.heads import Head
from gateway.store.rows import Row, Rows

_VERSIONS = (
    "SELECT v.version, v.operation, v.actor, v.device, v.channel, v.at, e.said_at,"
    " CASE WHEN e.record = v.record THEN e.patch END AS patch"
    " FROM record_versions v LEFT JOIN record_edits e ON e.operation = v.operation"
    " WHERE v.record = ? ORDER BY v.version DESC"
)
_EDITS = (
    "SELECT version, operation, base_op, actor, device, channel, said_at, patch FROM record_edits"
    " WHERE record = ?"
)


# What waited in another record when that was merged into this one, and then stood.
_FREED = (
    "SELECT operation, field, actor, device, channel, said_at FROM record_conflicts"
    " WHERE record = ?1 AND state = 'proposed' AND decided_at IS NULL"
    " AND operation NOT IN (SELECT operation FROM record_edits WHERE record = ?1)"
)


@dataclass(frozen=True, slots=True)
class Word:
    """A claim and the operation it was made by."""

    claim: Claim
    operation: str


class Standing:
    """The words that stand in one record, read when they are asked for.

    Of the versions only those are read in full that no edit of the record has made: a record that
    is edited every day for years has to be edited in time as well.
    """

    def __init__(self, rows: Rows, head: Head) -> None:
        self._rows = rows
        self._record = head.id
        self._key = heads.key(head.id)
        self._read = {head.version: head.data, 0: Data()}

    def words(self, path: Path, *, goings: bool = False) -> Iterator[Word]:
        """Every word said about a place since a person last decided about it.

        That an element went says nothing about what is in it; unless ``goings`` count.
        """
        since = 1
        for newer in self._versions:
            if newer.patch is not None or not self._speaks(newer, path, goings):
                continue
            merge = self._merges.get(newer.version)
            value = at(self._data(newer.version), path)
            brought = inherited.source(self._rows, merge, path, value)
            if brought is not None:
                other, there = brought
                yield from Standing(self._rows, other).words(there, goings=goings)
            else:
                yield newer.word
            if not newer.is_edit and newer.word.claim.channel != HOUSE:
                since = newer.version
                break
        yield from self._last_words(path, since, goings)
        yield from (word for where, word in self._freed if where == dotted(path))

    def heaviest(
        self, rule: Rule, path: Path, but: frozenset[str] = frozenset(), *, goings: bool = False
    ) -> Claim | None:
        """The heaviest claim about a place, those of the operations in ``but`` left out."""
        words = self.words(path, goings=goings)
        claims = (word.claim for word in words if word.operation not in but)
        people = (claim for claim in claims if claim.channel != HOUSE)
        return max(people, key=rule.weight, default=None)

    def decided_since(self, version: int, path: Path) -> bool:
        """Whether anything but an edit of the record has changed a place since a version."""
        later = (one for one in self._versions if one.version > version and one.patch is None)
        return any(
            at(self._data(one.version), path) != at(self._data(one.version - 1), path)
            for one in later
        )

    def _speaks(self, one: "_Version", path: Path, goings: bool) -> bool:
        """Whether a version that no edit of the record has made says something about a place."""
        data, before = self._data(one.version), self._data(one.version - 1)
        if at(data, path) == at(before, path):
            return False
        was, stays = (at(side, path[:2]) is not None for side in (before, data))
        if goings or len(path) == 1 or (was and stays):
            return True
        if not stays:
            return False
        earlier = (self._data(number) for number in range(one.version - 1, 0, -1))
        last = next((found for found in earlier if at(found, path[:2]) is not None), {})
        return at(last, path) != at(data, path)

    def _last_words(self, path: Path, since: int, goings: bool) -> Iterator[Word]:
        """What each line of edits said last about a place, whatever the record made of it.

        What only asks a second person is no word yet.
        """
        spoken = {
            row["operation"]: (row, change)
            for row, change in self._edits
            if row["version"] >= since and speaks_of(change, path)
        }
        over = set[bytes]()
        for operation in spoken:
            over |= self._built_on(operation)
        asked = {
            one.author.operation
            for one in proposals.of_operations(self._rows, [ids.to_text(key) for key in spoken])
            if one.path == path[: len(one.path)] or path == one.path[: len(path)]
        }
        for operation, (row, change) in spoken.items():
            gone = len(path) > 1 and at(change, path[:2]) is None
            if operation in over or ids.to_text(operation) in asked or (gone and not goings):
                continue
            yield self._made.get(operation) or _word(row, int(row["said_at"]))

    def _built_on(self, operation: bytes) -> set[bytes]:
        """The edits that one edit is built on."""
        found = set[bytes]()
        earlier = self._bases.get(operation)
        while earlier is not None and earlier not in found:
            found.add(earlier)
            earlier = self._bases.get(earlier)
        return found

    def _data(self, version: int) -> Data:
        """A version as it is stored; nothing before the first one."""
        if version not in self._read:
            self._read[version] = heads.version(self._rows, self._record, version)
        return self._read[version]

    @cached_property
    def _versions(self) -> list["_Version"]:
        return [_version(row) for row in self._rows.all(_VERSIONS, (self._key,))]

    @cached_property
    def _merges(self) -> dict[int, Merge]:
        return inherited.merges(self._rows, self._record)

    @cached_property
    def _edits(self) -> list[tuple[Row, Data]]:
        found = self._rows.all(_EDITS, (self._key,))
        return [(row, heads.load(row["patch"])) for row in found]

    @cached_property
    def _freed(self) -> list[tuple[str, Word]]:
        found = self._rows.all(_FREED, (self._key,))
        return [(str(row["field"]), _word(row, int(row["said_at"]))) for row in found]

    @cached_property
    def _bases(self) -> dict[bytes, bytes | None]:
        return {row["operation"]: row["base_op"] for row, _ in self._edits}

    @cached_property
    def _made(self) -> dict[bytes, Word]:
        """The words of edits that have made a version: of old ones only that tells whose."""
        return {ids.to_bytes(one.word.operation): one.word for one in self._versions}


@dataclass(frozen=True, slots=True)
class _Version:
    """A version without its data; ``patch`` is that of the edit it came of, if it came of one."""

    version: int
    word: Word
    is_edit: bool
    patch: Data | None


def _version(row: Row) -> _Version:
    is_edit = row["said_at"] is not None
    # An edit from before it was kept when it was said counts from when it was stored.
    said_at = int(row["said_at"] or row["at"])
    # What brought the first version is no change of anything, whatever of it had to wait.
    change = heads.load(row["patch"]) if row["patch"] and row["version"] > 1 else None
    return _Version(row["version"], _word(row, said_at), is_edit, change)


def _word(row: Row, said_at: int) -> Word:
    claim = Claim(row["channel"], said_at, line(row["device"], row["actor"]))
    return Word(claim, ids.to_text(row["operation"]))


def ranking(
    rows: Rows, kind: Kind, pair: tuple[Head, Head]
) -> Callable[[Path, Path], Literal["kept", "other"] | None]:
    """Which of two records a rule prefers the value of, by a place's path in either."""
    kept, other = (Standing(rows, head) for head in pair)

    def prefers(here: Path, there: Path) -> Literal["kept", "other"] | None:
        rule = kind.survivorship.of(kind.fields, here)
        sides = (kept.heaviest(rule, here), other.heaviest(rule, there)) if rule else ()
        weights = [rule.weight(claim) for claim in sides if rule and claim]
        if len(weights) < 2 or weights[0] == weights[1]:
            return None
        return "kept" if weights[0] > weights[1] else "other"

    return prefers
