"""What a merged record may be used for: of two answers the stricter one holds (pure).

A grant is for the address or number it was given with. Where the other record was never asked, the
grant holds as long as the merged record has no such address from there; else nobody has consented
to that, and it has to be asked for anew.
"""

from collections.abc import Mapping
from typing import Final

from gateway.records.edits.merge import rank
from gateway.records.model.fields import Data, Field
from gateway.records.model.kind import Kind
from gateway.records.model.patch import put

# Between a refusal and a grant: nobody has been asked.
_UNASKED: Final = 0.5


def strictest(kind: Kind, data: Data, kept: Data, other: Data) -> Data:
    """A merged record with the stricter of both consents everywhere."""
    for field in kind.fields:
        if field.policy != "consent":
            continue
        if field.type != "group":
            data = put(data, (field.name,), _stricter(field, kept, other))
            continue
        for name in sorted(_group(kept, field).keys() | _group(other, field).keys()):
            answer = _answer(kind, field, name, data, (kept, other))
            data = put(data, (field.name, name), answer)
    return data


def _stricter(field: Field, kept: Data, other: Data) -> object:
    sides = (kept.get(field.name), other.get(field.name))
    return min(sides, key=lambda side: rank(field, side)[0])


def _answer(
    kind: Kind, field: Field, name: str, data: Data, sides: tuple[Data, Data]
) -> object | None:
    ours, theirs = (_group(side, field).get(name) for side in sides)
    if ours is not None and theirs is not None:
        return min((ours, theirs), key=lambda side: rank(field, side)[0])
    said = theirs if ours is None else ours
    giver = sides[1] if ours is None else sides[0]
    if rank(field, said)[0] <= _UNASKED or not _reaches_others(kind, name, data, giver):
        return said
    return None


def _reaches_others(kind: Kind, name: str, data: Data, giver: Data) -> bool:
    """Whether a merged record can be reached by this consent where its giver could not be."""
    means = kind.consent_means.get(name.rpartition("-")[2])
    if means is None:
        return True
    return any(not _values(data.get(one)) <= _values(giver.get(one)) for one in means)


def _values(value: object) -> set[str]:
    parts = value.values() if isinstance(value, Mapping) else [] if value is None else [value]
    return {repr(part) for part in parts}


def _group(data: Data, field: Field) -> Data:
    value = data.get(field.name)
    return dict(value) if isinstance(value, Mapping) else {}
