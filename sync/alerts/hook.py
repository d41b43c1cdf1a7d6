"""Any HTTP endpoint as a way to tell people: one signed event for each alert."""

from collections.abc import Sequence
from http import HTTPStatus

import requests

from config.schema import AlertSettings
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from sync.alerts import letter
from sync.alerts.standing import Notice
from sync.erp.connectors.webhook import event, reach

# Somebody may wait for a test of both ways at the console.
TIMEOUT_S = 8.0


class Hook:
    """The endpoint that the settings name."""

    name = "webhook"

    def __init__(self, settings: AlertSettings, prefix: str, clock: Clock) -> None:
        self._settings = settings
        self._source = f"urn:waystation:{prefix}"
        self._clock = clock
        self._session = reach.session(private=settings.webhook_private)

    def tell(self, notices: Sequence[Notice], shop: str) -> None:  # noqa: ARG002 (as every way)
        """Post each; Problem alert_hook_secret, alert_hook_forbidden or alert_hook_failed. One that
        was taken may come again under its own id.
        """
        try:
            key = event.key_of(self._settings.webhook_secret)
        except ValueError as error:
            raise Problem("alert_hook_secret") from error
        for notice in notices:
            self._post(key, notice)

    def _post(self, key: bytes, notice: Notice) -> None:
        payload = letter.event(notice, self._settings.language, self._source)
        now_s = self._clock.now_ms() // 1000
        try:
            with self._session.post(
                self._settings.webhook_url,
                data=payload,
                headers=event.headers(key, notice.id, now_s, payload),
                timeout=TIMEOUT_S,
                allow_redirects=False,
                stream=True,
            ) as answer:
                status = answer.status_code
        except reach.ForbiddenError as error:
            raise Problem("alert_hook_forbidden", place=error.place) from error
        except requests.exceptions.RequestException as error:
            secure = not isinstance(error, requests.exceptions.SSLError)
            reason = "nothing answers at its address"
            raise _failed(reason if secure else "its certificate is not trusted here") from error
        # Who has it already is told so by the id.
        if status // 100 != HTTPStatus.OK // 100 and status != HTTPStatus.CONFLICT:
            raise _failed(f"it answered with HTTP {status}")


def _failed(reason: str) -> Problem:
    return Problem("alert_hook_failed", reason=reason)
