"""A brought file through the eyes of somebody who did not bring it: column by column (pure).

A file holds everything in clear. Whoever brought it knows what is in it; anybody else sees of each
column what the role reads of the field it goes to, and nothing of a column that goes nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.access.policy import Rule, find
from gateway.kernel.actor import Actor
from gateway.records.model import masks
from gateway.records.model.fields import Field
from gateway.records.model.kind import Kind
from gateway.transfer.keeping.book import Import
from gateway.transfer.layout.mapping import target


@dataclass(frozen=True, slots=True)
class Shade:
    """``hides`` maps a column to its field, or to None where nothing of it is shown."""

    hides: dict[int, Field | None]

    def row(self, cells: Sequence[str]) -> list[str]:
        """The cells of a row as they are shown; those beyond the head are hidden with the rest."""
        if not self.hides:
            return list(cells)
        return [self._cell(place, text) for place, text in enumerate(cells)]

    def covers(self, column: int) -> bool:
        """Whether a column is hidden, at least in part."""
        return bool(self.hides) and (column in self.hides or column > max(self.hides))

    def _cell(self, column: int, text: str) -> str:
        if not text or not self.covers(column):
            return text
        field = self.hides.get(column)
        return masks.HIDDEN if field is None else masks.mask(field, text)


def of(kind: Kind, found: Import, actor: Actor) -> Shade:
    """What an actor sees of a file."""
    if actor.role == "system" or actor.id == found.actor.id:
        return Shade({})
    rule = find(actor.role, kind.name, "read") or Rule()
    goes = {column.column: column.to for column in found.layout.columns}
    hides: dict[int, Field | None] = {}
    for place in range(len(found.shape.header)):
        shown, field = _seen(kind, rule, goes.get(place, ""))
        if not shown:
            hides[place] = field
    # A row that is too long has cells under no head.
    hides[len(found.shape.header)] = None
    return Shade(hides)


def _seen(kind: Kind, rule: Rule, to: str) -> tuple[bool, Field | None]:
    """Whether a column is shown in clear, and the field whose mask it takes if it is not."""
    aim = target(kind, to) if to else None
    if aim is None:
        return False, None
    if aim.field is None or aim.field.data_class in rule.clear:
        return True, None
    return False, aim.field if aim.field.data_class in rule.masked else None
