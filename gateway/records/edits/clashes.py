"""From clashing values to conflicts: whose each side is."""

from collections.abc import Sequence

from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.records.edits.docket import Conflict
from gateway.records.edits.merge import Clash
from gateway.records.engine import Origin
from gateway.records.model.fields import Data, Path
from gateway.records.model.patch import at
from gateway.records.rows import heads
from gateway.records.rows.heads import Author, Head
from gateway.store.transaction import Tx


def from_merge(tx: Tx, head: Head, clashes: Sequence[Clash], origin: Origin) -> list[Conflict]:
    """The conflicts of a merge. What waits is the editor's, unless the sides were reversed."""
    made = []
    for clash in clashes:
        by, when = origin.author, tx.now_ms
        if clash.reversed:
            by, when = _author_of(tx, head, clash.path)
        made.append(_conflict(tx, head, clash, by, when))
    return made


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


def _conflict(tx: Tx, head: Head, clash: Clash, by: Author, when: int) -> Conflict:
    return Conflict(
        id=ids.uuid7(tx.now_ms),
        record=head.id,
        kind=head.kind,
        path=clash.path,
        base=clash.base,
        current=clash.current,
        proposed=clash.proposed,
        author=by,
        at=when,
        state="settled" if clash.settled else "open",
    )


def _author_of(tx: Tx, head: Head, path: Path) -> tuple[Author, int]:
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
    return Author(ids.to_text(operation), actor, name, device, channel), when


def _path(pointer: str) -> Path:
    return tuple(pointer.split("/")[1:])
