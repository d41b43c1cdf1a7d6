"""Every refusal as application/problem+json in the caller's language; never a trace."""

import logging
from collections.abc import Mapping
from html import escape

import msgspec
from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from gateway.kernel.problems import Problem
from gateway.web.door.refusals import Refusals

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
HTML = "text/html; charset=utf-8"
PAGE = (
    '<!doctype html><html lang="{}"><meta charset="utf-8"><title>Waystation</title>'
    '<p>{}</p><p><a href="/">Waystation</a></p></html>'
)

_log = logging.getLogger(__name__)

# What the framework refuses by itself, in our words.
_CODES = {404: "not_found", 413: "body_too_large", 415: "media_type_refused"}


def rendered(problem: Problem, language: str) -> tuple[int, dict[str, str], bytes]:
    """A problem for the wire: status, headers and body. Shared by every lane that speaks HTTP."""
    headers = {"Content-Type": MEDIA_TYPE, "Cache-Control": "no-store"}
    if problem.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    told_s = problem.params.get("retry_after_s")
    if problem.retryable and (told_s or problem.status in (429, 503, 507)):
        headers["Retry-After"] = str(told_s or RETRY_AFTER_S)
    return problem.status, headers, msgspec.json.encode(problem.document(language))


def install(app: Flask, refusals: Refusals) -> None:
    """Answer every exception of the app, and tell of those that are refusals of access."""

    def refuse(problem: Problem) -> Response:
        who, arrived = g.get("actor"), g.get("arrival")
        route = f"{request.method} {_where()}"
        refusals.tell(problem, route, who.id if who else "", arrived.source if arrived else "")
        return _answer(problem)

    app.register_error_handler(Problem, refuse)
    app.register_error_handler(HTTPException, _framework)
    app.register_error_handler(Exception, _unexpected)


def _answer(problem: Problem, more: Mapping[str, str] | None = None) -> Response:
    language = g.get("language", "en")
    status, headers, body = rendered(problem, language)
    if _is_for_a_person():
        headers["Content-Type"] = HTML
        body = PAGE.format(language, escape(problem.detail(language))).encode()
    if problem.status >= 500:
        _log.warning("%s %s refused: %s", request.method, _where(), problem.code)
    return Response(body, status, {**headers, **(more or {})})


def _where() -> str:
    """The route, not the address: a log holds no ids, and nothing that a caller has made up."""
    return request.url_rule.rule if request.url_rule else "an unknown address"


def _is_for_a_person() -> bool:
    """Whether somebody typed an address that leads nowhere; the API never answers with a page."""
    wants_page = "text/html" in request.headers.get("Accept", "")
    return wants_page and not request.path.startswith("/api/")


def _framework(error: HTTPException) -> Response:
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted(error.valid_methods or ()))
        problem = Problem("method_refused", method=request.method[:20], allowed=allowed)
        return _answer(problem, {"Allow": allowed})
    return _answer(Problem(_CODES.get(error.code or 500, "request_malformed")))


def _unexpected(error: Exception) -> Response:
    # The trace goes to the log; a caller learns that it was our fault, and nothing of the inside.
    _log.error("%s %s failed", request.method, _where(), exc_info=error)
    return _answer(Problem("internal_error"))
