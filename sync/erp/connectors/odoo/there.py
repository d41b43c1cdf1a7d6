"""An Odoo that answered: its door, version, models and the context of every call."""

from collections.abc import Mapping, Sequence
from copy import copy
from typing import Any

from config.schema import OdooSettings
from sync.erp.connectors.described import no_model
from sync.erp.connectors.odoo import doors, values
from sync.erp.connectors.odoo.asking import Asking
from sync.erp.connectors.odoo.faults import ModelUnknown
from sync.erp.connectors.odoo.models import Models
from sync.erp.connectors.wire import Hosts
from sync.erp.line import Elements, Values


class There:
    """An Odoo whose version is known."""

    def __init__(self, settings: OdooSettings, timeout_s: float, hosts: Hosts | None) -> None:
        self.door, self.version = doors.opened(settings, timeout_s, hosts)
        company = {"allowed_company_ids": [settings.company]} if settings.company else {}
        # Texts without a zone are read in the zone of the context: without one, in the user's.
        self.context: dict[str, Any] = {"tz": "UTC", **company}
        self.models = Models(self.door, self.context)
        self.asking = Asking(self.door, self.models, self.context)

    def within(self, context: Mapping[str, Any]) -> "There":
        """The same with more in the context of every call."""
        inner = copy(self)
        inner.context = {**self.context, **context}
        inner.asking = Asking(self.door, self.models, inner.context)
        return inner

    def call(self, model: str, method: str, ids: Sequence[int] | None, **arguments: Any) -> Any:
        """A method; Trouble where there is no such model or method."""
        try:
            return self.door.call(model, method, ids, **arguments)
        except ModelUnknown as error:
            raise no_model(f"model {model} with a method {method}") from error

    def written(self, model: str, given: Values) -> dict[str, Any]:
        """Values as Odoo takes them, each field by the name it has there; Refusal."""
        mine = self.models.model(model)
        told: dict[str, Any] = {}
        for name, value in given.items():
            type = self.models.field(model, name).type
            if isinstance(value, Elements):
                below = self.models.model(value.model)
                inner = tuple(self._named(value.model, each) for each in value.values)
                fields = {below.name(one): known for one, known in below.fields.items()}
                told[mine.name(name)] = values.written(Elements(value.model, inner), type, fields)
            else:
                told[mine.name(name)] = values.written(value, type, {})
        return told

    def _named(self, model: str, given: Values) -> Values:
        """Values under the names that fields have there; Refusal where there is none."""
        for name in given:
            self.models.field(model, name)
        known = self.models.model(model)
        kept = {name: value for name, value in given.items() if name not in known.gone}
        return {known.name(name): value for name, value in kept.items()}
