"""Questions to Odoo: domains, pages, and fields of linked records.

``search_read`` reads no fields through links, so those are read from the linked records and put in.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sync.erp.connectors.described import no_model
from sync.erp.connectors.odoo import values
from sync.erp.connectors.odoo.doors import Door
from sync.erp.connectors.odoo.faults import ModelUnknown
from sync.erp.connectors.odoo.models import EXTERNAL, Models
from sync.erp.line import Known, Plain, Row, Where, by_link

PAGE: Final = 500
MODULE: Final = "waystation"  # of our external ids
DATA: Final = "ir.model.data"
_TEXT: Final = Known("text")


class Asking:
    """Reads records over a door."""

    def __init__(self, door: Door, models: Models, context: Mapping[str, Any]) -> None:
        self._door = door
        self._models = models
        self._context = {**context, "active_test": False}

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        """See Line."""
        domain = [self._condition(model, one) for one in where]
        if any(one[1] == "in" and not one[2] for one in domain):
            return []
        known = self._models.model(model)
        asked = [field for field in fields if "." not in field and field not in (EXTERNAL, "id")]
        through = by_link(fields)
        for each in (*asked, *through):
            self._models.field(model, each)
        read = [known.name(each) for each in {*asked, *through}]
        told = self._read(model, domain, sorted(read), ", ".join(order), limit)
        rows: list[dict[str, Plain]] = [{"id": str(row["id"])} for row in told]
        for row, one in zip(rows, told, strict=True):
            for field in asked:
                row[field] = values.read(
                    one.get(known.name(field), False), known.fields[field].type
                )
        if EXTERNAL in fields:
            names = self._external(model, [int(str(row["id"])) for row in rows])
            for row in rows:
                row[EXTERNAL] = names.get(str(row["id"]))
        for link, below in through.items():
            self._follow(known.fields[link].model, [
                (row, one.get(known.name(link))) for row, one in zip(rows, told, strict=True)
            ], link, below)  # fmt: skip
        return list(rows)

    def _read(
        self, model: str, domain: list[Any], fields: list[str], order: str, limit: int | None
    ) -> list[dict[str, Any]]:
        """All of them: where one page is not enough, by ids that were asked for at one moment."""
        first = PAGE if limit is None else min(limit, PAGE)
        told = self._ask(model, domain, fields, order, first)
        if len(told) < PAGE or limit == len(told):
            return told
        ids: list[int] = self._call(model, "search", domain=domain, order=order, **_limited(limit))
        rows: dict[int, dict[str, Any]] = {}
        for start in range(0, len(ids), PAGE):
            page = [["id", "in", ids[start : start + PAGE]]]
            rows |= {row["id"]: row for row in self._ask(model, page, fields, "id", PAGE)}
        return [rows[each] for each in ids if each in rows]

    def _ask(
        self, model: str, domain: list[Any], fields: list[str], order: str, limit: int
    ) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = self._call(
            model, "search_read", domain=domain, fields=fields or ["id"], order=order, limit=limit
        )
        return told

    def _call(self, model: str, method: str, **arguments: Any) -> Any:
        try:
            return self._door.call(model, method, None, **arguments, context=self._context)
        except ModelUnknown as error:
            raise no_model(f"model {model}") from error

    def _condition(self, model: str, one: Where) -> list[Any]:
        if one.field == EXTERNAL:
            return ["id", "in", self._named(model, one)]
        type = "link" if one.field == "id" else self._leaf(model, one.field).type
        field = ".".join(self._path(model, one.field))
        if isinstance(one.value, Sequence) and not isinstance(one.value, str):
            return [field, "in", [values.plain(each, type) for each in one.value]]
        return [field, one.operator, values.plain(one.value, type)]

    def _named(self, model: str, one: Where) -> list[int]:
        """The records that carry these ids of ours; with ``!=`` nothing, all that carry any."""
        domain: list[Any] = [["module", "=", MODULE], ["model", "=", model]]
        if one.operator != "!=":
            listed = [one.value] if isinstance(one.value, str) else list(one.value or ())  # type: ignore[arg-type]
            domain.append(["name", "in", listed])
        told = self._read(DATA, domain, ["res_id"], "id", None)
        return [row["res_id"] for row in told]

    def _external(self, model: str, ids: Sequence[int]) -> dict[str, str]:
        found: dict[str, str] = {}
        for start in range(0, len(ids), PAGE):
            page = list(ids[start : start + PAGE])
            domain = [["module", "=", MODULE], ["model", "=", model], ["res_id", "in", page]]
            for row in self._read(DATA, domain, ["name", "res_id"], "id", None):
                found.setdefault(str(row["res_id"]), row["name"])
        return found

    def _follow(
        self,
        model: str,
        rows: Sequence[tuple[dict[str, Plain], Any]],
        link: str,
        below: Sequence[str],
    ) -> None:
        """Put in what fields of the linked records say."""
        ids = sorted({one[0] for _, one in rows if isinstance(one, list) and one})
        found = {
            str(row["id"]): row
            for start in range(0, len(ids), PAGE)
            for row in self.find(
                model, [Where("id", "in", [str(i) for i in ids[start : start + PAGE]])], below
            )
        }
        for row, one in rows:
            linked = found.get(str(one[0])) if isinstance(one, list) and one else None
            for field in below:
                row[f"{link}.{field}"] = linked[field] if linked else None

    def _leaf(self, model: str, path: str) -> Known:
        first, _, rest = path.partition(".")
        one = self._models.field(model, first)
        if not rest:
            return one
        return _TEXT if rest == "id" else self._leaf(one.model, rest)

    def _path(self, model: str, path: str) -> list[str]:
        first, _, rest = path.partition(".")
        if first == "id":
            return ["id"]
        known = self._models.model(model)
        return [known.name(first), *(self._path(known.fields[first].model, rest) if rest else [])]


def _limited(limit: int | None) -> dict[str, int]:
    return {} if limit is None else {"limit": limit}
