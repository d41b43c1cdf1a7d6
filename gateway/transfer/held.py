"""Everything that is held about one customer as a ZIP, for who asks what the shop knows of them.

In it are ``held.json``, the same as a page that a person can read, and the files. All of it is what
the role sees on screen: the one way out is ``records.view``, here as there. The archive is made
while it is sent and lies nowhere.
"""

import mimetypes
import zipfile
from collections.abc import Callable, Iterator, Sequence
from io import RawIOBase
from typing import Any, Final, Protocol

import msgspec

from gateway.access.policy import allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records.records import Json, Records
from gateway.store.journal import Entry
from gateway.store.rows import Rows
from gateway.transfer import consents, held_page
from gateway.transfer.exports import Export
from gateway.transfer.layout import flat

KIND: Final = "customer"
MEDIA_TYPE: Final = "application/zip"
_PAGE: Final = 200


class Files(Protocol):
    """The attachments, as far as they are needed here."""

    def of_customer(self, actor: Actor, record: str) -> Sequence[tuple[Any, Any]]:
        """Files and what each belongs to, newest first."""

    def open(self, actor: Actor, identity: str) -> tuple[Any, Iterator[bytes]]:
        """A file and its bytes; Problem attachment_gone."""


class Held:
    """Gathers what is held about customers of one store. ``recipients`` tells who was given a
    record.
    """

    def __init__(
        self, records: Records, files: Files, recipients: Callable[[Rows, str], list[Json]]
    ) -> None:
        self._records = records
        self._files = files
        self._recipients = recipients

    def begin(self, actor: Actor, record: str) -> Export:
        """Start the export of one customer; the journal keeps who asked for whom before anything
        leaves.

        Problem not_allowed, record_missing, record_erased or record_id_malformed.
        """
        allowed(actor, KIND, "export")
        self._records.forgetting.check(record)
        found = self._records.get(actor, KIND, record)
        store = self._records.store
        said = {"kind": KIND, "id": found["id"]}
        store.write(
            lambda tx: tx.append(
                Entry(
                    id=ids.uuid7(tx.now_ms),
                    type="access.person_exported",
                    body=said,
                    actor=actor.id,
                    device=actor.device,
                )
            )
        )
        day = to_iso(store.clock.now_ms())[:10]
        name = f"held-{found['number'] or KIND}-{day}.zip"
        return Export(name, MEDIA_TYPE, self._pieces(actor, found))

    def _pieces(self, actor: Actor, found: Json) -> Iterator[bytes]:
        told = self._told(actor, found)
        kind = self._records.engine.kind(KIND)
        cells = flat.row(kind, told["record"], self._records.engine.home.currency)
        sink = _Sink()
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for one in told["files"]:
                yield from self._file(archive, sink, actor, one)
            archive.writestr("held.json", msgspec.json.format(msgspec.json.encode(told), indent=1))
            archive.writestr("index.html", held_page.page(kind, told, cells, actor.language))
            yield sink.taken()
        yield sink.taken()

    def _file(
        self, archive: zipfile.ZipFile, sink: "_Sink", actor: Actor, one: Json
    ) -> Iterator[bytes]:
        try:
            _, pieces = self._files.open(actor, one["id"])
        except Problem as problem:
            if problem.code != "attachment_gone":
                raise
            one["there"] = False  # the page says so beside its name
            return
        with archive.open(one["name"], "w", force_zip64=True) as entry:
            for piece in pieces:
                entry.write(piece)
                yield sink.taken()

    def _told(self, actor: Actor, found: Json) -> Json:
        record = str(found["id"])
        kind = self._records.engine.kind(KIND)
        history = list(self._history(actor, record))
        return {
            "made_at": to_iso(self._records.store.clock.now_ms()),
            "by": actor.name,
            "title": kind.title_of(found["data"]) or found["number"],
            "record": found,
            "history": history,
            "consents": consents.told(history),
            "recipients": self._given_to(record, found["aliases"]),
            "dealings": list(self._dealings(actor, record)),
            "files": [
                {
                    "id": one.id,
                    "name": f"files/{one.id[:16]}{mimetypes.guess_extension(one.type) or ''}",
                    "type": one.type,
                    "size": one.kept_size,
                    "purpose": link.purpose,
                    "about": link.kind,
                    "at": to_iso(link.at),
                    "there": True,
                }
                for one, link in self._files.of_customer(actor, record)
            ],
        }

    def _given_to(self, record: str, merged: Sequence[Json]) -> list[Json]:
        with self._records.store.read() as rows:
            return [
                {"record": one, **each}
                for one in (record, *(str(alias["id"]) for alias in merged))
                for each in self._recipients(rows, one)
            ]

    def _history(self, actor: Actor, record: str) -> Iterator[Json]:
        before: int | None = 0
        while before is not None:
            timeline = self._records.timeline
            page = timeline.page(actor, KIND, record, before=before, limit=_PAGE)
            yield from page["versions"]
            before = page["next"]

    def _dealings(self, actor: Actor, record: str) -> Iterator[Json]:
        after: str | None = ""
        while after is not None:
            page, after = self._records.dealings.page(actor, record, after=after, limit=_PAGE)
            yield from page


class _Sink(RawIOBase):
    """Where the archive is written to: it can only go on, and is taken away piece by piece."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """It is for nothing else."""
        return True

    def write(self, data: Any) -> int:
        """Keep some bytes until they are taken."""
        self._pieces.append(bytes(data))
        return len(self._pieces[-1])

    def taken(self) -> bytes:
        """What was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
