"""The line to an Odoo: records by domain, creations that can be repeated, and steps.

Odoo forgets what it does not know: an unknown field in a creation is dropped without a word (seen
in 11). So every field is looked for in ``fields_get`` first, by the name it has in that version.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from config.schema import OdooSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble
from sync.erp.connectors.odoo import doors, faults
from sync.erp.connectors.odoo.external import External
from sync.erp.connectors.odoo.models import EXTERNAL
from sync.erp.connectors.odoo.there import There
from sync.erp.connectors.wire import Hosts
from sync.erp.line import Known, Row, Values, Where

SEVERAL_SINCE: Final = 12  # version from which create() takes a list


class Client:
    """One database of an Odoo, with the API key of a user."""

    def __init__(
        self, settings: OdooSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        self._settings = settings
        self._timeout_s = timeout_s
        self._hosts = hosts
        self._open: There | None = None

    def answers(self) -> str:
        """Version, company and currency."""
        there = self._there()
        told = there.door.call("res.users", "context_get", None)
        rows = there.asking.find(
            "res.users", [Where("id", "=", str(told.get("uid")))], ["company_id"]
        )
        company = str(self._settings.company or (rows[0]["company_id"] if rows else ""))
        (row,) = there.asking.find(
            "res.company", [Where("id", "=", company)], ["name", "currency_id.name"]
        ) or [{"name": "", "currency_id.name": ""}]
        if not row["name"]:
            raise Trouble(Problem("erp_not_there", what="company that the key's user works in"))
        return f"Odoo {there.version}, {row['name']} ({row['currency_id.name']})"

    def within(self, context: str, ids: Sequence[str]) -> "Client":
        """The same line, with these records of theirs under ``context`` around every question."""
        inner = Client(self._settings, self._timeout_s, self._hosts)
        inner._open = self._there().within({context: [int(id) for id in ids]})
        return inner

    def describe(self, model: str) -> Mapping[str, Known] | None:
        """See Line. Fields that have another name in this version are there under both."""
        known = self._there().models.get(model)
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
        return self._there().asking.find(model, where, fields, order=order, limit=limit)

    def create(self, model: str, values: Sequence[Values]) -> list[str]:
        """See Line. Records with an external id are there once however often this is asked."""
        there = self._there()
        if values and EXTERNAL in values[0]:
            return External(there).create(model, values)
        if len(values) > 1 and doors.major(there.version) < SEVERAL_SINCE:
            # Nothing is sent: whoever asked tries with fewer.
            raise faults.rejected(f"Odoo {there.version} creates one record at a time.")
        sent = [there.written(model, each) for each in values]
        made = there.door.call(
            model, "create", None, vals_list=_some(sent, there.version), context=there.context
        )
        return [str(one) for one in (made if isinstance(made, list) else [made])]

    def update(self, model: str, id: str, values: Values) -> None:
        """See Line."""
        there = self._there()
        there.door.call(
            model, "write", [int(id)], vals=there.written(model, values), context=there.context
        )

    def press(self, model: str, id: str, action: str) -> None:
        """See Line. A step that opens a dialogue was not taken: a person is asked."""
        there = self._there()
        context = {**there.context, "disable_cancel_warning": True}
        told = there.call(model, action, [int(id)], context=context)
        if isinstance(told, dict) and told.get("target") == "new":
            question = str(told.get("name") or told.get("res_model") or action)
            raise faults.rejected(f"Odoo asks before {action}: {question}")

    def call(self, model: str, method: str, ids: Sequence[int] | None, **arguments: Any) -> Any:
        """Any method of a model, for what is set up once."""
        return self._there().call(model, method, ids, **arguments)

    def _there(self) -> There:
        if self._open is None:
            self._open = There(self._settings, self._timeout_s, self._hosts)
        return self._open


def _some(sent: list[dict[str, Any]], version: str) -> Any:
    return sent if doors.major(version) >= SEVERAL_SINCE else sent[0]
