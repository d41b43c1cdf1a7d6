"""Talking to Tryton's REST interface: calls, typed values, and what each failure means.

A request is sent once. Whether one without an answer was carried out is unknown, so nobody here
repeats it: the next round looks first.
"""

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import requests
from urllib3.exceptions import NewConnectionError

from config.schema import TrytonSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble

ANSWER_CHARACTERS_MAX = 300
Domain = Sequence[object]
Values = Mapping[str, object]

_BUSY = (408, 429, 502, 503, 504)
_NOT_BEGUN = (401, 403, 404, 408, 429, 503)  # whoever answers so has not begun with the request
_MOVED_ON = (409, 412, 423)
_REASONS = {
    requests.exceptions.SSLError: "its certificate is not trusted here",
    requests.exceptions.ConnectTimeout: "nothing answers at its address",
    requests.exceptions.ConnectionError: "the connection was refused or broken off",
}


_CONTEXT = "X-Tryton-Context"


class Client:
    """One database of a Tryton server, with the key of a user application."""

    def __init__(self, settings: TrytonSettings, timeout_s: float) -> None:
        self._base = f"{settings.url.rstrip('/')}/{settings.database}/rest/model"
        self._timeout_s = timeout_s
        self._session = requests.Session()
        # As an auth hook and not a header: requests would replace a header by what ~/.netrc says.
        self._session.auth = _Bearer(settings.key)
        self._context: dict[str, object] = {}

    def use_company(self, company: int) -> None:
        """Work in the books of this company from now on: creations fail without one."""
        self._context = {"company": company}
        self._session.headers[_CONTEXT] = _packed(self._context)

    def call(self, model: str, method: str, **arguments: object) -> Any:
        """A class method of a model. Refusal for what was asked, Trouble for the line."""
        return self._send("POST", f"{model}/{method}", arguments)

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
        context = _packed({**self._context, "active_test": False})
        self._send("PUT", f"{model}/{identity}", values, {_CONTEXT: context})

    def press(self, model: str, identity: int, button: str) -> None:
        """Press a button of one record, such as ``confirm``."""
        self._send("POST", f"{model}/{identity}/{button}", {})

    def _send(
        self, verb: str, path: str, values: Values, headers: Mapping[str, str] | None = None
    ) -> Any:
        try:
            answer = self._session.request(
                verb,
                f"{self._base}/{path}",
                data=json.dumps(values).encode(),
                headers={"Content-Type": "application/json", **(headers or {})},
                timeout=self._timeout_s,
                allow_redirects=False,
            )
        except requests.exceptions.RequestException as error:
            raise Trouble(_no_answer(error), is_unsure=not _never_left(error)) from error
        if answer.status_code == HTTPStatus.OK:
            return _decode(answer)
        raise _failure(answer)


def _packed(context: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(context).encode()).decode()


class _Bearer(requests.auth.AuthBase):
    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


def _decode(answer: requests.Response) -> Any:
    """The value of a good answer. A sign-in page of the network is no good answer."""
    try:
        return json.loads(answer.content, object_hook=_typed, parse_float=Decimal)
    except ValueError as error:
        kind = answer.headers.get("Content-Type", "no content type")
        problem = Problem("erp_answer", reason=f"it sent {kind[:60]}")
        raise Trouble(problem, is_unsure=True) from error


def _typed(value: dict[str, Any]) -> Any:
    """Tryton's typed values; instants and dates stay as they are, nobody here reads them."""
    return Decimal(value["decimal"]) if value.get("__class__") == "Decimal" else value


def _failure(answer: requests.Response) -> Exception:
    """What an answer that is not 200 means: against one entry, or against the whole line."""
    status = answer.status_code
    if status == HTTPStatus.BAD_REQUEST:
        message = _message(answer)
        return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
    if status in _MOVED_ON:
        return Refusal(Outcome.CONFLICT, Problem("erp_moved_on"))
    if status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refusal(Outcome.RETRY, Problem("erp_fault", reason=_text(answer)))
    return Trouble(_line_problem(status), is_unsure=status not in _NOT_BEGUN)


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether no connection came about: then nobody can have carried out anything."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _no_answer(error: requests.exceptions.RequestException) -> Problem:
    if isinstance(error, requests.exceptions.ReadTimeout):
        return Problem("erp_silent")
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return Problem("erp_unreachable", reason=reason)
    return Problem("erp_unreachable", reason=type(error).__name__)


def _line_problem(status: int) -> Problem:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Problem("erp_key_refused", status=status)
    if status == HTTPStatus.NOT_FOUND:
        return Problem("erp_not_there", what="such database or model")
    if status in _BUSY:
        return Problem("erp_busy", status=status)
    return Problem("erp_answer", reason=f"it answered with HTTP {status}")


def _message(answer: requests.Response) -> str:
    try:
        said = json.loads(answer.content)
    except ValueError:
        return _text(answer)
    parts = [said.get("message"), said.get("description")] if isinstance(said, dict) else [said]
    return " ".join(str(part) for part in parts if part)[: 3 * ANSWER_CHARACTERS_MAX]


def _text(answer: requests.Response) -> str:
    """What an HTML error page says, in one line."""
    body = answer.text.rsplit("<p>", 1)[-1].removesuffix("\n").removesuffix("</p>")
    return " ".join(body.split())[:ANSWER_CHARACTERS_MAX] or f"HTTP {answer.status_code}"
