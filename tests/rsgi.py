"""An RSGI application behind a WSGI test client: the server's side of the interface, in small."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable, Iterable
from http import HTTPStatus
from typing import Any, cast

from gateway.web.listening.front import Front


class Served:
    """A WSGI application that asks a ``Front`` on an event loop of its own."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        front.begin(self._loop)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        protocol = Protocol(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or -1)))
        asked = self._front.__rsgi__(cast("Any", Scope(environ)), cast("Any", protocol))
        asyncio.run_coroutine_threadsafe(asked, self._loop).result(60)
        start(f"{protocol.status} {HTTPStatus(protocol.status).phrase}", protocol.headers)
        return [protocol.body]


class Headers:
    """Request headers by name."""

    def __init__(self, environ: dict[str, Any]) -> None:
        named = {key.removeprefix("HTTP_"): value for key, value in environ.items()}
        self._pairs = [
            (key.lower().replace("_", "-"), named[key])
            for key in named
            if f"HTTP_{key}" in environ or (key.startswith("CONTENT_") and named[key])
        ]

    def get(self, name: str, default: str | None = None) -> str | None:
        return dict(self._pairs).get(name, default)

    def keys(self) -> list[str]:
        return [name for name, _ in self._pairs]

    def items(self) -> list[tuple[str, str]]:
        return self._pairs


class Scope:
    """What an RSGI application is told of a request."""

    http_version = "1.1"
    scheme = "http"
    server = "127.0.0.1:8080"
    client = "127.0.0.1:50000"

    def __init__(self, environ: dict[str, Any]) -> None:
        self.method = environ["REQUEST_METHOD"]
        self.path = environ["PATH_INFO"]
        self.query_string = environ["QUERY_STRING"]
        self.headers = Headers(environ)


class Protocol:
    """One request's body on the way in, and its answer on the way out."""

    def __init__(self, sent: bytes) -> None:
        self._sent = sent
        self.status = 0
        self.headers: list[tuple[str, str]] = []
        self.body = b""

    async def __call__(self) -> bytes:
        return self._sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._sent), 1000):
            yield self._sent[start : start + 1000]

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body
