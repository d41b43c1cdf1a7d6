"""The key from the ERP, or from whoever else keeps an eye on the shop's gateways: released at every
start, kept in memory, refused once the box is told to be stolen. The protocol is in docs/keys.md.
"""

import http.client
import ssl
from http import HTTPStatus
from typing import Annotated, Final
from urllib.parse import urlsplit

import msgspec
from msgspec import Meta

from gateway.kernel.ids import random_bytes
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import derived, signature
from gateway.keys.provider import Cost, Provider

FORMAT: Final = "waystation-release-1"
SIGNATURE: Final = "Waystation-Signature"
WAIT_S = 10.0
ANSWER_BYTES_MAX = 4_096


class Asked(msgspec.Struct):
    """The body of the request; ``once`` is random, so that no two requests are signed alike."""

    format: str
    gateway: str
    once: str


class Released(msgspec.Struct):
    """The body of the answer: 32 bytes in hexadecimal, the same at every start."""

    key: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]


class ByErp(Provider):
    """An address that is asked as a gateway of some name; ``ca`` is a PEM file, or empty."""

    def __init__(self, url: str, ca: str, gateway: str, secret: str) -> None:
        self._url, self._ca = urlsplit(url), ca
        self._gateway, self._secret = gateway, secret

    def key(self, salt: bytes, cost: Cost) -> bytes:  # noqa: ARG002
        """Problem keys_erp_unreachable, keys_erp_refused or keys_erp_answer."""
        if not (self._url.hostname and self._gateway and self._secret):
            raise Problem("keys_erp_unset")
        status, raw = self._asked()
        if status == HTTPStatus.FORBIDDEN:
            raise Problem("keys_erp_refused", host=self._url.hostname)
        if status != HTTPStatus.OK:
            raise self._unreachable(f"it answered with HTTP {status}")
        try:
            released = msgspec.json.decode(raw, type=Released)
        except msgspec.DecodeError as error:
            raise Problem("keys_erp_answer", host=self._url.hostname) from error
        return derived(bytes.fromhex(released.key), salt)

    def _asked(self) -> tuple[int, bytes]:
        """Status and body; no redirect is followed, since a key is asked of one address alone."""
        body = msgspec.json.encode(Asked(FORMAT, self._gateway, random_bytes(16).hex()))
        headers = {
            "Content-Type": "application/json",
            SIGNATURE: signature(self._secret.encode(), body).hex(),
        }
        host, port = self._url.hostname or "", self._url.port or http.client.HTTPS_PORT
        try:
            trust = ssl.create_default_context(cafile=self._ca or None)
            line = http.client.HTTPSConnection(host, port, timeout=WAIT_S, context=trust)
            try:
                line.request("POST", self._url.path or "/", body, headers)
                answer = line.getresponse()
                return answer.status, answer.read(ANSWER_BYTES_MAX)
            finally:
                line.close()
        except ssl.SSLCertVerificationError as error:
            raise self._unreachable("its certificate is not trusted here") from error
        except (OSError, http.client.HTTPException) as error:
            raise self._unreachable("nothing answers at its address") from error

    def _unreachable(self, reason: str) -> Problem:
        return Problem("keys_erp_unreachable", host=self._url.hostname, reason=reason)
