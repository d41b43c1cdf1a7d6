"""The hot lane: POST /api/v1/facts answered in the event loop, in front of Flask.

Flask costs four times what the whole server does, and a thread per request as much again; a scan
needs neither. The lane shares token check, policy, acceptance and error format with the Flask route
that documents it.
"""

import asyncio
from concurrent.futures import Executor
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec

from gateway.access import policy
from gateway.facts import binary_mode
from gateway.facts.settle import Result
from gateway.kernel.problems import Problem
from gateway.store.jobs import Mailbox
from gateway.web.door import body, metrics
from gateway.web.door.language import spoken
from gateway.web.door.parts import Parts
from gateway.web.listening.incoming import Patience, refuse
from gateway.web.routes.facts_api import MEDIA_TYPES

if TYPE_CHECKING:
    from granian.rsgi import HTTPProtocol, Scope

PATH = "/api/v1/facts"
# Reading more than this would keep the loop from everybody else for milliseconds.
AT_ONCE_BYTES = 65_536
_HEADERS = [
    ("content-type", "application/json"),
    ("cache-control", "no-store"),
    ("x-content-type-options", "nosniff"),
]
_encode = msgspec.json.Encoder().encode


class CaptureLane:
    """Answers captures in an event loop; large bodies on one of ``threads``."""

    def __init__(
        self,
        parts: Parts,
        measures: metrics.Metrics,
        loop: asyncio.AbstractEventLoop,
        threads: Executor,
        patience: Patience,
    ) -> None:
        self._facts = parts.facts
        self._authenticate = parts.devices.authenticate
        self._bytes_max = parts.settings.web.body_bytes_max
        self._language = parts.settings.gateway.language
        self._now_us = parts.clock.monotonic_us
        self._answered = measures.tally(PATH, "POST")
        self._told = parts.refusals.tell
        self._loop = loop
        self._mailbox = Mailbox(loop)
        self._threads = threads
        self._patience = patience

    @staticmethod
    def takes(scope: "Scope") -> bool:
        """Whether a request is for this lane: a capture that shows a token."""
        return (
            scope.path == PATH
            and scope.method == "POST"
            and scope.headers.get("authorization", "")[:7].lower() == "bearer "
        )

    async def answer(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer once what the request brings is durable, or why it is not."""
        began_us = self._now_us()
        language = spoken(scope.headers.get("accept-language", ""), self._language)
        try:
            results = await self._accept(scope, protocol)
        except Problem as problem:
            self._told(problem, f"POST {PATH}", "", scope.client.rpartition(":")[0])
            self._answered(refuse(protocol, problem, language), began_us)
            return
        if all(result.problem is None for result in results):
            answer = _encode({"results": results})
        else:
            answer = _encode({"results": [result.document(language) for result in results]})
        protocol.response_bytes(HTTPStatus.OK, _HEADERS, answer)
        self._answered(HTTPStatus.OK, began_us)

    async def _accept(self, scope: "Scope", protocol: "HTTPProtocol") -> list[Result]:
        actor = self._authenticate(scope.headers.get("authorization")[7:].strip())
        if actor is None:
            raise Problem("token_unknown")
        policy.allowed(actor, "fact", "create")
        raw = await self._read(scope, protocol)
        headers = scope.headers
        if binary_mode.is_binary(headers.get("content-type", ""), headers.get(binary_mode.MARK)):
            raw = binary_mode.structured(headers.items(), raw)
        if len(raw) <= AT_ONCE_BYTES:
            return await self._facts.accept_soon(raw, actor, self._mailbox)
        return await self._loop.run_in_executor(self._threads, self._facts.accept, raw, actor)

    async def _read(self, scope: "Scope", protocol: "HTTPProtocol") -> bytes:
        """The body; Problem encoding_refused, media_type_refused or body_too_large."""
        headers = scope.headers
        body.check_media_type(
            headers.get("content-encoding", ""), headers.get("content-type", ""), MEDIA_TYPES
        )
        declared = headers.get("content-length", "")
        if declared.isascii() and declared.isdigit():
            if int(declared) > self._bytes_max:
                raise Problem("body_too_large", bytes_max=self._bytes_max)
            return await self._patience.wait(scope, protocol, protocol())
        return await self._patience.wait(scope, protocol, self._collected(protocol))

    async def _collected(self, protocol: "HTTPProtocol") -> bytes:
        raw = bytearray()
        async for piece in protocol:
            raw += piece
            if len(raw) > self._bytes_max:
                raise Problem("body_too_large", bytes_max=self._bytes_max)
        return bytes(raw)
