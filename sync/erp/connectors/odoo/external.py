"""Records under external ids of ours: made once, however often and however late they are asked for.

``load`` keeps ``waystation.ID`` in ir.model.data, where module and name are unique together, and
makes the record and that row in one transaction. Asked again it updates. What it makes of a list
inside a record has no external id, so a repetition would append it: a list goes in its own call.
"""

from collections.abc import Sequence
from typing import Any

from sync.erp.connectors.odoo import faults, values
from sync.erp.connectors.odoo.asking import MODULE
from sync.erp.connectors.odoo.models import EXTERNAL
from sync.erp.connectors.odoo.there import There
from sync.erp.line import Elements, Link, Values


class External:
    """Creates records by ``load``."""

    def __init__(self, there: There) -> None:
        self._there = there

    def create(self, model: str, given: Sequence[Values]) -> list[str]:
        """Records and then what is in them; their ids in order. Refusal when one is refused."""
        ids = self._load(model, [_flat(each) for each in given])
        for name in dict.fromkeys(name for each in given for name in each):
            self._below(model, name, given, ids)
        return ids

    def _below(self, model: str, name: str, given: Sequence[Values], ids: Sequence[str]) -> None:
        """One list of all these records. Its elements carry the record's id and their place."""
        back = self._there.models.model(model).back.get(name, "")
        made: list[Values] = []
        of = ""
        for each, identity in zip(given, ids, strict=True):
            value = each.get(name)
            if not isinstance(value, Elements):
                continue
            of = value.model
            for place, one in enumerate(value.values, 1):
                mark = {EXTERNAL: f"{each[EXTERNAL]}_{name}_{place}"}
                made.append({**mark, back: Link(model, identity), **one})
        if made:
            self._load(of, made)

    def _load(self, model: str, given: Sequence[Values]) -> list[str]:
        """Rows of one shape in a call each: an empty column would empty what is there by default.

        All of a call or nothing; what an earlier one made is found again by its external id.
        """
        shapes: dict[tuple[str, ...], list[int]] = {}
        columns = [self._columns(model, each) for each in given]
        for place, one in enumerate(columns):
            shapes.setdefault(tuple(sorted(one)), []).append(place)
        ids: dict[int, str] = {}
        for shape, places in shapes.items():
            rows = [[columns[place][name] for name in shape] for place in places]
            ids |= dict(zip(places, self._sent(model, shape, rows), strict=True))
        return [ids[place] for place in range(len(given))]

    def _sent(self, model: str, shape: Sequence[str], rows: list[list[str]]) -> list[str]:
        told: Any = self._there.call(
            model, "load", None, fields=list(shape), data=rows, context=self._there.context
        )
        made = told.get("ids") if isinstance(told, dict) else None
        if not made or len(made) != len(rows):
            messages = told.get("messages") or [] if isinstance(told, dict) else []
            raise faults.rejected("; ".join(str(one.get("message", "")) for one in messages))
        return [str(one) for one in made]

    def _columns(self, model: str, given: Values) -> dict[str, str]:
        told: dict[str, str] = {}
        for name, value in given.items():
            if name == EXTERNAL:
                told["id"] = f"{MODULE}.{value}"
                continue
            type = self._there.models.field(model, name).type
            real = self._there.models.model(model).name(name)
            column, text = values.column(real, value, type)
            told[column] = text
        return told


def _flat(given: Values) -> Values:
    return {name: value for name, value in given.items() if not isinstance(value, Elements)}
