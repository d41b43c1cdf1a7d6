"""Talking to Tryton's REST interface: calls, typed values, and what each failure means.

A request is sent once. Whether one without an answer was carried out is unknown, so nobody here
repeats it: the next round looks first.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from http import HTTPStatus
from typing import Any

from config.schema import TrytonSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal
from sync.erp.connectors.wire import SAID_CHARACTERS_MAX, Answer, Hosts, Wire, bearer, trouble

Domain = Sequence[object]
Values = Mapping[str, object]

_MOVED_ON = (409, 412, 423)
_CONTEXT = "X-Tryton-Context"


class Client:
    """One database of a Tryton server, with the key of a user application."""

    def __init__(
        self, settings: TrytonSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        base = f"{settings.url.rstrip('/')}/{settings.database}/rest/model"
        self._wire = Wire(base, bearer(settings.key), timeout_s, hosts)
        self._context: dict[str, object] = {}

    def use_company(self, company: int) -> None:
        """Work in the books of this company from now on: creations fail without one."""
        self._context = {"company": company}

    def within(self, context: Mapping[str, object]) -> "Client":
        """The same line, with these values around what is asked of all records."""
        other = copy(self)
        other.use_context(context)
        return other

    def use_context(self, context: Mapping[str, object]) -> None:
        """Put these values around what is asked of all records from now on."""
        self._context = {**self._context, **context}

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """A class method of a model. Refusal for what was asked, Trouble for the line."""
        return self._send("POST", f"{model}/{method}", arguments)

    def call_on_all(self, model: str, method: str, **arguments: object) -> Any:
        """The same, with inactive records among those it is about."""
        return self._send("POST", f"{model}/{method}", arguments, self._beyond_active())

    def find(self, model: str, domain: Domain, fields: Iterable[str]) -> list[dict[str, Any]]:
        """Every record of a domain, with fields (``lines.amount`` comes under ``lines.``)."""
        found: list[dict[str, Any]] = self.call(
            model, "search_read", domain=domain, fields_names=list(fields), order=[["id", "ASC"]]
        )
        return found

    def create(self, model: str, values: Sequence[Values]) -> list[int]:
        """New records, all or none; their ids in order."""
        made: list[int] = self.call(model, "create", vlist=list(values))
        return made

    def update(self, model: str, identity: int, values: Values) -> None:
        """Change one record, be it active or not: else Tryton does not find it."""
        self._send("PUT", f"{model}/{identity}", values, self._beyond_active())

    def press(self, model: str, identity: int, button: str) -> None:
        """Press a button of one record, such as ``confirm``."""
        self._send("POST", f"{model}/{identity}/{button}", {})

    def _beyond_active(self) -> dict[str, str]:
        return {_CONTEXT: _packed({**self._context, "active_test": False})}

    def _send(
        self, verb: str, path: str, values: Values, headers: Mapping[str, str] | None = None
    ) -> Any:
        context = {_CONTEXT: _packed(self._context)} if self._context else {}
        answer = self._wire.send(
            verb, path, json.dumps(values).encode(), {**context, **(headers or {})}
        )
        if answer.status == HTTPStatus.OK:
            return answer.json(_typed)
        raise _failure(answer)


def _packed(context: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(context).encode()).decode()


def _typed(value: dict[str, Any]) -> Any:
    """Tryton's typed values; instants and dates stay as they are, nobody here reads them."""
    return Decimal(value["decimal"]) if value.get("__class__") == "Decimal" else value


def _failure(answer: Answer) -> Exception:
    """What an answer that is not 200 means: against one entry, or against the whole line."""
    if answer.status == HTTPStatus.BAD_REQUEST:
        message = _message(answer)
        return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
    if answer.status in _MOVED_ON:
        return Refusal(Outcome.CONFLICT, Problem("erp_moved_on"))
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refusal(Outcome.RETRY, Problem("erp_fault", reason=_text(answer)))
    return trouble(answer)


def _message(answer: Answer) -> str:
    said = answer.said()
    if said is None:
        return _text(answer)
    parts = [said.get("message"), said.get("description")] if isinstance(said, dict) else [said]
    return " ".join(str(part) for part in parts if part)[: 3 * SAID_CHARACTERS_MAX]


def _text(answer: Answer) -> str:
    """What an HTML error page says, in one line."""
    body = answer.text.rsplit("<p>", 1)[-1].removesuffix("\n").removesuffix("</p>")
    return " ".join(body.split())[:SAID_CHARACTERS_MAX] or f"HTTP {answer.status}"
