"""A phone whose value does not stand by the rules hears so, and its next edit is judged fairly."""

from dataclasses import replace

import pytest

from config.schema import GatewaySettings, SyncSettings
from gateway.kernel.clock import ManualClock
from gateway.records.engine import Origin, Proposal
from gateway.records.model.survivorship import Lower, Rule, Rules
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.push import Push
from tests.phone import bench
from tests.phone.bench import CLEO, Phone


def gateway(store: Store, rule: Rule) -> tuple[Records, Push]:
    kind = replace(bench.CUSTOMER, survivorship=Rules({"mood": rule}))
    records = Records(store, {"customer": kind}, GatewaySettings())
    return records, Push(store, records, SyncSettings())


@pytest.mark.parametrize(("lower", "status"), [("suggest", "conflict"), ("history", "applied")])
def test_the_answer_names_what_was_kept_out(
    store: Store, clock: ManualClock, lower: Lower, status: str
) -> None:
    records, push = gateway(store, Rule((("shop",), ("rep",)), lower=lower))
    made = records.create(
        Origin(CLEO), "customer", {"name": "Nord", "mood": "glad", "territory": "north"}
    )
    identity = made.record["id"]
    ana = Phone(push, clock, 1, bench.ANA)
    edit = ana.edit(identity, 1, {"mood": "cross"})
    (told,) = ana.send(edit)
    assert (told.status, told.answer.result["kept_out"]) == (status, ["mood"])
    (again,) = ana.send(edit)
    assert (again.status, again.answer.result["kept_out"]) == ("duplicate", ["mood"])
    assert records.get(CLEO, "customer", identity)["data"]["mood"] == "glad"


def test_the_newest_word_goes_by_the_clock_of_the_phone_set_right(
    store: Store, clock: ManualClock
) -> None:
    records, push = gateway(store, Rule(newest=True, lower="history"))
    ana, ben = (Phone(push, clock, number, bench.ANA) for number in (1, 2))
    created = ana.create("Nord", base_version=0)
    ana.send(created)
    clock.advance(60_000)
    said_first = ana.edit(created["record"], 1, {"mood": "cross"})
    clock.advance(60_000)
    said_last = ben.edit(created["record"], 1, {"mood": "glad"})
    assert [told.status for told in ben.send(said_last)] == ["applied"]
    (late,) = ana.send(said_first)
    assert late.answer.result["kept_out"] == ["mood"]
    # The same phone with a clock that is an hour behind, which the gateway knows of.
    behind = ana.edit(created["record"], 1, {"mood": "calm"}, base_op=said_first["id"])
    clock.advance(3_600_000)
    (told,) = ana.send(behind, offset_ms=3_600_000)
    assert "kept_out" not in told.answer.result
    assert records.get(CLEO, "customer", created["record"])["data"]["mood"] == "calm"
    clock.advance(1_000)
    proposal = Proposal({"mood": "late"}, 1)
    records.edit(Origin(CLEO), "customer", created["record"], proposal)
    assert records.get(CLEO, "customer", created["record"])["data"]["mood"] == "late"
