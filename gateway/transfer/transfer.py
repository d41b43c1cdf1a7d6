"""Import and export as one part of the house: what the web and the command line are handed."""

import base64
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from config.schema import TransferSettings
from gateway.access.policy import allowed
from gateway.access.users import Users
from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.records.records import Records
from gateway.transfer import problem_file
from gateway.transfer.exports import Exports, Format, Wish
from gateway.transfer.imports import Imports
from gateway.transfer.keeping import entitled
from gateway.transfer.keeping.book import Import
from gateway.transfer.layout.mapping import Layout
from gateway.transfer.worker import Worker

PIECE_BYTES: Final = 262_144
LISTED_ROWS: Final = 20
_UNFINISHED: Final = ("uploaded", "checking", "checked", "running", "stopped", "failed")
_TO_UNDO: Final = ("done", "stopped", "undoing", "halted")

Json = dict[str, Any]


class Transfer:
    """The imports and exports of one gateway.

    Its commands act in the gateway's own name, or in that of a user who is named.
    """

    def __init__(
        self, records: Records, settings: TransferSettings, slice_ms: int, users: Users
    ) -> None:
        self._present = entitled.of_people(users)
        self._users = users
        self.imports = Imports(records, settings, slice_ms, present=self._present)
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
        """What the command line can ask for, by name; arguments and results are JSON.

        ``by`` is the name of the user who does it, empty for the gateway itself.
        """
        imports = self.imports
        return {
            "import.upload": self._upload,
            "import.find": self._find,
            "import.get": lambda identity, by: _told(imports.get(self._actor(by), identity)),
            "import.map": self._map,
            "import.check": self._check,
            "import.run": self._run,
            "import.undo": self._undo,
            "import.rows": self._rows,
            "import.problems": self._problems,
            "import.warnings": self._warnings,
            "export.begin": self._export,
            "export.read": lambda sending, **_: self._read(sending),
        }

    def _actor(self, by: str) -> Actor:
        """Who gives a command. Problem user_unknown, import_left or not_allowed."""
        if not by:
            return SYSTEM
        actor = self._present(self._users.named(by).actor())
        allowed(actor, "import", "update")
        return actor

    def _upload(self, kind: str, path: str, by: str) -> Json:
        """Take a file of this machine. Problem file_unopened."""
        actor = self._actor(by)
        try:
            with Path(path).open("rb") as file:
                pieces = iter(lambda: file.read(PIECE_BYTES), b"")
                return _told(self.imports.upload(actor, kind, path, pieces))
        except OSError as error:
            raise Problem("file_unopened", reason=error.strerror) from error

    def _find(self, kind: str, name: str, done: bool, by: str) -> Json:
        """The newest import of a file: one with something to undo, or one that is not at its end.

        Problem import_missing.
        """
        wanted = _TO_UNDO if done else _UNFINISHED
        for one in self.imports.newest(self._actor(by)):
            if one.kind == kind and one.name == Path(name).name and one.state in wanted:
                return _told(one)
        raise Problem("import_missing")

    def _map(self, identity: str, layout: Json, by: str) -> Json:
        try:
            fitting = msgspec.convert(layout, Layout)
        except msgspec.ValidationError as error:
            raise Problem("layout_malformed", reason=str(error)) from error
        return _told(self.imports.map(self._actor(by), identity, fitting))

    def _check(self, identity: str, for_shop: bool, by: str) -> Json:
        actor = self._actor(by)
        return self._working(self.imports.check(actor, identity, for_shop=for_shop))

    def _run(self, identity: str, strict: bool, by: str) -> Json:
        found = self.imports.get(self._actor(by), identity)
        if found.state != "running":
            found = self.imports.run(self._actor(by), identity, strict=strict)
        return self._working(found)

    def _undo(self, identity: str, by: str) -> Json:
        found = self.imports.get(self._actor(by), identity)
        if found.state != "undoing":
            found = self.imports.undo(self._actor(by), identity)
        return self._working(found)

    def _working(self, found: Import) -> Json:
        """See to it that a pass is carried."""
        self.start()
        return _told(found)

    def _rows(self, identity: str, after: int, language: str, by: str) -> list[Json]:
        """Some rows with something to say, as lines of text."""
        found = self.imports.get(self._actor(by), identity)
        names = problem_file.column_names(found.layout, found.shape.header)
        return [
            {
                "row": result.row,
                "outcome": result.outcome,
                "said": problem_file.said(result.problems, names, language),
            }
            for result in self.imports.results(found, after=after, limit=LISTED_ROWS)
        ]

    def _warnings(self, identity: str, language: str, by: str) -> list[str]:
        """What to look at in whole columns, as lines of text."""
        actor = self._actor(by)
        found = self.imports.get(actor, identity)
        told = [
            f"{found.shape.header[place]}: {problem.detail(language)}"
            for place, problems in self.imports.warnings(found)
            for problem in problems
        ]
        unknown = self.imports.unknowns(actor, found)
        return told + [f"{found.shape.header[u.column]}: {u.value} ({u.count})" for u in unknown]

    def _problems(self, identity: str, language: str, by: str) -> str:
        """Start sending the rows that were not taken."""
        actor = self._actor(by)
        found = self.imports.get(actor, identity)
        shade = self.imports.shade(actor, found)
        return self._send(problem_file.stream(self.imports, found, shade, language))

    def _export(self, kind: str, form: Format, search: str, by: str) -> str:
        """Start sending an export. Problem user_unknown, import_left or not_allowed."""
        actor = self._present(self._users.named(by).actor()) if by else SYSTEM
        return self._send(self.exports.begin(actor, Wish(kind, form, search)).pieces)

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
        "work": found.work,
        "position": found.position,
        "counts": found.counts,
        "header": found.shape.header,
        "layout": msgspec.to_builtins(found.layout),
        "problem": found.problem.record() if found.problem else None,
    }
