"""Backups for the console: what there is, one made or checked now, and the recovery sheet."""

from typing import Annotated, Any

from flask import Blueprint, g
from msgspec import Meta, Struct

from config.schema import BackupSettings
from gateway.backup import sheet
from gateway.backup.shelf import Note
from gateway.kernel import age
from gateway.kernel.problems import Problem
from gateway.web.door import guard
from gateway.web.door.guard import allows
from sync.backup.wing import BackupWing

Typed = Annotated[str, Meta(min_length=1, max_length=400)]


class BackupShown(Struct):
    """A backup. ``proved_at`` is when it last passed a check, ``problem`` what a check found;
    ``second`` whether it lies on the second medium too.
    """

    file: str
    made_at: str
    size: int
    head: int
    counts: dict[str, int]
    proved_at: str | None
    problem: dict[str, Any] | None
    second: bool


class UnderWay(Struct):
    """What is being done: ``make`` or ``check``, bytes done of about so many."""

    what: str
    done: int
    total: int


class AllBackups(Struct):
    """Every backup, the newest first. ``recipient`` is that of the recovery sheet, empty without
    one; ``trouble`` is what health says, ``second_folder`` empty without a second medium.
    """

    backups: list[BackupShown]
    recipient: str
    head_office: bool
    folder: str
    second_folder: str
    second_problem: dict[str, Any] | None
    trouble: dict[str, Any] | None
    under: UnderWay | None


class KeyAsked(Struct, forbid_unknown_fields=True):
    """``anew``: although there is a sheet already."""

    anew: bool = False


class KeyShown(Struct):
    """A recovery key, shown this once and kept nowhere: in words, and as age writes it."""

    words: list[str]
    key: str
    recipient: str


class KeyTyped(Struct, forbid_unknown_fields=True):
    """The words of a recovery sheet as somebody typed them back."""

    recipient: Typed
    words: Typed


class Wanted(Struct):
    """The job that has its turn now."""

    job: str


def blueprint(wing: BackupWing, settings: BackupSettings) -> Blueprint:
    """Routes under /api/v1/backups."""
    api = Blueprint("backups", __name__, url_prefix="/api/v1/backups")

    @api.get("")
    @allows(
        "backup",
        "list",
        answers={200: AllBackups},
        summary="The backups that there are, and whether they are good",
    )
    def listed() -> Any:
        return _all(wing, settings, g.language)

    @api.post("")
    @allows(
        "backup",
        "run",
        answers={202: Wanted},
        problems=("backup_no_key",),
        summary="Make a backup now",
    )
    def make() -> Any:
        wing.make_soon(guard.actor().name)
        return Wanted("backup"), 202

    @api.post("/<file>/check")
    @allows(
        "backup",
        "run",
        answers={202: Wanted},
        problems=("backup_missing",),
        summary="Open a backup and check all of it now",
    )
    def check(file: str) -> Any:
        wing.check_soon(file, guard.actor().name)
        return Wanted("backup check"), 202

    _key(api, wing)
    return api


def _key(api: Blueprint, wing: BackupWing) -> None:
    @api.post("/key")
    @allows(
        "backup",
        "update",
        body=KeyAsked,
        answers={200: KeyShown},
        problems=("backup_key_exists", "password_needed"),
        summary="Draw a recovery key for a new sheet; nothing of it is kept",
    )
    def draw() -> Any:
        if not guard.proven():
            raise Problem("password_needed")
        secret = wing.backups.keys.draw(anew=guard.body(KeyAsked).anew)
        return KeyShown(sheet.words(secret), secret, age.recipient_of(secret))

    @api.put("/key")
    @allows(
        "backup",
        "update",
        body=KeyTyped,
        answers={204: None},
        problems=(
            "backup_key_differs",
            "backup_key_malformed",
            "backup_word_wrong",
            "backup_words_count",
        ),
        summary="Prove a recovery sheet by typing it back: backups open with it from then on",
    )
    def prove() -> Any:
        typed = guard.body(KeyTyped)
        wing.backups.keys.prove(typed.recipient, typed.words)
        return "", 204


def _all(wing: BackupWing, settings: BackupSettings, language: str) -> AllBackups:
    backups = wing.backups
    others = {note.file for note in backups.second.notes()} if backups.second else set()
    under, trouble, second = backups.under, backups.trouble(), backups.second_problem
    return AllBackups(
        backups=[_shown(note, note.file in others, language) for note in backups.shelf.notes()],
        recipient=backups.keys.recovery(),
        head_office=bool(settings.head_office),
        folder=str(backups.shelf.folder),
        second_folder=settings.second_folder,
        second_problem=second.document(language) if second else None,
        trouble=trouble.document(language) if trouble else None,
        under=UnderWay(under.what, under.done, under.total) if under else None,
    )


def _shown(note: Note, second: bool, language: str) -> BackupShown:
    problem = Problem.from_record(note.problem).document(language) if note.problem else None
    return BackupShown(
        file=note.file,
        made_at=note.made_at,
        size=note.size,
        head=note.head,
        counts=note.counts,
        proved_at=note.proved_at or None,
        problem=problem,
        second=second,
    )
