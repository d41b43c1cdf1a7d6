"""The whole gateway with one customer of the north that has a value of its own in every place."""

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from assembly import Gateway
from config.schema import Settings
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.matching import Reason
from gateway.records.approvals import Verdict
from gateway.records.duplicates import pairs
from gateway.records.duplicates.lookalikes import Candidate
from gateway.records.duplicates.merging import Order
from gateway.records.edits import conflicts, proposals, writing
from gateway.records.edits.docket import Conflict, Docket
from gateway.records.edits.proposals import Waiting
from gateway.records.engine import Origin
from gateway.records.model.kind import Kind
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Author, Head
from gateway.store.transaction import Tx
from sync.erp.mapping import reading
from sync.erp.previews import api as preview_api
from sync.erp.previews.previews import Previews
from tests.cast import Caller, World
from tests.web import secrets_of
from tests.web.secrets_of import Secret

BEN = Actor("boss", "Boss", "manager", "desk")
MIA = Actor("mia", "Mia", "manager", "desk")
ERP = Actor("head-office", "ERP", "erp", "head-office")
PHONE = {"X-Waystation-Device": "0190f3c2-0000-7000-8000-000000000001"}
REFUSED = "0190f3c2-0000-7000-8000-00000000000a"


@dataclass
class Scene:
    """The gateway with one customer of the north that has something in every place there is."""

    gateway: Gateway
    world: World
    secrets: list[Secret]
    record: str
    # Those of them that stand in a version of a record; the others wait, are contested or refused.
    settled: list[Secret] = field(default_factory=list)
    other: str = ""
    batch: str = ""
    conflicts: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def kind(self) -> Kind:
        return self.gateway.records.engine.kind("customer")

    @property
    def head(self) -> Head:
        with self.gateway.store.read() as rows:
            return heads.get(rows, self.kind, self.record)

    def hash_of(self, proposal: str) -> str:
        with self.gateway.store.read() as rows:
            return proposals.get(rows, proposal).hash

    def caller(self, name: str) -> Caller:
        return getattr(self.world, name)  # type: ignore[no-any-return]


def built(data: Path) -> Scene:
    """A scene over a new data folder; its store is the caller's to close."""
    gateway = Gateway(data, Settings())
    own = [one for one in gateway.blueprints() if one.name != "erp_preview"]
    world = World.around(gateway.parts, [*own, preview_api.blueprint(_previews(gateway))])
    made = Scene(gateway, world, [], "")
    made.record = _customer(made)
    gateway.store.write(lambda tx: _next_version(tx, made, made.record))
    made.other = _customer(made)
    _pair(made)
    _merged(made)
    gateway.store.write(lambda tx: _contest(tx, made))
    gateway.store.write(lambda tx: _propose(tx, made))
    _refuse(made)
    _reject(made)
    gateway.records.judging.run()
    return made


def _previews(gateway: Gateway) -> Previews:
    """Previews of an ERP that has a place for every field of a customer."""
    kind = gateway.records.engine.kind("customer")
    lists = {
        one.name: {
            "each": one.name, "model": one.name, "parent": "customer",
            "fields": {each.name: each.name for each in one.fields},
        }
        for one in kind.fields
        if one.fields
    }  # fmt: skip
    fields = {one.name: one.name for one in kind.fields if not one.fields}
    table = {"model": "customer", "id": "id", "fields": fields, "lists": lists}
    mapping = reading.read("whole", {"customer": table}, "whole.toml")
    kinds = gateway.records.engine.kinds
    return Previews(gateway.store, kinds, {"whole": mapping}, lambda: "EUR")


def _plain(scene: Scene, name: str = "Before") -> str:
    data = {"legal_name": name, "territory": "north"}
    return str(scene.gateway.records.create(Origin(ERP), "customer", data).record["id"])


def _customer(scene: Scene) -> str:
    """A customer of the north with a value of its own in every field."""
    made = _plain(scene)
    scene.gateway.store.write(lambda tx: _next_version(tx, scene, made))
    return made


def _pair(scene: Scene) -> None:
    """Two customers that may be one."""
    found = Candidate(scene.other, 0.9, "strong", (Reason("same", "phone", 9.0),))
    scene.gateway.store.write(lambda tx: pairs.remember(tx, scene.kind, scene.record, found))


def _merged(scene: Scene) -> None:
    """Two customers that were one, by two people."""
    one, other = _plain(scene, "One"), _plain(scene, "Other")
    order = Order(one, 1, other, 1, {})
    proposal = scene.gateway.records.merges.merge(Origin(BEN), "customer", order)[1]
    verdict = Verdict("approve", scene.hash_of(proposal))
    scene.gateway.records.inbox.decide(Origin(MIA), proposal, verdict)
    scene.gateway.store.write(lambda tx: _next_version(tx, scene, one))


