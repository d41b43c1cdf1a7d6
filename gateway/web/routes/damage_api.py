"""Databases that were put aside as damaged, over HTTP: what is lost, and saying that one knows."""

from typing import Annotated, Any

from flask import Blueprint
from msgspec import Meta, Struct

from gateway.access.users import Users
from gateway.store.database import Store
from gateway.store.rescue import aside
from gateway.store.rescue.salvage import Note
from gateway.web.door import guard
from gateway.web.door.guard import allows


class Damaged(Struct):
    """A database that was put aside. ``pages_lost`` of ``pages`` cannot be read, ``rows`` were
    kept, and entries of the journal up to ``head``. ``entries_lost`` are spans of numbers, both
    ends in; ``rows_lost`` counts by table; ``records_lost`` are ids. ``confirmed_at`` is empty
    until somebody knows.
    """

    folder: str
    at: str
    reason: str
    pages: int
    pages_lost: int
    rows: int
    head: int
    entries_lost: list[tuple[int, int]]
    rows_lost: dict[str, int]
    records_lost: list[str]
    confirmed_at: str
    confirmed_by: str


class Damages(Struct):
    """Every one that lies there, the newest first."""

    damaged: list[Damaged]


class Known(Struct, forbid_unknown_fields=True):
    """The folder of the database whose losses somebody knows, as it was listed."""

    folder: Annotated[str, Meta(max_length=80)]


def blueprint(store: Store, users: Users) -> Blueprint:
    """The route /api/v1/damage."""
    api = Blueprint("damage", __name__, url_prefix="/api/v1/damage")

    def shown(note: Note) -> Damaged:
        names = {user.id: user.name for user in users.list()}
        return Damaged(
            folder=note.folder,
            at=note.at,
            reason=note.reason,
            pages=note.pages,
            pages_lost=len(note.pages_lost),
            rows=sum(note.rows.values()),
            head=note.head,
            entries_lost=note.entries_lost,
            rows_lost=note.rows_lost,
            records_lost=note.records_lost,
            confirmed_at=note.confirmed_at,
            confirmed_by=names.get(note.confirmed_by, note.confirmed_by),
        )

    @api.get("")
    @allows(
        "damage",
        "list",
        answers={200: Damages},
        summary="What was lost with each database that was put aside as damaged",
    )
    def damaged() -> Any:
        return Damages([shown(note) for note in aside.notes(store.folder)])

    @api.post("")
    @allows(
        "damage",
        "confirm",
        body=Known,
        answers={200: Damaged},
        problems=("damage_unknown", "password_needed"),
        summary="Say that one knows what is lost: the alarm ends, the files stay",
    )
    def confirm() -> Any:
        guard.prove()
        # The note lies beside the data in clear: it says who by the id.
        folder, by = guard.body(Known).folder, guard.actor().id
        return shown(aside.confirm(store.folder, folder, by, store.clock.now_ms()))

    return api
