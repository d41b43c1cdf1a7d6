"""A phone that was away when a customer was erased: it is told, and brings nothing back."""

from collections.abc import Callable

from config.schema import SyncSettings
from gateway.kernel import ids
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.pull import Pull
from tests.phone import bench
from tests.phone.bench import Phone
from tests.records.conftest import BEN, FAY


def erase(records: Records, record: str) -> None:
    proposal = records.forgetting.ask(Origin(BEN), "customer", record, "asked")
    shown = records.inbox.get(FAY, proposal)
    records.inbox.decide(Origin(FAY), proposal, Verdict("approve", shown["hash"]))


def test_what_it_sent_or_has_still_to_send_is_refused_and_not_kept(
    store: Store, records: Records, phone: Callable[..., Phone]
) -> None:
    ana = phone()
    made, other = ana.create("Zqfirst"), ana.create("Nordwind")
    ana.send(made, other)
    pull = Pull(store, records, SyncSettings())
    cursor = pull.page(bench.ANA, "", 10).cursor
    erase(records, made["record"])

    page = pull.page(bench.ANA, cursor, 10)
    gone = [{"kind": "customer", "id": made["record"]}]
    assert (page.tombstones, page.removed, page.upserts) == (gone, [], [])
    assert pull.page(bench.ANA, "", 10).tombstones == gone, "a phone that begins anew is told, too"
    assert pull.page(bench.ANA, page.cursor, 10).tombstones == []

    edit = ana.edit(made["record"], 1, {"notes": "Zqedit"})
    again = {**ana.create("Zqagain"), "record": made["record"]}
    answers = ana.send(made, edit, again)
    assert [one.status for one in answers] == ["duplicate", "rejected", "rejected"]
    assert {one.answer.problem.code for one in answers[1:] if one.answer.problem} == {
        "record_erased"
    }
    with store.read() as rows:
        bodies = rows.tuples("SELECT body FROM operations")
        kept = rows.value("SELECT status FROM operations WHERE id = ?", (ids.to_bytes(edit["id"]),))
    assert kept == "rejected"
    assert not any(b"Zq" in bytes(body) for (body,) in bodies)
