"""What one person decides alone, and what waits for a second one (pure).

A class of fields that a rule names under ``second`` takes two people. Who holds it under
``writable`` as well decides guarded values alone up to the threshold of the field; so does
everybody who enters a record. The currency of a guarded amount is guarded with it: the same figure
in another currency is another limit.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.access.policy import Rule
from gateway.records.model.fields import Data, Field, Path, leaves
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, changed, put

HOUR_MS: Final = 3_600_000
# One person decides, a second one has to confirm, or the role has no business with it.
Stance = Literal["alone", "second", "refused"]


@dataclass(frozen=True, slots=True)
class Terms:
    """How this gateway handles approvals.

    ``thresholds`` by name of field: up to which value one person decides alone, amounts in minor
    units of ``currency``. With ``erp_decides`` the ERP may be the second person.
    """

    thresholds: Mapping[str, int] = field(default_factory=dict)
    currency: str = "EUR"
    expiry_ms: int = 72 * HOUR_MS
    erp_decides: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A change that waits: the place, what is there and what shall be, in clear."""

    path: Path
    base: object
    proposed: object


@dataclass(frozen=True, slots=True)
class Split:
    """``data`` is what applies at once, ``held`` what waits; ``same`` are places that would wait if
    the record did not hold that value already.
    """

    data: Data
    held: tuple[Held, ...]
    same: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class Guard:
    """One kind before one actor. ``authority`` is that of the ERP; ``creating`` at entry."""

    kind: Kind
    rule: Rule
    terms: Terms
    creating: bool = False
    authority: bool = False

    def settable(self, path: Path, field: Field) -> bool:
        """Whether the role sets a field at all, with or without a second person."""
        if self.rule.outside and path[0] not in self.kind.outside:
            return False
        if field.policy == "erp" and not self.authority:
            return not self.creating and field.data_class in self.rule.writable
        if field.data_class in self.rule.writable:
            return True
        proposes = is_guarded(self.kind, path, field) or not self.creating
        return proposes and field.data_class in self.rule.second

    def may_wait(self, path: Path, field: Field) -> bool:
        """Whether some values of a field that the role sets wait for a second person."""
        if field.data_class not in self.rule.second or not self.settable(path, field):
            return False
        return is_guarded(self.kind, path, field) or field.data_class not in self.rule.writable

    def stance(self, path: Path, field: Field, before: Data, after: Data) -> Stance:
        """How a role stands to one changed leaf of a record."""
        if not self.settable(path, field):
            return "refused"
        if field.type == "currency" and len(path) == 1:
            return self._measure(before, after)
        if not self.may_wait(path, field):
            return "alone"
        within = self._is_small(field, at(after, path), after)
        alone = self.creating or field.data_class in self.rule.writable
        return "alone" if within and alone else "second"

    def split(
        self, seen: Data, left: Data, *, fair: Data, current: Data, own: Collection[Path] = ()
    ) -> Split:
        """Take what has to wait out of what an author left.

        ``seen`` is what the author saw, ``fair`` what the edit is merged against. A held place goes
        back to ``fair``, where the merge finds no change; so do the places in ``own``, which the
        author only sees changed because of an earlier proposal, unless this edit speaks of them.
        """
        held, same = [], []
        data = left
        for path in own:
            if at(seen, path) == at(left, path):
                data = put(data, path, at(fair, path))
        for path in self._waiting(seen, left):
            data = put(data, path, at(fair, path))
            if at(left, path) != at(current, path):
                held.append(Held(path, at(fair, path), at(left, path)))
            else:
                same.append(path)
        return Split(data, tuple(held), tuple(same))

    def _waiting(self, before: Data, after: Data) -> list[Path]:
        found: dict[Path, None] = {}
        for path, leaf in changed(self.kind.fields, before, after):
            if self.stance(path, leaf, before, after) == "second":
                found[place(self.kind, path, after)] = None
        return list(found)

    def _is_small(self, field: Field, value: object, data: Data) -> bool:
        limit = self.terms.thresholds.get(field.name)
        if limit is None or not isinstance(value, int):
            return False
        return value <= limit and (field.type != "money" or self._is_home(data))

    def _is_home(self, data: Data) -> bool:
        """Whether amounts are in the currency of the thresholds."""
        said = [data.get(field.name) for field in self.kind.fields if field.type == "currency"]
        return all(code in (None, self.terms.currency) for code in said)

    def _measure(self, before: Data, after: Data) -> Stance:
        """Another currency for the guarded amounts that a record holds already."""
        if self.authority:
            return "alone"
        for amount in amounts(self.kind, before):
            small = self._is_small(amount, before.get(amount.name), after)
            if not small or amount.data_class not in self.rule.writable:
                return "second"
        return "alone"


def is_guarded(kind: Kind, path: Path, field: Field) -> bool:
    """Whether a field or the group it is in is guarded."""
    group = kind.field(path[0])
    return field.guarded or (group is not None and group.guarded)


def amounts(kind: Kind, data: Mapping[str, object]) -> list[Field]:
    """The guarded amounts of money that a record holds."""
    return [f for f in kind.fields if f.guarded and f.type == "money" and data.get(f.name)]


def classes(kind: Kind, path: Path, *sides: object) -> frozenset[str]:
    """The classes of everything at a place: who decides about it holds them all."""
    data = [put({}, path, side) for side in sides]
    found = {leaf.data_class for each in data for _, leaf, _ in leaves(kind.fields, each)}
    field = kind.field(path[0])
    if field is not None and field.type == "currency":
        found = {f.data_class for f in kind.fields if f.guarded and f.type == "money"}
    return frozenset(found)


def place(kind: Kind, path: Path, after: Mapping[str, object]) -> Path:
    """What waits as one: a field, or the whole element where it is a unit or goes away."""
    group = kind.field(path[0])
    if len(path) < 3 or group is None:
        return path
    whole = group.unit or group.guarded or at(after, path[:2]) is None
    return path[:2] if whole else path
