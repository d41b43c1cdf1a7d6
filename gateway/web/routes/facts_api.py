"""Facts in and the journal out.

``POST /api/v1/facts`` is also served by the capture lane in front of this application, for speed;
this route is the documented one, and both hand the same bytes to the same ``Facts.accept``.
"""

from collections.abc import Sequence
from typing import Annotated, Any
from urllib.parse import urlencode

from flask import Blueprint, Response, g, request
from msgspec import Meta, Struct

from gateway.access.policy import CLASSES
from gateway.facts import binary_mode
from gateway.facts.types import DATA_TYPES
from gateway.store import cursors, journal
from gateway.store.pages import Spliced, spliced
from gateway.store.rows import Rows
from gateway.web.door import guard
from gateway.web.door.body import JSON, Cursor
from gateway.web.door.guard import allows
from gateway.web.door.mark import VALUE
from gateway.web.door.parts import Parts
from gateway.web.routes import journal_events
from gateway.web.routes.journal_view import line

MEDIA_TYPES = (JSON, "application/cloudevents+json", "application/cloudevents-batch+json")
PAGE_MAX = 1_000
TYPES_MAX = 50

EVENT: dict[str, object] = {
    "title": "CloudEvent",
    "description": "A CloudEvent 1.0. Its type is one of: " + ", ".join(sorted(DATA_TYPES)) + ".",
    "type": "object",
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "minLength": 1, "maxLength": 200},
        "source": {"type": "string", "minLength": 1, "maxLength": 400},
        "type": {"type": "string", "minLength": 1, "maxLength": 100},
        "time": {"type": "string", "format": "date-time"},
        "subject": {"type": "string", "maxLength": 200},
        "data": {"type": "object", "additionalProperties": VALUE},
    },
    "required": ["specversion", "id", "source", "type"],
    "additionalProperties": VALUE,
}
EVENTS: dict[str, object] = {"anyOf": [EVENT, {"type": "array", "items": EVENT}]}


class FactResult(Struct, omit_defaults=True):
    """What became of one event; ``status`` is stored, duplicate, quarantined or refused."""

    id: str
    status: str
    seq: int | None = None
    problem: dict[str, Any] | None = None


class FactResults(Struct):
    """One result per event, in the order of the request."""

    results: list[FactResult]


class JournalQuery(Struct, forbid_unknown_fields=True):
    """``after`` is a cursor from an earlier page, ``types`` a list with commas."""

    after: Cursor = ""
    limit: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = 100
    types: Annotated[str, Meta(max_length=2000)] = ""


class JournalEntry(Struct):
    """An entry: its place, and the event or the change as it was stored."""

    seq: int
    device: str
    received_at: str


class JournalPage(Struct):
    """Entries after a cursor; ask again with ``cursor`` while there is ``more``."""

    entries: list[JournalEntry]
    cursor: str
    more: bool


def blueprint(parts: Parts) -> Blueprint:
    """Routes /api/v1/facts and /api/v1/journal."""
    api = Blueprint("facts", __name__, url_prefix="/api/v1")

    @api.post("/facts")
    @allows(
        "fact",
        "create",
        body=EVENTS,
        raw=True,
        media_types=MEDIA_TYPES,
        answers={200: FactResults},
        problems=("facts_too_many", "event_malformed"),
        summary="Store facts: a CloudEvent, in binary mode too, or an array; answered once on disk",
    )
    def facts() -> Any:
        raw, headers = guard.body(bytes), request.headers
        if binary_mode.is_binary(headers.get("Content-Type", ""), headers.get(binary_mode.MARK)):
            raw = binary_mode.structured(headers.items(), raw)
        results = parts.facts.accept(raw, guard.actor())
        return {"results": [result.document(g.language) for result in results]}

    @api.get("/journal")
    @allows(
        "journal",
        "list",
        query=JournalQuery,
        answers={200: JournalPage},
        problems=("cursor_malformed", "resync_required"),
        summary="The journal after a cursor, for the ERP and for audits",
    )
    def entries() -> Any:
        asked = guard.query(JournalQuery)
        types = [name for name in asked.types.split(",") if name][:TYPES_MAX]
        with parts.store.read() as rows:
            epoch, low_water = parts.store.cursor_state(rows)
            after = cursors.decode(asked.after, epoch, low_water=low_water)
            page = _page(rows, after, asked.limit, types)
        if journal_events.wanted(request.headers.get("Accept", "")):
            return _batch(page, cursors.encode(epoch, page.seq))
        cursor = cursors.encode(epoch, page.seq).encode()
        more = b"true" if page.more else b"false"
        content = b'{"entries":[%b],"cursor":"%b","more":%b}' % (page.content, cursor, more)
        return Response(content, mimetype=JSON)

    return api


def _batch(page: Spliced, cursor: str) -> Response:
    """A page as CloudEvents, its cursor in a link to the next (RFC 8288)."""
    query = urlencode({**request.args, "after": cursor})
    headers = {"Link": f'<{request.path}?{query}>; rel="{"next" if page.more else "self"}"'}
    return Response(
        journal_events.batch(page.content), mimetype=journal_events.BATCH, headers=headers
    )


def _page(rows: Rows, after: int, limit: int, types: Sequence[str]) -> Spliced:
    """Stored bytes for whoever may see every class of field; else each entry through its view."""
    if guard.rule().clear >= frozenset(CLASSES):
        return spliced(rows, after, limit, types)
    page = journal.page(rows, after, limit, types)
    if not page.rows:
        return Spliced(b"", page.seq, page.more)
    sql = "SELECT seq, actor FROM journal WHERE seq BETWEEN ? AND ?"
    actors = dict(rows.tuples(sql, (page.rows[0][0], page.rows[-1][0])))
    lines = [line(row, actors[row[0]], guard.rule().clear) for row in page.rows]
    return Spliced(b",".join(lines), page.seq, page.more)
