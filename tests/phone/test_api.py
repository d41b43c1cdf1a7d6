"""Push and pull through the door, with the real kinds and the cast's people."""

import gzip
import json
from typing import Any

import pytest

from config.schema import GatewaySettings, Settings, SyncSettings
from gateway.access.users import Users
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock, to_iso
from gateway.kernel.problems import Problem
from gateway.kinds.registry import KINDS
from gateway.records import stages
from gateway.records.approvals import Verdict
from gateway.records.engine import Origin
from gateway.records.records import Records
from gateway.store.database import Store
from sync.phone.api import blueprint
from sync.phone.wing import Phones
from tests.cast import Caller, World
from tests.phone.bench import new_id

PHONE = "0190f3c2-0000-7000-8000-000000000001"
OTHER = "0190f3c2-0000-7000-8000-000000000002"
IBAN = "DE89370400440532013000"


@pytest.fixture
def phones(store: Store) -> Phones:
    return Phones(store, Records(store, KINDS, GatewaySettings()), Users(store), SyncSettings())


@pytest.fixture
def world(store: Store, phones: Phones) -> World:
    routes = blueprint(phones, store.clock, SyncSettings())
    return World(store, settings=Settings(), blueprints=[routes])


def create(seq: int, name: str, **data: Any) -> dict[str, Any]:
    return {
        "id": new_id(), "type": "record.create", "origin_seq": seq, "at": "2026-11-22T10:00:00Z",
        "kind": "customer", "record": new_id(), "data": {"legal_name": name, **data},
        "revision": 0, "depends_on": [],
    }  # fmt: skip


def push(caller: Caller, *operations: object, **more: Any) -> Any:
    headers = {
        "X-Waystation-Device": PHONE, "X-Waystation-Protocol": "1", "X-Waystation-Build": "b1",
    } | more.pop("headers", {})  # fmt: skip
    body = {"origin_epoch": "e1", "sent_at": "2027-01-15T08:00:00Z", "operations": operations}
    return caller.post("/api/v1/push", {**body, **more}, headers=headers)


def results(answer: Any) -> list[dict[str, Any]]:
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json["results"]
    return found


def test_a_pushed_customer_is_answered_with_its_number(world: World, clock: ManualClock) -> None:
    sent = create(1, "Nordwind")
    answer = push(world.ana, sent)
    (result,) = results(answer)
    assert (result["id"], result["status"]) == (sent["id"], "applied")
    record = result["record"]
    assert (record["id"], record["version"], record["stage"]) == (sent["record"], 1, "at_gateway")
    assert record["number"] == "W1-C000001"
    assert record["data"]["territory"] == "north"
    assert set(result) == {"id", "status", "record"}
    assert (answer.json["protocol"], answer.json["server_time"]) == (1, "2027-01-15T08:00:00.000Z")


def test_a_repeated_push_gets_the_same_result_body(world: World) -> None:
    sent = create(1, "Nordwind")
    (first,) = results(push(world.ana, sent))
    (again,) = results(push(world.ana, sent))
    assert again == {**first, "status": "duplicate", "result": "applied"}


def test_a_refusal_names_every_fault_with_its_place(world: World) -> None:
    (result,) = results(push(world.ana, create(1, "", email="nobody")))
    assert result["status"] == "rejected"
    assert result["problem"]["code"] == "record_invalid"
    pointers = {error["pointer"] for error in result["problem"]["errors"]}
    assert pointers >= {"/legal_name", "/email"}
    assert "record" not in result


def test_a_refusal_speaks_the_callers_language(world: World) -> None:
    answer = push(world.ana, {"id": "17"}, headers={"Accept-Language": "zh-CN"})
    assert "网关" in results(answer)[0]["problem"]["detail"]


def test_what_waits_names_what_it_waits_for(world: World) -> None:
    first, second = create(1, ""), create(2, "Order")
    second["depends_on"] = [first["id"]]
    assert results(push(world.ana, first, second))[1] == {
        "id": second["id"], "status": "blocked_by", "blocked_by": first["id"],
    }  # fmt: skip


def test_what_was_pushed_is_pulled_with_the_terminal_mark(world: World) -> None:
    sent = create(1, "Nordwind")
    (result,) = results(push(world.ana, sent))
    page = world.ana.get("/api/v1/pull?cursor=&limit=500").json
    assert page["upserts"] == [result["record"]]
    assert (page["tombstones"], page["removed"]) == ([], [])
    assert (page["more"], page["complete"], page["protocol"]) == (False, True, 1)
    assert page["checksum"]["customer"]["count"] == 1
    page = world.ana.get(f"/api/v1/pull?cursor={page['cursor']}&limit=500").json
    assert (page["upserts"], page["complete"]) == ([], True)


