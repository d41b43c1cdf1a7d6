"""A guest network that answers everything with a page of its own."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from wsgiref.simple_server import WSGIRequestHandler, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

WELCOME = ("text/html", "<!doctype html><title>Welcome</title><p>Accept our terms.")


class Quiet(WSGIRequestHandler):
    """Says nothing on standard error."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def portal(port: int, answers: Mapping[str, tuple[str, str]] | None = None) -> Iterator[None]:
    """A captive portal in the gateway's place; ``answers`` by path are (media type, text)."""

    def welcome(environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        media_type, text = (answers or {}).get(environ["PATH_INFO"], WELCOME)
        start_response("200 OK", [("Content-Type", media_type)])
        return [text.encode()]

    server = make_server("127.0.0.1", port, welcome, handler_class=Quiet)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
