"""Photos and papers over HTTP: announced, sent in pieces that may break off, and shown safely."""

from typing import Annotated, Any, Literal

from flask import Blueprint, Response
from msgspec import Meta, Struct

from gateway.attachments import magic
from gateway.attachments.attachments import Announced, Attachments
from gateway.attachments.blocks import BLOCK_BYTES
from gateway.attachments.book import Attachment
from gateway.kernel.clock import to_iso
from gateway.web.door import guard
from gateway.web.door.guard import Stream, allows

BINARY = "application/octet-stream"
SIZE_MAX = 1 << 40
# Nothing in a file ever runs, whatever a browser takes it for.
POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox"

PIECE_PROBLEMS = (
    "attachment_missing", "attachment_offset", "attachment_chunk", "attachment_type_differs",
    "attachment_differs", "attachment_picture_unreadable", "attachment_picture_too_large",
    "attachment_picture_moves", "attachment_waits", "attachment_disk_low",
)  # fmt: skip


class NewAttachment(Struct, forbid_unknown_fields=True):
    """A file to bring: ``id`` is its SHA-256 in small hexadecimal digits, ``size`` in bytes;
    ``kind`` and ``record`` what it belongs to, which may still be on its way.
    """

    id: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    size: Annotated[int, Meta(ge=1, le=SIZE_MAX)]
    type: Annotated[str, Meta(max_length=60)]
    kind: Literal["customer", "visit"]
    record: Annotated[str, Meta(max_length=36)]
    purpose: Literal["photo", "card", "document"] = "photo"


class Progress(Struct):
    """How far a file has come: ``received`` is where to go on, in pieces of ``chunk_bytes``."""

    id: str
    size: int
    received: int
    complete: bool
    chunk_bytes: int


class PieceQuery(Struct, forbid_unknown_fields=True):
    """``offset`` is where the piece begins."""

    offset: Annotated[int, Meta(ge=0, le=SIZE_MAX)]


class AttachmentView(Struct):
    """A file of a customer, or of one of its visits; ``record`` is the id of either. ``id`` is the
    SHA-256 of what was sent, ``sha256`` and ``size`` are of the file as it is given out.
    """

    id: str
    sha256: str
    type: str
    size: int
    purpose: str
    kind: str
    record: str
    at: str


class AttachmentList(Struct):
    """Files, newest first."""

    attachments: list[AttachmentView]


def blueprint(attachments: Attachments) -> Blueprint:
    """Routes under /api/v1/attachments, and those of a customer."""
    api = Blueprint("attachments", __name__, url_prefix="/api/v1")
    _bringing(api, attachments)
    _showing(api, attachments)
    return api


def _bringing(api: Blueprint, attachments: Attachments) -> None:
    @api.post("/attachments")
    @allows(
        "attachment",
        "create",
        body=NewAttachment,
        answers={200: Progress},
        problems=(
            "attachment_type_refused",
            "attachment_too_large",
            "attachment_too_many",
            "attachment_disk_low",
            "record_missing",
            "record_erased",
            "record_id_malformed",
        ),
        summary="Announce a file, or hear how far it has come",
    )
    def announce() -> Any:
        new = guard.body(NewAttachment)
        about = (new.kind, new.record)
        announced = Announced(new.id, new.size, new.type, about, new.purpose)
        return _progress(attachments.announce(guard.actor(), announced))

    @api.get("/attachments/<identity>/upload")
    @allows(
        "attachment",
        "create",
        answers={200: Progress},
        problems=("attachment_missing",),
        summary="How far a file has come",
    )
    def state(identity: str) -> Any:
        return _progress(attachments.state(guard.actor(), identity))

    @api.put("/attachments/<identity>/upload")
    @allows(
        "attachment",
        "create",
        query=PieceQuery,
        body={"type": "string", "format": "binary"},
        raw=True,
        media_types=(BINARY,),
        bytes_max=BLOCK_BYTES,
        answers={200: Progress},
        problems=PIECE_PROBLEMS,
        summary="The next piece of a file; answered once it is on disk, the last once it is kept",
    )
    def piece(identity: str) -> Any:
        offset = guard.query(PieceQuery).offset
        return _progress(attachments.put(guard.actor(), identity, offset, guard.body(bytes)))


def _showing(api: Blueprint, attachments: Attachments) -> None:
    @api.get("/attachments/<identity>")
    @allows(
        "attachment",
        "read",
        answers={200: Stream(BINARY)},
        problems=("attachment_missing", "attachment_gone"),
        summary="A file, in its own media type",
    )
    def one(identity: str) -> Any:
        found, pieces = attachments.open(guard.actor(), identity)
        answer = Response(pieces, mimetype=found.type)
        name = f"{found.id[:12]}.{magic.EXTENSIONS[found.type]}"
        answer.headers["Content-Length"] = str(found.kept_size)
        answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        answer.headers["Content-Security-Policy"] = POLICY
        return answer

    @api.get("/records/customer/<identity>/attachments")
    @allows(
        "attachment",
        "list",
        answers={200: AttachmentList},
        problems=("record_missing", "record_id_malformed"),
        summary="The files of a customer and of its visits, newest first",
    )
    def of_customer(identity: str) -> Any:
        return AttachmentList(
            [
                AttachmentView(
                    one.id, one.kept_hash, one.type, one.kept_size, link.purpose, link.kind,
                    link.subject, to_iso(link.at),
                )
                for one, link in attachments.of_customer(guard.actor(), identity)
            ]
        )  # fmt: skip


def _progress(found: Attachment) -> Progress:
    return Progress(found.id, found.size, found.received, found.complete, BLOCK_BYTES)
