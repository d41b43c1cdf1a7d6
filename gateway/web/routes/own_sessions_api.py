"""Everybody's own sessions at desks: seen, and ended."""

from typing import Any

from flask import Blueprint
from msgspec import Struct

from gateway.kernel.clock import to_iso
from gateway.web.door import cookie, guard
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts


class OwnSession(Struct):
    """A session at a desk; ``browser`` in a word or two, ``here`` is the one that asks."""

    id: str
    browser: str
    started_at: str
    last_seen_at: str
    here: bool


class OwnSessions(Struct):
    """The living ones, newest first."""

    sessions: list[OwnSession]


def blueprint(parts: Parts) -> Blueprint:
    """Routes under /api/v1/sessions."""
    api = Blueprint("own_sessions", __name__, url_prefix="/api/v1")

    @api.get("/sessions")
    @allows("session", "list", answers={200: OwnSessions}, summary="The own sessions at desks")
    def own_sessions() -> Any:
        found = parts.sessions.at_desks(guard.actor(), cookie.value())
        return OwnSessions(
            [
                OwnSession(
                    one.id, one.browser, to_iso(one.started_at), to_iso(one.seen_at), one.here
                )
                for one in found
            ]
        )

    @api.delete("/sessions")
    @allows("session", "delete", answers={204: None}, summary="End all others of the own sessions")
    def end_others() -> Any:
        parts.sessions.end_others(guard.actor(), cookie.value())
        return "", 204

    @api.delete("/sessions/<identity>")
    @allows(
        "session",
        "delete",
        answers={204: None},
        problems=("session_unknown",),
        summary="End one of the own sessions at desks",
    )
    def end_one(identity: str) -> Any:
        parts.sessions.end_one(guard.actor(), identity)
        return "", 204

    return api
