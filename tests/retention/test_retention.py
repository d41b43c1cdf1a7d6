"""How long personal data is kept: what the dry run tells is what goes, and nothing else."""

from dataclasses import dataclass, replace
from typing import Any

import pytest

from config.schema import AttachmentSettings, GatewaySettings, RetentionSettings
from gateway.attachments.attachments import Attachments
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin, Proposal
from gateway.records.erasing import SETTINGS
from gateway.records.records import Records
from gateway.records.rows.erasures import Erasure
from gateway.retention.opening import opened
from gateway.retention.retention import GAP_MS, NOTICE_MS, Report, Retention, Told
from gateway.retention.sort import MONTH_MS
from gateway.store import journal
from gateway.store.database import Store
from sync.erp import consumers

BEN = Actor("ben", "Ben", "manager", "desk")
FAY = Actor("fay", "Fay", "finance", "desk")
TERMS = RetentionSettings(
    carry_out=True,
    customers_months=24,
    visits_months=12,
    photos_months=12,
    refused_months=6,
    imports_months=6,
    phones_months=6,
)
LONG = 30 * MONTH_MS


@dataclass
class House:
    """A store whose clock goes on, and its retention."""

    store: Store
    records: Records
    attachments: Attachments

    def retention(self, **other: Any) -> Retention:
        settings = replace(TERMS, **other)
        return opened(settings, self.records, self.attachments, consumers.needed)

    def told(self, name: str, **other: Any) -> Told:
        (told,) = [one for one in self.retention(**other).dry_run().sorts if one.sort == name]
        return told

    def customer(self, **data: Any) -> dict[str, Any]:
        given = {"legal_name": "Zqfrieda Laden", **data}
        return self.records.create(Origin(BEN), "customer", given).record

    def pass_by(self, months: int = 30) -> None:
        self.store.clock.advance(months * MONTH_MS)  # type: ignore[attr-defined]

    def told_for_a_day(self) -> Report:
        """Two runs with a day between them: the second one does what was told."""
        assert self.retention().run().done_at == ""
        self.store.clock.advance(NOTICE_MS)  # type: ignore[attr-defined]
        return self.retention().run()

    def put(self, sql: str, *values: object) -> None:
        self.store.write(lambda tx: tx.execute(sql, values))

    def visit(self, customer: str) -> bytes:
        """A visit as the journal and its table hold it, ``now``."""
        identity = ids.uuid7(self.store.clock.now_ms())
        entry = journal.Entry(id=identity, type="visit.completed", body={"note": "zqnote"},
                              actor="ana")  # fmt: skip

        def work(tx: Any) -> None:
            seq = tx.append(entry)
            tx.execute(
                "INSERT INTO visits (id, seq, customer, actor, device, at, data)"
                " VALUES (?,?,?,'ana','phone',?,'{\"note\": \"zqnote\"}')",
                (ids.to_bytes(identity), seq, ids.to_bytes(customer), tx.now_ms),
            )

        self.store.write(work)
        return ids.to_bytes(identity)

    def count(self, table: str, where: str = "1") -> int:
        with self.store.read() as rows:
            return int(rows.value(f"SELECT count(*) FROM {table} WHERE {where}"))


@pytest.fixture
def house(store: Store) -> House:
    records = Records(store, KINDS, GatewaySettings())
    return House(store, records, Attachments(records, AttachmentSettings(disk_free_mib_min=0)))


def test_nothing_is_told_and_nothing_goes_while_no_term_is_set(house: House) -> None:
    record = house.customer()
    house.visit(record["id"])
    house.pass_by(500)
    retention = opened(
        RetentionSettings(carry_out=True), house.records, house.attachments, consumers.needed
    )
    assert retention.run().sorts == []
    assert house.count("visits") == 1


def test_what_is_only_told_does_not_go(house: House) -> None:
    record = house.customer()
    house.visit(record["id"])
    house.pass_by()
    retention = house.retention(carry_out=False)
    report = retention.run()
    assert {one.sort: one.due for one in report.sorts}["visits"] == 1
    assert (report.done_at, house.count("visits")) == ("", 1)
    with pytest.raises(Problem, match="retention_only_told"):
        retention.carry_out("visits")
    assert retention.last(BEN) == report


