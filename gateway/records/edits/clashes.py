"""From clashing values to conflicts: whose each side is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.edits.bases import Base
from gateway.records.edits.docket import Conflict
from gateway.records.edits.merge import Clash
from gateway.records.engine import AUTHORITIES, Origin
from gateway.records.model.fields import Data, Path
from gateway.records.model.patch import at
from gateway.records.model.survivorship import Claim
from gateway.records.rows import heads
from gateway.records.rows.heads import Author, Head
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Word:
    """Who proposed a value, when it came, and when it was said; in Unix ms."""

    author: Author
    at: int
    said_at: int


def from_merge(
    tx: Tx, head: Head, clashes: Sequence[Clash], said: tuple[Origin, Claim], base: Base
) -> list[Conflict]:
    """The conflicts of a merge. What waits is the editor's, unless the sides were reversed: then it
    is theirs who gave the place its value, each of whom may take it back.
    """
    origin, claim = said
    own = Word(origin.author, tx.now_ms, claim.at)
    return [
        arisen(tx, head, clash, word)
        for clash in (_as_given(clash, base) for clash in clashes)
        for word in (_givers(tx, head, clash, base) if clash.reversed else [own])
        if not (clash.owned and word.author.channel in AUTHORITIES)
    ]


def _as_given(clash: Clash, base: Base) -> Clash:
    """A clash as it is for whoever waits: others know nothing of the editor's own earlier words."""
    return replace(clash, base=at(base.root, clash.path)) if clash.reversed else clash


def misfits(problems: Sequence[Problem], base: Data, merged: Data) -> list[Clash]:
    """Clashes for values that fitted each side alone and do not fit together.

    What was merged stays; the way back to the base is what waits for a person.
    """
    places = [_path(problem.pointer) for problem in problems]
    return [
        Clash(path, base=at(base, path), current=at(merged, path), proposed=at(base, path))
        for path in places
        if path and at(base, path) != at(merged, path)
    ]


def _givers(tx: Tx, head: Head, clash: Clash, base: Base) -> list[Word]:
    """Who gave a place the value it has in the head, and when: all who said so meanwhile."""
    given = [
        Word(rival.author, tx.now_ms, rival.said_at)
        for rival in base.givers(clash.path, clash.proposed)
        if rival.author.actor
    ]
    return given or [_author_of(tx, head, clash.path)]


def arisen(tx: Tx, head: Head, clash: Clash, word: Word) -> Conflict:
    """The conflict of one clash; ``word`` is whose the value is that waits."""
    return Conflict(
        id=ids.uuid7(tx.now_ms),
        record=head.id,
        kind=head.kind,
        path=clash.path,
        base=clash.base,
        current=clash.current,
        proposed=clash.proposed,
        author=word.author,
        at=word.at,
        state="settled" if clash.settled else "open",
        said_at=word.said_at,
        rule=clash.rule,
    )


def _author_of(tx: Tx, head: Head, path: Path) -> Word:
    """Who gave a place the value it has in the head, and when."""
    versions = tx.tuples(
        "SELECT data, operation, actor, actor_name, device, channel, at FROM record_versions"
        " WHERE record = ? ORDER BY version DESC",
        (heads.key(head.id),),
    )
    newest = versions[0]
    for row in versions:
        if at(heads.load(row[0]), path) != at(head.data, path):
            break
        newest = row
    _, operation, actor, name, device, channel, when = newest
    return Word(Author(ids.to_text(operation), actor, name, device, channel), when, when)


def _path(pointer: str) -> Path:
    return tuple(pointer.split("/")[1:])
