"""Bringing files piece by piece, and giving them out.

A file is announced with its SHA-256, which is its id: the answer says how far it has come, wherever
it broke off, and one that is here already is not sent again. Its last piece is acknowledged once
all the bytes have that hash and what is kept of them is on the disk. What is never completed is
forgotten after some days.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from config.schema import AttachmentSettings
from gateway.attachments import book, magic
from gateway.attachments.blocks import BLOCK_BYTES
from gateway.attachments.book import Attachment, Link
from gateway.attachments.files import Files, Kept
from gateway.attachments.sight import Sight
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import queries
from gateway.records.records import Records
from gateway.records.rows import aliases, erasures, heads
from gateway.records.rows.erasures import Erasure
from gateway.store.database import Store
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

DAY_MS: Final = 86_400_000
DAY_S: Final = 86_400
MIB: Final = 1_048_576
_SLICE: Final = 200
_LOCKS: Final = 32
# What was sent is nothing that can be kept, however often its end is sent.
_ANEW: Final = (
    "attachment_differs", "attachment_picture_unreadable", "attachment_picture_too_large",
    "attachment_picture_moves",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Announced:
    """What somebody means to bring: ``id`` is the SHA-256 of it in hexadecimal, ``size`` in bytes,
    ``about`` a customer or a visit by its id.
    """

    id: str
    size: int
    type: str
    about: tuple[str, str]
    purpose: str


class Attachments:
    """The attachments of one store."""

    def __init__(self, records: Records, settings: AttachmentSettings) -> None:
        self._records = records
        self._store: Store = records.store
        self._settings = settings
        self._files = Files(records.store.folder, records.store.keyring, settings)
        # One process owns the folder: two who bring the same file take turns here.
        self._locks = [threading.Lock() for _ in range(_LOCKS)]
        # Of an erased record the book forgets at once, and the disk right after it.
        records.forgetting.also(_forget, self.clean)

    def jobs(self) -> list[tuple[str, int, Callable[[], object]]]:
        """What is to be done by the clock: a name, the pause in seconds, the call."""
        return [("attachments", DAY_S, self.clean)]

    def announce(self, actor: Actor, new: Announced) -> Attachment:
        """Begin to bring a file, or hear how far it has come.

        Problem attachment_type_refused, attachment_too_large, attachment_too_many,
        attachment_disk_low, or record_missing or record_erased for what it is about.
        """
        self._check(new)
        kind, subject = new.about
        about = (kind, ids.key(subject, "record_id_malformed"))
        file = _key(new.id)
        with self._store.read() as rows:
            erasures.refuse(rows, subject)
            if not Sight(rows, self._records.engine.kinds, actor).allows(kind, subject):
                raise Problem("record_missing")
            most, mine = self._settings.unfinished_max, book.is_brought_by(rows, file, actor.id)
            if not mine and book.unfinished_of(rows, actor.id, most) >= most:
                raise Problem("attachment_too_many", count_max=most)
        key_id = self._files.newest_key()

        def work(tx: Tx) -> Attachment:
            known = book.find(tx, file)
            if known is None or not (known.complete or _same(known, new)):
                book.start(tx, file, new.size, new.type, key_id)
            book.link(tx, file, about, new.purpose, actor.id)
            found = book.find(tx, file)
            assert found is not None
            return found

        with self._lock(new.id):
            return self._store.write(work)

    def _check(self, new: Announced) -> None:
        if new.type not in self._settings.types:
            raise Problem("attachment_type_refused", names=", ".join(self._settings.types))
        if new.size > self._settings.size_bytes_max:
            raise Problem("attachment_too_large", bytes_max=self._settings.size_bytes_max)
        self._check_room()

    def _check_room(self) -> None:
        if self._files.free_bytes() < self._settings.disk_free_mib_min * MIB:
            raise Problem("attachment_disk_low")

    def state(self, actor: Actor, identity: str) -> Attachment:
        """How far a file has come; Problem attachment_missing for what the actor did not bring."""
        with self._store.read() as rows:
            file = _key(identity)
            found = book.find(rows, file)
            if found is None or not book.is_brought_by(rows, file, actor.id):
                raise Problem("attachment_missing")
        return found

    def put(self, actor: Actor, identity: str, offset: int, chunk: bytes) -> Attachment:
        """The next bytes of a file, on the disk when this returns.

        Problem attachment_offset with the right one in ``received``, attachment_chunk when it is
        not as long as it has to be, attachment_type_differs when these are not bytes of that type.
        With the last ones attachment_differs when they are not those of that hash, or
        attachment_picture_unreadable, attachment_picture_too_large or attachment_picture_moves:
        then it begins anew; attachment_waits: the last ones have to be sent again.
        """
        with self._lock(identity):
            found = self.state(actor, identity)
            if found.complete:
                return found
            if offset != found.received:
                raise Problem("attachment_offset", received=found.received)
            expected = min(BLOCK_BYTES, found.size - offset)
            if len(chunk) != expected:
                raise Problem("attachment_chunk", expected=expected)
            if offset == 0 and magic.media_type(chunk[: magic.HEAD_BYTES]) != found.type:
                raise Problem("attachment_type_differs", type=found.type)
            self._check_room()
            self._files.put(found, offset, chunk)
            return self._advance(found, offset + len(chunk))

    def _advance(self, found: Attachment, received: int) -> Attachment:
        file = _key(found.id)
        kept = self._keep(found) if received == found.size else None

        def work(tx: Tx) -> Attachment:
            book.advance(tx, file, received)
            if kept:
                book.complete(tx, file, kept.hash, kept.size)
            now = book.find(tx, file)
            if now is None:  # forgotten meanwhile: nobody had gone on with it for days
                raise Problem("attachment_missing")
            return now

        now = self._store.write(work)
        if kept:
            self._files.arrived(found.id)
        return now

    def _keep(self, found: Attachment) -> Kept:
        try:
            return self._files.keep(found)
        except Problem as problem:
            if problem.code in _ANEW:
                self._store.write(lambda tx: book.advance(tx, _key(found.id), 0))
                self._files.arrived(found.id)
            raise

    def open(self, actor: Actor, identity: str) -> tuple[Attachment, Iterator[bytes]]:
        """A file and its bytes, piece by piece.

        Problem attachment_missing (also for whoever may not see it) or attachment_gone.
        """
        file = _key(identity)
        with self._store.read() as rows:
            found = book.find(rows, file)
            if found is None or not found.complete:
                raise Problem("attachment_missing")
            sight = Sight(rows, self._records.engine.kinds, actor)
            if not any(sight.sees(link) for link in book.links(rows, file)):
                raise Problem("attachment_missing")
        return found, self._files.read(found)

    def of_customer(self, actor: Actor, record: str) -> Sequence[tuple[Attachment, Link]]:
        """The newest complete files of a customer, of those merged into it, and of their visits.

        Problem record_missing or record_id_malformed.
        """
        engine = self._records.engine
        with self._store.read() as rows:
            head = queries.get(rows, engine.kind("customer"), actor, record)
            below = aliases.below(rows, [head.id]).get(head.id, [])
            keys = [heads.key(one) for one in (head.id, *(alias.id for alias in below))]
            sight = Sight(rows, engine.kinds, actor)
            found = book.of_customer(rows, keys)
            return [(one, link) for one, link in found if sight.sees(link)]

    def clean(self) -> None:
        """Forget uploads that nobody has gone on with, and files that no book knows."""
        before_ms = self._store.clock.now_ms() - self._settings.unfinished_days * DAY_MS
        # Listed before the book is read: a file is in the book before it is on the disk.
        kept, arriving = self._files.kept(), self._files.arriving()
        while gone := self._store.write(lambda tx: book.forget_stale(tx, before_ms, _SLICE)):
            for file in gone:
                self._drop(file)
        with self._store.read() as rows:
            stray = {file for file in kept if not _is_known(rows, file)}
            stray |= {file for file in arriving if not _is_awaited(rows, file)}
        for file in stray:
            self._drop(file)

    def _drop(self, file: str) -> None:
        with self._lock(file), self._store.read() as rows:
            if not _is_known(rows, file):
                self._files.drop(file)
            elif not _is_awaited(rows, file):  # it was about to go when the gateway ended
                self._files.arrived(file)

    def _lock(self, identity: str) -> threading.Lock:
        return self._locks[hash(identity) % _LOCKS]


def _forget(tx: Tx, erased: Sequence[Erasure]) -> None:
    book.unlink(tx, ((one.kind, heads.key(one.record)) for one in erased))


def _is_known(rows: Rows, file: str) -> bool:
    """Whether the book has what a name on the disk says; a name that is no id is left alone."""
    try:
        return book.find(rows, _key(file)) is not None
    except Problem:
        return True


def _is_awaited(rows: Rows, file: str) -> bool:
    """Whether a name on the disk is that of a file that is not complete, or no id."""
    try:
        found = book.find(rows, _key(file))
    except Problem:
        return True
    return found is not None and not found.complete


def _same(known: Attachment, new: Announced) -> bool:
    return (known.size, known.type) == (new.size, new.type)


def _key(identity: str) -> bytes:
    """32 bytes of an id; Problem attachment_missing for what is none."""
    try:
        raw = bytes.fromhex(identity)
    except ValueError as error:
        raise Problem("attachment_missing") from error
    if len(identity) != 64 or len(raw) != 32 or identity != identity.lower():
        raise Problem("attachment_missing")
    return raw