@pytest.mark.parametrize("gap", [GAP_MS + 1, 10 * 12 * MONTH_MS, -10 * 12 * MONTH_MS])
def test_after_a_gap_or_a_clock_that_jumped_nothing_goes_before_it_was_told_for_a_day(
    house: House, gap: int
) -> None:
    clock: Any = house.store.clock
    house.visit(house.customer()["id"])
    clock.advance(TERMS.visits_months * MONTH_MS - 3 * NOTICE_MS)
    house.told_for_a_day()
    right = clock.now_ms()
    for instant in (right + gap, right):
        clock.set(instant)
        house.retention().run()
        assert house.count("visits") == 1


def test_a_customer_whose_time_is_over_is_put_up_and_goes_when_a_person_confirms(
    house: House,
) -> None:
    record = house.customer()
    house.pass_by()
    told = house.told("customers")
    assert (told.due, told.examples, told.held) == (1, [record["number"]], {})
    taken = {one.sort: one.taken for one in house.told_for_a_day().sorts}
    assert taken["customers"] == 1
    (asked,) = house.records.inbox.page(FAY)[0]
    shown = house.records.inbox.get(FAY, asked["id"])
    assert shown["erasure"] == {"reason": "expired"}
    house.records.inbox.decide(Origin(FAY), asked["id"], Verdict("approve", shown["hash"]))
    assert house.count("records") == 0
    (gone,) = house.records.forgetting.ledger()
    assert (gone.reason, gone.actor, gone.approver) == ("expired", "system", "fay")


@pytest.mark.parametrize("why", ["balance", "conflict", "asked", "proposal", "task", "kept", "erp"])
def test_a_customer_is_held_back_by_what_is_open_with_it(house: House, why: str) -> None:
    record = house.customer()
    house.pass_by()
    key = ids.to_bytes(record["id"])
    if why == "balance":
        house.put("UPDATE records SET data = json_set(data, '$.balance', 1200) WHERE id = ?", key)
    elif why == "conflict":
        house.put("UPDATE records SET conflicts = 1 WHERE id = ?", key)
    elif why == "erp":
        house.put("INSERT INTO erp_consumers (name, mode, device) VALUES ('erp', 'push', '')")
    elif why == "task":
        task = {"title": "Call", "customer": record["id"]}
        house.records.create(Origin(BEN), "task", task)
        house.put("UPDATE records SET updated_at = 0 WHERE kind = 'task'")
    elif why == "proposal":
        change = Proposal({"credit_limit": 90_000_000}, record["version"])
        house.records.edit(Origin(BEN), "customer", record["id"], change)
    else:
        asked = house.records.forgetting.ask(Origin(BEN), "customer", record["id"], "expired")
        if why == "kept":
            shown = house.records.inbox.get(FAY, asked)
            verdict = Verdict("reject", shown["hash"], "They buy still.")
            house.records.inbox.decide(Origin(FAY), asked, verdict)
    told = house.told("customers")
    assert (told.due, told.held) == (0, {why: 1})
    assert house.retention().carry_out("customers") == 0


def test_a_rejected_customer_is_asked_about_again_after_another_term(house: House) -> None:
    record = house.customer()
    house.pass_by()
    asked = house.records.forgetting.ask(Origin(BEN), "customer", record["id"], "expired")
    shown = house.records.inbox.get(FAY, asked)
    house.records.inbox.decide(Origin(FAY), asked, Verdict("reject", shown["hash"], "Not yet."))
    assert house.told("customers").due == 0
    house.pass_by()
    assert house.told("customers").due == 1


@pytest.mark.parametrize("what", ["visit", "sale", "photo", "task"])
def test_a_customer_with_whom_something_happened_is_not_over(house: House, what: str) -> None:
    record = house.customer()
    house.pass_by()
    now_ms = house.store.clock.now_ms()
    if what == "visit":
        house.visit(record["id"])
    elif what == "sale":
        house.put(
            "INSERT INTO sales VALUES (?, 900, 'r', '1', 'EUR', ?, 1, 1, 2, ?)",
            b"s" * 16, record["number"], now_ms,
        )  # fmt: skip
    elif what == "photo":
        link(house, "customer", ids.to_bytes(record["id"]), b"f")
    else:
        task = {"title": "Call", "customer": record["id"]}
        house.records.create(Origin(BEN), "task", task)
    told = house.told("customers")
    assert (told.due, told.held) == (0, {})


