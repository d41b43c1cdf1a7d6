"""Questions to a Frappe site: filters, pages, and fields of rows inside and of linked records."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.described import no_model
from sync.erp.connectors.erpnext import values
from sync.erp.connectors.erpnext.calls import Calls
from sync.erp.connectors.erpnext.faults import Missing
from sync.erp.connectors.erpnext.models import ENABLED, LISTED, OWNER, Model, Models
from sync.erp.line import Known, Plain, Row, Where

PAGE: Final = 500
REMEMBERED_MAX: Final = 20_000
_ORDER = re.compile(r"([a-z_]+)(?: (asc|desc))?", re.IGNORECASE)


class Asking:
    """Reads records, and remembers when each was last changed: a change says what it is about."""

    def __init__(self, calls: Calls, models: Models, zone: ZoneInfo) -> None:
        self._calls = calls
        self._models = models
        self.zone = zone
        self.seen: dict[tuple[str, str], str] = {}

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
        known = self._models.model(model)
        filters = [each for one in where for each in self._filters(model, known, one)]
        if any(each[-2] == "in" and not each[-1] for each in filters):
            return []
        direct = [one for one in fields if not self._is_through(known, one) and one != "id"]
        through = [one for one in fields if self._is_through(known, one)]
        links = {one.partition(".")[0] for one in through}
        asked = {one: self._column(known, one) for one in {*direct, *links}}
        columns = [f"{column} as {_alias(one)}" if "." in column else column
                   for one, column in asked.items() if column]  # fmt: skip
        told = self._pages(model, filters, ["name", "modified", *columns], order, limit)
        rows: list[dict[str, Plain]] = []
        for one in told:
            self._remember(model, one)
            row: dict[str, Plain] = {"id": str(one["name"])}
            for each in asked:
                row[each] = self._value(known, each, one)
            rows.append(row)
        for link in links:
            self._follow(known.fields[link].model, rows, link, [
                one.partition(".")[2] for one in through if one.partition(".")[0] == link
            ])  # fmt: skip
        return list(rows)

    def whole(self, model: str, id: str) -> dict[str, Any]:
        """A document with everything in it; Refusal where it is gone."""
        try:
            told: dict[str, Any] = self._calls.get(f"resource/{path(model, id)}")["data"]
        except Missing as error:
            raise Refusal(Outcome.CONFLICT, Problem("erp_moved_on")) from error
        self._remember(model, told)
        return told

    def remember(self, model: str, told: Mapping[str, Any]) -> None:
        """What a change answered."""
        self._remember(model, told)

    def _remember(self, model: str, told: Mapping[str, Any]) -> None:
        if len(self.seen) >= REMEMBERED_MAX:
            self.seen.clear()
        if told.get("name") and told.get("modified"):
            self.seen[(model, str(told["name"]))] = str(told["modified"])

    def _pages(
        self,
        model: str,
        filters: list[list[Any]],
        fields: list[str],
        order: Sequence[str],
        limit: int | None,
    ) -> list[dict[str, Any]]:
        told: list[dict[str, Any]] = []
        while limit is None or len(told) < limit:
            size = PAGE if limit is None else min(PAGE, limit - len(told))
            page = self._page(model, filters, fields, order, len(told), size)
            told += page
            if len(page) < size:
                break
        return told

    def _page(
        self,
        model: str,
        filters: list[list[Any]],
        fields: list[str],
        order: Sequence[str],
        start: int,
        size: int,
    ) -> list[dict[str, Any]]:
        try:
            told = self._calls.post(
                "method/frappe.client.get_list",
                doctype=model,
                filters=filters,
                fields=fields,
                order_by=", ".join(_ordered(model, one) for one in order),
                limit_start=start,
                limit_page_length=size,
            )
        except Missing as error:
            raise no_model(f"{self._models.noun} {model}") from error
        page: list[dict[str, Any]] = told.get("message") or []
        return page

    def _filters(self, model: str, known: Model, one: Where) -> list[list[Any]]:
        """One condition as filters: of the document, of rows inside it, or of whom it links to."""
        first, _, rest = one.field.partition(".")
        if one.field == "id":
            return [[model, "name", one.operator, _listed(one.value)]]
        if first == OWNER and first in known.own:
            to = ["Dynamic Link", "link_doctype", "=", "Customer"]
            return [to, ["Dynamic Link", "link_name", one.operator, _listed(one.value)]]
        if first == ENABLED and first in known.own:
            return (
                [[model, "disabled", "=", int(not one.value)]] if "disabled" in known.fields else []
            )
        told = self._models.field(model, first)
        if rest:
            if told.type != "elements":
                reason = f"{model} cannot be asked for by {one.field}"
                raise Refusal(Outcome.RETRY, Problem("erp_fault", reason=reason))
            inner = self._models.field(told.model, rest)
            return [[told.model, rest, one.operator, self._asked(one.value, inner)]]
        name = LISTED[first].reads if first in LISTED and first in known.own else first
        if one.value is None:
            return [[model, name, "is", "set" if one.operator == "!=" else "not set"]]
        return [[model, name, one.operator, self._asked(one.value, told)]]

    def _asked(self, value: Plain | Sequence[Plain], known: Known) -> Any:
        if isinstance(value, Sequence) and not isinstance(value, str):
            return [values.written(each, known.type, self.zone) for each in value]
        return values.written(value, known.type, self.zone)

    def _is_through(self, known: Model, field: str) -> bool:
        first, _, rest = field.partition(".")
        return bool(rest) and first in known.fields and known.fields[first].type == "link"

    def _column(self, known: Model, field: str) -> str:
        """What is read for a field; empty for what every row found says."""
        if field in known.own:
            if field == OWNER:
                return "links.link_name"
            if field == ENABLED:
                return "disabled" if "disabled" in known.fields else ""
            return LISTED[field].reads if field in LISTED else ""
        return field

    def _value(self, known: Model, field: str, told: Mapping[str, Any]) -> Plain:
        column = self._column(known, field)
        value = told.get(_alias(field) if "." in column else column)
        if field == ENABLED and field in known.own:
            return not value
        first, _, rest = field.partition(".")
        type = known.fields[first].type
        if rest:
            type = self._models.model(known.fields[first].model).fields[rest].type
        return values.read(value, type, self.zone)

    def _follow(
        self, model: str, rows: Sequence[dict[str, Plain]], link: str, below: Sequence[str]
    ) -> None:
        ids = sorted({str(row[link]) for row in rows if row[link]})
        found = {
            str(one["id"]): one
            for start in range(0, len(ids), PAGE)
            for one in self.find(model, [Where("id", "in", ids[start : start + PAGE])], below)
        }
        for row in rows:
            linked = found.get(str(row[link]))
            for field in below:
                row[f"{link}.{field}"] = linked[field] if linked else None


def path(model: str, id: str = "") -> str:
    """A document's address; names hold blanks and slashes."""
    return "/".join(quote(part, safe="") for part in (model, id) if part)


def _alias(field: str) -> str:
    return field.replace(".", "__")


def _listed(value: Plain | Sequence[Plain]) -> Any:
    return list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value


def _ordered(model: str, told: str) -> str:
    found = _ORDER.fullmatch(told)
    if found is None:
        raise ValueError(f"{told} is no order")
    name = "name" if found[1] == "id" else found[1]
    return f"`tab{model}`.`{name}` {(found[2] or 'asc').lower()}"
