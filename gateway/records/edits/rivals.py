"""What others said since an author looked, and what that makes of the author's base (pure).

A phone changed X to Y and then to Z while somebody else changed X to Y as well. Its own Y is no
base to judge Z by: the other's Y would vanish unseen, or not, depending on who arrived first. There
the base is the X that both started from.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.records.model import sets
from gateway.records.model.fields import Data, Field, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import Patch, at, put
from gateway.records.model.survivorship import Claim, line
from gateway.records.rows.heads import Author


@dataclass(frozen=True, slots=True)
class Step:
    """One edit of somebody's: what it changed, the version it was made on (``saw``) and the one it
    led to. ``waits`` where something of it did not become part of that version.
    """

    author: Author
    claim: Claim
    patch: Patch
    saw: int
    version: int
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Rival:
    """Somebody else's edits since, one built on the other; ``view`` is the record as they left it.

    ``saw`` is the version the last of them was made on, ``version`` the one it led to, and
    ``said_at`` when it was said. ``steps`` are those that changed something.
    """

    view: Data
    author: Author
    saw: int
    version: int
    said_at: int = 0
    steps: tuple[Step, ...] = ()

    @property
    def claim(self) -> Claim:
        """What their word weighs by."""
        author = self.author
        return Claim(author.channel, self.said_at, line(author.device, author.actor))

    def speaks_of(self, path: Path) -> bool:
        """Whether one of the edits changes a place."""
        return any(speaks_of(step.patch, path) for step in self.steps)


def speaks_of(patch: Patch, path: Path) -> bool:
    """Whether a patch changes a place, or takes away what it lies in."""
    inner: object = patch
    for name in path:
        if not isinstance(inner, Mapping):
            return True
        if name not in inner:
            return False
        inner = inner[name]
    return True


def fair_base(kind: Kind, root: Data, seen: Data, rivals: Sequence[Data]) -> Data:
    """What to merge a device's edit against.

    ``root`` is the version it was made on, ``seen`` the same with the device's own earlier edits.
    ``rivals`` are views of others who edited since, each as that person left it.
    """
    base = seen
    for path, field in places(kind, root, seen) if rivals else ():
        claims = [at(view, path) for view in rivals]
        base = put(base, path, _fair(field, at(root, path), at(seen, path), claims))
    return base


def last_words(
    rivals: Sequence[Rival], path: Path, *, root: object, seen: object, current: object, own: object
) -> list[object]:
    """What each of them said last about a place, the author's ``own`` word included.

    ``root`` is the value that they all started from: who went back to it has said nothing. What
    somebody said is over once somebody else saw it and said something else. A ``current`` value
    that none of them gave, such as that of a merged record, counts as one more word.
    """
    words = [
        at(rival.view, path)
        for rival in rivals
        if rival.speaks_of(path)
        and not any(later.saw >= rival.version and later.speaks_of(path) for later in rivals)
    ]
    if current not in (root, seen, *(at(rival.view, path) for rival in rivals)):
        words.append(current)
    words.append(own)
    return [word for word in words if word != root] or [own]


def _fair(field: Field, before: object, own: object, claims: Sequence[object]) -> object:
    """The value both started from, where a rival made the same change; else the own one."""
    if not sets.is_set(field):
        return before if own in claims else own
    mine, old = sets.members(own), sets.members(before)
    sides = [sets.members(claim) for claim in claims]
    shared = {m for m in mine ^ old if any((m in side) == (m in mine) for side in sides)}
    return sets.joined(field, mine ^ shared) if shared else own


def places(kind: Kind, root: Data, seen: Data) -> Iterator[tuple[Path, Field]]:
    """The places where two versions differ, as finely as they are merged."""
    for field in kind.fields:
        before, own = root.get(field.name), seen.get(field.name)
        if before == own:
            continue
        if field.type == "group":
            yield from _in_group(field, before, own)
        else:
            yield (field.name,), field


def _in_group(group: Field, before: object, own: object) -> Iterator[tuple[Path, Field]]:
    old = before if isinstance(before, Mapping) else {}
    new = own if isinstance(own, Mapping) else {}
    for element in sorted(old.keys() | new.keys()):
        if group.unit or element not in old or element not in new:
            yield (group.name, element), group
        else:
            for field in group.fields:
                if old[element].get(field.name) != new[element].get(field.name):
                    yield (group.name, element, field.name), field