def link(house: House, kind: str, subject: bytes, file: bytes, purpose: str = "photo") -> None:
    """A file that is all here, by its book."""
    now_ms = house.store.clock.now_ms()
    house.put(
        "INSERT INTO attachments (id, size, type, key_id, received, touched_at, completed_at)"
        " VALUES (?, 1, 'image/jpeg', 'k', 1, ?, ?)",
        file * 32, now_ms, now_ms,
    )  # fmt: skip
    house.put(
        "INSERT INTO attachment_links VALUES (?, ?, ?, ?, 'ana', ?)",
        kind, subject, file * 32, purpose, now_ms,
    )  # fmt: skip


def test_visits_go_with_their_photos_and_neither_phone_nor_backup_brings_them_back(
    house: House,
) -> None:
    record = house.customer()
    old = house.visit(record["id"])
    link(house, "visit", old, b"v")
    house.pass_by(13)
    new = house.visit(record["id"])
    told = house.told("visits")
    assert (told.due, told.examples) == (1, [record["number"]])
    assert house.retention().carry_out("visits") == told.due
    assert (house.count("visits"), house.count("attachments")) == (1, 0)
    with house.store.read() as rows:
        assert rows.value("SELECT id FROM visits") == new
        assert rows.value("SELECT body FROM journal WHERE id = ?", (old,)) is None
        journal.verify(rows, house.store.keyring)
    (gone,) = house.records.forgetting.ledger()
    assert (gone.kind, gone.reason, gone.approver) == ("visit", "expired", SETTINGS)
    with pytest.raises(Problem, match="record_erased"):
        house.records.forgetting.check(ids.to_text(old))
    assert house.told("visits").due == 0


def test_a_visit_that_a_restore_brings_back_is_erased_again(house: House) -> None:
    old = house.visit(house.customer()["id"])
    known = Erasure(ids.to_text(old), "visit", 0, "expired", 0, 0, "system", SETTINGS, 1, 0)
    assert house.records.forgetting.replay([known]) == 1
    assert house.count("visits") == 0


def test_a_visit_that_the_erp_has_not_taken_stays(house: House) -> None:
    house.visit(house.customer()["id"])
    house.put("INSERT INTO erp_consumers (name, mode, device) VALUES ('erp', 'push', '')")
    house.pass_by()
    told = house.told("visits")
    assert (told.due, told.held) == (0, {"erp": 1})
    assert house.retention().carry_out("visits") == 0
    assert house.count("visits") == 1


def test_photos_go_by_their_own_age_and_documents_stay(house: House) -> None:
    record = ids.to_bytes(house.customer()["id"])
    link(house, "customer", record, b"a")
    link(house, "customer", record, b"b", "document")
    house.pass_by(13)
    link(house, "customer", record, b"c")
    told = house.told("photos")
    assert (told.due, told.held) == (1, {"document": 1})
    assert house.retention().carry_out("photos") == 1
    assert house.count("attachments") == house.count("attachment_links") == 2


def sent(house: House, letter: bytes, status: str, type: str = "record.edit") -> None:
    house.put(
        "INSERT INTO operations (id, device, type, status, digest, body, received_at)"
        " VALUES (?, 'phone', ?, ?, x'00', CAST('zqsecret' AS BLOB), ?)",
        letter * 16, type, status, house.store.clock.now_ms(),
    )  # fmt: skip


def test_refused_entries_go_and_those_that_wait_and_sales_stay(house: House) -> None:
    sent(house, b"a", "rejected")
    sent(house, b"b", "quarantined")
    sent(house, b"c", "rejected", "sale.completed")
    sent(house, b"d", "stored")
    house.put(
        "INSERT INTO reused_ids (id, device, digest, body, received_at)"
        " VALUES (?, 'phone', x'01', CAST('zqsecret' AS BLOB), ?)",
        b"d" * 16, house.store.clock.now_ms(),
    )  # fmt: skip
    house.pass_by(7)
    told = house.told("refused")
    assert (told.due, told.held) == (1, {"waits": 1})
    assert house.told("repeats").due == 1
    assert house.retention().carry_out("refused") == 1
    assert house.retention().carry_out("repeats") == 1
    assert house.count("operations") == 3
    assert house.count("reused_ids", "body = CAST('{}' AS BLOB)") == 1
    assert house.told("repeats").due == 0


