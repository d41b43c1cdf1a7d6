"""What happened to goods, for partners: the query interface of EPCIS 2.0, its part for events.

What is offered: ``GET /events`` with the filters below, page by page in the order of the journal.
There is no capture interface: facts come in as facts.
"""

from collections.abc import Mapping
from typing import Annotated, Any
from urllib.parse import quote, urlencode

import msgspec
from flask import Blueprint, Response, request
from msgspec import Meta, Struct, field

from gateway.facts import epcis
from gateway.facts.epcis_uris import Places
from gateway.kernel import clock
from gateway.kernel.problems import Problem
from gateway.store import cursors, journal
from gateway.store.journal import Page
from gateway.store.rows import Rows
from gateway.web.door import guard
from gateway.web.door.body import JSON, Cursor
from gateway.web.door.guard import allows
from gateway.web.door.parts import Parts

PAGE_MAX = 1_000
HEADERS = {
    "GS1-EPCIS-Version": "2.0.0",
    "GS1-CBV-Version": "2.0.0",
    "GS1-EPC-Format": "Always_GS1_Digital_Link",
    "GS1-CBV-XML-Format": "Never_Translates",
}

Instant = Annotated[str, Meta(max_length=40)]
Words = Annotated[str, Meta(max_length=400)]
_encoder = msgspec.json.Encoder(decimal_format="number")


class EventQuery(Struct, forbid_unknown_fields=True):
    """The names are those of the standard; several values of one stand behind each other with
    commas. ``nextPageToken`` is out of the ``Link`` of the page before.
    """

    event_type: Words = field(default="", name="eventType")
    from_event: Instant = field(default="", name="GE_eventTime")
    before_event: Instant = field(default="", name="LT_eventTime")
    from_record: Instant = field(default="", name="GE_recordTime")
    before_record: Instant = field(default="", name="LT_recordTime")
    steps: Words = field(default="", name="EQ_bizStep")
    per_page: Annotated[int, Meta(ge=1, le=PAGE_MAX)] = field(default=100, name="perPage")
    token: Cursor = field(default="", name="nextPageToken")


class EventPage(Struct, rename={"context": "@context", "creation_date": "creationDate"}):
    """An EPCISQueryDocument; the events stand in ``epcisBody.queryResults.resultsBody``."""

    context: list[str]
    type: str
    schemaVersion: str  # noqa: N815 (the standard's name)
    creation_date: str
    epcisBody: dict[str, Any]  # noqa: N815


def blueprint(parts: Parts) -> Blueprint:
    """Route /api/v1/epcis/events."""
    api = Blueprint("epcis", __name__, url_prefix="/api/v1/epcis")
    told = parts.settings.epcis
    places = Places(told.location, told.read_point, told.vocabulary)

    @api.get("/events")
    @allows(
        "epcis",
        "list",
        query=EventQuery,
        answers={200: EventPage},
        problems=("cursor_malformed", "resync_required", "epcis_query"),
        summary="What happened to goods, as EPCIS 2.0 events in the order of the journal",
    )
    def events() -> Any:
        asked = guard.query(EventQuery)
        wanted = _Wanted(asked)
        with parts.store.read() as rows:
            epoch, low_water = parts.store.cursor_state(rows)
            after = cursors.decode(asked.token, epoch, low_water=low_water)
            page = journal.page(rows, after, asked.per_page, epcis.TYPES)
            entries = [msgspec.json.decode(journal.splice(row)) for row in page.rows]
            told = [one for each in entries for one in _events(rows, each, places)]
        found = [one for one in told if wanted.has(one)]
        body = epcis.answer(found, clock.to_iso(parts.clock.now_ms()))
        return Response(_encoder.encode(body), mimetype=JSON, headers=_headers(page, epoch))

    return api


def _events(rows: Rows, entry: Mapping[str, Any], places: Places) -> list[dict[str, Any]]:
    identity = epcis.taken_back(entry)
    row = journal.one(rows, identity) if identity else None
    return epcis.events(entry, places, msgspec.json.decode(journal.splice(row)) if row else None)


def _headers(page: Page, epoch: str) -> dict[str, str]:
    """The page behind this one, where there is one (RFC 8288); its place does not expire."""
    if not page.more:
        return HEADERS
    kept = {name: value for name, value in request.args.items() if name != "nextPageToken"}
    query = urlencode({**kept, "nextPageToken": cursors.encode(epoch, page.seq)}, quote_via=quote)
    return {**HEADERS, "Link": f'<{request.path}?{query}>; rel="next"'}


class _Wanted:
    """What a query asks for; Problem epcis_query for what is no instant or no type of event."""

    def __init__(self, asked: EventQuery) -> None:
        types = [name for name in asked.event_type.split(",") if name]
        if any(name not in epcis.EVENT_TYPES for name in types):
            raise Problem("epcis_query", pointer="/eventType", name="eventType")
        self._none = bool(types) and epcis.OBJECT_EVENT not in types
        self._steps = {name.rpartition("BizStep-")[2] for name in asked.steps.split(",") if name}
        self._bounds = [
            ("eventTime", _instant(asked.from_event, "GE_eventTime"), True),
            ("eventTime", _instant(asked.before_event, "LT_eventTime"), False),
            ("recordTime", _instant(asked.from_record, "GE_recordTime"), True),
            ("recordTime", _instant(asked.before_record, "LT_recordTime"), False),
        ]

    def has(self, event: Mapping[str, Any]) -> bool:
        """Whether an event is asked for."""
        if self._none or (self._steps and event.get("bizStep") not in self._steps):
            return False
        return all(
            bound is None or (clock.from_iso(event[name]) >= bound) == reaches_up
            for name, bound, reaches_up in self._bounds
        )


def _instant(text: str, name: str) -> int | None:
    try:
        # A plus in an address that was not written as %2B arrives as a blank.
        return clock.from_iso(text.replace(" ", "+")) if text else None
    except (ValueError, OverflowError) as error:
        raise Problem("epcis_query", pointer=f"/{name}", name=name) from error
