"""The pages: the shells of the field app and the console, and their files."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, request

from gateway.kernel.problems import Problem
from gateway.web.door.guard import Stream, allows
from gateway.web.routes.site import File, Site

HTML = {200: Stream("text/html")}
ANY_FILE = {200: Stream("*/*")}
# Always asked again, and answered with 304 while nothing changed: a new version shows at once.
FRESH = "no-cache"


def blueprint(site: Site, origins: Sequence[str] = ()) -> Blueprint:
    """Routes outside /api. ``origins`` are what the page about trust may ask, beside its own."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    @allows("page", "read", answers=HTML, summary="The field app")
    def field_app() -> Any:
        return _page(site, "/")

    @pages.get("/console")
    @pages.get("/setup")
    @allows("page", "read", answers=HTML, summary="The console; the set-up is one of its screens")
    def console() -> Any:
        return _page(site, "/console")

    @pages.get("/trust")
    @allows("page", "read", answers=HTML, summary="How a device comes to trust the gateway")
    def trust() -> Any:
        asked = " ".join(("connect-src 'self'", *origins))
        return _file(site.shells.get("/trust"), f"{site.policy()}; {asked}")

    @pages.get("/static/<path:name>")
    @allows("page", "read", answers=ANY_FILE, problems=("page_missing",), summary="A file")
    def static(name: str) -> Any:
        return _file(site.files.get(name), site.policy(name))

    @pages.get("/manifest.webmanifest")
    @allows("page", "read", answers=ANY_FILE, problems=("page_missing",), summary="The manifest")
    def manifest() -> Any:
        return _file(site.files.get("manifest.webmanifest"), site.policy())

    @pages.get("/sw.js")
    @allows("page", "read", answers=ANY_FILE, problems=("page_missing",), summary="The worker")
    def worker() -> Any:
        answer = _file(site.worker(), site.policy())
        answer.headers["Service-Worker-Allowed"] = "/"
        return answer

    @pages.get("/precache.json")
    @allows("page", "read", answers={200: {"type": "object"}}, summary="What a phone keeps")
    def precache() -> Any:
        return site.precache, {"Cache-Control": FRESH}

    return pages


def _page(site: Site, url: str) -> Response:
    return _file(site.shells.get(url), site.policy())


def _file(file: File | None, policy: str) -> Response:
    if file is None:
        raise Problem("page_missing")
    packed = file.packed if request.accept_encodings["gzip"] else None
    answer = Response(packed or file.content, content_type=file.media_type)
    answer.set_etag(f"{file.digest}-gzip" if packed else file.digest)
    if packed:
        answer.content_encoding = "gzip"
    answer.vary.add("Accept-Encoding")
    answer.headers["Cache-Control"] = FRESH
    answer.headers["Content-Security-Policy"] = policy
    answer.make_conditional(request)
    return answer
