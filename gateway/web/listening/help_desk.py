"""The one page over plain HTTP: it leads devices to trust the gateway, and answers nothing else.

It is asked a few times in the life of a phone.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Flask

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.web.door import errors
from gateway.web.door.language import spoken
from gateway.web.listening import server
from gateway.web.listening.small_server import SmallServer

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PAGES = ("/trust", "/api/v1/trust")
BELOW = ("/trust/", "/static/")


class HelpDesk(SmallServer):
    """Serves the few public pages of an application at an address of its own; the rest is at
    ``url``, as whoever asks for it is told.
    """

    def __init__(self, app: Flask, address: tuple[str, int], url: str, language: str) -> None:
        super().__init__(_only_help(app, url, language), address, "help-desk")


def opened(app: Flask, settings: Settings) -> HelpDesk | None:
    """The help page as the settings want it, not answering yet; OSError: the address is taken."""
    if not settings.tls.help_listen:
        return None
    url = server.origin(server.parse_address(settings.web.listen), settings.tls)
    address = server.parse_address(settings.tls.help_listen)
    return HelpDesk(app, address, url, settings.gateway.language)


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
