"""The line to an OData service: entity sets by filter, changes of what was seen, bound actions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote, urlsplit

from config.schema import RestSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.described import no_field, no_model
from sync.erp.connectors.rest import metadata
from sync.erp.connectors.rest.calls import Calls
from sync.erp.connectors.rest.metadata import Entity, Metadata
from sync.erp.connectors.wire import Hosts
from sync.erp.line import Elements, Known, Link, Links, Plain, Row, Values, Where, by_link

ASKED_MAX: Final = 20  # values in one filter: addresses are of limited length
ETAGS_MAX: Final = 20_000
_COMPARED: Final = {"=": "eq", "!=": "ne", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
_ETAG: Final = "@odata.etag"
_NEXT: Final = "@odata.nextLink"


class Client:
    """One service, with its key."""

    def __init__(
        self, settings: RestSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        self._host = urlsplit(settings.url).hostname or ""
        self._calls = Calls(settings, timeout_s, hosts)
        self._known: Metadata | None = None
        self._etags: dict[tuple[str, str], str] = {}

    def answers(self) -> str:
        """The host, and how much it holds."""
        return f"OData service at {self._host} with {len(self._metadata.sets)} entity sets"

    def describe(self, model: str) -> Mapping[str, Known] | None:
        """See Line."""
        return self._metadata.fields(model)

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        """See Line. Long lists of values are asked for in parts."""
        entity = self._entity(model)
        long = next((one for one in where if one.operator == "in"), None)
        if long is None:
            return self._found(model, entity, where, fields, order, limit)
        values = list(dict.fromkeys(long.value)) if isinstance(long.value, Sequence) else []
        others = [one for one in where if one is not long]
        rows: list[Row] = []
        for start in range(0, len(values), ASKED_MAX):
            part = Where(long.field, "in", values[start : start + ASKED_MAX])
            rows += self._found(model, entity, [*others, part], fields, order, limit)
        return rows if limit is None else rows[:limit]

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        """See Line. One at a time: few services make several all or none."""
        if len(values) > 1:
            problem = Problem("erp_rejected", message="One record at a time.")
            raise Refusal(Outcome.NEEDS_PERSON, problem)
        return [self._made(model, each) for each in values]

    def update(self, model: str, id: str, values: Values) -> None:
        """See Line. Refusal (conflict) where somebody changed it since it was last read here."""
        entity = self._entity(model)
        plain = {name: one for name, one in values.items() if not isinstance(one, Elements)}
        if plain:
            match = {"If-Match": self._etags.pop((model, id), "*")}
            body = self._document(model, plain)
            self._calls.send("PATCH", self._path(model, entity, id), body, match)
        for name, value in values.items():
            if isinstance(value, Elements):
                for each in value.values:
                    below = f"{self._path(model, entity, id)}/{name}"
                    self._calls.send("POST", below, self._document(value.model, each))

    def press(self, model: str, id: str, action: str) -> None:
        """See Line. An action that is bound to the record, by its full name."""
        self._calls.send("POST", f"{self._path(model, self._entity(model), id)}/{action}", {})

    def _made(self, model: str, values: Values) -> str:
        entity = self._entity(model)
        told = self._calls.send("POST", quote(model), self._document(model, values)).json()
        if not isinstance(told, dict) or entity.key not in told:
            problem = Problem("erp_answer", reason="it did not say what it made")
            raise Trouble(problem, is_unsure=True)
        return str(told[entity.key])

    def _found(
        self,
        model: str,
        entity: Entity,
        where: Sequence[Where],
        fields: Sequence[str],
        order: Sequence[str],
        limit: int | None,
    ) -> list[Row]:
        known = {one: self._field(model, one) for one in fields if one != "id"}
        query = {
            "$select": ",".join(sorted({entity.key, *(one for one in known if "." not in one)})),
            "$orderby": ",".join(entity.key if one == "id" else one for one in order),
        }
        if where:
            query["$filter"] = " and ".join(self._condition(model, entity, one) for one in where)
        if limit is not None:
            query["$top"] = str(limit)
        if through := by_link(fields):
            query["$expand"] = ",".join(f"{name}($select={','.join(below)})"
                                        for name, below in through.items())  # fmt: skip
        rows: list[Row] = []
        for one in self._pages(model, query):
            self._remember(model, str(one[entity.key]), one)
            told = {name: _read(_at(one, name), type.type) for name, type in known.items()}
            rows.append({"id": str(one[entity.key]), **told})
        return rows if limit is None else rows[:limit]

    def _pages(self, model: str, query: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        answer = self._calls.get(quote(model), query)
        while True:
            told = answer.json()
            if not isinstance(told, dict) or not isinstance(told.get("value"), list):
                raise Trouble(Problem("erp_answer", reason="it sent other JSON"))
            yield from told["value"]
            link = told.get(_NEXT)
            if not link:
                return
            answer = self._calls.follow(str(link))

    def _condition(self, model: str, entity: Entity, one: Where) -> str:
        name = entity.key if one.field == "id" else one.field.replace(".", "/")
        type = entity.properties.get(name, "")
        if "/" not in name and not type:
            self._field(model, one.field)
        if isinstance(one.value, Sequence) and not isinstance(one.value, str):
            listed = [f"{name} eq {_literal(each, type)}" for each in one.value]
            return f"({' or '.join(listed)})"
        return f"{name} {_COMPARED[one.operator]} {_literal(one.value, type)}"

    def _document(self, model: str, values: Values) -> dict[str, Any]:
        told: dict[str, Any] = {}
        for name, value in values.items():
            known = self._field(model, name)
            if isinstance(value, Elements):
                told[name] = [self._document(value.model, each) for each in value.values]
            elif isinstance(value, Links):
                reason = f"{model}.{name} takes one value"
                raise Refusal(Outcome.RETRY, Problem("erp_fault", reason=reason))
            elif isinstance(value, Link):
                type = self._entity(model).properties.get(name, "")
                told[name] = int(value.id) if type.startswith("Edm.Int") else value.id
            elif known.type == "instant" and isinstance(value, str):
                told[name] = _utc(value)
            else:
                told[name] = value
        return told

    def _path(self, model: str, entity: Entity, id: str) -> str:
        key = _literal(id, entity.properties.get(entity.key, ""))
        return f"{quote(model)}({quote(key)})"

    def _remember(self, model: str, id: str, told: Mapping[str, Any]) -> None:
        if len(self._etags) >= ETAGS_MAX:
            self._etags.clear()
        if told.get(_ETAG):
            self._etags[(model, id)] = str(told[_ETAG])

    def _field(self, model: str, name: str) -> Known:
        first, _, rest = name.partition(".")
        entity = self._entity(model)
        if rest and first in entity.links:
            return self._field(self._metadata.model(entity.links[first]), rest)
        known = (self._metadata.fields(model) or {}).get(name)
        if known is None:
            raise no_field(model, name)
        return known

    def _entity(self, model: str) -> Entity:
        entity = self._metadata.entity(model)
        if entity is None or not entity.key:
            raise no_model(f"entity set {model}")
        return entity

    @property
    def _metadata(self) -> Metadata:
        if self._known is None:
            body = self._calls.metadata()
            try:
                self._known = metadata.read(body)
            except ValueError as error:
                problem = Problem("erp_answer", reason=f"no metadata: {str(error)[:80]}")
                raise Trouble(problem) from error
        return self._known


def _literal(value: Plain, type: str) -> str:
    """A value in a filter or key (OData 4.01 ABNF): texts in quotes, everything else bare."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    if type == "Edm.DateTimeOffset":
        return _utc(value)
    if type not in ("", "Edm.String"):
        return value
    return "'" + value.replace("'", "''") + "'"


def _utc(value: str) -> str:
    at = datetime.fromisoformat(value).astimezone(UTC)
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _read(value: Any, type: str) -> Plain:
    if value is None or value == "":
        return None
    if type == "instant":
        at = datetime.fromisoformat(str(value)).astimezone(UTC)
        return at.isoformat(timespec="seconds").replace("+00:00", "Z")
    if type == "decimal":
        return Decimal(str(value))
    if type == "link":
        return str(value)
    return value if isinstance(value, str | int | bool) else str(value)


def _at(told: Mapping[str, Any], name: str) -> Any:
    value: Any = told
    for part in name.split("."):
        value = value.get(part) if isinstance(value, Mapping) else None
    return value
