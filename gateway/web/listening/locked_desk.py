"""What a locked gateway answers: one page, its health, and a refusal for everything else."""

import base64
from collections.abc import Callable, Iterable
from html import escape
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import msgspec

from gateway.kernel import languages
from gateway.kernel.canonical import sha256
from gateway.kernel.problems import Problem
from gateway.keys.locked import Locked
from gateway.web.door import errors
from gateway.web.door.language import spoken
from gateway.web.listening.locked_words import WORDS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

BODY_BYTES_MAX = 4_096
RETRY_S = 15
FORM = "application/x-www-form-urlencoded"
STYLE = (
    ":root{color-scheme:light dark;font:1.0625rem/1.5 system-ui,sans-serif}"
    "main{max-width:34rem;margin:12vh auto;padding:0 1.25rem}h1{font-size:1.5rem}"
    "form{display:flex;flex-wrap:wrap;gap:.5rem;align-items:center;margin:1.5rem 0}"
    "label{flex-basis:100%}input{flex:1 1 14rem}input,button{font:inherit;padding:.5rem .75rem;"
    "min-height:2.75rem;box-sizing:border-box}"
)
_MARK = base64.b64encode(sha256(STYLE.encode())).decode()
HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_MARK}';"
    " form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
Answer = tuple[int, dict[str, str], bytes]
Say = Callable[[str], str]


class LockedDesk:
    """A WSGI application over the state of a locked gateway; ``language`` where nobody asks for
    one.
    """

    def __init__(self, state: Locked, language: str) -> None:
        self._state = state
        self._language = language

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Answer one request."""
        language = spoken(environ.get("HTTP_ACCEPT_LANGUAGE", ""), self._language)
        try:
            status, headers, body = self._answer(environ, language)
        except Problem as problem:
            status, headers, body = errors.rendered(problem, language)
        headers = {**headers, "Content-Length": str(len(body))}
        start(f"{status} {HTTPStatus(status).phrase}", [*headers.items()])
        return [body]

    def _answer(self, environ: "WSGIEnvironment", language: str) -> Answer:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        if path == "/unlock" and method == "POST":
            return self._unlock(environ, language)
        if method not in ("GET", "HEAD") or path.startswith("/api/"):
            raise Problem("keys_locked", retry_after_s=RETRY_S)
        if path == "/healthz":
            return _json(HTTPStatus.OK, {"status": "ok"})
        if path == "/readyz":
            detail = self._state.problem.detail(language)
            locked = {"name": "keys", "ok": False, "vital": True, "detail": detail}
            return _json(HTTPStatus.SERVICE_UNAVAILABLE, {"ready": False, "findings": [locked]})
        if path != "/" and "text/html" not in environ.get("HTTP_ACCEPT", ""):
            raise Problem("keys_locked", retry_after_s=RETRY_S)
        return self._page(environ, language)

    def _unlock(self, environ: "WSGIEnvironment", language: str) -> Answer:
        if not (_is_private(environ) and _is_own(environ)):
            raise Problem("keys_locked", retry_after_s=RETRY_S)
        if environ.get("CONTENT_TYPE", "").partition(";")[0] != FORM:
            raise Problem("media_type_refused", expected=FORM)
        length = environ.get("CONTENT_LENGTH") or "0"
        if not length.isdigit() or int(length) > BODY_BYTES_MAX:
            raise Problem("body_too_large", bytes_max=BODY_BYTES_MAX)
        sent = environ["wsgi.input"].read(int(length)).decode("utf-8", "replace")
        said = parse_qs(sent).get("passphrase", [""])[0]
        try:
            self._state.unlock(said)
        except Problem as problem:
            return self._page(environ, language, problem)
        say = _in(language)
        head = f'<meta http-equiv="refresh" content="5; url=/"><title>{say("title")}</title>'
        return _html(HTTPStatus.OK, language, head, f"<p>{say('open')}</p>")

    def _page(
        self, environ: "WSGIEnvironment", language: str, refused: Problem | None = None
    ) -> Answer:
        say, problem = _in(language), refused or self._state.problem
        if not self._state.asks:
            way = f"<p>{say('asking')}</p>"
        elif _is_private(environ):
            way = (
                f'<form method="post" action="/unlock"><label for="said">{say("passphrase")}'
                '</label> <input id="said" name="passphrase" type="password" required'
                f' autocomplete="current-password"> <button>{say("unlock")}</button></form>'
            )
        else:
            way = f"<p>{say('unsafe')}</p>"
        told = f'<p role="alert">{escape(problem.detail(language))}</p>'
        body = f"<h1>{say('title')}</h1>{told}{way}<p>{say('safe')}</p>"
        status = HTTPStatus.SERVICE_UNAVAILABLE if refused is None else HTTPStatus(refused.status)
        return _html(status, language, f"<title>{say('title')}</title>", body)


def _in(language: str) -> Say:
    return lambda name: escape(languages.told(language, *WORDS[name]))


def _is_private(environ: "WSGIEnvironment") -> bool:
    """Whether nobody on the way reads what is typed."""
    peer = environ.get("REMOTE_ADDR", "")
    return environ["wsgi.url_scheme"] == "https" or peer in ("127.0.0.1", "::1")


def _is_own(environ: "WSGIEnvironment") -> bool:
    """Whether the form is the gateway's own: another site must not guess by way of a visitor."""
    origin = environ.get("HTTP_ORIGIN", "")
    return not origin or urlsplit(origin).netloc == environ.get("HTTP_HOST", "")


def _json(status: int, said: object) -> Answer:
    return status, {"Content-Type": "application/json", "Cache-Control": "no-store"}, (
        msgspec.json.encode(said)
    )  # fmt: skip


def _html(status: int, language: str, head: str, body: str) -> Answer:
    text = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<style>{STYLE}</style>{head}</head><body><main>{body}</main></body></html>"
    )
    headers = {**HEADERS, "Content-Type": "text/html; charset=utf-8", "Retry-After": str(RETRY_S)}
    return status, headers, text.encode()
