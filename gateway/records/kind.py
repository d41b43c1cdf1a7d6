"""A kind of record: one declaration from which everything else about it comes (pure)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gateway.kernel.problems import Problem
from gateway.records.fields import Data, Field, Labels, Path, find

# Looks at a whole record and yields what does not fit together, each problem with its pointer.
Rule = Callable[[Data], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Step:
    """One page of the form."""

    name: str
    labels: Labels
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of record.

    ``number_letter`` is the letter in its official numbers (C in ``W1-C000123``). ``title`` names
    the fields a person recognises a record by, the first filled one wins. ``search`` names fields
    found by typing a part of them (``contacts.email`` looks into a group). ``lookups`` are exact
    keys by name, each with the fields that hold its values. ``erp_name`` is its name for
    connectors.
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

    def __post_init__(self) -> None:
        known = {field.name for field in self.fields}
        named = [*self.title, *(name for step in self.steps for name in step.fields)]
        missing = [name for name in named if name not in known]
        paths = [*self.search, *(name for names in self.lookups.values() for name in names)]
        missing += [name for name in paths if find(self.fields, inside(name)) is None]
        if missing:
            raise ValueError(f"the kind {self.name} names fields it does not have: {missing}")

    def field(self, name: str) -> Field | None:
        """A field by name."""
        return find(self.fields, (name,))

    def faults(self, data: Data) -> list[Problem]:
        """What does not fit together across fields."""
        return [problem for rule in self.rules for problem in rule(data)]

    def title_of(self, data: Mapping[str, object]) -> str:
        """What a person recognises the record by."""
        return next((str(data[name]) for name in self.title if data.get(name)), "")

    def values(
        self, names: Sequence[str], data: Mapping[str, object]
    ) -> Iterator[tuple[Field, str]]:
        """Every text under the named fields, members of sets and groups one by one."""
        for name in names:
            path = inside(name)
            field = find(self.fields, path)
            assert field is not None  # checked when the kind was made
            yield from ((field, text) for text in _texts(data.get(path[0]), path[2:]))


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
