"""Several phones, a bad network and a seed: after it heals, everything is everywhere exactly once.

Requests get lost, answers get lost, old requests arrive again late, people mend what was refused.
In the end every outbox is empty, and every copy is what its owner sees.
"""

import random
import uuid
from typing import Any

import msgspec
import pytest

from config.schema import SyncSettings
from gateway.access.users import Users
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock
from gateway.records.records import Records
from gateway.store import journal
from gateway.store.database import Store
from sync.phone.fleet import Caller
from sync.phone.pull import Pull
from sync.phone.wing import Phones
from tests.phone.bench import ANA, CLEO, OTTO, Phone
from tests.phone.test_pull import Replica

STEPS = 150
SETTLED = {"applied", "merged", "conflict"}


class Handset(Phone):
    """A phone with an outbox, and a network that cannot be trusted."""

    def __init__(self, wing: Phones, replica: Replica, number: int, actor: Actor) -> None:
        super().__init__(None, ManualClock(), number, actor)  # type: ignore[arg-type]
        self.wing = wing
        self.replica = replica
        self.outbox: list[dict[str, Any]] = []
        self.created: list[tuple[str, str]] = []  # (record, newest operation on it)
        self.done: list[str] = []
        self.given_up: set[str] = set()
        self.sent: list[bytes] = []

    def work(self, chance: random.Random) -> None:
        """Do something, with or without a signal."""
        what = chance.choice(["create", "create", "edit", "edit", "scan", "bad"])
        if what == "scan":
            self.outbox.append(self.scan())
        elif what == "edit" and self.created:
            self._edit(chance)
        else:
            sent = self.create("" if what == "bad" else f"Shop {self.device[-1]}-{len(self.done)}")
            self.created.append((sent["record"], sent["id"]))
            self.outbox.append(sent)

    def _edit(self, chance: random.Random) -> None:
        """Edit an own customer on top of the own last edit, or one that a pull has brought."""
        if self.replica.rows and chance.random() < 0.4:
            row = chance.choice(sorted(self.replica.rows.values(), key=lambda row: str(row["id"])))
            patch = {"mood": chance.choice(["calm", "windy", "stormy"])}
            self.outbox.append(self.edit(row["id"], row["version"], patch))
            return
        place = chance.randrange(len(self.created))
        record, before = self.created[place]
        patch = {"notes": f"note {len(self.outbox)}"}
        sent = self.edit(record, 0, patch, base_op=before, depends_on=[before])
        self.created[place] = record, sent["id"]
        self.outbox.append(sent)

    def talk(self, chance: random.Random, loss: float) -> None:
        """Push a part of the outbox, and pull a page; each way may fail."""
        batch = self.outbox[: chance.randint(1, 12)]
        raw = msgspec.json.encode({"origin_epoch": self.epoch, "operations": batch})
        self.sent.append(raw)
        if chance.random() < loss:
            return
        if chance.random() < loss:
            self._deliver(chance.choice(self.sent))  # an old one that was under way for long
        answer = self._deliver(raw)
        if chance.random() >= loss:
            self._take(answer)
        if chance.random() >= loss:
            self.replica.step()

    def _deliver(self, raw: bytes) -> list[Any]:
        return self.wing.push(raw, Caller(self.device, self.actor.id, "sim", 1), self.actor)

    def _take(self, results: list[Any]) -> None:
        verdicts = {}
        for result in results:
            settled = result.settled
            verdicts[settled.id] = (
                settled.answer.status if settled.status == "duplicate" else settled.status
            )
        for sent in list(self.outbox):
            verdict = verdicts.get(sent["id"])
            if verdict in SETTLED:
                self.outbox.remove(sent)
                self.done.append(sent["id"])
            elif verdict == "rejected" and sent["type"] == "record.create":
                sent["revision"] += 1
                sent["data"] = {"name": f"Mended {sent['id'][:8]}"}
            elif verdict == "rejected":
                # Its record has moved away: it stays at the gateway for a person, and with it what
                # builds on it.
                self.outbox.remove(sent)
                self.given_up.add(sent["id"])
            elif verdict == "blocked_by" and self.given_up & set(sent["depends_on"]):
                self.outbox.remove(sent)
                self.given_up.add(sent["id"])


@pytest.mark.parametrize("seed", range(6))
def test_whatever_the_network_does_everything_arrives_once(
    store: Store, records: Records, clock: ManualClock, seed: int
) -> None:
    chance = random.Random(seed)
    wing = Phones(store, records, Users(store), SyncSettings())
    people = (ANA, OTTO, CLEO)
    handsets = [
        Handset(wing, Replica(Pull(store, records, SyncSettings()), person), number, person)
        for number, person in enumerate(people, 1)
    ]
    for handset in handsets:
        handset.make_id = lambda: str(uuid.UUID(int=chance.getrandbits(128), version=4))
    for _ in range(STEPS):
        handset = chance.choice(handsets)
        if chance.random() < 0.6:
            handset.work(chance)
        else:
            handset.talk(chance, loss=0.3)
        if chance.random() < 0.05:
            _move_somebody(handsets[2], chance)
        clock.advance(chance.randrange(60_000))
    for _ in range(200):
        for handset in handsets:
            handset.talk(chance, loss=0.0)
    for handset in handsets:
        assert handset.outbox == []
        assert handset.replica.catch_up().checksum == handset.replica.sums()
    _everything_once(store, handsets)


def _move_somebody(clerk: Handset, chance: random.Random) -> None:
    """The clerk gives a customer to the other territory."""
    rows = sorted(clerk.replica.rows.values(), key=lambda row: str(row["id"]))
    if rows:
        row = chance.choice(rows)
        change = {"territory": chance.choice(["north", "south"])}
        clerk.outbox.append(clerk.edit(row["id"], row["version"], change))


def _everything_once(store: Store, handsets: list[Handset]) -> None:
    with store.read() as rows:
        assert journal.verify(rows, store.keyring)[0] == store.head
        done = [identity for handset in handsets for identity in handset.done]
        assert len(done) == len(set(done))
        for identity in done:
            key = bytes.fromhex(identity.replace("-", ""))
            status = rows.value("SELECT status FROM operations WHERE id = ?", (key,))
            assert status in SETTLED
        for handset in handsets:
            for identity in handset.given_up:
                key = bytes.fromhex(identity.replace("-", ""))
                status = rows.value("SELECT status FROM operations WHERE id = ?", (key,))
                assert status in ("rejected", "blocked_by"), "what is given up stays visible"
            assert rows.value("SELECT count(*) FROM record_edits WHERE operation = ?", (key,)) <= 1
        creations = "SELECT count(*) FROM journal WHERE type = 'record.created'"
        assert rows.value(creations) == rows.value("SELECT count(*) FROM records")
