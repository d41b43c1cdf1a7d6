"""The cookie of a session: where a browser came over TLS, under a name that no other host and no
plain HTTP can set.
"""

from typing import Any

from flask import Response, g, request

COOKIE = "ws_session"
# Browsers take such a cookie over TLS alone, from this very host, for all of it.
HOST_ONLY = "__Host-"


def name() -> str:
    """What it is called for this request."""
    return HOST_ONLY + COOKIE if g.arrival.secure else COOKIE


def value() -> str:
    """What the browser sent, empty for none."""
    return request.cookies.get(name(), "")


def put(answer: Response, token: str, life_s: int) -> None:
    """Give a browser its session."""
    answer.set_cookie(name(), token, max_age=life_s, **_attributes())


def drop(answer: Response) -> None:
    """Take it away."""
    answer.delete_cookie(name(), **_attributes())


def _attributes() -> dict[str, Any]:
    return {"path": "/", "secure": g.arrival.secure, "httponly": True, "samesite": "Strict"}
