"""Import and export as one part of the house: what the web and the command line are handed."""

import base64
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from config.schema import TransferSettings
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.transfer import problem_file
from gateway.transfer.book import Import
from gateway.transfer.exports import Exports, Format, Wish
from gateway.transfer.imports import Imports
from gateway.transfer.mapping import Layout
from gateway.transfer.worker import Worker

PIECE_BYTES: Final = 262_144
LISTED_ROWS: Final = 20

Json = dict[str, Any]


class Transfer:
    """The imports and exports of one gateway. Its commands act in the gateway's own name."""

    def __init__(self, records: Records, settings: TransferSettings, slice_ms: int) -> None:
        self.imports = Imports(records, settings, slice_ms)
        self.exports = Exports(records)
        self._clock = records.store.clock
        self._worker: Worker | None = None
        self._starting = threading.Lock()
        self._sending: dict[str, Iterator[bytes]] = {}

    def start(self) -> None:
        """Carry what waits, from now on; again it does nothing."""
        with self._starting:
            if self._worker is None:
                self._worker = Worker(self.imports)
                self._worker.start()

    def stop(self) -> None:
        """End after the present slice; what is left goes on with the next start."""
        if self._worker is not None:
            self._worker.stop()

    def commands(self) -> Mapping[str, Callable[..., object]]:
        """What the command line can ask for, by name; arguments and results are JSON."""
        return {
            "import.upload": self._upload,
            "import.find": self._find,
            "import.get": lambda identity: _told(self.imports.get(SYSTEM, identity)),
            "import.map": self._map,
            "import.check": lambda identity: self._working(self.imports.check(SYSTEM, identity)),
            "import.run": self._run,
            "import.rows": self._rows,
            "import.problems": self._problems,
            "export.begin": self._export,
            "export.read": self._read,
        }

    def _upload(self, kind: str, path: str) -> Json:
        """Take a file of this machine. Problem file_unopened."""
        try:
            with Path(path).open("rb") as file:
                pieces = iter(lambda: file.read(PIECE_BYTES), b"")
                return _told(self.imports.upload(SYSTEM, kind, path, pieces))
        except OSError as error:
            raise Problem("file_unopened", reason=error.strerror) from error

    def _find(self, kind: str, name: str) -> Json:
        """The newest import of a file that has not come to its end. Problem import_missing."""
        for one in self.imports.newest(SYSTEM):
            if one.kind == kind and one.name == Path(name).name and one.state != "done":
                return _told(one)
        raise Problem("import_missing")

    def _map(self, identity: str, layout: Json) -> Json:
        try:
            fitting = msgspec.convert(layout, Layout)
        except msgspec.ValidationError as error:
            raise Problem("layout_malformed", reason=str(error)) from error
        return _told(self.imports.map(SYSTEM, identity, fitting))

    def _run(self, identity: str, strict: bool) -> Json:
        found = self.imports.get(SYSTEM, identity)
        if found.state != "running":
            found = self.imports.run(SYSTEM, identity, strict=strict)
        return self._working(found)

    def _working(self, found: Import) -> Json:
        self.start()
        return _told(found)

    def _rows(self, identity: str, after: int, language: str) -> list[Json]:
        """Some rows with something to say, as lines of text."""
        found = self.imports.get(SYSTEM, identity)
        names = problem_file.column_names(found.layout, found.shape.header)
        return [
            {
                "row": result.row,
                "outcome": result.outcome,
                "said": problem_file.said(result.problems, names, language),
            }
            for result in self.imports.results(found, after=after, limit=LISTED_ROWS)
        ]

    def _problems(self, identity: str, language: str) -> str:
        """Start sending the rows that were not taken."""
        found = self.imports.get(SYSTEM, identity)
        return self._send(problem_file.stream(self.imports, found, language))

    def _export(self, kind: str, form: Format, search: str) -> str:
        """Start sending an export."""
        return self._send(self.exports.begin(SYSTEM, Wish(kind, form, search)).pieces)

    def _send(self, pieces: Iterator[bytes]) -> str:
        sending = ids.uuid7(self._clock.now_ms())
        self._sending[sending] = pieces
        return sending

    def _read(self, sending: str) -> str | None:
        """The next piece in base64, or None at the end."""
        piece = next(self._sending.get(sending, iter(())), None)
        if piece is None:
            self._sending.pop(sending, None)
            return None
        return base64.b64encode(piece).decode()


def _told(found: Import) -> Json:
    """An import as the command line shows it."""
    return {
        "id": found.id,
        "name": found.name,
        "state": found.state,
        "rows": found.shape.rows,
        "position": found.position,
        "counts": found.counts,
        "header": found.shape.header,
        "layout": msgspec.to_builtins(found.layout),
        "problem": found.problem.record() if found.problem else None,
    }
