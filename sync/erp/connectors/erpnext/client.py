"""The line to an ERPNext: documents by our id, changes of what was seen, and submissions."""

from collections.abc import Mapping, Sequence
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from config.schema import ErpNextSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.erpnext import values
from sync.erp.connectors.erpnext.asking import Asking, path
from sync.erp.connectors.erpnext.calls import Calls
from sync.erp.connectors.erpnext.faults import Missing, Taken
from sync.erp.connectors.erpnext.models import ENABLED, ID, LINKED, LISTED, OWNER, Model, Models
from sync.erp.connectors.wire import Hosts
from sync.erp.line import Elements, Known, Link, Links, Row, Values, Where

AT_ONCE_MAX: Final = 200  # frappe/client.py, insert_many


class Client:
    """One site, with the key of a user."""

    def __init__(
        self, settings: ErpNextSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        self._calls = Calls(settings, timeout_s, hosts)
        self._models = Models(self._calls)
        self._known: Asking | None = None

    def answers(self) -> str:
        """Version, user and time zone."""
        versions = self._calls.get("method/frappe.utils.change_log.get_versions").get("message", {})
        told = versions.get("erpnext") or versions.get("frappe") or {}
        user = self._calls.get("method/frappe.auth.get_logged_user").get("message", "")
        return f"ERPNext {told.get('version', '')}, {user} ({self._zone().key})"

    def describe(self, model: str) -> Mapping[str, Known] | None:
        """See Line. With the fields that only we know."""
        known = self._models.get(model)
        return None if known is None else known.fields

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
        return self._asking.find(model, where, fields, order=order, limit=limit)

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        """See Line. Documents with our id that are there already are taken as they are."""
        known = self._models.model(model)
        ids = self._insert(model, known, [self._document(model, known, each) for each in values])
        below: dict[str, list[dict[str, Any]]] = {}
        for each, identity in zip(values, ids, strict=True):
            for name, value in each.items():
                if name in known.own and isinstance(value, Elements):
                    made = self._linked(model, identity, name, value, str(each.get(ID, identity)))
                    below.setdefault(value.model, []).extend(made)
        for of, documents in below.items():
            self._insert(of, self._models.model(of), documents)
        return ids

    def update(self, model: str, id: str, values: Values) -> None:
        """See Line. Refusal (conflict) where somebody changed it since it was last read here."""
        known = self._models.model(model)
        plain = {name: one for name, one in values.items() if not _is_linked(known, name)}
        if plain:
            self._change(model, id, known, plain)
        for name, value in values.items():
            if _is_linked(known, name) and isinstance(value, Elements):
                documents = self._linked(model, id, name, value, "")
                self._insert(value.model, self._models.model(value.model), documents)

    def press(self, model: str, id: str, action: str) -> None:
        """See Line: ``submit`` and ``cancel``, or a method of the document."""
        try:
            self._calls.post(f"resource/{path(model, id)}?run_method={action}")
        except Missing as error:
            raise Refusal(Outcome.CONFLICT, Problem("erp_moved_on")) from error

    def add_field(self, model: str, name: str, label: str) -> bool:
        """A text of our own on a document type, unique and not copied; False if it is there."""
        known = self._models.model(model)
        if name in known.fields:
            return False
        self._calls.post(
            "resource/Custom%20Field",
            dt=model, fieldname=name, label=label, fieldtype="Data", unique=1, no_copy=1,
            read_only=1, insert_after="",
        )  # fmt: skip
        self._models.forget()
        return True

    def _change(self, model: str, id: str, known: Model, given: Values) -> None:
        sent = self._document(model, known, given)
        if any(isinstance(value, Elements) for value in given.values()):
            stored = self._asking.whole(model, id)
            lists = [name for name, one in given.items() if isinstance(one, Elements)]
            sent |= {name: [*stored.get(name, ()), *sent[name]] for name in lists}
        if seen := self._asking.seen.get((model, id)):
            sent["modified"] = seen
        try:
            told = self._calls.put(f"resource/{path(model, id)}", **sent)
        except Missing as error:
            raise Refusal(Outcome.CONFLICT, Problem("erp_moved_on")) from error
        self._asking.remember(model, told.get("data") or {})

    def _insert(self, model: str, known: Model, documents: list[dict[str, Any]]) -> list[str]:
        """New documents, all or none in each call; those whose id is taken are looked up."""
        made: list[str] = []
        for start in range(0, len(documents), AT_ONCE_MAX):
            some = documents[start : start + AT_ONCE_MAX]
            try:
                made += self._inserted(model, some)
            except Taken:
                there = self._there(model, known, some)
                if not there:
                    raise
                fresh = [one for one in some if one.get(ID) not in there]
                ids = iter(self._inserted(model, fresh) if fresh else ())
                made += [there.get(str(one.get(ID))) or next(ids) for one in some]
        return made

    def _inserted(self, model: str, documents: list[dict[str, Any]]) -> list[str]:
        docs = [{"doctype": model, **one} for one in documents]
        try:
            told = self._calls.post("method/frappe.client.insert_many", docs=docs)
        except Missing as error:
            # What is not there is something that a document links to.
            problem = Problem("erp_rejected", message=str(error))
            raise Refusal(Outcome.NEEDS_PERSON, problem) from error
        return [str(one) for one in told.get("message") or ()]

    def _there(self, model: str, known: Model, documents: list[dict[str, Any]]) -> dict[str, str]:
        ids = [str(one[ID]) for one in documents if one.get(ID)] if known.has_id else []
        rows = self.find(model, [Where(ID, "in", ids)], [ID]) if ids else []
        return {str(row[ID]): str(row["id"]) for row in rows}

    def _linked(
        self, model: str, id: str, name: str, elements: Elements, mark: str
    ) -> list[dict[str, Any]]:
        """Documents that belong to another one. With a ``mark`` each has an id made from it."""
        known = self._models.model(elements.model)
        made = []
        for place, each in enumerate(elements.values, 1):
            document = self._document(elements.model, known, each)
            document["links"] = [{"link_doctype": model, "link_name": id}]
            if mark and known.has_id:
                document[ID] = f"{mark}/{name}/{place}"
            made.append(document)
        return made

    def _document(self, model: str, known: Model, given: Values) -> dict[str, Any]:
        """Values as Frappe takes them; Refusal for a field that is not there."""
        told: dict[str, Any] = {}
        for name, value in given.items():
            one = self._models.field(model, name)
            if name in known.own:
                told |= self._own(known, name, value)
            elif isinstance(value, Elements):
                inner = self._models.model(value.model)
                told[name] = [self._document(value.model, inner, each) for each in value.values]
            elif isinstance(value, Links):
                raise Refusal(
                    Outcome.RETRY, Problem("erp_fault", reason=f"{model}.{name} takes one value")
                )
            else:
                told[name] = values.written(value, one.type, self._zone())
        return told

    def _own(self, known: Model, name: str, value: object) -> dict[str, Any]:
        if name in LISTED:
            one = LISTED[name]
            return {one.table: [{one.column: value, one.mark: 1}] if value else []}
        if name == ENABLED:
            return {"disabled": int(not value)} if "disabled" in known.fields else _kept(value)
        if name == OWNER and isinstance(value, Link):
            return {"links": [{"link_doctype": value.model, "link_name": value.id}]}
        return {}

    @property
    def _asking(self) -> Asking:
        if self._known is None:
            self._known = Asking(self._calls, self._models, self._zone())
        return self._known

    def _zone(self) -> ZoneInfo:
        """The zone that the site keeps its instants in."""
        if self._known is not None:
            return self._known.zone
        told = self._calls.get("method/frappe.client.get_time_zone").get("message") or {}
        name = str(told.get("time_zone") or "")
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError) as error:
            what = "time zone in the System Settings"
            raise Trouble(Problem("erp_not_there", what=what)) from error


def _is_linked(known: Model, name: str) -> bool:
    return name in LINKED and name in known.own


def _kept(value: object) -> dict[str, Any]:
    """A contact that is out of use links to nobody any more."""
    return {} if value else {"links": []}