def test_nothing_of_a_bank_account_is_kept_in_clear_or_shown_to_a_phone(
    world: World, store: Store
) -> None:
    account = {"bank_accounts": {"a1": {"holder": "Nordwind", "iban": IBAN}}}
    good, bad = create(1, "Nordwind", **account), create(2, "", **account)
    good_result, _ = results(push(world.ana, good, bad))
    assert good_result["status"] == "applied", good_result
    page = world.ana.get("/api/v1/pull").text
    assert IBAN not in page
    assert IBAN not in json.dumps(good_result)
    with store.read() as rows:
        for table in ("operations", "journal", "records", "record_versions", "reused_ids"):
            assert IBAN not in str(rows.tuples(f"SELECT * FROM {table}"))
    assert results(push(world.ana, good, bad))[0]["status"] == "duplicate"


def test_a_sealed_operation_can_still_be_mended(world: World, phones: Phones) -> None:
    account = {"a1": {"holder": "Nordwind", "iban": IBAN}}
    bad = create(1, "", bank_accounts=account)
    push(world.ana, bad)
    mended = {**bad["data"], "legal_name": "Nordwind"}
    result = phones.resend(bad["id"], {"data": mended}, 1, world.actor("ben"))
    assert result.settled.status == "applied"
    # In the name of who entered it, so that it is found on the phone it came from.
    assert world.ana.get("/api/v1/pull").json["upserts"][0]["id"] == bad["record"]


def test_a_push_names_what_waits_for_a_second_person(world: World) -> None:
    sent = create(1, "Nordwind", credit_limit=900_000)
    sent["reason"] = "A tender of 9,000."
    (result,) = results(push(world.ana, sent))
    assert result["status"] == "applied"
    (waiting,) = result["record"]["proposals"]
    assert result["proposals"] == [waiting["id"]]
    assert (waiting["field"], waiting["by"], waiting["own"]) == ("credit_limit", "Ana", True)
    (again,) = results(push(world.ana, sent))
    assert again["proposals"] == result["proposals"]
    assert world.ana.get("/api/v1/pull").json["upserts"] == [result["record"]]


def test_an_edit_that_only_proposes_has_had_its_effect(world: World, phones: Phones) -> None:
    sent = create(1, "Nordwind")
    edit = {
        "id": new_id(), "type": "record.edit", "origin_seq": 2, "at": "2026-11-22T10:00:00Z",
        "kind": "customer", "record": sent["record"], "base_version": 0, "base_op": sent["id"],
        "patch": {"credit_limit": 900_000}, "depends_on": [sent["id"]],
    }  # fmt: skip
    _, result = results(push(world.ana, sent, edit))
    assert (result["status"], len(result["proposals"])) == ("applied", 1)
    inbox = phones._records.inbox
    inbox.withdraw(Origin(world.actor("ana")), result["proposals"][0])
    assert world.ana.get("/api/v1/pull").json["upserts"][0]["proposals"] == []


def test_who_mended_an_operation_approves_nothing_in_it(world: World, phones: Phones) -> None:
    bad = create(1, "", credit_limit=900_000)
    push(world.ana, bad)
    ben = world.actor("ben")
    mended = {"legal_name": "Nordwind", "credit_limit": 8_000_000}
    phones.resend(bad["id"], {"data": mended}, 1, ben)
    inbox = phones._records.inbox
    (waiting,) = inbox.page(ben)[0]
    assert (waiting["proposed"], waiting["by"], waiting["decidable"]) == (8_000_000, "Ana", False)
    with pytest.raises(Problem, match="approval_own"):
        inbox.decide(Origin(ben), waiting["id"], Verdict("approve", waiting["hash"]))


def test_a_record_that_left_the_reps_territory_comes_without_its_contents(world: World) -> None:
    sent = create(1, "Nordwind")
    push(world.ana, sent)
    move = {
        **create(1, ""), "type": "record.edit", "record": sent["record"], "base_version": 1,
        "patch": {"territory": "south"},
    }  # fmt: skip
    headers = {"X-Waystation-Device": new_id()}
    assert results(push(world.cleo, move, headers=headers))[0]["status"] == "applied"
    (again,) = results(push(world.ana, sent))
    assert again == {"id": sent["id"], "status": "duplicate", "result": "applied"}


