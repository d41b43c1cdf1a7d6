"""A mail server and an HTTP endpoint that really listen, and keep what they are told."""

import base64
import json
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, cast

from gateway.kernel import certificates
from gateway.kernel.clock import SystemClock

USER, PASSWORD = "box", "seven quiet harbours"


@dataclass
class Postbox:
    """What a mail server was given. ``encrypted`` says of each mail whether it came over TLS."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    encrypted: list[bool] = field(default_factory=list)
    signed_in: list[bool] = field(default_factory=list)
    refuses: bool = False


class _Talk(socketserver.StreamRequestHandler):
    """One conversation in SMTP, as far as a sender needs it."""

    server: "_Server"

    def handle(self) -> None:
        self.secure = self.server.implicit
        if self.secure:
            self._encrypt()
        self.known = False
        self._say("220 postbox")
        while line := self.rfile.readline().decode().strip():
            word, _, rest = line.partition(" ")
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            getattr(self, f"do_{word.lower()}", self._do_anything)(rest)

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def do_ehlo(self, _: str) -> None:
        offered = ["AUTH PLAIN"] if self.secure or self.server.context is None else ["STARTTLS"]
        self._say("\r\n".join(["250-postbox", *(f"250-{one}" for one in offered[:-1])]))
        self._say(f"250 {offered[-1]}")

    def do_starttls(self, _: str) -> None:
        self._say("220 go on")
        self._encrypt()
        self.secure = True

    def do_auth(self, rest: str) -> None:
        said = base64.b64decode(rest.split()[1]).decode().split("\0")
        self.known = said[1:] == [USER, PASSWORD]
        self._say("235 come in" if self.known else "535 no")

    def do_rcpt(self, _: str) -> None:
        self._say("550 nobody of that name" if self.server.box.refuses else "250 ok")

    def do_data(self, _: str) -> None:
        self._say("354 go on")
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        read = message_from_bytes(b"".join(lines), policy=policy.default)
        box = self.server.box
        box.mails.append(cast(EmailMessage, read))
        box.encrypted.append(self.secure)
        box.signed_in.append(self.known)
        self._say("250 kept")

    def _do_anything(self, _: str) -> None:
        self._say("250 ok")

    def _say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())
        self.wfile.flush()

    def _encrypt(self) -> None:
        assert self.server.context
        self.connection = self.server.context.wrap_socket(self.connection, server_side=True)
        self.rfile = self.connection.makefile("rb")
        self.wfile = cast(Any, self.connection.makefile("wb"))


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, box: Postbox, context: ssl.SSLContext | None, implicit: bool) -> None:
        super().__init__(("127.0.0.1", box.port), _Talk)
        self.box, self.context, self.implicit = box, context, implicit
        box.port = self.server_address[1]

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up on a certificate is what a test is about."""


@contextmanager
def listening(
    box: Postbox, context: ssl.SSLContext | None = None, *, implicit: bool = False
) -> Iterator[Postbox]:
    """A mail server that is up; on the same port again when it comes back."""
    with _Server(box, context, implicit) as server, _served(server):
        yield box


def keys(folder: Path) -> tuple[ssl.SSLContext, str]:
    """What a server on this machine encrypts with, and the file of who vouches for it."""
    now_ms = SystemClock().now_ms()
    names = ("localhost",)
    root = certificates.authority("Postbox", names, now_ms)
    pair = certificates.issued(root, names, now_ms)
    for name, text in (("root", root.certificate), ("leaf", pair.certificate), ("key", pair.key)):
        (folder / f"{name}.pem").write_bytes(text)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "leaf.pem", folder / "key.pem")
    return context, str(folder / "root.pem")


@dataclass
class Heard:
    """What an endpoint was posted: headers, body, and the body read."""

    headers: dict[str, str]
    body: bytes

    @property
    def event(self) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(self.body)
        return read


@contextmanager
def endpoint(heard: list[Heard], status: list[int]) -> Iterator[str]:
    """An HTTP endpoint that answers with the one status in ``status``; its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            heard.append(Heard(named, body))
            self.send_response(status[0])
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Nobody reads it."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server, _served(server):
        yield f"http://127.0.0.1:{server.server_address[1]}/alerts"


@contextmanager
def _served(server: socketserver.BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
