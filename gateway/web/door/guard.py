"""The door of every route: who is calling, may they, did their own page send it, and does it fit.

A route names its row of the policy with ``@guard.allows(resource, action)``; a route without one
stops the start.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, TypeVar, cast

from flask import Flask, g, request

from gateway.access import leaving, policy
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.web.door import arrival, cookie, room
from gateway.web.door import body as bodies
from gateway.web.door.cookie import COOKIE
from gateway.web.door.language import spoken
from gateway.web.door.mark import Mark, Stream, allows, of
from gateway.web.door.parts import Parts

__all__ = [
    "COOKIE",
    "Stream",
    "actor",
    "allows",
    "body",
    "install",
    "pieces",
    "prove",
    "proven",
    "query",
    "rule",
    "source",
    "stay_out",
]

SAFE = ("GET", "HEAD", "OPTIONS")
NOBODY = Actor(id="", name="", role="public")
FORM_BYTES_MAX = 1_048_576

S = TypeVar("S")


def actor() -> Actor:
    """Who is calling; role ``public`` when nobody is signed in."""
    return cast(Actor, g.actor)


def rule() -> policy.Rule:
    """The row of the policy that let this request in."""
    return cast(policy.Rule, g.rule)


def body(shape: type[S]) -> S:
    """The body that the route's mark declared and the guard has read."""
    assert isinstance(g.body, shape)
    return g.body


def pieces() -> Iterator[bytes]:
    """The body of a route that takes it as it comes; Problem request_malformed if it breaks off."""
    return bodies.pieces(request.environ)


def query(shape: type[S]) -> S:
    """The parameters of the address that the route's mark declared."""
    assert isinstance(g.query, shape)
    return g.query


def proven() -> bool:
    """Whether a person behind a cookie has entered the password lately enough for what takes two
    people, or gives somebody more (``access.password_again_min``). A token is its own proof.
    """
    return bool(g.proven())


def prove() -> None:
    """Problem password_needed unless the password was entered lately enough."""
    if not proven():
        raise Problem("password_needed")


def stay_out() -> None:
    """Problem phone_draining where a retired phone asks for more than it may still do."""
    if actor().leaving:
        raise g.leave()


def source() -> str:
    """The address of the caller; what headers say of it counts from a listed proxy alone."""
    return cast(str, g.arrival.source)


def install(app: Flask, parts: Parts) -> None:
    """Stand before every request of the app."""

    @app.before_request
    def check() -> None:
        g.arrival = arrival.of(request, parts.settings.tls)
        g.language = parts.settings.gateway.language
        g.actor = _who(parts) or NOBODY
        g.proven = lambda: _proven(parts)
        g.leave = lambda: leaving.draining(parts.store, actor().leaving)
        known = g.actor.language if g.actor.id else g.language
        g.language = spoken(request.headers.get("Accept-Language", ""), known)
        if g.actor is not NOBODY:
            g.actor = replace(g.actor, language=g.language)  # for whoever shows them something
        if request.url_rule is None:
            return  # Flask answers 404 or 405 itself
        mark = of(app.view_functions[request.url_rule.endpoint])
        assert mark is not None, "create_app checked every route"
        g.rule = _permission(mark, parts)
        _own_page(parts.settings.tls.origin)
        _room(mark, parts)
        _read(mark, parts.settings.web.body_bytes_max)


def verify(app: Flask) -> None:
    """Refuse to start with a route that has no mark, whose mark has no row in the policy, or that
    would pass over a parameter it does not know: a filter with a slip in it must not list all.
    """
    for route in app.url_map.iter_rules():
        mark = of(app.view_functions[route.endpoint])
        if mark is None:
            raise RuntimeError(f"{route.rule}: its view needs @guard.allows(resource, action)")
        if (mark.resource, mark.action) not in policy.KNOWN:
            raise RuntimeError(
                f"{route.rule}: no role may {mark.action} {mark.resource}; add a row to"
                " gateway/access/policy.py"
            )
        if mark.query is not None and not mark.query.__struct_config__.forbid_unknown_fields:
            raise RuntimeError(
                f"{route.rule}: {mark.query.__name__} needs forbid_unknown_fields=True"
            )


def _who(parts: Parts) -> Actor | None:
    header = request.headers.get("Authorization", "")
    if header:
        scheme, _, token = header.partition(" ")
        return parts.devices.authenticate(token.strip()) if scheme.lower() == "bearer" else None
    token = cookie.value()
    return parts.sessions.actor(token) if token else None


def _proven(parts: Parts) -> bool:
    if request.headers.get("Authorization"):
        return True
    return parts.sessions.proven(cookie.value())


def _permission(mark: Mark, parts: Parts) -> policy.Rule:
    if g.actor is not NOBODY:
        may_stay = (mark.resource, mark.action) in policy.LEAVING
        if not may_stay and policy.find("public", mark.resource, mark.action) is None:
            stay_out()
        return policy.allowed(g.actor, mark.resource, mark.action)
    found = policy.find("public", mark.resource, mark.action)
    if found is None and g.arrival.local:
        found = policy.find("local", mark.resource, mark.action)
    if found is None:
        raise _why_nobody(parts)
    return found


def _why_nobody(parts: Parts) -> Problem:
    """The problem of a caller whom nobody knows: a phone is told that it was put out."""
    if "Authorization" in request.headers:
        return Problem("token_unknown")
    token = cookie.value()
    return (token and parts.sessions.put_out(token)) or Problem("not_signed_in")


def _room(mark: Mark, parts: Parts) -> None:
    if parts.room is None:
        return
    problem = room.refusal(parts.room, mark.resource, mark.action, request.method)
    if problem is not None:
        raise problem


def _own_page(own: str) -> None:
    """Refuse a change that a foreign page made a browser send. ``own`` is the one address that our
    pages have, where a site names it; on the machine itself they may have another.

    A bearer token is never sent by a browser on its own; a cookie is, and so is a sign-in form.
    """
    if request.method in SAFE or "Authorization" in request.headers:
        return
    headers = request.headers
    foreign = headers.get("Sec-Fetch-Site", "same-origin") != "same-origin"
    origin = headers.get("Origin")
    ours = (f"http://{request.host}", f"https://{request.host}")
    if own and not g.arrival.local:
        ours = (own, own)
    if origin is not None and origin not in ours:
        foreign = True
    if foreign or (cookie.value() and headers.get("X-Waystation") != "1"):
        raise Problem("request_forged")


def _read(mark: Mark, bytes_max: int) -> None:
    if mark.body is not None:
        bodies.check_media_type(
            request.headers.get("Content-Encoding", ""),
            request.headers.get("Content-Type", ""),
            mark.media_types,
        )
    if mark.query is not None:
        g.query = bodies.fit(request.args.to_dict(), mark.query, "parameter_invalid", strict=False)
    if mark.body is None or mark.streamed:
        return
    own_max = mark.bytes_max or (bytes_max if mark.raw else FORM_BYTES_MAX)
    raw = bodies.read(request.environ, mark.media_types, min(own_max, bytes_max))
    if mark.raw:
        g.body = raw
    elif isinstance(mark.body, type):
        g.body = bodies.decode(raw, mark.body)
    else:
        g.body = bodies.decode(raw, dict[str, Any])
