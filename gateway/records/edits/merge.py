"""Three-way merge of a record, field by field, by each field's policy (pure).

``base`` is what the editor saw, ``current`` what is stored, ``proposed`` what the editor left; all
three in stored form, so that a phone number typed in another way is no difference. A clash keeps
both sides: the same values are contested, whoever came first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.records.model import sets
from gateway.records.model.fields import Data, Field, Path


@dataclass(frozen=True, slots=True)
class Clash:
    """Two values for one place.

    ``current`` is live and ``proposed`` waits. ``settled``: the policy has decided already, and the
    loser is only kept. ``reversed``: what waits is what was stored before, and so somebody else's.
    """

    path: Path
    base: object
    current: object
    proposed: object
    settled: bool = False
    reversed: bool = False


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
) -> Merged:
    """Merge one edit; with ``authority`` (the ERP) it holds at once where the ERP owns."""
    merger = _Merger(authority)
    return Merged(merger.members(fields, base, current, proposed, ()), tuple(merger.clashes))


class _Merger:
    def __init__(self, authority: bool) -> None:
        self.authority = authority
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
            return current
        if current == base:
            return self._value(field, three)
        if field.policy == "consent":
            return self._stricter(field, three)
        if proposed is None or current is None:
            return self._contested_removal(three)
        if field.unit:
            return self._value(field, three)
        sides = (_elements(base), _elements(current), _elements(proposed))
        return self.members(field.fields, *sides, three.path)

    def _contested_removal(self, three: Clash) -> object:
        """One side removed what the other changed: it stays, and the removal waits for a person."""
        if three.proposed is None:
            self.clashes.append(three)
            return three.current
        self.clashes.append(replace(three, current=three.proposed, proposed=None, reversed=True))
        return three.proposed

    def _value(self, field: Field, three: Clash) -> object:
        base, current, proposed = three.base, three.current, three.proposed
        if proposed in (base, current):
            return current
        if field.policy == "erp" and not self.authority:
            self.clashes.append(three)
            return current
        if current == base or field.policy == "erp":
            return proposed
        return self._both(field, three)

    def _both(self, field: Field, three: Clash) -> object:
        """Both sides changed it, and differently."""
        if sets.is_set(field):
            return _united(field, three)
        if field.policy == "consent":
            return self._stricter(field, three)
        if field.policy == "guarded" and self.authority:
            self.clashes.append(
                replace(three, current=three.proposed, proposed=three.current, reversed=True)
            )
            return three.proposed
        self.clashes.append(three)
        return three.current

    def _stricter(self, field: Field, three: Clash) -> object:
        """Consent: the stricter wins at once, and the other is kept for the record."""
        if rank(field, three.proposed) < rank(field, three.current):
            lost = replace(three, current=three.proposed, proposed=three.current, reversed=True)
        else:
            lost = three
        self.clashes.append(replace(lost, settled=True))
        return lost.current


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
