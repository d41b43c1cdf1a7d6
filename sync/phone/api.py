"""The routes of phones: ``POST /api/v1/push`` and ``GET /api/v1/pull``."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

import msgspec
from flask import Blueprint, g, request
from msgspec import Meta, Struct

from config.schema import SyncSettings
from gateway.kernel import ids
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from gateway.web.door.packed import packed
from sync.phone.board_shapes import Board, on_board
from sync.phone.fleet import Caller
from sync.phone.wing import Phones, Result

PROTOCOL: Final = 1
BUILD_LENGTH_MAX: Final = 80
UNSENT_DIGITS_MAX: Final = 9
BYTES_DIGITS_MAX: Final = 16

_ID: Final = {"type": "string", "format": "uuid"}
_INSTANT: Final = {"type": "string", "format": "date-time"}
OPERATION: Final[Mapping[str, object]] = {
    "title": "Operation",
    "description": "One thing a person did on a phone: a new record (data), an edit (patch against"
    " base_version, on top of base_op) or a fact (event, a CloudEvent).",
    "type": "object",
    "properties": {
        "id": _ID,
        "type": {"enum": ["record.create", "record.edit", "fact"]},
        "origin_seq": {"type": "integer", "minimum": 0},
        "at": _INSTANT,
        "revision": {"type": "integer", "minimum": 0},
        "depends_on": {"type": "array", "items": _ID},
        "kind": {"type": "string"},
        "record": _ID,
        "base_version": {"type": "integer", "minimum": 0},
        "base_op": _ID,
        "data": {"type": "object"},
        "patch": {"type": "object"},
        "event": {"type": "object"},
        "reason": {"type": "string", "maxLength": 500},
    },
    "required": ["id", "type", "origin_seq", "at"],
}
PUSH: Final[Mapping[str, object]] = {
    "title": "Push",
    "type": "object",
    "properties": {
        "origin_epoch": {"type": "string", "minLength": 1, "maxLength": 64},
        "sent_at": _INSTANT,
        "operations": {"type": "array", "items": OPERATION},
    },
    "required": ["origin_epoch", "operations"],
}


class PushResult(Struct, omit_defaults=True):
    """What an operation came to; ``result`` is the first answer's status of a duplicate,
    ``proposals`` the ids of what of it waits for a second person, ``kept_out`` the places where a
    value that ranks higher stands.
    """

    id: str
    status: str
    record: dict[str, Any] | None = None
    problem: dict[str, Any] | None = None
    blocked_by: str | None = None
    result: str | None = None
    proposals: list[str] = []
    kept_out: list[str] = []


class PushAnswer(Struct):
    """One result per operation, in the order of the request."""

    results: list[PushResult]
    server_time: str
    protocol: int


class WaitingOperation(Struct):
    """An operation in quarantine. ``content`` is the data, patch or event that was sent.

    ``unseen`` names members that are hidden from the reader, or that the kind does not know.
    """

    id: str
    type: str
    kind: str
    record: str
    revision: int
    content: dict[str, Any]
    unseen: list[str]


class Mending(Struct, forbid_unknown_fields=True):
    """A merge patch on the content of an operation, and the revision it becomes."""

    patch: dict[str, Any]
    revision: Annotated[int, Meta(ge=1)]


class PullQuery(Struct, forbid_unknown_fields=True):
    """``cursor`` as the last page gave it, empty for a first copy."""

    cursor: Annotated[str, Meta(max_length=120)] = ""
    limit: Annotated[int, Meta(ge=1, le=5000)] = 500


class PullAnswer(Struct, omit_defaults=True):
    """A page of the feed; ``complete`` is the mark that this is all there is.

    ``left`` comes with the beginning of a first copy: other phones of the caller that still hold
    unsent work as far as they said, and when that was. ``epoch`` is the life of the database: in
    another one, a phone offers again what it still has of what it sent.
    """

    upserts: list[msgspec.Raw]
    tombstones: list[dict[str, str]]
    removed: list[dict[str, str]]
    cursor: str
    more: bool
    complete: bool
    server_time: str
    protocol: int
    left: list[dict[str, object]]
    epoch: str
    checksum: dict[str, dict[str, object]] | None = None


def blueprint(phones: Phones, clock: Clock, settings: SyncSettings) -> Blueprint:
    """Routes /api/v1/push and /api/v1/pull."""
    api = Blueprint("phone", __name__, url_prefix="/api/v1")

    @api.post("/push")
    @allows(
        "sync",
        "push",
        body=PUSH,
        raw=True,
        bytes_max=settings.push_bytes_max,
        answers={200: PushAnswer},
        problems=(
            "phone_missing",
            "phone_taken",
            "protocol_unsupported",
            "push_malformed",
            "push_too_many",
        ),
        summary="What a phone did while it was away: one result per operation, each on disk",
    )
    def push() -> Any:
        caller = _caller()
        if not caller.device:
            raise Problem("phone_missing")
        results = phones.push(guard.body(bytes), caller, guard.actor())
        shown = [_shown(result, g.language) for result in results]
        return PushAnswer(shown, to_iso(clock.now_ms()), PROTOCOL)

    _pulling(api, phones, clock)
    _desk(api, phones)
    _board(api, phones)
    return api


def _pulling(api: Blueprint, phones: Phones, clock: Clock) -> None:
    @api.get("/pull")
    @allows(
        "sync",
        "pull",
        query=PullQuery,
        answers={200: PullAnswer},
        problems=(
            "protocol_unsupported",
            "cursor_malformed",
            "resync_required",
            "phone_draining",
        ),
        summary="What a phone does not have yet, in pages, with a mark and a checksum at the end",
    )
    def pull() -> Any:
        asked = guard.query(PullQuery)
        caller = _caller()
        if guard.actor().leaving:
            phones.fleet.pulled(caller)  # the desk sees how much is left
            guard.stay_out()
        page = phones.pull(caller, guard.actor(), asked.cursor, asked.limit)
        answer = PullAnswer(
            upserts=page.upserts,
            tombstones=page.tombstones,
            removed=page.removed,
            cursor=page.cursor,
            more=page.more,
            complete=not page.more,
            server_time=to_iso(clock.now_ms()),
            protocol=PROTOCOL,
            checksum=page.checksum,
            left=[] if asked.cursor else phones.fleet.left(caller),
            epoch=phones.epoch,
        )
        return packed(answer)


def _board(api: Blueprint, phones: Phones) -> None:
    @api.get("/sync/phones")
    @allows(
        "sync",
        "list",
        answers={200: Board},
        summary="Every phone as it was last heard of, those that keep silent first",
    )
    def board() -> Any:
        return Board([on_board(one) for one in phones.board()], phones.silent_days)


def _desk(api: Blueprint, phones: Phones) -> None:
    @api.get("/operations/<identity>")
    @allows(
        "quarantine",
        "list",
        answers={200: WaitingOperation},
        problems=("operation_unknown", "operation_malformed"),
        summary="What a phone sent and the gateway refused, as far as the reader may see it",
    )
    def on_desk(identity: str) -> Any:
        found = phones.on_desk(identity, guard.actor())
        sent = found.operation
        return WaitingOperation(
            sent.id, sent.type, sent.kind, sent.record, sent.revision, found.content, found.unseen
        )

    @api.post("/operations/<identity>")
    @allows(
        "quarantine",
        "resend",
        body=Mending,
        answers={200: PushResult},
        problems=("operation_unknown", "operation_malformed", "field_not_writable"),
        summary="Send a refused entry of a phone again, mended, in its author's name",
    )
    def mend(identity: str) -> Any:
        asked = guard.body(Mending)
        result = phones.mend(identity, asked.patch, asked.revision, guard.actor())
        return _shown(result, g.language)


def _caller() -> Caller:
    """The phone as its headers describe it; Problem phone_missing or protocol_unsupported.

    A request without a protocol is the oldest one's: an outbox of any older build is taken.
    """
    headers = request.headers
    protocol = _digits(headers.get("X-Waystation-Protocol", "")) or PROTOCOL
    if protocol > PROTOCOL:
        raise Problem("protocol_unsupported", found=protocol, known=PROTOCOL)
    device = headers.get("X-Waystation-Device", "") or guard.actor().device
    try:
        device = ids.to_text(ids.to_bytes(device)) if device else ""
    except ValueError as error:
        raise Problem("phone_missing") from error
    build = headers.get("X-Waystation-Build", "")[:BUILD_LENGTH_MAX]
    unsent = _digits(headers.get("X-Waystation-Unsent", ""))
    used, _, quota = headers.get("X-Waystation-Storage", "").partition("/")
    room = (_digits(used, BYTES_DIGITS_MAX), _digits(quota, BYTES_DIGITS_MAX))
    storage = (room[0], room[1]) if room[0] is not None and room[1] is not None else None
    oldest_s = _digits(headers.get("X-Waystation-Oldest", ""))
    restarts = _digits(headers.get("X-Waystation-Restarts", ""))
    identity = guard.actor().id
    return Caller(device, identity, build, protocol, unsent, storage, oldest_s, restarts)


def _digits(text: str, most: int = UNSENT_DIGITS_MAX) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= most else None


def _shown(result: Result, language: str) -> PushResult:
    settled = result.settled
    blocker = settled.answer.result.get("blocked_by")
    proposals = settled.answer.result.get("proposals")
    kept_out = settled.answer.result.get("kept_out")
    return PushResult(
        id=settled.id,
        status=settled.status,
        record=result.record,
        problem=result.problem.document(language) if result.problem else None,
        blocked_by=blocker if isinstance(blocker, str) else None,
        result=settled.answer.status if settled.status == "duplicate" else None,
        proposals=proposals if isinstance(proposals, list) else [],
        kept_out=kept_out if isinstance(kept_out, list) else [],
    )
