"""An element that somebody removes while others change it: all that is said of it, weighed at once
(pure).

What becomes of it follows from what everybody has said since they all started from one version, and
not from what the edits before have made of the record. Edit by edit, a lighter word would end with
an element that goes, or wait in one that stays, by whether the removal had come already.

- Who removes an element takes back the own changes in it; of everybody else the last word counts.
- A removal says nothing about what is in the element: words are weighed among themselves.
- The element stays where a changed value stands in it, and the removal waits for a person.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.records.edits.merge import Clash
from gateway.records.edits.rivals import Step, speaks_of
from gateway.records.model import sets
from gateway.records.model.fields import Data, Field, Path, find
from gateway.records.model.kind import Kind
from gateway.records.model.patch import apply, at, put
from gateway.records.model.survivorship import MERGED, Claim

# The heaviest claim about a place that was made before all the edits in question.
Before = Callable[[Path], Claim | None]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What an element is after all that was said of it, None where it is gone; and what waits, or
    is only told, each with the edit that said so.
    """

    value: object
    clashes: tuple[tuple[Clash, Step], ...]


@dataclass(frozen=True, slots=True)
class _Word:
    """What one author said last about a place."""

    value: object
    step: Step

    @property
    def claim(self) -> Claim:
        return self.step.claim


@dataclass(frozen=True, slots=True)
class _Line:
    """What one author left of the element; ``went`` is the edit that removed it, if one did, and
    ``was_gone`` whether it was removed at any time, if only to come back.
    """

    element: Data
    said: Mapping[Path, Step]
    went: Step | None
    was_gone: bool


def is_weighable(group: Field) -> bool:
    """Whether elements of a group are weighed: nothing in them takes a second person, is the ERP's
    or is a consent.
    """
    if group.type != "group" or group.guarded or group.policy == "consent":
        return False
    return not any(one.guarded or one.policy in ("erp", "consent") for one in group.fields)


def weigh(
    kind: Kind,
    path: Path,
    sides: tuple[object, object],
    lines: Sequence[Sequence[Step]],
    before: Before,
) -> Weighed | None:
    """What becomes of an element; ``sides`` are what all started from and what is stored now.

    Each line holds one author's edits, oldest first. None unless somebody removed the element and
    somebody else spoke of it.
    """
    return _Scale(kind, path, sides, before).weighed(lines)


class _Scale:
    def __init__(
        self, kind: Kind, path: Path, sides: tuple[object, object], before: Before
    ) -> None:
        self.kind, self.path, self.before = kind, path, before
        self.root, self.current = (put({}, path, side) for side in sides)
        group = find(kind.fields, path)
        assert group is not None, "only declared groups are weighed"
        self.places = [path] if group.unit else [(*path, one.name) for one in group.fields]
        self.clashes: list[tuple[Clash, Step]] = []

    def weighed(self, lines: Sequence[Sequence[Step]]) -> Weighed | None:
        spoken = [line for line in lines if any(speaks_of(s.patch, self.path) for s in line)]
        left = [self._followed(line, _others(line, spoken)) for line in spoken]
        goings = [one.went for one in left if one.went is not None]
        if not any(one.was_gone for one in left) or len(goings) == len(left) or len(left) < 2:
            return None
        kept, standing = self.root, list[Claim]()
        for place in self.places:
            value, claims = self._decided(place, list(_words(left, place)))
            kept = put(kept, place, value)
            standing += claims
        return Weighed(self._stays(at(kept, self.path), goings, standing), tuple(self.clashes))

    def _followed(self, line: Sequence[Step], others: Sequence[Step]) -> _Line:
        """What an author left, but for words that somebody else has seen and answered."""
        data, last = self.root, self.root
        said: dict[Path, Step] = {}
        went: Step | None = None
        was_gone = False
        for step in line:
            data = apply(data, step.patch)
            if not at(data, self.path):
                went, was_gone = went or step, True
                continue
            went = None
            said |= {place: step for place in self.places if at(data, place) != at(last, place)}
            last = data
        if went is not None:
            return _Line(last, {}, None if _answered(went, self.path, others) else went, was_gone)
        open_ = {place: s for place, s in said.items() if not _answered(s, place, others)}
        return _Line(last, open_, None, was_gone)

    def _decided(self, place: Path, words: Sequence[_Word]) -> tuple[object, list[Claim]]:
        """What stands at a place, and the claims of the changes that hold it there."""
        root, shown = at(self.root, place), at(self.current, place)
        field = find(self.kind.fields, place)
        if field is not None and sets.is_set(field):
            return _united(field, root, words), [one.claim for one in words]
        rule = self.kind.survivorship.of(self.kind.fields, place) or MERGED
        held = self.before(place)
        claims = [one.claim for one in words] + ([held] if held else [])
        if not words:
            return root, []
        top = max(claims, key=rule.weight)
        heavy = [one.value for one in words if rule.weight(one.claim) == rule.weight(top)]
        level = [one for one in words if one.value in heavy and one.value != root]
        stands = min(level, key=_first).value if level else root
        if any(one.value == shown for one in level):
            # What shows stays while it waits: nobody has decided.
            stands = shown
        for one in words:
            if one.value in (stands, root):
                continue
            reason = "" if one in level else rule.reason(top, one.claim)
            settled = bool(reason) and rule.lower == "history" and one.value is not None
            self._clash(Clash(place, root, stands, one.value, settled, rule=reason), one.step)
        return stands, [one.claim for one in level]

    def _stays(self, kept: object, goings: Sequence[Step], standing: Sequence[Claim]) -> object:
        """The element with what stands in it, or None where nothing holds it."""
        rule = self.kind.survivorship.of(self.kind.fields, self.path) or MERGED
        root, held = at(self.root, self.path), self.before(self.path)
        claims = [*standing, *([held] if held else [])]
        top = max(claims, key=rule.weight, default=Claim(""))
        lighter = [rule.weight(step.claim) < rule.weight(top) for step in goings]
        if goings and kept == root and not (claims and all(lighter)):
            return None
        for step, is_lighter in zip(goings, lighter, strict=True):
            reason = rule.reason(top, step.claim) if claims and is_lighter else ""
            self._clash(Clash(self.path, root, kept, None, rule=reason), step)
        return kept

    def _clash(self, clash: Clash, step: Step) -> None:
        self.clashes.append((clash, step))


def _others(line: Sequence[Step], lines: Sequence[Sequence[Step]]) -> list[Step]:
    return [step for other in lines if other is not line for step in other]


def _answered(said: Step, path: Path, others: Sequence[Step]) -> bool:
    """Whether somebody else saw a word in the record, and said something else. Those who started
    from one version have not seen each other.
    """
    seen = max(said.version, said.saw + 1)
    later = (one for one in others if one.saw >= seen and not said.waits)
    return any(speaks_of(one.patch, path) for one in later)


def _words(lines: Sequence[_Line], place: Path) -> Iterator[_Word]:
    for line in lines:
        if place in line.said:
            yield _Word(at(line.element, place), line.said[place])


def _first(word: _Word) -> tuple[int, str]:
    return word.claim.at, word.claim.line


def _united(field: Field, root: object, words: Sequence[_Word]) -> object:
    """What anybody added is in, what anybody removed is out."""
    old = sets.members(root)
    sides = [sets.members(one.value) for one in words]
    added = frozenset().union(*(side - old for side in sides))
    return sets.joined(field, (old - frozenset().union(*(old - side for side in sides))) | added)
