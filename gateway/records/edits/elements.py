"""Elements of a record that one author removes and another one changes, as an edit arrives."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from gateway.records.edits import conflicts
from gateway.records.edits.clashes import Word, arisen
from gateway.records.edits.docket import Conflict, wish
from gateway.records.edits.merge import Clash, Merged
from gateway.records.edits.rivals import Step, speaks_of
from gateway.records.edits.ruling import Ruler
from gateway.records.edits.weighing import is_weighable, weigh
from gateway.records.model.fields import Data, Path
from gateway.records.model.patch import at, put
from gateway.records.model.survivorship import HOUSE, Claim
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Weighed:
    """A merge after some elements (``paths``) were weighed, and what each of those leaves open."""

    merged: Merged
    paths: frozenset[Path] = frozenset()
    said: tuple[tuple[Clash, Step], ...] = ()

    def is_in(self, path: Path) -> bool:
        """Whether a place is in one of the elements."""
        return path[:2] in self.paths

    def arriving(self, tx: Tx, head: Head) -> list[Conflict]:
        """The conflicts of what was said in the elements."""
        return [
            arisen(tx, head, clash, Word(step.author, tx.now_ms, step.claim.at))
            for clash, step in self.said
        ]


def weighed(tx: Tx, ruler: Ruler, head: Head, own: Step, merged: Merged) -> Weighed:
    """The merge of an edit, with the elements in it that somebody removed weighed anew.

    ``own`` is the edit. A decision of a person in between is an event of its own: there the edit is
    merged into what was decided, and nothing more.
    """
    base, result = ruler.base, Weighed(merged)
    if not base.rivals:
        return result
    lines = [(*base.own, own), *(rival.steps for rival in base.rivals)]
    steps = [step for line in lines for step in line]
    operations = base.chain.union(step.author.operation for step in steps)

    for path in _touched(ruler, own):
        if not all(_is_somebody(s) for s in steps if speaks_of(s.patch, path)):
            continue
        if _is_decided(tx, ruler, head, path, operations):
            continue

        def before(place: Path) -> Claim | None:
            rule = ruler.kind.survivorship.of(ruler.kind.fields, place)
            return ruler.standing.heaviest(rule, place, operations) if rule else None

        sides = (at(base.root, path), at(result.merged.data, path))
        one = weigh(ruler.kind, path, sides, lines, before)
        if one is not None:
            rest = tuple(c for c in result.merged.clashes if c.path[:2] != path)
            data = put(result.merged.data, path, one.value)
            said = (*result.said, *one.clashes)
            result = Weighed(Merged(data, rest), result.paths | {path}, said)
    return result


def reconciled(
    ruler: Ruler, weighed: Weighed, arriving: Sequence[Conflict], told: Sequence[Conflict]
) -> tuple[list[Conflict], list[Conflict], list[Conflict]]:
    """(waiting, arriving, ended): what waits in weighed elements follows from what was said there.

    A value that waits already keeps its place, and what was only told is not told again; what
    nothing speaks for any more ends.
    """
    base, left = ruler.base, ruler.left
    others = [one for one in arriving if not weighed.is_in(one.path)]
    fresh = {wish(one): one for one in arriving if weighed.is_in(one.path)}
    kept, changed, ended = list[Conflict](), list[Conflict](), list[Conflict]()
    for one in ruler.waiting:
        own = one.author.operation in base.chain and at(base.seen, one.path) != at(left, one.path)
        if not weighed.is_in(one.path) or own or one.proposed == one.base:
            kept.append(one)
            continue
        again = fresh.pop(wish(one), None)
        if again is None:
            ended.append(replace(one, state=_end(one, weighed.merged.data)))
        elif (again.rule, again.state) == (one.rule, one.state):
            kept.append(one)
        else:
            changed.append(replace(one, current=again.current, rule=again.rule, state=again.state))
    known = {(wish(one), one.author.operation) for one in told}
    new = [one for key, one in fresh.items() if (key, one.author.operation) not in known]
    return kept, [*others, *changed, *new], ended


def _end(one: Conflict, data: Data) -> str:
    if len(one.path) > 2 and at(data, one.path[:2]) is None:
        return "moot"
    return "agreed" if at(data, one.path) == one.proposed else "withdrawn"


def _touched(ruler: Ruler, own: Step) -> Iterator[Path]:
    """The elements that an edit speaks of and all started from."""
    for group in filter(is_weighable, ruler.kind.fields):
        elements = ruler.base.root.get(group.name)
        for element in sorted(elements) if isinstance(elements, dict) else ():
            if speaks_of(own.patch, (group.name, element)):
                yield group.name, element


def _is_somebody(step: Step) -> bool:
    """Whether an edit is the word of somebody known; what the gateway does itself is nobody's."""
    return bool(step.author.actor) and step.claim.channel != HOUSE


def _is_decided(tx: Tx, ruler: Ruler, head: Head, path: Path, operations: frozenset[str]) -> bool:
    """Whether a person has decided about an element, or a merge changed it, since all started."""
    if ruler.standing.decided_since(ruler.base.version, path):
        return True
    return any(
        one.decided_at is not None and one.path[:2] == path and one.author.operation in operations
        for one in conflicts.of_record(tx, head.id)
    )
