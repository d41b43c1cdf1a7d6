"""Calls of an OData service: keys of four kinds, a token against forgery, and what failures mean.

A request that was refused for its key or token has not begun (401, 403 with ``X-CSRF-Token:
Required``), so it alone is sent once more with a new one.
"""

import base64
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import requests

from config.schema import RestSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Outcome, Refusal, Trouble
from sync.erp.connectors.wire import (
    SAID_CHARACTERS_MAX,
    Answer,
    Hosts,
    Wire,
    nobody,
    packed,
    trouble,
)

_CSRF: Final = "X-CSRF-Token"
_REFUSED: Final = (400, 409, 422)
_FORM: Final = {"Content-Type": "application/x-www-form-urlencoded"}


class Calls:
    """One service, with its key."""

    def __init__(
        self, settings: RestSettings, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        self._settings = settings
        self._base = settings.url.rstrip("/")
        self._wire = Wire(self._base, self._authorize, timeout_s, hosts)
        self._tokens = Wire(settings.token_url, nobody, timeout_s, hosts)
        self._token = ""  # nosec B105 # none yet
        self._csrf = ""

    def get(self, path: str, query: Mapping[str, str] | None = None) -> Answer:
        """Read something; Refusal, Trouble."""
        return self._told("GET", path, None, {}, query)

    def metadata(self) -> bytes:
        """What the service holds, in XML; Refusal, Trouble."""
        return self._told("GET", "$metadata", None, {"Accept": "application/xml"}, None).body

    def send(
        self, verb: str, path: str, value: Any, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Make or change something; Refusal, Trouble."""
        if self._settings.csrf and not self._csrf:
            self._fetch()
        return self._told(verb, path, packed(value), headers or {}, None)

    def follow(self, link: str) -> Answer:
        """The next page, at the address that the service gave; Trouble where that is elsewhere."""
        absolute = link if urlsplit(link).scheme else f"{self._base}/{link.lstrip('/')}"
        if not absolute.startswith(f"{self._base}/"):
            problem = Problem("erp_answer", reason="its next page is at another address")
            raise Trouble(problem)
        return self.get(absolute.removeprefix(f"{self._base}/"))

    def _told(
        self,
        verb: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
    ) -> Answer:
        answer = self._once(verb, path, body, headers, query)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._settings.auth == "oauth":
            self._token = ""  # nosec B105 # the old one is over
            answer = self._once(verb, path, body, headers, query)
        elif _wants_token(answer):
            self._fetch()
            answer = self._once(verb, path, body, headers, query)
        if not answer.is_good:
            raise failure(answer)
        return answer

    def _once(
        self,
        verb: str,
        path: str,
        body: bytes | None,
        headers: Mapping[str, str],
        query: Mapping[str, str] | None,
    ) -> Answer:
        if self._settings.auth == "oauth" and not self._token:
            self._token = self._granted()
        csrf = {_CSRF: self._csrf} if body is not None and self._csrf else {}
        return self._wire.send(verb, path, body, {**headers, **csrf}, query)

    def _fetch(self) -> None:
        """A token against forgery, with the cookie that belongs to it (SAP Gateway)."""
        answer = self._once("GET", "", None, {_CSRF: "Fetch"}, None)
        if not answer.is_good:
            raise failure(answer)
        self._csrf = answer.headers.get(_CSRF.lower(), "")

    def _granted(self) -> str:
        """A token of the client (RFC 6749, 4.4)."""
        settings = self._settings
        form = {"grant_type": "client_credentials", "client_id": settings.user,
                "client_secret": settings.key, "scope": settings.scope}  # fmt: skip
        body = urlencode({name: value for name, value in form.items() if value}).encode()
        answer = self._tokens.send("POST", "", body, _FORM)
        if answer.status in (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED):
            raise Trouble(Problem("erp_key_refused", status=answer.status))
        if not answer.is_good:
            raise trouble(answer, "token address")
        told = answer.json()
        if not isinstance(told, dict) or not isinstance(told.get("access_token"), str):
            raise Trouble(Problem("erp_answer", reason="it sent no access token"))
        return str(told["access_token"])

    def _authorize(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        settings = self._settings
        if settings.auth == "basic":
            pair = base64.b64encode(f"{settings.user}:{settings.key}".encode()).decode()
            request.headers["Authorization"] = f"Basic {pair}"
        else:
            token = self._token if settings.auth == "oauth" else settings.key
            request.headers["Authorization"] = f"Bearer {token}"
        return request


def failure(answer: Answer) -> Exception:
    """What an answer that is not a good one means (OData 4.01 part 1, 9 and JSON format, 21.1)."""
    if answer.status in (HTTPStatus.PRECONDITION_FAILED, HTTPStatus.LOCKED):
        return Refusal(Outcome.CONFLICT, Problem("erp_moved_on"))
    message = _message(answer)
    if answer.status in _REFUSED:
        return Refusal(Outcome.NEEDS_PERSON, Problem("erp_rejected", message=message))
    if answer.status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refusal(Outcome.RETRY, Problem("erp_fault", reason=message[:SAID_CHARACTERS_MAX]))
    return trouble(answer, "such service, entity set or record")


def _wants_token(answer: Answer) -> bool:
    is_refused = answer.status == HTTPStatus.FORBIDDEN
    return is_refused and answer.headers.get(_CSRF.lower(), "").lower() == "required"


def _message(answer: Answer) -> str:
    said = answer.said()
    error = said.get("error") if isinstance(said, dict) else None
    told = error.get("message") if isinstance(error, dict) else None
    text = str(told.get("value") if isinstance(told, dict) else told or f"HTTP {answer.status}")
    return " ".join(text.split())[: 3 * SAID_CHARACTERS_MAX]
