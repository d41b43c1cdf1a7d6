"""Records on a real store, and the people who work with them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from config.schema import GatewaySettings
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kinds.registry import KINDS
from gateway.records import commands
from gateway.records.edits import decisions
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.store.transaction import Tx
from gateway.web.record_routes import records_api
from tests.cast import World

ANA = Actor("ana", "Ana", "rep", "phone-a", "north")
OTTO = Actor("otto", "Otto", "rep", "phone-o", "south")
NORA = Actor("nora", "Nora", "rep", "phone-n", "north")
CLEO = Actor("cleo", "Cleo", "clerk", "desk")
BEN = Actor("ben", "Ben", "manager", "desk")
FAY = Actor("fay", "Fay", "finance", "desk")
ADA = Actor("ada", "Ada", "admin", "desk")
UDO = Actor("udo", "Udo", "auditor", "desk")
ERP = Actor("erp", "ERP", "erp", "erp")

IBAN = "DE89370400440532013000"


@dataclass
class Shop:
    """The engine and its commands, each in a write of its own."""

    store: Store
    records: Records

    @property
    def engine(self) -> Engine:
        return self.records.engine

    def write(self, work: Callable[[Tx], Any]) -> Any:
        return self.store.write(work)

    def create(
        self,
        actor: Actor,
        kind: str = "customer",
        record: str = "",
        operation: str = "",
        **data: Any,
    ) -> Outcome:
        if kind == "customer":
            data = {"legal_name": "Corner Cafe", **data}
        origin = Origin(actor, operation)
        return self.write(lambda tx: commands.create(tx, self.engine, origin, kind, data, record))

    def edit(
        self,
        actor: Actor,
        record: str,
        patch: Mapping[str, object],
        base: int = 1,
        *,
        after: str = "",
        operation: str = "",
        kind: str = "customer",
    ) -> Outcome:
        origin = Origin(actor, operation or self.new_id())
        proposal = Proposal(patch, base, after)
        return self.write(lambda tx: commands.edit(tx, self.engine, origin, kind, record, proposal))

    def upsert(self, actor: Actor, kind: str, record: str, proposal: Proposal) -> Outcome:
        return self.write(
            lambda tx: commands.upsert(tx, self.engine, Origin(actor), kind, record, proposal)
        )

    def decide(self, actor: Actor, conflict: str, decision: Any, version: int) -> Outcome:
        return self.write(
            lambda tx: decisions.decide(tx, self.engine, Origin(actor), conflict, decision, version)
        )

    def new_id(self) -> str:
        return ids.uuid7(self.store.clock.now_ms())

    def conflicts(self, state: str = "open", actor: Actor = BEN) -> list[dict[str, Any]]:
        return self.records.conflicts(actor, state)

    def contested(self, record: str) -> dict[str, list[str]]:
        """Every value that is contested, by field: the live one and those that wait."""
        with self.store.read() as rows:
            found = rows.all(
                "SELECT field, current, proposed FROM record_conflicts"
                " WHERE hex(record) = ? AND state = 'open'",
                (ids.to_bytes(record).hex().upper(),),
            )
        values: dict[str, set[str]] = {}
        for row in found:
            values.setdefault(row["field"], set()).update((row["current"], row["proposed"]))
        return {field: sorted(sides) for field, sides in values.items()}

    def journal(self) -> list[dict[str, Any]]:
        with self.store.read() as rows:
            return rows.all("SELECT * FROM journal ORDER BY seq")


@pytest.fixture
def shop(store: Store) -> Shop:
    return Shop(store, Records(store, KINDS, GatewaySettings()))


@pytest.fixture
def world(shop: Shop) -> World:
    """The same records over HTTP, through the door."""
    return World(shop.store, blueprints=(records_api.blueprint(shop.records),))
