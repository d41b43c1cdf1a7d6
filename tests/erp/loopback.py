"""An HTTP server on loopback in the place of an ERP: stopped and started again, it is the same."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Generic, TypeVar

S = TypeVar("S")


class Http(ThreadingHTTPServer):
    """Hands its handlers the state of what it stands for."""

    state: Any
    daemon_threads = True
    block_on_close = False


class Server(Generic[S]):
    """Starts and stops listening, at one address; ``state`` stays."""

    def __init__(self, state: S, handler: type["Handler"]) -> None:
        self.state = state
        self._handler = handler
        self._http: Http | None = None
        self._thread: threading.Thread | None = None
        self._port = 0
        self.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._http = Http(("127.0.0.1", self._port), self._handler)
        self._http.state = self.state
        self._port = self._http.server_address[1]
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def stop(self) -> None:
        if self._http and self._thread:
            self._http.shutdown()
            self._http.server_close()
            self._thread.join()
            self._http = None


class Handler(BaseHTTPRequestHandler):
    """Bodies are JSON; a caller may be left without an answer."""

    server: Http

    def body(self) -> Any:
        length = int(self.headers.get("Content-Length") or 0)
        return json.loads(self.rfile.read(length)) if length else {}

    def send(self, status: int, value: Any) -> None:
        self.send_bytes(status, "application/json; charset=utf-8", json.dumps(value).encode())

    def send_bytes(self, status: int, type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def wait(self) -> None:
        """Give no answer; returns when the caller hangs up."""
        self.connection.recv(1)

    def log_message(self, *args: object) -> None:
        pass
