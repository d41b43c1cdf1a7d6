"""Imports and exports on a real store, carried in the test's own thread."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

from config.schema import GatewaySettings, TransferSettings
from gateway.kernel.actor import SYSTEM, Actor
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.engine import Origin, Proposal
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.exports import Exports, Wish
from gateway.transfer.imports import Imports
from gateway.transfer.keeping import book
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.results import Result
from gateway.transfer.layout.mapping import Column, Layout, Rules

CLEO = Actor("cleo", "Cleo", "clerk", "desk")
BEN = Actor("ben", "Ben", "manager", "desk")
FAY = Actor("fay", "Fay", "finance", "desk")
ANA = Actor("ana", "Ana", "rep", "phone-a", "north")


@dataclass
class Desk:
    """Somebody's files and what becomes of them."""

    records: Records
    imports: Imports
    exports: Exports
    people: dict[str, Actor]

    @property
    def store(self) -> Store:
        return self.records.store

    def upload(self, content: str | bytes, name: str = "file.csv", **more: Any) -> Import:
        raw = content.encode() if isinstance(content, str) else content
        actor, kind = more.get("actor", SYSTEM), more.get("kind", "customer")
        return self.imports.upload(actor, kind, name, pieces(raw))

    def ruled(self, found: Import, **rules: Any) -> Import:
        """The same with other rules."""
        layout = Layout(found.layout.columns, Rules(**rules))
        return self.imports.map(found.actor, found.id, layout)

    def mapped(self, found: Import, *targets: str) -> Import:
        """The same with its columns going where they are told, in order."""
        columns = [Column(place, to) for place, to in enumerate(targets)]
        return self.imports.map(found.actor, found.id, Layout(columns, found.layout.rules))

    def check(self, found: Import) -> Import:
        self.imports.check(found.actor, found.id)
        self.imports.work(found.id)
        return self.imports.get(SYSTEM, found.id)

    def take(self, content: str | bytes | Import, **more: Any) -> Import:
        """Upload, check and run."""
        found = content if isinstance(content, Import) else self.upload(content, **more)
        self.check(found)
        self.imports.run(found.actor, found.id)
        self.imports.work(found.id)
        return self.imports.get(SYSTEM, found.id)

    def told(self, found: Import) -> list[Result]:
        return self.imports.results(found, limit=1000)

    def codes(self, found: Import) -> dict[int, list[str]]:
        """Problem codes by row."""
        return {
            result.row: [problem.code for problem in result.problems] for result in self.told(found)
        }

    def customers(self, actor: Actor = SYSTEM) -> list[dict[str, Any]]:
        return self.records.page(actor, "customer", limit=500)[0]

    def create(self, **data: Any) -> dict[str, Any]:
        given = {"legal_name": "Corner Cafe", **data}
        return self.records.create(Origin(SYSTEM), "customer", given).record

    def edit(self, record: dict[str, Any], patch: dict[str, Any], actor: Actor = SYSTEM) -> Any:
        proposal = Proposal(patch, record["version"])
        return self.records.edit(Origin(actor), "customer", record["id"], proposal)

    def export(self, form: Any = "csv", actor: Actor = SYSTEM, **more: Any) -> bytes:
        wish = Wish(more.get("kind", "customer"), form, more.get("search", ""))
        return b"".join(self.exports.begin(actor, wish).pieces)

    def undo(self, found: Import, actor: Actor | None = None) -> Import:
        """Take a run back."""
        self.imports.undo(actor or found.actor, found.id)
        self.imports.work(found.id)
        return self.imports.get(SYSTEM, found.id)

    def present(self, actor: Actor) -> Actor:
        """Who somebody is now; a person nobody has changed is as before."""
        found = self.people.get(actor.id, actor)
        if found.role == "gone":
            raise Problem("import_left", name=found.name)
        return found

    def again(self) -> Imports:
        """The imports as another process would find them."""
        return Imports(self.records, TransferSettings(), 20, present=self.present)

    def keys(self) -> int:
        with self.store.read() as rows:
            return int(rows.value("SELECT count(*) FROM import_keys"))

    def state(self, identity: str) -> Import:
        with self.store.read() as rows:
            return book.get(rows, identity)


def pieces(raw: bytes, size: int = 1000) -> Iterable[bytes]:
    return (raw[start : start + size] for start in range(0, len(raw), size))


@pytest.fixture
def desk(store: Store) -> Desk:
    records = Records(store, KINDS, GatewaySettings())
    people: dict[str, Actor] = {}
    desk = Desk(records, Imports(records, TransferSettings(), 20), Exports(records), people)
    desk.imports = desk.again()
    return desk
