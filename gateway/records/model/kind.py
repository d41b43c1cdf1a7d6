"""A kind of record: one declaration from which everything else about it comes (pure)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from gateway.kernel.matching import Matching
from gateway.kernel.problems import Problem
from gateway.records.model.constraints import unmet
from gateway.records.model.fields import Data, Field, Labels, OneOf, Path, find
from gateway.records.model.standard import JUDGED, Standard
from gateway.records.model.survivorship import OTHERS, Rules, ruled

# Looks at a whole record and yields what does not fit together, each problem with its pointer.
Rule = Callable[[Data], Iterator[Problem]]
# Puts in order what an author left, given what was there before; idempotent.
Tidy = Callable[[Data, Data], Data]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form."""

    name: str
    labels: Labels
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Kind:
    """One kind of record; each is itself and no other, and can be remembered things about.

    ``number_letter`` is the letter in its official numbers (C in ``W1-C000123``). ``title`` names
    the fields a person recognises a record by, the first filled one wins. ``search`` names fields
    found by typing a part of them (``contacts.email`` looks into a group). ``lookups`` are exact
    keys by name, each with the fields that hold its values. ``erp_name`` is its name for
    connectors. ``constraints`` are checked by phones as well, ``rules`` by the gateway alone.
    ``tidy`` puts in order what has been checked. ``matching`` is how duplicates are found; without
    it nobody looks for any. ``consent_means`` names, by the last part of a consent's key, the
    fields that somebody is reached by with it. ``standard`` is what a good record of it has,
    ``survivorship`` whose word about a value stands. ``closing`` are the values that take a record
    out of use: nothing is ever deleted. ``outside`` names the fields that a form outside the house
    may fill in.
    """

    name: str
    labels: Labels
    fields: tuple[Field, ...]
    steps: tuple[Step, ...]
    number_letter: str
    title: tuple[str, ...]
    search: tuple[str, ...] = ()
    lookups: Mapping[str, tuple[str, ...]]
    erp_name: str
    rules: tuple[Rule, ...] = ()
    constraints: tuple[OneOf, ...] = ()
    tidy: tuple[Tidy, ...] = ()
    matching: Matching | None = None
    consent_means: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    standard: Standard | None = None
    survivorship: Rules = field(default_factory=Rules)
    closing: Mapping[str, object] = field(default_factory=dict)
    outside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        known = {field.name for field in self.fields}
        named = [*self.title, *(name for step in self.steps for name in step.fields)]
        named += [*self.closing, *self.outside]
        missing = [name for name in named if name not in known]
        paths = [*self.search, *(name for names in self.lookups.values() for name in names)]
        if self.matching is not None:
            paths += [name for trait in self.matching.traits for name in trait.fields]
        if self.standard is not None:
            paths += [name for want in self.standard.wants for name in want.fields]
        missing += [name for name in paths if find(self.fields, inside(name)) is None]
        if missing:
            raise ValueError(f"the kind {self.name} names fields it does not have: {missing}")
        self._check_standard()
        self._check_survivorship()

    def _check_standard(self) -> None:
        wants = self.standard.wants if self.standard else ()
        for name in (name for want in wants for name in want.fields):
            found = find(self.fields, inside(name))
            if found is None or found.data_class not in JUDGED:
                raise ValueError(f"{self.name}: {name} is not of a class that everybody reads")

    def _check_survivorship(self) -> None:
        for name in self.survivorship.by_name:
            found = None if name == OTHERS else find(self.fields, inside(name))
            if name != OTHERS and (found is None or not ruled(found)):
                raise ValueError(f"{self.name}: no rule of survivorship can be about {name}")

    def field(self, name: str) -> Field | None:
        """A field by name."""
        return find(self.fields, (name,))

    def faults(self, data: Data) -> list[Problem]:
        """What does not fit together across fields."""
        found = list(unmet(self.constraints, data, ()))
        return found + [problem for rule in self.rules for problem in rule(data)]

    def tidied(self, data: Data, before: Data) -> Data:
        """Checked data put in order, as far as it differs from what was there before."""
        for tidy in self.tidy:
            data = tidy(data, before)
        return data

    def title_of(self, data: Mapping[str, object]) -> str:
        """What a person recognises the record by."""
        return next((str(data[name]) for name in self.title if data.get(name)), "")

    def values(
        self, names: Sequence[str], data: Mapping[str, object]
    ) -> Iterator[tuple[Field, str]]:
        """Every text under the named fields, members of sets and groups one by one."""
        for name in names:
            head, rest, field = _place(self, name)
            if (value := data.get(head)) is None:
                continue
            if isinstance(value, str):
                yield field, value
            else:
                yield from ((field, text) for text in _texts(value, rest))


@lru_cache(maxsize=4096)  # a first copy asks for the same few places of every record
def _place(kind: Kind, name: str) -> tuple[str, Path, Field]:
    """Where a named field is: its place in the data, the rest of the way in a group, and itself."""
    path = inside(name)
    field = find(kind.fields, path)
    assert field is not None  # checked when the kind was made
    return path[0], path[2:], field


def inside(name: str) -> Path:
    """``contacts.email`` as a path; the element id between them stays open."""
    head, dot, member = name.partition(".")
    return (head, "", member) if dot else (head,)


def _texts(value: object, rest: Path) -> Iterator[str]:
    if isinstance(value, Mapping):
        for element in value.values():
            yield from _texts(element.get(rest[0]), ())
    elif isinstance(value, list):
        yield from (str(item) for item in value)
    elif value is not None:
        yield str(value)
