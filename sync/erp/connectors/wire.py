"""HTTP as every connector speaks it: one request, sent once, to where the settings say.

No redirects, no retries, no proxy and no password file of the machine have a say here: a request
that was repeated or led elsewhere is how things come about twice, or a key in the wrong hands.
"""

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec
import requests
from urllib3.exceptions import NewConnectionError

from config.schema import ErpSettings
from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble

ANSWER_BYTES_MAX: Final = 32 * 1024 * 1024
RETRY_AFTER_S_MAX: Final = 86_400
SAID_CHARACTERS_MAX: Final = 300
_PART_BYTES: Final = 65_536
_BUSY = (408, 429, 502, 503, 504)
_NOT_BEGUN = (401, 403, 404, 408, 429, 503)  # whoever answers so has not begun with the request
_REASONS = {
    requests.exceptions.SSLError: "its certificate is not trusted here",
    requests.exceptions.ConnectTimeout: "nothing answers at its address",
    requests.exceptions.ChunkedEncodingError: "the connection broke off",
    requests.exceptions.ConnectionError: "the connection was refused or broken off",
}
_JSON = msgspec.json.Encoder(decimal_format="number")
Authorize = Callable[[requests.PreparedRequest], requests.PreparedRequest]


@dataclass(frozen=True, slots=True)
class Hosts:
    """Which hosts a connector may talk to, and how it knows them.

    ``allowed``: these and no others, or any where it is empty. Outside this machine everything goes
    over TLS, but for the hosts in ``plain``. ``ca_file`` holds the certificates of a house's own
    authority, in place of the public ones.
    """

    allowed: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    ca_file: str = ""

    def against(self, url: str) -> str:
        """What stands against asking there; empty where nothing does."""
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
        if self.allowed and host not in self.allowed:
            return f"{host} is not among erp.hosts"
        is_near = host in self.plain or _is_loopback(host)
        if parts.scheme != "https" and not (parts.scheme == "http" and is_near):
            return f"{host} is to be asked over https, or to be named in erp.plain_hosts"
        return ""


def reach(settings: ErpSettings) -> Hosts:
    """The hosts that the settings of the ERP side allow."""
    allowed, plain = (tuple(map(str.lower, one)) for one in (settings.hosts, settings.plain_hosts))
    return Hosts(allowed, plain, settings.ca_file)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, whole. ``headers`` by names in small letters."""

    status: int
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_good(self) -> bool:
        """Whether the request was carried out."""
        return HTTPStatus.OK <= self.status < HTTPStatus.MULTIPLE_CHOICES

    def json(self, typed: Callable[[dict[str, Any]], Any] | None = None) -> Any:
        """The value of a good answer, fractions as Decimal; Trouble where it is no JSON.

        A sign-in page of the network, which answers 200 as well, is no good answer.
        """
        try:
            return json.loads(self.body, object_hook=typed, parse_float=Decimal)
        except (ValueError, RecursionError) as error:
            kind = self.headers.get("content-type", "no content type")
            problem = Problem("erp_answer", reason=f"it sent {kind[:60]}")
            raise Trouble(problem, is_unsure=True) from error

    def said(self) -> Any:
        """The value of an answer that is not a good one; None where it is no JSON."""
        try:
            return json.loads(self.body, parse_float=Decimal)
        except (ValueError, RecursionError):
            return None

    @property
    def text(self) -> str:
        """The answer as text, for people."""
        return self.body.decode("utf-8", "replace")

    @property
    def retry_after_s(self) -> int | None:
        """How long whoever answered asks to be left alone; None where nothing was said."""
        told = self.headers.get("retry-after", "").strip()
        if told.isdecimal():
            return min(int(told), RETRY_AFTER_S_MAX)
        until, now = _instant(told), _instant(self.headers.get("date", ""))
        if until is None or now is None:
            return None
        return max(0, min(int((until - now).total_seconds()), RETRY_AFTER_S_MAX))


class Wire:
    """The way to one ERP. ``authorize`` puts the key on each request."""

    def __init__(
        self, base: str, authorize: Authorize, timeout_s: float, hosts: Hosts | None = None
    ) -> None:
        hosts = hosts or Hosts()
        self._base = base.rstrip("/")
        self._timeout_s = timeout_s
        self._against = hosts.against(self._base)
        self._session = requests.Session()
        self._session.trust_env = False  # neither proxies nor ~/.netrc nor anything else
        self._session.verify = hosts.ca_file or True
        self._session.auth = authorize

    def send(
        self,
        verb: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str] | None = None,
    ) -> Answer:
        """Ask once. Trouble where no answer came, whole and of a size that can be an ERP's."""
        if self._against:
            raise Trouble(Problem("erp_address_refused", reason=self._against))
        typed = {} if body is None else {"Content-Type": "application/json"}
        try:
            with self._session.request(
                verb,
                f"{self._base}/{path.lstrip('/')}" if path else self._base,
                params=query,
                data=body,
                headers={"Accept": "application/json", **typed, **(headers or {})},
                timeout=self._timeout_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                named = {name.lower(): value for name, value in answer.headers.items()}
                return Answer(answer.status_code, _whole(answer), named)
        except requests.exceptions.RequestException as error:
            raise Trouble(_no_answer(error), is_unsure=not _never_left(error)) from error


def bearer(key: str, scheme: str = "Bearer") -> Authorize:
    """Show a key with each request, as a hook: a header would give way to what ~/.netrc says."""

    def authorize(request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"{scheme} {key}"
        return request

    return authorize


def nobody(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Show nothing: the key is in what is said."""
    return request


def packed(value: object) -> bytes:
    """A value as JSON; a Decimal is a number there, to its last digit."""
    return _JSON.encode(value)


def trouble(answer: Answer, what: str = "such database or model") -> Trouble:
    """What an answer says of the line itself. ``what`` may be missing where it says 404."""
    status = answer.status
    is_unsure = status not in _NOT_BEGUN
    problem = _line_problem(status, what)
    return Trouble(problem, is_unsure=is_unsure, retry_after_s=answer.retry_after_s or 0)


def _line_problem(status: int, what: str) -> Problem:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return Problem("erp_key_refused", status=status)
    if status == HTTPStatus.NOT_FOUND:
        return Problem("erp_not_there", what=what)
    if status in _BUSY:
        return Problem("erp_busy", status=status)
    return Problem("erp_answer", reason=f"it answered with HTTP {status}")


def _whole(answer: requests.Response) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_content(_PART_BYTES):
        size += len(part)
        if size > ANSWER_BYTES_MAX:
            reason = f"it sent more than {ANSWER_BYTES_MAX} bytes"
            raise Trouble(Problem("erp_answer", reason=reason), is_unsure=True)
        parts.append(part)
    return b"".join(parts)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _instant(told: str) -> datetime | None:
    try:
        read = parsedate_to_datetime(told)
    except ValueError:
        return None
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def _never_left(error: requests.exceptions.RequestException) -> bool:
    """Whether no connection came about: then nobody can have carried out anything."""
    if isinstance(error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(getattr(cause, "reason", None), NewConnectionError)


def _no_answer(error: requests.exceptions.RequestException) -> Problem:
    cause = error.args[0] if error.args else None
    if isinstance(error, requests.exceptions.ReadTimeout) or "Read timed out" in str(cause):
        return Problem("erp_silent")
    for kind, reason in _REASONS.items():
        if isinstance(error, kind):
            return Problem("erp_unreachable", reason=reason)
    return Problem("erp_unreachable", reason=type(error).__name__)
