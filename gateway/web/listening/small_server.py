"""A small HTTP server in threads, of the standard library, for pages that are seldom asked for.

It must not be able to keep the gateway from anything.
"""

import logging
import socket
import ssl
import threading
from pathlib import Path
from socketserver import TCPServer, ThreadingMixIn
from typing import TYPE_CHECKING, Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

AT_ONCE = 16
PATIENCE_S = 10

log = logging.getLogger(__name__)


class SmallServer:
    """Serves an application at an address; over TLS with ``files``, a chain and its key."""

    def __init__(
        self,
        app: "WSGIApplication",
        address: tuple[str, int],
        name: str,
        files: tuple[Path, Path] | None = None,
    ) -> None:
        self._server = _Server(address, _Handler)
        self._server.set_app(app)
        if files:
            self._server.trusted = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
            self._server.trusted.load_cert_chain(*files)
            self._server.base_environ["HTTPS"] = "on"
        self._thread = threading.Thread(target=self._server.serve_forever, name=name, daemon=True)

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
    trusted: ssl.SSLContext | None = None

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

    def get_request(self) -> tuple[Any, Any]:
        connection, peer = super().get_request()
        if self.trusted is not None:
            # Hands are shaken in the request's own thread, with its patience.
            connection = self.trusted.wrap_socket(
                connection, server_side=True, do_handshake_on_connect=False
            )
        return connection, peer

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
        log.info("a client of a small page went away in the middle")
