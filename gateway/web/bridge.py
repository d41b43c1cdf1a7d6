"""Flask behind the event loop: each request on a thread of its own, as WSGI wants it (PEP 3333).

A body of moderate size is read before a thread is taken, so that slow senders hold none; a larger
one is read as it is needed, and a large or endless answer is sent piece by piece, no faster than
the reader takes it.
"""

import asyncio
import io
import sys
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any

from granian.rsgi import ProtocolClosed

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment
    from granian.rsgi import HTTPProtocol, Scope

WHOLE_BYTES = 1 << 20
_PIECE_BYTES = 65_536


class Bridge:
    """Answers requests of an event loop by a WSGI application on ``threads``."""

    def __init__(
        self, app: "WSGIApplication", loop: asyncio.AbstractEventLoop, threads: Executor
    ) -> None:
        self._app = app
        self._loop = loop
        self._threads = threads

    async def answer(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request; returns when the last byte is on its way."""
        environ = _environ(scope)
        environ["wsgi.input"] = await self._input(environ, protocol)
        exchange = _Exchange(self._loop, protocol)
        await self._loop.run_in_executor(self._threads, exchange.run, self._app, environ)

    async def _input(self, environ: "WSGIEnvironment", protocol: "HTTPProtocol") -> Any:
        declared = environ.get("CONTENT_LENGTH", "")
        if declared.isascii() and declared.isdigit() and int(declared) <= WHOLE_BYTES:
            return io.BytesIO(await protocol() if int(declared) else b"")
        if not declared and "HTTP_TRANSFER_ENCODING" not in environ:
            return io.BytesIO()
        return io.BufferedReader(_Body(self._loop, protocol), _PIECE_BYTES)


class _Exchange:
    """One request on its thread: the application's answer, written to the protocol."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: "HTTPProtocol") -> None:
        self._loop = loop
        self._protocol = protocol
        self._status = 500
        self._headers: list[tuple[str, str]] = []

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
        if exc_info is not None:
            raise exc_info[1]
        self._status = int(status[:3])
        self._headers = [(name.lower(), value) for name, value in headers]
        return _refuse_write

    def _send(self, pieces: Iterable[bytes]) -> None:
        length = dict(self._headers).get("content-length")
        if length is not None and int(length) <= WHOLE_BYTES:
            self._protocol.response_bytes(self._status, self._headers, b"".join(pieces))
            return
        stream = self._protocol.response_stream(self._status, self._headers)
        for piece in pieces:
            if piece:
                sending = _awaited(stream.send_bytes(piece))
                asyncio.run_coroutine_threadsafe(sending, self._loop).result()


class _Body(io.RawIOBase):
    """A request body that comes in piece by piece, read by a thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: "HTTPProtocol") -> None:
        self._loop = loop
        self._pieces = aiter(protocol)
        self._rest = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._rest:
            piece = asyncio.run_coroutine_threadsafe(_next(self._pieces), self._loop).result()
            if piece is None:
                return 0
            self._rest = memoryview(piece)
        count = min(len(into), len(self._rest))
        into[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _environ(scope: "Scope") -> "WSGIEnvironment":
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
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
        if "_" in name:  # X_Y would pass for X-Y, which a proxy in front may have set or removed
            continue
        key = name.upper().replace("-", "_")
        if key not in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            key = f"HTTP_{key}"
        between = "; " if key == "HTTP_COOKIE" else ", "
        environ[key] = f"{environ[key]}{between}{value}" if key in environ else value
    return environ


def _refuse_write(_: bytes) -> object:
    raise NotImplementedError("an application returns its answer instead of writing it")


async def _awaited(sending: Any) -> None:
    """The server's own awaitables are no coroutines."""
    await sending


async def _next(pieces: Any) -> bytes | None:
    # Not ``anext(pieces, None)``: its wrapper and the server's awaitable crash the interpreter.
    try:
        piece: bytes = await anext(pieces)
    except StopAsyncIteration:
        return None
    return piece
