"""The Flask application: it puts the parts together and knows nothing itself."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import msgspec
from flask import Blueprint, Flask, Response, g, request
from flask.json.provider import JSONProvider
from werkzeug.routing import BaseConverter

from config.schema import TlsSettings
from gateway.web.door import arrival, errors, guard, metrics
from gateway.web.door.parts import Parts
from gateway.web.routes import (
    audit_api,
    checkpoint_api,
    epcis_api,
    facts_api,
    live,
    openapi,
    ops_api,
    overview_api,
    own_sessions_api,
    pages,
    pairing_api,
    passkeys_api,
    people_api,
    recovery_api,
    session_api,
    settings_api,
    shifts_api,
    stock_api,
    trust_api,
)
from gateway.web.routes.site import served
from gateway.web.routes.trust_api import TRIAL

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
# A year. Not for hosts below it: those are not ours.
INSISTS = "max-age=31536000"
# An answer of the API is never a page; the pages bring their own policy.
NO_PAGE = "default-src 'none'; frame-ancestors 'none'"


class _Json(JSONProvider):
    """msgspec writes what views return: faster, and it refuses what JSON has no word for."""

    def dumps(self, obj: Any, **kwargs: Any) -> str:  # noqa: ARG002 (Flask's signature)
        return msgspec.json.encode(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:  # noqa: ARG002
        return msgspec.json.decode(s)

    def response(self, *args: Any, **kwargs: Any) -> Response:
        value = args[0] if args else kwargs
        return Response(msgspec.json.encode(value), mimetype="application/json")


class _App(Flask):
    """Flask whose views may return a msgspec Struct where Flask takes a dict."""

    def make_response(self, rv: Any) -> Response:
        value, *rest = rv if isinstance(rv, tuple) else (rv,)
        if isinstance(value, msgspec.Struct):
            value = self.json.response(value)
        return super().make_response((value, *rest) if rest else value)


class _RecordId(BaseConverter):
    """The place of a record's id in an address, which no name of a collection's own may take."""

    regex = r"(?!(?:check|duplicates)$)[^/]+"
    part_isolating = True


def create_app(parts: Parts, blueprints: Sequence[Blueprint] = ()) -> Flask:
    """The application over these parts, with the routes of the wings added.

    RuntimeError when a route has no mark, a mark that no row of the policy covers, or parameters
    that are passed over in silence.
    """
    app = _App("gateway.web", static_folder=None)
    app.json = _Json(app)
    app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
    app.url_map.merge_slashes = False
    app.url_map.converters["record"] = _RecordId
    measures = metrics.Metrics(parts)
    measures.install(app)
    guard.install(app, parts)
    errors.install(app, parts.refusals)
    app.after_request(partial(_safe_headers, parts.settings.tls))
    for blueprint in (*_own(parts, measures), *blueprints):
        app.register_blueprint(blueprint)
    guard.verify(app)
    return app


def _own(parts: Parts, measures: metrics.Metrics) -> Sequence[Blueprint]:
    site = served(parts.static)
    streams = live.Streams(parts.settings.web.live_streams_max)
    ops_api.add_probes(parts)
    parts.health.reading("live_streams", lambda: streams.open, "Live views open now.")
    return (
        session_api.blueprint(parts, site.build),
        own_sessions_api.blueprint(parts),
        passkeys_api.blueprint(parts, site.build),
        people_api.blueprint(parts),
        pairing_api.blueprint(parts, site.build),
        recovery_api.blueprint(parts),
        facts_api.blueprint(parts),
        checkpoint_api.blueprint(parts),
        audit_api.blueprint(parts),
        epcis_api.blueprint(parts),
        live.blueprint(parts, streams),
        ops_api.blueprint(parts, measures),
        overview_api.blueprint(parts),
        shifts_api.blueprint(parts),
        stock_api.blueprint(parts),
        settings_api.blueprint(parts),
        openapi.blueprint(),
        pages.blueprint(site, trust_api.origins(parts)),
        trust_api.blueprint(parts),
    )


def _safe_headers(tls: TlsSettings, response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.setdefault("Content-Security-Policy", NO_PAGE)
    if request.path.startswith("/api/"):
        response.headers.setdefault("Cache-Control", "no-store")
    if _may_insist(tls):
        response.headers["Strict-Transport-Security"] = INSISTS
    return response


def _may_insist(tls: TlsSettings) -> bool:
    """Whether to have this browser use HTTPS alone from now on: it came by our name, trusts us (one
    that does not ignores the header), and somebody works with it or tries whether it does.
    """
    arrived, actor = g.get("arrival"), g.get("actor")
    if arrived is None or not (arrived.secure and arrival.is_named(request, tls)):
        return False
    return request.path == TRIAL or bool(actor and actor.id)