@pytest.mark.parametrize("device", ["", "my phone", "0190f3c2"])
def test_a_push_names_its_phone(world: World, device: str) -> None:
    answer = push(world.ana, headers={"X-Waystation-Device": device})
    assert (answer.status_code, answer.json["code"]) == (400, "phone_missing")


def test_a_phone_cannot_pose_as_a_till(world: World) -> None:
    till = world.actor("till").id
    answer = push(world.ana, create(1, "Nordwind"), headers={"X-Waystation-Device": till})
    assert (answer.status_code, answer.json["code"]) == (403, "phone_taken")
    assert world.journal("record") == []


def test_an_app_from_the_future_is_told_that_its_entries_are_safe(world: World) -> None:
    answer = push(world.ana, create(1, "Nordwind"), headers={"X-Waystation-Protocol": "9"})
    assert (answer.status_code, answer.json["code"]) == (426, "protocol_unsupported")


def test_an_outbox_of_a_build_that_says_nothing_of_itself_is_taken(world: World) -> None:
    headers = {"X-Waystation-Protocol": "", "X-Waystation-Build": ""}
    assert (
        results(push(world.ana, create(1, "Nordwind"), headers=headers))[0]["status"] == "applied"
    )


def test_an_empty_push_is_answered(world: World) -> None:
    assert results(push(world.ana)) == []


