"""The kept files of imports: written once, sealed, and opened as tables."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.schema import TransferSettings
from gateway.records.model.kind import Kind
from gateway.records.records import Records
from gateway.transfer.formats import table
from gateway.transfer.formats.table import Asked, Table
from gateway.transfer.keeping import sealed_file
from gateway.transfer.keeping.book import Import

FOLDER: Final = "uploads"


class Files:
    """The files of one store, by the ids of their imports."""

    def __init__(self, records: Records, settings: TransferSettings) -> None:
        self._records = records
        self._keyring = records.store.keyring
        self._settings = settings
        self._folder = records.store.folder / FOLDER

    def keep(self, identity: str, chunks: Iterable[bytes]) -> int:
        """Write a new one; how many bytes it has. Problem file_too_large: nothing is kept then."""
        limit = self._settings.upload_bytes_max
        return sealed_file.write(self._path(identity), self._keyring, chunks, limit)

    def delete(self, identity: str) -> None:
        """Delete one; again it does nothing."""
        self._path(identity).unlink(missing_ok=True)

    @contextmanager
    def opened(self, found: Import) -> Iterator[Table]:
        """The file of an import with its shape. Problem file_gone."""
        engine = self._records.engine
        kind = engine.kind(found.kind)
        with sealed_file.open_file(self._path(found.id), self._keyring) as file:
            yield Table(file, kind, engine.home.currency, found.shape)

    @contextmanager
    def inspected(self, identity: str, kind: Kind, asked: Asked) -> Iterator[Table]:
        """A file whose shape is found out, as far as nobody says it."""
        currency = self._records.engine.home.currency
        with sealed_file.open_file(self._path(identity), self._keyring) as file:
            yield table.inspect(file, kind, currency, asked, self._settings.rows_max)

    def samples(self, found: Import, count: int) -> list[list[str]]:
        """The first rows of a file, as wide as its head; empty once it is deleted."""
        if not found.kept:
            return []
        with self.opened(found) as opened:
            width = len(found.shape.header)
            rows = [[*row.cells][:width] for row in opened.samples(count)]
        return [[cell[:200] for cell in row] + [""] * (width - len(row)) for row in rows]

    def _path(self, identity: str) -> Path:
        return self._folder / f"{identity}.sealed"
