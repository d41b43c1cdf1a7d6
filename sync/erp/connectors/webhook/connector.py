"""Any HTTP endpoint as a connector: one signed event for each entry, at least once.

There is nothing to look up there, so an entry without an answer is sent again. Its id is the same
every time, and whoever receives it tells by that.
"""

from collections.abc import Iterator, Sequence
from http import HTTPStatus

import requests
from urllib3.exceptions import NewConnectionError

from config.schema import WebhookSettings
from gateway.facts.types import DATA_TYPES
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from sync.erp.connector import Entry, Outcome, Refusal, Trouble
from sync.erp.connectors.webhook import event, reach
from sync.erp.connectors.webhook.retrying import retry_after_s
from sync.erp.receipt import Receipt, Status

ANSWER_BYTES_MAX = 4096
ANSWER_CHARACTERS_MAX = 300
_LATER = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS)
_KEY = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Webhook:
    """Posts entries to an endpoint. ``source`` is what the gateway calls itself there."""

    name = "webhook"

    def __init__(
        self, settings: WebhookSettings, source: str, timeout_s: float, clock: Clock
    ) -> None:
        self.takes: tuple[str, ...] = settings.takes or (*KINDS, *sorted(DATA_TYPES))
        self._settings = settings
        self._source = source
        self._timeout_s = timeout_s
        self._clock = clock
        self._is_gone = False
        self._session = reach.session(private=settings.private_addresses)

    def probe(self) -> str:
        """Where it goes; Trouble when nothing answers there.

        Asks with OPTIONS, as CloudEvents' HTTP Webhooks 1.0.2 (4.1) do: nothing happens by that.
        """
        answer = self._ask("OPTIONS", b"", {"webhook-request-origin": self._source})
        if answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
            # Who does not know the method may say so with 501, and answers all the same.
            if answer.status_code != HTTPStatus.NOT_IMPLEMENTED:
                raise _later(answer, self._now_s())
        elif answer.status_code in (*_LATER, HTTPStatus.GONE):
            self._status(answer)
        return f"Webhook, {self._settings.url}"

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry: records first, for facts name them."""
        for entry in sorted(entries, key=lambda entry: not entry.kind):
            try:
                yield Receipt(entry.seq, self._post(entry))
            except Refusal as refusal:
                yield refusal.receipt(entry.seq)

    def tidy(self) -> None:
        """Nothing is left over at an endpoint."""

    def _post(self, entry: Entry) -> Status:
        payload = event.body(entry, self._source)
        try:
            key = event.key_of(self._settings.secret)
        except ValueError as error:
            raise Trouble(Problem("webhook_secret")) from error
        return self._status(
            self._ask("POST", payload, event.headers(key, entry.id, self._now_s(), payload))
        )

    def _ask(self, verb: str, payload: bytes, headers: object) -> requests.Response:
        if self._is_gone:
            raise Trouble(Problem("webhook_gone"))
        try:
            reach.check(self._settings.url, self._settings.hosts)
            with self._session.request(
                verb,
                self._settings.url,
                data=payload,
                headers=headers,  # type: ignore[arg-type]
                timeout=self._timeout_s,
                allow_redirects=False,
                stream=True,
            ) as answer:
                # What it says is read for a person, and no more of it than one reads.
                answer._content = answer.raw.read(ANSWER_BYTES_MAX, decode_content=True)  # noqa: SLF001
                return answer
        except reach.ForbiddenError as error:
            raise Trouble(Problem("webhook_forbidden", place=error.place)) from error
        except requests.exceptions.RequestException as error:
            raise _no_answer(error) from error

    def _status(self, answer: requests.Response) -> Status:
        status = answer.status_code
        if status // 100 == HTTPStatus.OK // 100:
            return "accepted"
        if status == HTTPStatus.CONFLICT:
            return "duplicate"
        raise self._failure(answer)

    def _failure(self, answer: requests.Response) -> Exception:
        status = answer.status_code
        if status == HTTPStatus.GONE:
            # Whoever says so is asked no more; a new address takes a new start anyway.
            self._is_gone = True
            return Trouble(Problem("webhook_gone"))
        if status in _KEY:
            return Trouble(Problem("erp_key_refused", status=status))
        if status == HTTPStatus.NOT_FOUND:
            return Trouble(Problem("erp_not_there", what="such address"))
        if status in _LATER or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return _later(answer, self._now_s())
        if status < HTTPStatus.BAD_REQUEST:
            return Trouble(Problem("erp_answer", reason=f"it points elsewhere with HTTP {status}"))
        problem = Problem("erp_rejected", message=_said(answer))
        return Refusal(Outcome.NEEDS_PERSON, problem)

    def _now_s(self) -> int:
        return self._clock.now_ms() // 1000


def _later(answer: requests.Response, now_s: int) -> Trouble:
    asked = retry_after_s(answer.headers.get("Retry-After", ""), now_s)
    return Trouble(Problem("erp_busy", status=answer.status_code), retry_after_s=asked)


def _no_answer(error: requests.exceptions.RequestException) -> Trouble:
    if isinstance(error, requests.exceptions.ReadTimeout):
        return Trouble(Problem("erp_silent"), is_unsure=True)
    cause = error.args[0] if error.args else None
    begun = not isinstance(
        error, (requests.exceptions.ConnectTimeout, requests.exceptions.SSLError)
    ) and not isinstance(getattr(cause, "reason", None), NewConnectionError)
    reason = "its certificate is not trusted here"
    if not isinstance(error, requests.exceptions.SSLError):
        reason = "the connection broke off" if begun else "nothing answers at its address"
    return Trouble(Problem("erp_unreachable", reason=reason), is_unsure=begun)


def _said(answer: requests.Response) -> str:
    """What an endpoint says of a refusal, in one line."""
    text = " ".join(answer.content.decode("utf-8", "replace").split())
    printable = "".join(letter for letter in text if letter.isprintable())
    return f"HTTP {answer.status_code}. {printable[:ANSWER_CHARACTERS_MAX]}".rstrip()
