"""The one page over plain HTTP: it leads devices to trust the gateway, and answers nothing else.

A small server of its own, in threads, of the standard library: it is asked a few times in the life
of a phone, and must not be able to keep the gateway from anything.
"""

import logging
import socket
import threading
from collections.abc import Iterable
from http import HTTPStatus
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from flask import Flask

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.web.door import errors
from gateway.web.door.language import spoken
from gateway.web.listening import server

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGES = ("/trust", "/api/v1/trust")
BELOW = ("/trust/", "/static/")
AT_ONCE = 16
PATIENCE_S = 10

log = logging.getLogger(__name__)


class HelpDesk:
    """Serves the few public pages of an application at an address of its own; the rest is at
    ``url``, as whoever asks for it is told.
    """

    def __init__(self, app: Flask, address: tuple[str, int], url: str, language: str) -> None:
        self._server = _Server(address, _Handler)
        self._server.set_app(_only_help(app, url, language))
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="help-desk", daemon=True
        )

    @property
    def port(self) -> int:
        """Where it listens."""
        return self._server.server_port

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()


def opened(app: Flask, settings: Settings) -> HelpDesk | None:
    """The help page as the settings want it, not answering yet; OSError: the address is taken."""
    if not settings.tls.help_listen:
        return None
    url = server.origin(server.parse_address(settings.web.listen), settings.tls)
    address = server.parse_address(settings.tls.help_listen)
    return HelpDesk(app, address, url, settings.gateway.language)


class _Handler(WSGIRequestHandler):
    """A request: over soon, and not written into any log."""

    timeout = PATIENCE_S

    def address_string(self) -> str:
        return str(self.client_address[0])

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        pass


class _Server(ThreadingMixIn, WSGIServer):
    """A thread for each request, and no more than a few of them: who comes on top is cut off."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, address: tuple[str, int], handler: type[_Handler]) -> None:
        if ":" in address[0]:
            self.address_family = socket.AF_INET6
        self._room = threading.BoundedSemaphore(AT_ONCE)
        super().__init__(address, handler)

    def server_bind(self) -> None:
        # Past the library, which looks its own name up in the DNS here: that may take long.
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.socket.getsockname()[:2]
        self.setup_environ()

    def process_request(self, request: Any, client_address: Any) -> None:
        if self._room.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._room.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002
        log.info("a client of the help page went away in the middle")


def _only_help(app: Flask, elsewhere: str, language: str) -> "WSGIApplication":
    def answer(environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        reading = environ["REQUEST_METHOD"] in ("GET", "HEAD")
        if reading and (path in PAGES or path.startswith(BELOW)):
            return app.wsgi_app(environ, start)
        if reading and path == "/":
            start("302 Found", [("Location", "/trust"), ("Content-Length", "0")])
            return []
        refused = Problem("https_only", url=elsewhere)
        wanted = spoken(environ.get("HTTP_ACCEPT_LANGUAGE", ""), language)
        status, headers, said = errors.rendered(refused, wanted)
        start(f"{status} {HTTPStatus(status).phrase}", [*headers.items()])
        return [said]

    return cast("WSGIApplication", answer)
