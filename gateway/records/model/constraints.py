"""What has to fit together, declared once: the gateway and the phones check the same (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.kernel.problems import Problem
from gateway.records.model.fields import Constraint, Data, Field, OneOf, Path, Single
from gateway.records.model.patch import pointer


def applies(field: Field, beside: Mapping[str, object], record: Mapping[str, object]) -> bool:
    """Whether a field exists with what is chosen beside it, or else at the top of the record."""
    if not field.when:
        return True
    name, *values = field.when
    chosen = beside.get(name, record.get(name))
    return chosen in values


def unmet(
    constraints: Sequence[Constraint], given: Mapping[str, object], path: Path
) -> Iterator[Problem]:
    """A problem for each choice of fields of which none is filled, at the first of them."""
    for one in constraints:
        if isinstance(one, OneOf) and all(is_empty(given.get(name)) for name in one.fields):
            place = pointer((*path, one.fields[0]))
            yield Problem(one.code, pointer=place, fields=", ".join(one.fields))


def doubled(constraints: Sequence[Constraint], elements: Data, path: Path) -> Iterator[Problem]:
    """A problem at each element but the first that has a value only one may have."""
    for one in constraints:
        if isinstance(one, Single):
            holders = [
                element
                for element, members in elements.items()
                if isinstance(members, Mapping) and members.get(one.field) == one.value
            ]
            for element in holders[1:]:
                yield Problem(one.code, pointer=pointer((*path, element, one.field)))


def wanting(
    fields: Sequence[Field], kept: Mapping[str, object], given: Mapping[str, object], path: Path
) -> Iterator[Problem]:
    """A problem at each empty field without which a filled one beside it is of no use."""
    for field in fields:
        for name in field.needs if field.name in kept else ():
            if is_empty(given.get(name)):
                yield Problem("field_needed", pointer=pointer((*path, name)), field=field.name)


def is_empty(value: object) -> bool:
    """Absent, blank or without members; False and zero are values."""
    if isinstance(value, str):
        return not value.strip()
    return value is None or value in ([], {})
