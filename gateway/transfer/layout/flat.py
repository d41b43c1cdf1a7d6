"""A record as one row of cells, and the order of its columns (pure)."""

from collections.abc import Iterator, Mapping, Sequence

from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.transfer.layout import cells
from gateway.transfer.layout.mapping import ELEMENT_ID, ID, NUMBER, VERSION


def columns(fields: Sequence[Field], places: Mapping[str, int]) -> list[str]:
    """The targets of every column, groups with as many places as given by name."""
    found = [ID, NUMBER, VERSION]
    for field in fields:
        if field.type != "group":
            found.append(field.name)
            continue
        for place in range(1, places.get(field.name, 0) + 1):
            found.append(f"{field.name}.{place}.{ELEMENT_ID}")
            found += [f"{field.name}.{place}.{member.name}" for member in field.fields]
    return found


def head(to: str) -> str:
    """How a column is called in a file: ``@id`` is ``id``."""
    return to.replace("@", "")


def row(kind: Kind, record: Mapping[str, object], currency: str) -> dict[str, str]:
    """Cells by target of a record as ``view.record`` shows it; absent ones are empty.

    ``currency`` is the shop's, for records that name none.
    """
    data = record.get("data")
    values = data if isinstance(data, Mapping) else {}
    own = values.get("currency")
    told = {
        ID: str(record.get("id", "")),
        NUMBER: str(record.get("number", "")),
        VERSION: str(record.get("version", "")),
    }
    told.update(_cells(kind, values, own if isinstance(own, str) else currency))
    return {to: text for to, text in told.items() if text}


def _cells(kind: Kind, values: Mapping[str, object], currency: str) -> Iterator[tuple[str, str]]:
    for field in kind.fields:
        value = values.get(field.name)
        if value is None:
            continue
        if field.type != "group":
            yield field.name, cells.written(field, value, currency)
        elif isinstance(value, Mapping):
            for place, (element, members) in enumerate(value.items(), 1):
                yield f"{field.name}.{place}.{ELEMENT_ID}", str(element)
                for member in field.fields:
                    if isinstance(members, Mapping) and members.get(member.name) is not None:
                        text = cells.written(member, members[member.name], currency)
                        yield f"{field.name}.{place}.{member.name}", text