def test_what_was_said_of_imported_rows_goes_and_what_was_done_stays(house: House) -> None:
    for letter, kept in ((b"a", 0), (b"b", 1)):
        house.put(
            "INSERT INTO imports (id, kind, name, bytes, state, actor, asked, shape, layout, kept,"
            " created_at, updated_at) VALUES (?,'customer','x',1,'done','{}','{}','{}','{}',?,0,?)",
            letter * 16, kept, house.store.clock.now_ms(),
        )  # fmt: skip
        for row, record in ((1, None), (2, b"r" * 16)):
            house.put(
                "INSERT INTO import_rows (import, run, row, outcome, record, problems)"
                " VALUES (?,1,?,'x',?,'[]')",
                letter * 16, row, record,
            )  # fmt: skip
    house.pass_by(7)
    told = house.told("imports")
    assert (told.due, told.held) == (1, {"file": 1})
    assert house.retention().carry_out("imports") == 1
    assert house.count("import_rows", "import = CAST('aaaaaaaaaaaaaaaa' AS BLOB)") == 1
    assert house.count("import_rows", "problems IS NULL") == 1


def test_a_phone_that_nobody_uses_is_struck_off_unless_it_holds_something(house: House) -> None:
    for name, unsent in (("lost", 0), ("full", 3), ("paired", 0)):
        house.put(
            "INSERT INTO phones (device, actor, build, protocol, origin_epoch, origin_seq,"
            " clock_offset_ms, unsent, first_seen_at, last_seen_at) VALUES (?,'ana','1',1,'e',1,0,"
            "?,0,?)",
            name, unsent, house.store.clock.now_ms(),
        )  # fmt: skip
    house.store.write(_paired)
    house.pass_by(7)
    told = house.told("phones")
    assert (told.due, told.examples, told.held) == (1, ["lost"], {"paired": 1, "unsent": 1})
    assert house.retention().carry_out("phones") == 1
    assert house.count("phones") == 2


def _paired(tx: Any) -> None:
    tx.execute("INSERT INTO users VALUES (?,'a','Ana','rep','','en','x',0,0,'')", (b"u" * 16,))
    tx.execute(
        "INSERT INTO paired_phones"
        " (id, user, device, name, public_key, paired_at, paired_by, seen_at)"
        " VALUES (?,?,'paired','P',x'00',0,'ada',0)",
        (b"p" * 16, b"u" * 16),
    )


def test_a_night_takes_so_much_and_the_next_one_goes_on(house: House) -> None:
    record = house.customer()
    for _ in range(5):
        house.visit(record["id"])
    house.pass_by()
    retention = house.retention(run_max=2)
    taken = [retention.carry_out("visits") for _ in range(4)]
    assert taken == [2, 2, 1, 0]


def test_a_run_that_breaks_leaves_nothing_half_done_and_the_next_one_ends_it(house: House) -> None:
    record = house.customer()
    for _ in range(3):
        house.visit(record["id"])
    house.pass_by()
    before, head = house.told("visits"), house.store.head
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(house.records.forgetting, "elsewhere", _broken)
        with pytest.raises(RuntimeError, match="power"):
            house.retention().carry_out("visits")
    assert (house.told("visits"), house.store.head) == (before, head)
    assert house.records.forgetting.ledger() == []
    assert house.retention().carry_out("visits") == before.due == 3


def _broken(*_: object) -> None:
    raise RuntimeError("power cut")


def test_every_slice_is_told_to_the_journal_by_number_and_never_by_name(house: House) -> None:
    record = house.customer()
    house.visit(record["id"])
    house.pass_by()
    house.told_for_a_day()
    with house.store.read() as rows:
        told = rows.tuples("SELECT body FROM journal WHERE type = 'access.retention'")
    assert len(told) == 2, "the visit, and the customer that was put up"
    assert all(record["number"].encode() in body for (body,) in told)
    assert b"zqfrieda" not in b"".join(body for (body,) in told).lower()
