"""A bad network between a phone and a real gateway: a small proxy that passes, cuts and lies.

The phone talks to the port it has always known; the gateway has moved behind it.
"""

import http.client
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from tests.torture.gateway import GatewayProcess, free_port

WELCOME = b"<!doctype html><title>Welcome</title><p>Accept our terms."
TIMEOUT_S = 60
# Of one connection only; a proxy makes its own.
HOP = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length"})


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    body: bytes


@dataclass(frozen=True)
class Answered:
    """An answer to give; ``cut`` of its bytes are sent before the connection breaks."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    cut: int | None = None


# What happens to a request: it gets the request and a way to the real gateway. None: the
# connection breaks without a word.
Fate = Callable[[Asked, Callable[[], Answered]], Answered | None]


def through(_: Asked, gateway: Callable[[], Answered]) -> Answered:
    """As if nothing stood between."""
    return gateway()


def gone(_: Asked, __: Callable[[], Answered]) -> None:
    """Nobody is there."""


def swallowed(_: Asked, gateway: Callable[[], Answered]) -> None:
    """The gateway does what was asked, and its answer is lost."""
    gateway()


def held(until: threading.Event) -> Fate:
    """The gateway is slow: it is asked when the event is set, and not before."""

    def fate(_: Asked, gateway: Callable[[], Answered]) -> Answered:
        until.wait(TIMEOUT_S)
        return gateway()

    return fate


def halved(_: Asked, gateway: Callable[[], Answered]) -> Answered:
    """The connection breaks in the middle of the answer."""
    whole = gateway()
    return Answered(whole.status, whole.headers, whole.body, cut=len(whole.body) // 2)


def welcome(_: Asked, __: Callable[[], Answered]) -> Answered:
    """A guest network's page, with the best of all statuses."""
    return Answered(200, {"Content-Type": "text/html"}, WELCOME)


def problem(status: int, code: str, **headers: str) -> Fate:
    """Refuse with a problem of the gateway's."""
    said = json.dumps({"code": code, "title": code, "detail": code, "status": status}).encode()
    kind = {"Content-Type": "application/problem+json", **headers}
    return lambda _, __: Answered(status, kind, said)


class Between:
    """The proxy. ``fates`` by the beginning of a path; the longest that fits counts."""

    def __init__(self, port: int, gateway: GatewayProcess) -> None:
        self.gateway = gateway
        self.asked: list[Asked] = []
        self.fates: dict[str, Fate] = {}
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                between.serve(self)

            def do_POST(self) -> None:
                between.serve(self)

            def do_PUT(self) -> None:
                between.serve(self)

            def do_DELETE(self) -> None:
                between.serve(self)

            def log_message(self, *_: object) -> None:
                """Nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.server.daemon_threads = True

    def calls(self, beginning: str = "/api/v1/p") -> list[Asked]:
        """What was asked below a path so far; pushes and pulls unless told."""
        return [each for each in self.asked if each.path.startswith(beginning)]

    def serve(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        asked = Asked(handler.command, handler.path, handler.rfile.read(length))
        self.asked.append(asked)
        fitting = [beginning for beginning in self.fates if asked.path.startswith(beginning)]
        fate = self.fates[max(fitting, key=len)] if fitting else through
        try:
            answer = fate(asked, lambda: self._fetch(asked, handler.headers))
        except (OSError, http.client.HTTPException):
            answer = None  # the gateway is down: so is the connection
        handler.close_connection = True
        if answer is not None:
            _send(handler, answer)

    def _fetch(self, asked: Asked, headers: Mapping[str, str]) -> Answered:
        connection = http.client.HTTPConnection(*self.gateway.address, timeout=TIMEOUT_S)
        passed = {name: value for name, value in headers.items() if name.lower() not in HOP}
        connection.request(asked.method, asked.path, asked.body or None, passed)
        found = connection.getresponse()
        body = found.read()
        kept = {name: value for name, value in found.getheaders() if name.lower() not in HOP}
        connection.close()
        return Answered(found.status, kept, body)


def _send(handler: BaseHTTPRequestHandler, answer: Answered) -> None:
    try:
        handler.send_response_only(answer.status)
        for name, value in answer.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(answer.body)))
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.wfile.write(answer.body if answer.cut is None else answer.body[: answer.cut])
    except OSError:
        return  # the browser did not wait


@contextmanager
def standing_between(gateway: GatewayProcess) -> Iterator[Between]:
    """Move a running gateway behind a proxy that takes its place."""
    port = gateway.port
    gateway.stop()
    gateway.port = free_port()
    gateway.start()
    proxy = Between(port, gateway)
    thread = threading.Thread(target=proxy.server.serve_forever)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.server.shutdown()
        proxy.server.server_close()
        thread.join()