@pytest.mark.parametrize("body", [b"", b"<html>", b"[]", b'{"operations":'])
def test_what_is_no_push_is_refused_whole(world: World, body: bytes) -> None:
    headers = {"X-Waystation-Device": PHONE, "Content-Type": "application/json"}
    answer = world.ana.send("POST", "/api/v1/push", data=body, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (400, "push_malformed")


def test_who_is_not_signed_in_pushes_and_pulls_nothing(world: World) -> None:
    assert push(world.nobody, create(1, "Nordwind")).status_code == 401
    assert world.nobody.get("/api/v1/pull").status_code == 401


@pytest.mark.parametrize("name", ["till", "scanner", "erp", "udo", "ada"])
def test_machines_and_desks_without_a_phone_have_no_part_in_it(world: World, name: str) -> None:
    caller = getattr(world, name)
    assert push(caller, create(1, "Nordwind")).status_code == 403
    assert caller.get("/api/v1/pull").status_code == 403


@pytest.mark.parametrize(
    ("query", "status", "code"),
    [
        ("cursor=nonsense", 400, "cursor_malformed"),
        ("cursor=ffffffffffffffff.3-0123456789ab", 409, "resync_required"),
        ("limit=0", 400, "parameter_invalid"),
        ("limit=many", 400, "parameter_invalid"),
    ],
)
def test_a_pull_from_nowhere_is_refused(world: World, query: str, status: int, code: str) -> None:
    answer = world.ana.get(f"/api/v1/pull?{query}")
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_the_gateway_remembers_its_phones(world: World, phones: Phones, clock: ManualClock) -> None:
    push(world.ana, create(7, "Nordwind"), sent_at="2027-01-15T07:58:30Z")
    clock.advance(5_000)
    headers = {"X-Waystation-Device": PHONE, "X-Waystation-Unsent": "3"}
    world.ana.get("/api/v1/pull", headers=headers)
    (seen,) = phones.fleet.all()
    assert (seen["device"], seen["build"], seen["origin_epoch"], seen["origin_seq"]) == (
        PHONE, "", "e1", 7,
    )  # fmt: skip
    assert (seen["clock_offset_ms"], seen["unsent"]) == (90_000, 3)
    assert (seen["last_push_at"], seen["last_pull_at"]) == (clock.now_ms() - 5_000, clock.now_ms())


def test_the_board_tells_what_a_phone_said_of_itself_and_when_it_has_kept_silent(
    world: World, clock: ManualClock
) -> None:
    said = {"X-Waystation-Unsent": "5", "X-Waystation-Storage": "52000000/6000000000"}
    push(world.ana, create(7, "Nordwind"), sent_at="2027-01-15T07:58:30Z", headers=said)
    nonsense = {"X-Waystation-Device": PHONE, "X-Waystation-Storage": "much/9"}
    world.ana.get("/api/v1/pull", headers=nonsense)
    clock.advance(2 * 86_400_000)
    board = world.udo.get("/api/v1/sync/phones").json
    assert board["silent_days"] == 3
    (phone,) = board["phones"]
    assert (phone["user"], phone["unsent"], phone["clock_offset_ms"]) == ("Ana", 5, 90_000)
    assert (phone["storage_used"], phone["storage_quota"]) == (52_000_000, 6_000_000_000)
    assert not phone["silent"]
    clock.advance(2 * 86_400_000)
    (phone,) = world.ben.get("/api/v1/sync/phones").json["phones"]
    assert phone["silent"]
    assert world.cleo.get("/api/v1/sync/phones").status_code == 403


def test_the_board_tells_how_old_a_phones_oldest_entry_is_and_that_its_sending_stood_still(
    world: World, clock: ManualClock
) -> None:
    def told() -> tuple[object, object]:
        (phone,) = world.udo.get("/api/v1/sync/phones").json["phones"]
        return phone["oldest_unsent_at"], phone["restarts"]

    here = {"X-Waystation-Device": PHONE}
    said = {"X-Waystation-Unsent": "5", "X-Waystation-Oldest": "7200", "X-Waystation-Restarts": "2"}
    began = to_iso(clock.now_ms() - 7_200_000)
    world.ana.get("/api/v1/pull", headers=here | said)
    assert told() == (began, 2)
    clock.advance(120_000)
    world.ana.get("/api/v1/pull", headers=here)
    assert told() == (began, 2), "what a request does not say stays"
    world.ana.get("/api/v1/pull", headers=here | {"X-Waystation-Unsent": "0"})
    assert told() == (None, 2)


def test_a_pull_is_noted_only_now_and_then(
    world: World, phones: Phones, clock: ManualClock
) -> None:
    headers = {"X-Waystation-Device": PHONE}
    for _ in range(3):
        world.ana.get("/api/v1/pull", headers=headers)
        clock.advance(10_000)
    (seen,) = phones.fleet.all()
    assert seen["last_pull_at"] == clock.now_ms() - 30_000
    assert ids.to_bytes(seen["device"])


def test_what_a_phone_still_holds_is_right_a_moment_after_it_changed(
    world: World, phones: Phones
) -> None:
    def report(count: int) -> dict[str, str]:
        return {"X-Waystation-Device": PHONE, "X-Waystation-Unsent": str(count)}

    def unsent() -> object:
        (seen,) = phones.fleet.all()
        return seen["unsent"]

    world.ana.get("/api/v1/pull", headers=report(0))
    operations = {"origin_epoch": "e1", "operations": [create(1, "Nordwind")]}
    world.ana.send("POST", "/api/v1/push", json=operations, headers=report(1))
    assert unsent() == 1
    world.ana.get("/api/v1/pull", headers=report(0))
    assert unsent() == 0


def test_a_new_phone_hears_what_an_earlier_one_of_the_same_person_never_sent(
    world: World, clock: ManualClock
) -> None:
    headers = {"X-Waystation-Device": PHONE, "X-Waystation-Unsent": "2"}
    first = world.ana.get("/api/v1/pull", headers=headers).json
    assert first["left"] == []
    seen_at = to_iso(clock.now_ms())
    clock.advance(86_400_000)

    other = {"X-Waystation-Device": OTHER, "X-Waystation-Unsent": "0"}
    began = world.ana.get("/api/v1/pull", headers=other).json
    assert began["left"] == [{"device": PHONE, "last_seen_at": seen_at, "unsent": 2}]
    goes_on = world.ana.get(f"/api/v1/pull?cursor={began['cursor']}", headers=other).json
    assert goes_on["left"] == []
    somebody_else = world.ben.get("/api/v1/pull", headers={"X-Waystation-Device": OTHER}).json
    assert somebody_else["left"] == []


def test_whatever_waits_is_counted(world: World, phones: Phones) -> None:
    first, second = create(1, ""), create(2, "Order")
    second["depends_on"] = [first["id"]]
    push(world.ana, first, second, create(3, "Nordwind"))
    assert phones.waiting() == 2


def test_a_manager_mends_what_a_phone_sent_and_its_author_has_it(world: World) -> None:
    account = {"a1": {"holder": "Nordwind", "iban": IBAN}}
    bad = create(1, "", phone="+4930111", bank_accounts=account, shoe_size=44)
    push(world.ana, bad)
    path = f"/api/v1/operations/{bad['id']}"
    seen = world.ben.get(path).json
    assert IBAN not in world.ben.get(path).text
    assert (seen["type"], seen["kind"], seen["record"]) == (
        "record.create", "customer", bad["record"],
    )  # fmt: skip
    assert (seen["content"]["phone"], seen["unseen"]) == (
        "+4930111",
        ["bank_accounts", "shoe_size"],
    )
    still = world.ben.post(path, {"patch": {"notes": "Called."}, "revision": 1}).json
    assert still["status"] == "rejected"
    patch = {"legal_name": "Nordwind", "shoe_size": None}
    mended = world.ben.post(path, {"patch": patch, "revision": 2}).json
    assert mended["status"] == "applied", mended
    (found,) = world.ana.get("/api/v1/pull").json["upserts"]
    assert (found["id"], found["data"]["notes"]) == (bad["record"], "Called.")
    # What the manager could not see has come through whole: it waits for a second person.
    assert {waiting["field"].partition(".")[0] for waiting in found["proposals"]} == {
        "bank_accounts"
    }
    assert world.ben.get(path).status_code == 404
    assert world.ben.get("/api/v1/quarantine").json["items"] == []


def test_nobody_writes_into_a_place_they_do_not_see(world: World) -> None:
    bad = create(1, "")
    push(world.ana, bad)
    change = {"legal_name": "N", "bank_accounts": {"a1": {"iban": IBAN}}}
    path = f"/api/v1/operations/{bad['id']}"
    answer = world.ben.post(path, {"patch": change, "revision": 1})
    assert (answer.status_code, answer.json["code"]) == (403, "field_not_writable")
    assert answer.json["pointer"] == "/patch/bank_accounts/a1/iban"
    assert len(world.ben.get("/api/v1/quarantine").json["items"]) == 1


def test_an_edit_is_mended_by_taking_out_what_was_wrong_with_it(world: World) -> None:
    sent = create(1, "Nordwind", notes="old")
    edit = {
        "id": new_id(), "type": "record.edit", "origin_seq": 2, "at": "2026-11-22T10:00:00Z",
        "kind": "customer", "record": sent["record"], "base_version": 0, "base_op": sent["id"],
        "patch": {"notes": None, "email": "nobody"}, "depends_on": [sent["id"]],
    }  # fmt: skip
    assert results(push(world.ana, sent, edit))[1]["status"] == "rejected"
    path = f"/api/v1/operations/{edit['id']}"
    assert world.ben.get(path).json["content"] == {"notes": None, "email": "nobody"}
    answer = world.ben.post(path, {"patch": {"email": None}, "revision": 1}).json
    assert answer["status"] in ("applied", "merged"), answer
    assert "notes" not in world.ana.get("/api/v1/pull").json["upserts"][0]["data"]


def test_who_may_not_resend_may_look_at_most(world: World) -> None:
    bad = create(1, "")
    push(world.ana, bad)
    path = f"/api/v1/operations/{bad['id']}"
    body = {"patch": {"legal_name": "N"}, "revision": 1}
    assert world.ana.get(path).status_code == 403
    assert world.ana.post(path, body).status_code == 403
    assert world.ben.get("/api/v1/operations/nonsense").status_code == 404


def test_a_rep_reads_in_their_own_language_why_the_erp_said_no(
    world: World, phones: Phones, store: Store
) -> None:
    sent = create(1, "Nordwind")
    push(world.ana, sent)
    problem = Problem("erp_rejected", message="The period is closed.")
    store.write(lambda tx: stages.mark_stage(tx, sent["record"], 1, "rejected", problem))
    for header, language in (("en", "en"), ("zh-CN,en;q=0.5", "zh")):
        page = world.ana.get("/api/v1/pull", headers={"Accept-Language": header}).json
        assert page["upserts"][0]["stage_detail"] == problem.detail(language)


def test_a_page_travels_packed_to_whoever_takes_that(world: World) -> None:
    rep = world.ana
    push(rep, *[create(seq, f"Shop {seq}") for seq in range(1, 20)])
    plain = rep.get("/api/v1/pull")
    packed = rep.get("/api/v1/pull", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert len(packed.data) < len(plain.data) / 2
    told = json.loads(gzip.decompress(packed.data))
    assert told["upserts"] == plain.json["upserts"]


def test_a_page_with_hardly_anything_in_it_is_not_packed(world: World) -> None:
    answer = world.ana.get("/api/v1/pull", headers={"Accept-Encoding": "gzip"})
    assert "Content-Encoding" not in answer.headers
    assert answer.json["complete"]
