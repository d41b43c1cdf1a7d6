"""What a person is told of their consents, and of who was given their data."""

from typing import Any

from gateway.kernel import ids
from gateway.kinds.registry import KINDS
from gateway.transfer import consents, held_page
from sync.erp import recipients
from tests.transfer.conftest import BEN, Desk


def history(desk: Desk, record: str) -> list[dict[str, Any]]:
    versions = desk.records.timeline.page(BEN, "customer", record)["versions"]
    return list(versions)


def test_a_consent_stays_told_with_its_wording_after_it_was_taken_back_and_taken_out(
    desk: Desk,
) -> None:
    given = {"state": "granted", "source": "form", "date": "2026-01-02", "wording": "2026-01"}
    made = desk.create(consents={"marketing-email": given, "survey-phone": {"state": "denied"}})
    desk.edit(made, {"consents": {"marketing-email": {"state": "denied"}}}, BEN)
    made = desk.customers()[0]
    desk.edit(made, {"consents": {"marketing-email": None}}, BEN)
    told = consents.told(history(desk, made["id"]))
    seen = [(one["version"], one["purpose"], one["channel"], one["event"]) for one in told]
    assert seen[:2] == [
        (3, "marketing", "email", "removed"),
        (2, "marketing", "email", "withdrawn"),
    ]
    assert sorted(seen[2:]) == [
        (1, "marketing", "email", "granted"),
        (1, "survey", "phone", "denied"),
    ]
    assert told[1]["by"] == "Ben"
    (first,) = [one for one in told if one["event"] == "granted"]
    assert first["answer"] == given


def test_an_answer_that_is_on_no_list_any_more_is_told_and_breaks_no_page() -> None:
    change = {"field": "consents.marketing-email.state", "old": None, "new": "perhaps"}
    version = {"version": 1, "at": "", "actor": "Ben", "channel": "shop", "changes": [change]}
    (told,) = consents.told([version])
    assert (told["event"], told["answer"]) == ("changed", {"state": "perhaps"})


def test_recipients_are_told_by_how_they_had_it(desk: Desk) -> None:
    made = desk.create()
    record = made["id"]
    batch = ids.to_bytes(ids.uuid7(1))

    def work(tx: Any) -> None:
        for name, cursor in (("answered", 900), ("linked", 0), ("passed", 900), ("idle", 0)):
            tx.execute(
                "INSERT INTO erp_consumers (name, mode, device, cursor_seq) VALUES (?,'push','',?)",
                (name, cursor),
            )
        tx.execute("INSERT INTO erp_links VALUES ('linked', ?, '', '77')", (record,))
        tx.execute(
            "INSERT INTO erp_batches (id, consumer, through, sha256, cut_at)"
            " VALUES (?, 'answered', 9, '', 0)",
            (batch,),
        )
        tx.execute(
            "INSERT INTO erp_receipts (batch, seq, last_seq, kind, subject, version, status,"
            " answered_at) VALUES (?, 1, 1, 'customer', ?, 1, 'accepted', 1000)",
            (batch, record),
        )

    desk.store.write(work)
    with desk.store.read() as rows:
        told = recipients.of(rows, record)
    assert [(one["name"], one["how"]) for one in told] == [
        ("answered", "sent"),
        ("linked", "linked"),
        ("passed", "offered"),
    ]
    assert (told[0]["version"], told[0]["at"][:10], told[1]["ref"]) == (1, "1970-01-01", "77")


def test_the_page_says_both_in_the_language_of_who_made_it() -> None:
    told = {
        "title": "Frieda", "made_at": "", "by": "Ben", "record": {}, "history": [],
        "dealings": [], "files": [],
        "consents": [{"purpose": "marketing", "channel": "email", "event": "withdrawn", "by": "Ben",
                      "at": "2026-02-03", "answer": {"source": "form"}}],
        "recipients": [{"name": "erp", "how": "linked", "ref": "<7>", "at": "", "version": None}],
    }  # fmt: skip
    kind = KINDS["customer"]
    page = held_page.page(kind, told, {}, "en")
    assert "withdrawn" in page
    assert "has it as &lt;7&gt;" in page
    chinese = held_page.page(kind, told, {}, "zh-CN")
    assert "撤回" in chinese
    assert "提供给谁" in chinese
