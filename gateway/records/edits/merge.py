"""Three-way merge of a record, field by field, by each field's policy (pure).

``base`` is what the editor saw, ``current`` what is stored, ``proposed`` what the editor left; all
three in stored form, so that a phone number typed in another way is no difference. A clash keeps
both sides: the same values are contested, whoever came first. Where a rule of survivorship ranks
the editor's word against the one that stands, it decides before the policy does.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from gateway.records.model import sets
from gateway.records.model.fields import Data, Field, Path


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values for one place.

    ``current`` is live and ``proposed`` waits. ``settled``: the policy has decided already, and the
    loser is only kept. ``reversed``: what waits is what was stored before, and so somebody else's.
    ``owned``: the ERP owns the place, so that only others' words wait there.
    ``rule`` is ``rank`` or ``newest`` where a rule of survivorship decided.
    """

    path: Path
    base: object
    current: object
    proposed: object
    settled: bool = False
    reversed: bool = False
    owned: bool = False
    rule: str = ""


@dataclass(frozen=True, slots=True)
class Ruling:
    """How the editor's word weighs against the one that stands at a place.

    ``rule`` says by what, ``settled`` that the lighter value only goes into the history.
    """

    stand: Literal["over", "level", "under"]
    rule: str = ""
    settled: bool = False


# The ruling about the place of three values, or None where no rule is about it.
Judge = Callable[[Clash], Ruling | None]
# A removal against what all started from, and whether it would take anything from others.
Spared = Callable[[Clash], tuple[Clash, bool]]
# What everybody said last about a consent, of the three values that the editor and the record have.
Words = Callable[[Clash], Sequence[object]]


def _both_sides(three: Clash) -> Sequence[object]:
    return [three.proposed] if three.current == three.base else [three.current, three.proposed]


def _changed_since(three: Clash) -> tuple[Clash, bool]:
    return three, three.current != three.base


@dataclass(frozen=True, slots=True)
class Voices:
    """How much the editor's word weighs, and what others said; nothing is known of either here.

    ``spoke`` tells whether the editor changed a place, if only back to what it was in the base.
    """

    judge: Judge = lambda _three: None
    words: Words = _both_sides
    spoke: Callable[[Path], bool] = lambda _path: False
    spared: Spared = _changed_since


@dataclass(frozen=True, slots=True)
class Merged:
    """The merged data, and what people have to decide."""

    data: Data
    clashes: tuple[Clash, ...]


def merge(
    fields: Sequence[Field],
    base: Mapping[str, object],
    current: Mapping[str, object],
    proposed: Mapping[str, object],
    *,
    authority: bool = False,
    voices: Voices | None = None,
) -> Merged:
    """Merge one edit; with ``authority`` (the ERP) it holds at once where the ERP owns."""
    merger = _Merger(authority, voices or Voices())
    return Merged(merger.members(fields, base, current, proposed, ()), tuple(merger.clashes))


