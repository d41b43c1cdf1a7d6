"""The line to an ERP, with faults: it can lose one answer, or carry one request late."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ANSWER_S_MAX = 60.0


class Line:
    """A loopback proxy in front of an HTTP server that closes after each answer."""

    def __init__(self, port: int) -> None:
        self._target = ("127.0.0.1", port)
        self._doomed: bytes | None = None
        self._slow: bytes | None = None
        self._held = b""
        self.asked: list[bytes] = []  # the first lines of all requests
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.lost = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def lose_answer_to(self, path: bytes) -> None:
        """The next request with this in it is carried out, and its answer lost.

        The caller waits in vain until it gives up.
        """
        self.lost.clear()
        self._doomed = path

    def hold_back(self, path: bytes) -> None:
        """The next request with this in it stays on the way until it is let through.

        The caller waits in vain until it gives up.
        """
        self._slow = path

    def let_through(self) -> None:
        """What was held back is carried out now."""
        self._ask(self._held)

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                caller, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._carry, args=(caller,), daemon=True).start()

    def _carry(self, caller: socket.socket) -> None:
        caller.settimeout(ANSWER_S_MAX)
        with caller:
            request = _request(caller)
            if not request:
                return
            self.asked.append(request.partition(b"\r\n")[0])
            if self._slow is not None and self._slow in request:
                self._slow, self._held = None, request
                caller.recv(1)  # returns when the caller hangs up
                return
            try:
                answer = self._ask(request)
            except ConnectionError:
                return  # nobody listens behind us: the caller's connection breaks too
            if self._doomed is not None and self._doomed in request:
                self._doomed = None
                self.lost.set()
                caller.recv(1)  # returns when the caller hangs up
                return
            caller.sendall(answer)

    def _ask(self, request: bytes) -> bytes:
        with socket.create_connection(self._target, timeout=ANSWER_S_MAX) as server:
            server.sendall(request)
            return b"".join(_until_closed(server))


@contextmanager
def to(port: int) -> Iterator[Line]:
    """A line to a port of loopback."""
    line = Line(port)
    try:
        yield line
    finally:
        line.close()


def _request(caller: socket.socket) -> bytes:
    """One whole request; it may not ask to keep the connection, or its end could not be told."""
    raw = b""
    while b"\r\n\r\n" not in raw:
        part = caller.recv(65536)
        if not part:
            return b""
        raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    found = re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)
    length = int(found[1]) if found else 0
    while len(body) < length:
        body += caller.recv(65536)
    return head + b"\r\n\r\n" + body


def _until_closed(server: socket.socket) -> Iterator[bytes]:
    while part := server.recv(65536):
        yield part