def _next_version(tx: Tx, scene: Scene, record: str) -> None:
    """A version with a new value in every field, and another typed form of each open one."""
    secrets, typed = secrets_of.filled(scene.kind), secrets_of.filled(scene.kind)
    sealed_paths = {s.path for s in secrets if _field(scene.kind, s).sealed}
    forms = {
        ".".join(s.path): str(s.value)
        for s in typed
        if s.path not in sealed_paths and isinstance(s.value, str)
    }
    head = heads.get(tx, scene.kind, record)
    now = secrets_of.data(secrets, territory="north", currency="EUR")
    origin = replace(Origin(ERP), typed=forms).filled(tx.now_ms)
    writing.advance(tx, scene.kind, origin, head, Docket(now, (), ()))
    scene.secrets += [*secrets, *(s for s in typed if ".".join(s.path) in forms)]
    scene.settled += secrets


def _field(kind: Kind, secret: Secret) -> Any:
    return next(f for place, f in secrets_of.places(kind.fields) if _same(place, secret.path))


def _same(place: tuple[str, ...], path: tuple[str, ...]) -> bool:
    return len(place) == len(path) and all(a in ("", b) for a, b in zip(place, path, strict=True))


def _contest(tx: Tx, scene: Scene) -> None:
    """A contested value in every field."""
    sides = [secrets_of.filled(scene.kind) for _ in range(3)]
    author = Author(ids.uuid7(tx.now_ms), "somebody", "Somebody", "desk")
    for base, current, proposed in zip(*sides, strict=True):
        one = Conflict(
            ids.uuid7(tx.now_ms), scene.record, "customer", base.path, base.value, current.value,
            proposed.value, author, tx.now_ms,
        )  # fmt: skip
        conflicts.save(tx, scene.kind, [one])
        scene.conflicts.append(one.id)
    scene.secrets += [secret for side in sides for secret in side]


def _propose(tx: Tx, scene: Scene) -> None:
    """A value that waits for a second person in every field."""
    secrets = secrets_of.filled(scene.kind)
    head = heads.get(tx, scene.kind, scene.record)
    author = Author(ids.uuid7(tx.now_ms), "somebody", "Somebody", "desk", "rep")
    for secret in secrets:
        base = _at(head, secret.path)
        proposed = sealed.seal_at(tx.keyring, scene.kind, head.id, secret.path, secret.value)
        one = Waiting(
            ids.uuid7(tx.now_ms), head.id, "customer", secret.path, base, proposed, head.version,
            "", "", author, "somebody", "", tx.now_ms, tx.now_ms + 72 * 3_600_000,
        )  # fmt: skip
        clear = proposals.opened(tx.keyring, scene.kind, one, base)
        one = replace(one, hash=proposals.hash_of(tx.keyring, one, clear, secret.value))
        writing.show_proposals(tx, Origin(ERP).filled(tx.now_ms), head, [one])
        scene.waiting.append(one.id)
    scene.secrets += secrets


def _at(head: Head, path: tuple[str, ...]) -> object:
    value: Any = head.data
    for part in path:
        value = value[part]
    return value


def _refuse(scene: Scene) -> None:
    """An operation of a phone that waits in quarantine with all it holds."""
    secrets = secrets_of.filled(scene.kind)
    body = secrets_of.data(secrets, territory="north")
    operation = {
        "id": REFUSED, "type": "record.create", "origin_seq": 1,
        "at": "2026-11-22T10:00:00Z", "kind": "customer", "data": {**body, "legal_name": ""},
        "record": "0190f3c2-0000-7000-8000-00000000000b",
    }  # fmt: skip
    pushed = {"origin_epoch": "e1", "operations": [operation]}
    answer = scene.world.ana.post("/api/v1/push", pushed, headers=PHONE)
    assert answer.json["results"][0]["status"] == "rejected"
    scene.secrets += secrets


def _quoted(scene: Scene, entry: dict[str, Any]) -> str:
    """What an ERP says of an entry that quotes a value of each class."""
    raw = json.dumps(entry.get("data", {})).encode()
    held = {one.data_class: one.needle.decode() for one in secrets_of.found(scene.secrets, raw)}
    return " ".join(["I do not like", *held.values()])


def _reject(scene: Scene) -> None:
    """Entries that the ERP refused, in its own words, and that are shown as outstanding."""
    erp = scene.world.erp
    batch = erp.get("/api/v1/erp/batches/next?consumer=erp&limit=50").json
    receipts = [
        {"seq": entry["seq"], "status": "rejected", "code": "x", "message": _quoted(scene, entry)}
        for entry in batch["entries"]
    ]
    body = {"sha256": batch["sha256"], "receipts": receipts}
    answer = erp.post(f"/api/v1/erp/batches/{batch['id']}/receipts", body)
    assert answer.status_code == 200, answer.text
    scene.batch = batch["id"]
