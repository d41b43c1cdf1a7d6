"""The journal as it grows, as server-sent events: bounded in number and in length."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec
from flask import Blueprint, Response, request

from gateway.facts import visit
from gateway.kernel.codes import gtin14
from gateway.kernel.problems import Problem
from gateway.store import cursors, journal
from gateway.store.database import Store
from gateway.web.door import cookie, guard
from gateway.web.door.body import Cursor
from gateway.web.door.guard import Stream, allows
from gateway.web.door.parts import Parts
from gateway.web.routes.journal_view import change

MEDIA_TYPE = "text/event-stream"
RECENT = 50
PAGE = 100
# How long a stream may stay silent: a reader that went away is only noticed when it is written to.
HEARTBEAT_S = 5
HIDDEN = "access."


class LiveQuery(msgspec.Struct, forbid_unknown_fields=True):
    """``after`` is the id of the last event that was seen; without it the newest few come first."""

    after: Cursor = ""


class Streams:
    """The open streams, each of which holds a thread of the server."""

    def __init__(self, streams_max: int) -> None:
        self._streams_max = streams_max
        self._lock = threading.Lock()
        self.open = 0

    def enter(self) -> None:
        """Take a place; Problem live_full."""
        with self._lock:
            if self.open >= self._streams_max:
                raise Problem("live_full", streams_max=self._streams_max)
            self.open += 1

    def leave(self) -> None:
        """Give the place back."""
        with self._lock:
            self.open -= 1


def blueprint(parts: Parts, streams: Streams) -> Blueprint:
    """The route /api/v1/live."""
    api = Blueprint("live", __name__, url_prefix="/api/v1")

    @api.get("/live")
    @allows(
        "live",
        "list",
        query=LiveQuery,
        answers={200: Stream(MEDIA_TYPE)},
        problems=("cursor_malformed", "live_full"),
        summary="The journal as it grows, as server-sent events",
    )
    def live() -> Any:
        # A browser that reconnects by itself repeats the old address; the header says where it was.
        cursor = request.headers.get("Last-Event-ID") or guard.query(LiveQuery).after
        after = _place(parts.store, cursor)
        token = cookie.value()
        welcome = _still_welcome(parts, token) if token else lambda: True
        streams.enter()
        answer = Response(_Following(parts, after, welcome).events(), content_type=MEDIA_TYPE)
        answer.call_on_close(streams.leave)
        answer.headers["X-Accel-Buffering"] = "no"
        return answer

    return api


@dataclass
class _Following:
    parts: Parts
    seq: int
    welcome: Callable[[], bool]

    def events(self) -> Iterator[bytes]:
        """Events and heartbeats until the time is up, the session ends, or the reader goes away."""
        clock = self.parts.clock
        end_ms = clock.monotonic_ms() + 1000 * self.parts.settings.web.live_seconds_max
        yield b"retry: 1000\n\n"
        while clock.monotonic_ms() < end_ms and self._goes_on():
            with self.parts.store.read() as rows:
                page = journal.page(rows, self.seq, PAGE)
            for row in page.rows:
                if not row[1].startswith(HIDDEN):
                    yield self._event(row)
            self.seq = page.seq
            if not page.more and not self._wait():
                yield b": nothing new\n\n"

    def _goes_on(self) -> bool:
        return not self.parts.ending.is_set() and self.welcome()

    def _wait(self) -> bool:
        """Wait for the next entry, in short steps so that a stop is prompt; whether one came."""
        for _ in range(HEARTBEAT_S):
            if self.parts.store.wait_beyond(self.seq, 1.0) > self.seq:
                return True
            if self.parts.ending.is_set():
                break
        return False

    def _event(self, row: tuple[Any, ...]) -> bytes:
        cursor = cursors.encode(self.parts.store.epoch, row[0])
        shown = msgspec.json.encode(self._shown(row))
        return b"id: %s\ndata: %s\n\n" % (cursor.encode(), shown)

    def _shown(self, row: tuple[Any, ...]) -> dict[str, object]:
        """One entry for the screen: facts whole but for what is personal in a visit, of a record
        only that it changed.
        """
        _, _, kind, _, device, _, _ = row
        entry: dict[str, Any] = msgspec.json.decode(journal.splice(row))
        if row[-1] is None:  # erased: that it came is all there is to show
            entry |= {"data": {}, "time": entry["received_at"]}
        entry["device_name"] = self.parts.name_of(device)
        if kind:
            entry["data"] = change(entry.get("data"))
            return entry
        entry = visit.event_seen(entry, "")
        product = self._product(entry.get("data"))
        return entry if product is None else {**entry, "product": product}

    def _product(self, data: object) -> dict[str, object] | None:
        if not isinstance(data, dict):
            return None
        # A till's own scanner sends the bare code; a fact keeps what was sent.
        gtin = data.get("gtin") or gtin14(str(data.get("text", "")))
        return self.parts.product_of(gtin) if isinstance(gtin, str) else None


def _place(store: Store, cursor: str) -> int:
    """Where to begin. What is gone from the journal is of no use on a live screen either."""
    newest = max(0, store.head - RECENT)
    if not cursor:
        return newest
    with store.read() as rows:
        epoch, low_water = store.cursor_state(rows)
    try:
        return cursors.decode(cursor, epoch, low_water=low_water)
    except Problem as problem:
        if problem.code != "resync_required":
            raise
        return newest


def _still_welcome(parts: Parts, token: str) -> Callable[[], bool]:
    # A session that ended or changed its role must not go on reading through an old stream.
    role = guard.actor().role

    def look() -> bool:
        actor = parts.sessions.actor(token)
        return actor is not None and actor.role == role

    return look
