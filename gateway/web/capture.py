"""The hot lane: POST /api/v1/facts answered in front of Flask.

Flask costs four times what the whole server does, and a scan needs none of it. This callable shares
token check, policy, body reading, acceptance and error format with the Flask route that documents
it, and hands everything else on.
"""

from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

import msgspec
from flask import Flask

from gateway.access import policy
from gateway.kernel.problems import Problem
from gateway.web import body, errors, metrics
from gateway.web.facts_api import MEDIA_TYPES
from gateway.web.language import spoken
from gateway.web.parts import Parts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/api/v1/facts"
_HEADERS = [
    ("Content-Type", "application/json"),
    ("Cache-Control", "no-store"),
    ("X-Content-Type-Options", "nosniff"),
]
_encode = msgspec.json.Encoder().encode


class CaptureLane:
    """A WSGI application around the Flask one."""

    def __init__(self, app: Flask, parts: Parts) -> None:
        self._app = app
        self._facts = parts.facts
        self._authenticate = parts.devices.authenticate
        self._bytes_max = parts.settings.web.body_bytes_max
        self._language = parts.settings.gateway.language
        self._now_us = parts.clock.monotonic_us
        self._answered = metrics.of(app).tally(PATH, "POST")

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return self._app(environ, start_response)
        scheme, _, token = environ.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() != "bearer":
            return self._app(environ, start_response)
        began_us = self._now_us()
        language = spoken(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._language)
        try:
            answer = self._accept(environ, token.strip(), language)
        except Problem as problem:
            status, headers, answer = errors.rendered(problem, language)
            phrase = f"{status} {HTTPStatus(status).phrase}"
            start_response(phrase, [*headers.items(), ("Content-Length", str(len(answer)))])
            self._answered(status, began_us)
            return [answer]
        start_response("200 OK", [*_HEADERS, ("Content-Length", str(len(answer)))])
        self._answered(HTTPStatus.OK, began_us)
        return [answer]

    def _accept(self, environ: "WSGIEnvironment", token: str, language: str) -> bytes:
        actor = self._authenticate(token)
        if actor is None:
            raise Problem("token_unknown")
        policy.allowed(actor, "fact", "create")
        raw = body.read(environ, MEDIA_TYPES, self._bytes_max)
        results = self._facts.accept(raw, actor)
        if all(result.problem is None for result in results):
            return _encode({"results": results})
        return _encode({"results": [result.document(language) for result in results]})
