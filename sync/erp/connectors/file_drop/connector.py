"""Files as a connector: a batch is put down whole, and answered whole.

A batch that is pushed again makes the same files under the same names. Which of them were put down
is kept beside them, so that a file which somebody took away is not put there a second time.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from config.schema import FileDropSettings
from gateway.facts.types import DATA_TYPES
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from sync.erp.connector import Entry
from sync.erp.connectors.file_drop import answers
from sync.erp.connectors.file_drop.place import Folder, Place
from sync.erp.connectors.file_drop.tables import Made, made
from sync.erp.receipt import Receipt


class FileDrop:
    """Puts batches into a folder, here or at an SFTP server."""

    name = "file_drop"

    def __init__(self, settings: FileDropSettings, timeout_s: float) -> None:
        self.takes: tuple[str, ...] = settings.takes or (*KINDS, *sorted(DATA_TYPES))
        self._settings = settings
        self._timeout_s = timeout_s

    def probe(self) -> str:
        """Where files go; Trouble when nothing can be put there."""
        place = self._place()
        try:
            place.marks()
            return f"Files in {place.about()}"
        finally:
            place.close()

    def push(self, entries: Sequence[Entry]) -> Iterator[Receipt]:
        """One receipt per entry."""
        yield from self.push_whole(entries)

    def push_whole(self, entries: Sequence[Entry]) -> Sequence[Receipt]:
        """Receipts of a whole batch: all of them, or those of the answers that are there.

        Problem drop_answer for an answer that cannot be read; Trouble.
        """
        files = made(self.name, entries, self._settings.format)
        place = self._place()
        try:
            known = place.marks()
            receipts: list[Receipt] = []
            for file in files:
                if file.name not in known:
                    place.put(file.name, file.content)
                receipts += self._answered(place, file, is_known=file.name in known)
            for name in known - {file.name for file in files}:
                place.forget(name)  # of a batch that is done
            return receipts
        finally:
            place.close()

    def tidy(self) -> None:
        """Nothing is done there that nobody waited for."""

    def _answered(self, place: Place, file: Made, *, is_known: bool) -> list[Receipt]:
        if not self._settings.answers:
            status = "duplicate" if is_known else "accepted"
            return [Receipt(seq, status) for seq in file.seqs]  # type: ignore[arg-type]
        names = [file.answer(ending) for ending in ("csv", "jsonl")]
        found = [(name, place.read(name)) for name in names]
        told = [
            one
            for name, content in found
            if content
            for one in answers.receipts(file, name, content)
        ]
        first: dict[int, Receipt] = {}
        for receipt in told:
            first.setdefault(receipt.seq, receipt)
        return list(first.values())

    def _place(self) -> Place:
        if not self._settings.sftp_host:
            return Folder(Path(self._settings.folder))
        try:
            from sync.erp.connectors.file_drop.sftp import Sftp  # noqa: PLC0415 (an optional extra)
        except ImportError as error:
            raise Problem("drop_package") from error
        return Sftp(self._settings, self._timeout_s)