class _Merger:
    def __init__(self, authority: bool, voices: Voices) -> None:
        self.authority = authority
        self.voices = voices
        self.clashes: list[Clash] = []

    def members(
        self,
        fields: Sequence[Field],
        base: Mapping[str, object],
        current: Mapping[str, object],
        proposed: Mapping[str, object],
        path: Path,
    ) -> Data:
        """One object's fields. What the declaration does not know stays as it is stored."""
        result = dict(current)
        for field in fields:
            name = field.name
            sides = (base.get(name), current.get(name), proposed.get(name))
            if field.type == "group":
                _set(result, name, self._group(field, *sides, (*path, name)))
            else:
                _set(result, name, self._value(field, Clash((*path, name), *sides)))
        return result

    def _group(
        self, field: Field, base: object, current: object, proposed: object, path: Path
    ) -> Data:
        old, mine, theirs = _elements(base), _elements(proposed), _elements(current)
        result: Data = dict(theirs)
        for element in sorted(old.keys() | mine.keys() | theirs.keys()):
            sides = (old.get(element), theirs.get(element), mine.get(element))
            _set(result, element, self._element(field, Clash((*path, element), *sides)))
        return result

    def _element(self, field: Field, three: Clash) -> object:
        """One element: as a whole where it came or went or is a unit, else field by field."""
        base, current, proposed = three.base, three.current, three.proposed
        if proposed in (base, current):
            return self._as_before(field, three)
        if field.policy == "consent":
            return self._strictest(field, three)
        if proposed is None:
            return self._removed(field, three)
        if current is None and base is not None:
            return self._brought_back(field, three)
        if field.unit or current is None:
            return self._value(field, three)
        sides = (_elements(base), _elements(current), _elements(proposed))
        return self.members(field.fields, *sides, three.path)

    def _removed(self, field: Field, three: Clash) -> object:
        """What somebody else has changed stays, and the removal waits for a person."""
        three, others = self.voices.spared(three)
        if not others:
            return self._value(field, three)
        self.clashes.append(three)
        return three.current

    def _brought_back(self, field: Field, three: Clash) -> object:
        """Somebody else removed what the editor changed: the same from the other side."""
        left = self._let_through(field, three)
        if left == three.base:
            return None
        left = three.proposed if left == three.proposed else left
        self.clashes.append(replace(three, current=left, proposed=None, reversed=True))
        return left

    def _let_through(self, field: Field, three: Clash) -> object:
        """A changed element without what rules keep out of it."""
        if field.unit:
            return self._value(field, replace(three, current=three.base))
        base = _elements(three.base)
        return self.members(field.fields, base, base, _elements(three.proposed), three.path)

    def _value(self, field: Field, three: Clash) -> object:
        base, current, proposed = three.base, three.current, three.proposed
        if proposed in (base, current):
            return self._as_before(field, three)
        if field.policy == "erp":
            return self._owned(three)
        if field.policy == "consent":
            return self._strictest(field, three)
        ruling = self.voices.judge(three)
        if ruling is not None and ruling.stand == "under":
            return self._kept_out(three, ruling)
        if current == base:
            return proposed
        return self._both(field, three, ruling)

    def _as_before(self, field: Field, three: Clash) -> object:
        """The editor left a place as it is stored, or as it was in the base.

        Who took back a change that somebody else made as well has said so: the heavier word stands.
        """
        base, current, proposed = three.base, three.current, three.proposed
        if proposed == current or not self.voices.spoke(three.path):
            return current
        if field.policy == "erp" and self.authority:
            return self._owned(three)
        if field.type == "group" and not field.unit and proposed is not None:
            sides = (_elements(base), _elements(current), _elements(proposed))
            return current if current is None else self.members(field.fields, *sides, three.path)
        ruling = self.voices.judge(three)
        over = ruling is not None and ruling.stand == "over"
        return self._prevails(three, ruling) if ruling is not None and over else current

    def _owned(self, three: Clash) -> object:
        """What the ERP owns, anybody else can only ask for.

        The ERP may come to say the same and go on to something else: who asked still asks.
        """
        if not self.authority:
            self.clashes.append(three)
            return three.current
        if three.current != three.base:
            self.clashes.append(replace(_turned(three), owned=True))
        return three.proposed

    def _kept_out(self, three: Clash, ruling: Ruling) -> object:
        """A lighter word: what stands stays. That an element shall go is always for a person."""
        goes = three.proposed is None and len(three.path) > 1
        settled = ruling.settled and not goes
        self.clashes.append(replace(three, rule=ruling.rule, settled=settled))
        return three.current

    def _prevails(self, three: Clash, ruling: Ruling) -> object:
        """A heavier word than the one that came between."""
        self.clashes.append(replace(_turned(three), rule=ruling.rule, settled=ruling.settled))
        return three.proposed

    def _both(self, field: Field, three: Clash, ruling: Ruling | None) -> object:
        """Both sides changed it, and differently."""
        if ruling is not None and ruling.stand == "over":
            return self._prevails(three, ruling)
        if sets.is_set(field):
            return _united(field, three)
        if field.policy == "guarded" and self.authority:
            self.clashes.append(_turned(three))
            return three.proposed
        self.clashes.append(three)
        return three.current

    def _strictest(self, field: Field, three: Clash) -> object:
        """Consent: the strictest of what everybody said last holds; what lost by it is kept.

        Not only the stored one counts: it may be an earlier word of the same author.
        """
        kept = min(self.voices.words(three), key=lambda word: rank(field, word))
        if kept != three.proposed:
            self.clashes.append(replace(three, current=kept, settled=True))
        elif three.current != three.base:
            lost = replace(three, current=kept, proposed=three.current, reversed=True)
            self.clashes.append(replace(lost, settled=True))
        return kept


def _turned(three: Clash) -> Clash:
    """A clash where the proposed value is live, and the one that was stored waits."""
    return replace(three, current=three.proposed, proposed=three.current, reversed=True)


def _set(data: Data, name: str, value: object) -> None:
    if value is None or value == {}:
        data.pop(name, None)
    else:
        data[name] = value


def _elements(side: object) -> Data:
    return side if isinstance(side, dict) else {}


def rank(field: Field, value: object) -> tuple[float, str]:
    """How strict a consent is, the strictest first; equally strict ones in one order for all."""
    answer, said, whole = field, value, repr(value)
    if field.type == "group":
        answer = next(member for member in field.fields if member.policy == "consent")
        said, whole = _elements(value).get(answer.name), repr(sorted(_elements(value).items()))
    order = [choice.value for choice in answer.choices]
    # No answer is no consent, but it is less than a refusal.
    return order.index(str(said)) if said in order else 0.5, whole


def _united(field: Field, three: Clash) -> object:
    """What either side added is in, what either removed is out."""
    base, current, proposed = (
        sets.members(side) for side in (three.base, three.current, three.proposed)
    )
    return sets.joined(field, (current | (proposed - base)) - (base - proposed))
