"""Flask behind the event loop: each request on a thread of its own, as WSGI wants it (PEP 3333).

A body of moderate size is read before a thread is taken, so that slow senders hold none; a larger
one is read as it is needed, and a large or endless answer is sent piece by piece, no faster than
the reader takes it. What fails in the middle is broken off, so that nobody takes it for the whole.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from granian.rsgi import ProtocolClosed

from gateway.web.listening.connections import Wire
from gateway.web.listening.incoming import Body, Patience, Room

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian.rsgi import HTTPProtocol, Scope

WHOLE_BYTES = 1 << 20
# Of all bodies that are not with a thread yet: anybody may send one, even who is unknown.
WAITING_BYTES = 64 << 20
_PIECE_BYTES = 65_536


class Bridge:
    """Answers requests of an event loop by a WSGI application on ``threads``."""

    def __init__(
        self,
        app: "WSGIApplication",
        loop: asyncio.AbstractEventLoop,
        threads: Executor,
        patience: Patience,
    ) -> None:
        self._app = app
        self._loop = loop
        self._threads = threads
        self._patience = patience
        self._room = Room(WAITING_BYTES)

    async def answer(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request; returns when the last byte is on its way. Problem store_busy."""
        environ = _environ(scope)
        exchange = _Exchange(self._loop, scope, protocol, self._patience.wait_s)
        length = _length(environ)
        if length == 0:
            environ["wsgi.input"] = io.BytesIO()
            await self._loop.run_in_executor(self._threads, exchange.run, self._app, environ)
            return
        body = Body(self._loop, scope, protocol, self._patience)
        environ["wsgi.input"] = io.BufferedReader(body, _PIECE_BYTES)
        try:
            if length is None or length <= WHOLE_BYTES:
                gathering = body.gather(length or WHOLE_BYTES, self._room)
                await self._patience.wait(scope, protocol, gathering)
            await self._loop.run_in_executor(self._threads, exchange.run, self._app, environ)
        finally:
            self._room.bytes -= body.gathered


class _Exchange:
    """One request on its thread: the application's answer, written to the protocol."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        scope: "Scope",
        protocol: "HTTPProtocol",
        patience_s: float,
    ) -> None:
        self._loop = loop
        self._client = scope.client
        self._protocol = protocol
        self._patience_s = patience_s
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._sent = False

    def run(self, app: "WSGIApplication", environ: "WSGIEnvironment") -> None:
        """Call the application and send what it answers, unless the reader has gone away."""
        pieces = app(environ, self._start)
        try:
            self._send(pieces)
        except ProtocolClosed:
            return
        finally:
            if (close := getattr(pieces, "close", None)) is not None:
                close()

    def _start(
        self, status: str, headers: list[tuple[str, str]], exc_info: Any = None
    ) -> Callable[[bytes], object]:
        if exc_info is not None and self._sent:
            raise exc_info[1]
        self._status = int(status[:3])
        self._headers = [(name.lower(), value) for name, value in headers]
        return _refuse_write

    def _send(self, pieces: Iterable[bytes]) -> None:
        length = dict(self._headers).get("content-length")
        if length is not None and int(length) <= WHOLE_BYTES:
            self._protocol.response_bytes(self._status, self._headers, b"".join(pieces))
            return
        self._sent = True
        stream = self._protocol.response_stream(self._status, self._headers)
        wire = Wire(self._client)
        try:
            for piece in pieces:
                if piece:
                    wire.wait(self._patience_s)
                    sending = _awaited(stream.send_bytes(piece))
                    asyncio.run_coroutine_threadsafe(sending, self._loop).result()
        except BaseException:
            wire.cut()  # while the stream is held: letting go of it ends it as if it were complete
            raise
        finally:
            wire.close()


def _environ(scope: "Scope") -> "WSGIEnvironment":
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string.encode().decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "REMOTE_ADDR": scope.client.rpartition(":")[0].strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in scope.headers.items():
        if key := _key(name):
            between = "; " if key == "HTTP_COOKIE" else ", "
            environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    # The server leaves out values that are not ASCII; that a header was there can matter by itself.
    for name in scope.headers.keys():  # noqa: SIM118 (no mapping)
        if key := _key(name):
            environ.setdefault(key, "")
    return environ


def _length(environ: "WSGIEnvironment") -> int | None:
    """How long the body is; None if nobody knows."""
    declared = environ.get("CONTENT_LENGTH", "")
    if declared.isascii() and declared.isdigit():
        return int(declared)
    return None if "HTTP_TRANSFER_ENCODING" in environ else 0


def _key(name: str) -> str:
    """The key of a header; none for X_Y: it would pass for X-Y, which a proxy may have removed."""
    if "_" in name:
        return ""
    key = name.upper().replace("-", "_")
    return key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"


def _refuse_write(_: bytes) -> object:
    raise NotImplementedError("an application returns its answer instead of writing it")


async def _awaited(sending: Any) -> None:
    """The server's own awaitables are no coroutines."""
    await sending
