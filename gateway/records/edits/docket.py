"""The open conflicts of one record, and what an edit does to them (pure).

A proposal ends by itself when its own author changes it, when everybody agrees with it, or when the
value it clashed with has been taken back. Everything else waits for a person, and so does a value
that a rule of survivorship keeps out, unless the rule sends it to the history.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from gateway.records.edits.bases import Base
from gateway.records.edits.merge import Ruling
from gateway.records.model.fields import Data, Path, find
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, put
from gateway.records.rows.heads import Author


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two values for one place of a record, in clear; ``current`` is live, ``proposed`` waits.

    ``state`` is open, current or proposed (decided so), agreed (both became the same), withdrawn
    (its author took it back), settled (the policy or a rule decided) or moot (its place is gone).
    ``rule`` is ``rank`` or ``newest`` where a rule of survivorship keeps the proposed value out.
    ``at`` is when it came, ``said_at`` when its author said it; both in Unix ms.
    """

    id: str
    record: str
    kind: str
    path: Path
    base: object
    current: object
    proposed: object
    author: Author
    at: int
    state: str = "open"
    decided_by: str = ""
    decided_at: int | None = None
    said_at: int = 0
    rule: str = ""


# The ruling about a value that waits, where a heavier word stands; else None.
Outweighs = Callable[[Conflict], Ruling | None]


@dataclass(frozen=True, slots=True)
class Ruled:
    """What rules of survivorship make of a docket.

    ``told`` are values that a rule or a person has kept out before: the same again is not told
    twice.
    """

    outweighs: Outweighs = lambda _: None
    told: Sequence[Conflict] = ()


@dataclass(frozen=True, slots=True)
class Docket:
    """The record's data after all, and the conflicts to store: new ones and changed ones."""

    data: Data
    changed: tuple[Conflict, ...]
    open: tuple[Conflict, ...]


def settle(
    kind: Kind,
    waiting: Sequence[Conflict],
    arriving: Sequence[Conflict],
    data: Data,
    *,
    view: tuple[Base, Data],
    ruled: Ruled | None = None,
) -> Docket:
    """What becomes of the waiting conflicts and the arriving ones, once ``data`` is the record.

    ``view`` is what the author of the edit saw and left.
    """
    (base, proposed), ruled = view, ruled or Ruled()
    known = {conflict.id: conflict for conflict in waiting}
    fresh = list(arriving)
    for own in waiting:
        seen, left = at(base.seen, own.path), at(proposed, own.path)
        if own.author.operation in base.chain and seen != left:
            known[own.id] = _supersede(own, fresh)
    standing = {wish(conflict) for conflict in known.values() if conflict.state == "open"}
    before_now = {(wish(conflict), repr(conflict.current)) for conflict in ruled.told}
    for conflict in fresh:
        if conflict.rule and (wish(conflict), repr(conflict.current)) in before_now:
            continue
        if conflict.state != "open" or wish(conflict) not in standing:
            known[conflict.id] = conflict
    for conflict in list(known.values()):
        known[conflict.id] = _ruled(conflict, ruled.outweighs)
    data = _converge(kind, known, data)
    before = {conflict.id: conflict for conflict in waiting}
    changed = tuple(c for c in known.values() if c != before.get(c.id))
    return Docket(data, changed, tuple(c for c in known.values() if c.state == "open"))


def refresh(kind: Kind, waiting: Iterable[Conflict], data: Data) -> Docket:
    """The same where nobody proposes anything new, as after a decision."""
    before = {conflict.id: conflict for conflict in waiting}
    known = dict(before)
    data = _converge(kind, known, data)
    changed = tuple(c for c in known.values() if c != before[c.id])
    return Docket(data, changed, tuple(c for c in known.values() if c.state == "open"))


def _supersede(own: Conflict, fresh: list[Conflict]) -> Conflict:
    """The author's earlier proposal gives way to the later one, which leaves ``fresh``."""
    later = next((c for c in fresh if c.path == own.path and c.state == "open"), None)
    if later is None or later.author.device != own.author.device:
        return replace(own, state="withdrawn")
    fresh.remove(later)
    if later.proposed == own.base:
        return replace(own, state="withdrawn")
    return replace(later, id=own.id, base=own.base)


def _ruled(conflict: Conflict, outweighs: Outweighs) -> Conflict:
    """A conflict after a heavier word has come: its value is kept out from now on."""
    ruling = outweighs(conflict) if conflict.state == "open" and not conflict.rule else None
    if ruling is None:
        return conflict
    state = "settled" if ruling.settled and not _goes(conflict) else "open"
    return replace(conflict, rule=ruling.rule, state=state)


def _goes(conflict: Conflict) -> bool:
    """Whether a contact, an address or a part of one shall go."""
    return conflict.proposed is None and len(conflict.path) > 1


def _converge(kind: Kind, known: dict[str, Conflict], data: Data) -> Data:
    """Close what has become the same, take what nothing stands against any more."""
    while True:
        for conflict in known.values():
            if conflict.state == "open":
                known[conflict.id] = _against(conflict, data)
        free = [conflict for conflict in known.values() if _is_free(kind, conflict)]
        if not free:
            return data
        # A change comes before a removal, which then waits: nobody's change goes with an element.
        first = min(free, key=lambda conflict: (_goes(conflict), conflict.at))
        data = put(data, first.path, first.proposed)
        known[first.id] = replace(first, current=first.proposed, state="proposed")


def _against(conflict: Conflict, data: Data) -> Conflict:
    """A conflict as it stands against the record's present data."""
    if len(conflict.path) == 3 and at(data, conflict.path[:2]) is None:
        return replace(conflict, current=None, state="moot")
    current = at(data, conflict.path)
    state = "agreed" if current == conflict.proposed else "open"
    return replace(conflict, current=current, state=state)


def _is_free(kind: Kind, conflict: Conflict) -> bool:
    """Whether the other side was taken back, so that only one change is left."""
    field = find(kind.fields, conflict.path)
    owned = field is not None and field.policy == "erp"
    waits = conflict.state == "open" and not conflict.rule
    return waits and conflict.current == conflict.base and not owned


def wish(conflict: Conflict) -> tuple[str, Path, str]:
    """Who proposes what, and where: of two who wish for the same, one may take it back."""
    author = conflict.author
    return f"{author.actor}/{author.device}", conflict.path, repr(conflict.proposed)
