"""The line to a Tryton database: any model of it, asked and changed in the shape of all ERPs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.tryton import fields as typed
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.fields import Field
from sync.erp.connectors.tryton.keys import OWN, Keys
from sync.erp.line import Elements, Known, Links, Plain, Row, Values, Where

PAGE = 500  # records read in one request
_COMPANY = ("party.name", "currency.code")


class TrytonLine:
    """One database through one client. Works in the books of the key's company from the start."""

    def __init__(
        self,
        client: Client,
        company: int = 0,
        models: dict[str, Mapping[str, Field]] | None = None,
    ) -> None:
        self.client = client
        self._keys = Keys(client)
        self._company = company
        self._models = {} if models is None else models

    def open(self) -> int:
        """The company that the key's user works in; creations fail without one. Trouble."""
        if not self._company:
            preferences = self.client.call("res.user", "get_preferences", context_only=True)
            self._company = preferences.get("company") or 0
            if not self._company:
                raise Trouble(Problem("erp_not_there", what="company that the key's user works in"))
            self.client.use_company(self._company)
        return self._company

    def within(self, context: str, ids: Sequence[str]) -> "TrytonLine":
        """The same line, with these records of theirs under ``context`` around every question.

        Stock is nothing anywhere, without an error, unless the context names ``locations``.
        """
        self.open()
        client = self.client.within({context: [int(id) for id in ids]})
        return TrytonLine(client, self._company, self._models)

    def answers(self) -> str:
        """The company whose books the key opens, with its currency."""
        found = self.client.find("company.company", [["id", "=", self.open()]], _COMPANY)
        return f"Tryton, {found[0]['party.']['name']} ({found[0]['currency.']['code']})"

    def describe(self, model: str) -> Mapping[str, Known] | None:
        """The fields of a model, asked anew; None where no such module is active."""
        self.open()
        self._models.pop(model, None)
        if not self.client.find("ir.model", [["name", "=", model]], []):
            return None
        known = {name: one.known for name, one in self._fields(model).items()}
        return known | ({OWN: Known("text")} if self._keys.is_ready() else {})

    def find(
        self,
        model: str,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str] = ("id",),
        limit: int | None = None,
    ) -> list[Row]:
        """Records of a model, inactive ones too.

        A dotted field may lead through a list (``identifiers.code``): its value is the first there
        that keeps to the conditions on that very field, else None.
        """
        self.open()
        if own := [one for one in where if one.field == OWN]:
            return self._find_own(model, own[0], where, fields, order=order, limit=limit)
        known = {path: self._value(model, path) for path in fields}
        domain = [self._condition(model, one) for one in where]
        sorting = [[name, "ASC"] for name in order]
        asked = {"domain": domain, "order": sorting, "fields_names": list(fields)}
        page = PAGE if limit is None else min(limit, PAGE)
        rows = self._read(model, **asked, limit=page)
        if len(rows) == PAGE != limit:
            rows += self._rest(model, asked, limit)
        return [_row(row, known, where) for row in rows]

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        """New records, all or none; their ids in order."""
        self.open()
        told = [self._sent(model, one) for one in values]
        if told and OWN in told[0]:
            return self._keys.create(model, [(one.pop(OWN), one) for one in told])
        return [str(identity) for identity in self.client.create(model, told)]

    def update(self, model: str, id: str, values: Values) -> None:
        """Change one record, be it active or not."""
        self.open()
        told = self._sent(model, values)
        if links := [name for name, value in values.items() if isinstance(value, Links)]:
            domain = [["id", "=", int(id)]]
            for row in self._read(model, domain=domain, fields_names=links, limit=1):
                for name in links:
                    told[name] = [["remove", row[name]], *told[name]]
        self.client.update(model, int(id), told)

    def press(self, model: str, id: str, action: str) -> None:
        """Press a button of one record, such as ``confirm``."""
        self.open()
        self.client.press(model, int(id), action)

    def _find_own(
        self,
        model: str,
        own: Where,
        where: Sequence[Where],
        fields: Sequence[str],
        *,
        order: Sequence[str],
        limit: int | None,
    ) -> list[Row]:
        """Records by our ids on them."""
        ours = [own.value] if own.operator == "=" else own.value
        assert isinstance(ours, Sequence), "records are found by one id of ours or by several"
        made = self._keys.made(model, [str(one) for one in ours])
        others = [*(one for one in where if one is not own), Where("id", "in", list(made))]
        asked = [path for path in fields if path != OWN]
        if not asked and len(others) == 1:  # notes cannot be searched by id
            bare: list[Row] = [{"id": id, OWN: one} for id, one in made.items()]
            return bare[:limit]
        rows = self.find(model, others, asked, order=order, limit=limit)
        return [{**row, OWN: made[str(row["id"])]} for row in rows]

    def _read(self, model: str, **asked: object) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.client.call_on_all(model, "search_read", **asked)
        return found

    def _rest(
        self, model: str, asked: Mapping[str, object], limit: int | None
    ) -> Iterator[dict[str, Any]]:
        """The rows after the first page: all ids at one moment, so that none slips between two."""
        named = {"domain": asked["domain"], "order": asked["order"], "limit": limit}
        ids = self.client.call_on_all(model, "search", **named)[PAGE:]
        for start in range(0, len(ids), PAGE):
            domain = [["id", "in", ids[start : start + PAGE]]]
            yield from self._read(model, **{**asked, "domain": domain})

    def _fields(self, model: str) -> Mapping[str, Field]:
        if model not in self._models:
            told = self.client.call(model, "fields_get")
            needed = [name for name, one in told.items() if one["required"]]
            asked = {"fields_names": needed, "with_rec_name": False}
            given = self.client.call(model, "default_get", **asked)
            found = {
                name: typed.field(one, has_default=given.get(name) is not None)
                for name, one in told.items()
                if name != "id"
            }
            known = {name: one for name, one in found.items() if one is not None}
            self._models[model] = {"id": typed.ID, **known}
        return self._models[model]

    def _field(self, model: str, path: str) -> Field:
        """The field at the end of a path; Refusal where there is none."""
        if path == OWN:
            return typed.TEXT
        first, _, rest = path.partition(".")
        found = self._fields(model).get(first)
        if found is None:
            problem = Problem("erp_not_there", what=f"field {first} in {model}")
            raise Refusal(Outcome.RETRY, problem)
        return self._field(found.known.model, rest) if rest else found

    def _value(self, model: str, path: str) -> Field:
        known = self._field(model, path)
        if known.known.type in typed.TO_MANY:
            raise ValueError(f"{path} of {model} is a list and no value")
        return known

    def _condition(self, model: str, one: Where) -> list[object]:
        known = self._field(model, one.field)
        if one.operator == "in":
            assert isinstance(one.value, Sequence), "in takes a sequence"
            return [one.field, "in", [typed.sent(known, each) for each in one.value]]
        assert not isinstance(one.value, Sequence) or isinstance(one.value, str)
        return [one.field, one.operator, typed.sent(known, one.value)]

    def _sent(self, model: str, values: Values) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in values.items():
            known = self._field(model, name)
            match value:
                case Elements():
                    each = [self._sent(value.model, one) for one in value.values]
                    found[name] = [["create", each]] if each else []
                case Links():
                    found[name] = [["add", [int(id) for id in value.ids]]] if value.ids else []
                case _:
                    found[name] = typed.sent(known, value)
        return found


def _row(row: Mapping[str, Any], known: Mapping[str, Field], where: Sequence[Where]) -> Row:
    """A row in our words, each asked field under its own name."""
    found: dict[str, Plain] = {"id": str(row["id"])}
    for path, field in known.items():
        told = [typed.read(field, value) for value in _values(row, path)]
        found[path] = next((one for one in told if _keeps(one, path, where)), None)
    return found


def _values(row: Mapping[str, Any], path: str) -> Iterator[Any]:
    """What stands at the end of a path: one value, or one for each record of a list on the way."""
    first, _, rest = path.partition(".")
    if not rest:
        yield row[first]
        return
    below = row.get(f"{first}.")
    for one in below if isinstance(below, list) else [below] if below else []:
        yield from _values(one, rest)


def _keeps(value: Plain, path: str, where: Sequence[Where]) -> bool:
    """Whether one of several values is among those that were asked for."""
    asked = [one for one in where if one.field == path and one.operator in ("=", "in")]
    return all(
        value in one.value
        if isinstance(one.value, Sequence) and one.operator == "in"
        else value == one.value
        for one in asked
    )
