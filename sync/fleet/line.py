"""The line to NATS: where the servers are, who we are there, and what its failures mean."""

import asyncio
import logging
import ssl
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.errors import TimeoutError as NatsTimeoutError
from nats.js.errors import APIError, NoStreamResponseError

from gateway.kernel.problems import Problem

FAILURES = (NatsError, OSError, TimeoutError, EOFError)
# What makes a cluster that lost a node go on by itself: a new leader is chosen within seconds.
_RECONNECT_S = 0.25

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Address:
    """Servers (``tls://host:4222``, or ``nats://`` on this machine), and files that prove who is
    who: the authority of the servers' certificates, our credentials (JWT) or the seed of our nkey.
    """

    servers: Sequence[str]
    authority: str = ""
    credentials: str = ""
    nkey: str = ""


class Line(Client):
    """A line that remembers the last complaint of the servers."""

    complaint: Exception | None = None

    def problem(self, error: BaseException) -> Problem:
        """What a failure means. What is not allowed gets no answer, only a complaint beside."""
        complaint = self.complaint
        if (
            complaint
            and _is_denied(complaint)
            and isinstance(error, TimeoutError | NatsTimeoutError)
        ):
            return problem(complaint)
        return problem(error)


@asynccontextmanager
async def opened(address: Address, name: str, timeout_s: float) -> AsyncIterator[Line]:
    """A line for as long as it is needed; Problem fleet_unreachable or fleet_key."""
    for path in (address.authority, address.credentials, address.nkey):
        if path and not Path(path).is_file():
            raise Problem("fleet_key", reason=f"there is no file {path}")
    options: dict[str, object] = {"tls": _context(address)} if _is_sealed(address) else {}
    if address.credentials:
        options["user_credentials"] = address.credentials
    if address.nkey:
        options["nkeys_seed"] = address.nkey
    line = Line()

    async def noted(error: Exception) -> None:
        log.info("line to the fleet: %s", type(error).__name__)
        # A line that broke off says less than what the servers said before.
        if line.complaint is None or problem(line.complaint).retryable:
            line.complaint = error

    try:
        connecting = line.connect(
            servers=list(address.servers),
            name=name,
            error_cb=noted,
            max_reconnect_attempts=-1,
            reconnect_time_wait=_RECONNECT_S,  # type: ignore[arg-type]  # seconds in any fraction
            connect_timeout=max(1, int(timeout_s)),
            **options,  # type: ignore[arg-type]
        )
        await asyncio.wait_for(connecting, timeout_s)
    except FAILURES as error:
        await line.close()
        # It asked again and again until its time was over: what it heard last says why.
        raise problem(line.complaint or error) from error
    line.complaint = None
    try:
        yield line
    finally:
        await line.close()


def problem(error: BaseException) -> Problem:
    """What a failure means, in a sentence."""
    if isinstance(error, NoStreamResponseError):
        return Problem("fleet_stream")
    if isinstance(error, APIError):
        return Problem("fleet_refused", reason=str(error.description or error.code)[:200])
    if _is_denied(error):
        return Problem("fleet_key", reason="it may not publish under this gateway's name")
    if "authorization" in str(error).lower():
        return Problem("fleet_key", reason="the servers do not accept it")
    reason = type(error).__name__
    if isinstance(error, ssl.SSLError):
        reason = "the certificate is not trusted here"
    elif isinstance(error, (TimeoutError, NatsTimeoutError)):
        reason = "no answer in time"
    return Problem("fleet_unreachable", reason=reason)


def _is_denied(error: BaseException) -> bool:
    return "permissions violation" in str(error).lower()


def _is_sealed(address: Address) -> bool:
    return any(server.startswith("tls:") for server in address.servers)


def _context(address: Address) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=address.authority or None)
