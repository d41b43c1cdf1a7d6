"""Files through the door: who may bring and take them, and that they are never whole in memory."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pytest

from assembly import Gateway
from gateway.access.users import Change
from tests.cast import Caller, World

FILE = "application/octet-stream"
ROWS = b"Customer,Phone,Old number\nAlpha,030 1234567,D1\nBeta,call me,D2\n"


@pytest.fixture
def carried(gateway: Gateway) -> Iterator[Gateway]:
    """The whole gateway with imports carried."""
    gateway.transfer.start()
    yield gateway
    gateway.transfer.stop()


def bring(caller: Caller, raw: bytes, **query: str) -> Any:
    asked = {"kind": "customer", "name": "new.csv", **query}
    return caller.send("POST", "/api/v1/imports", query_string=asked, data=raw, content_type=FILE)


def settled(caller: Caller, identity: str, gateway: Gateway) -> dict[str, Any]:
    """An import once its pass is over."""
    for _ in range(200):
        found = caller.get(f"/api/v1/imports/{identity}").json
        assert found is not None
        if found["state"] not in ("checking", "running", "undoing"):
            return found
        gateway.store.wait_beyond(gateway.store.head, 0.1)
    raise AssertionError("the pass did not end")


def test_a_clerk_brings_a_file_and_gets_back_what_was_not_taken(
    whole: World, carried: Gateway
) -> None:
    brought = bring(whole.cleo, ROWS)
    assert brought.status_code == 201
    found = brought.json
    assert found["shape"]["header"] == ["Customer", "Phone", "Old number"]
    assert found["samples"][0] == ["Alpha", "030 1234567", "D1"]
    at = f"/api/v1/imports/{found['id']}"

    assert whole.cleo.post(f"{at}/run", {}).json["code"] == "import_unchecked"
    assert whole.cleo.post(f"{at}/check").status_code == 200
    checked = settled(whole.cleo, found["id"], carried)
    assert (checked["state"], checked["counts"]) == ("checked", {"created": 1, "problem": 1})
    assert whole.cleo.post(f"{at}/run", {}).status_code == 200
    done = settled(whole.cleo, found["id"], carried)
    assert (done["state"], done["counts"]) == ("done", {"created": 1, "problem": 1})

    (row,) = whole.cleo.get(f"{at}/rows").json["rows"]
    assert (row["row"], row["outcome"]) == (3, "problem")
    assert row["problems"][0]["column"] == "Phone"
    file = whole.cleo.get(f"{at}/problems.csv")
    assert "attachment" in file.headers["Content-Disposition"]
    assert "Beta,call me,D2,3," in file.text
    assert whole.cleo.delete(at).status_code == 204
    assert whole.cleo.get(f"{at}/problems.csv").json["code"] == "file_gone"


def test_a_manager_lets_a_file_speak_for_the_shop_and_a_clerk_does_not(
    whole: World, carried: Gateway
) -> None:
    said = {"data": {"legal_name": "Alpha", "phone": "030 1234567"}}
    record = whole.cleo.post("/api/v1/records/customer", said).json
    rows = f"Our number,Phone\n{record['number']},030 9999999\n".encode()
    at = f"/api/v1/imports/{bring(whole.cleo, rows).json['id']}"
    refused = whole.cleo.post(f"{at}/check?for_shop=true")
    assert (refused.status_code, refused.json["code"]) == (403, "import_for_shop_rights")

    found = bring(whole.ben, rows, name="phones.csv").json
    at = f"/api/v1/imports/{found['id']}"
    columns = [{"column": 0, "to": "@number"}, {"column": 1, "to": "phone"}]
    assert whole.ben.post(f"{at}/layout", {"columns": columns}).status_code == 200
    assert whole.ben.post(f"{at}/check?for_shop=true").json["for_shop"] is True
    assert settled(whole.ben, found["id"], carried)["counts"] == {"updated": 1}
    whole.ben.post(f"{at}/run", {})
    assert settled(whole.ben, found["id"], carried)["counts"] == {"updated": 1}
    place = f"/api/v1/records/customer/{record['id']}"
    assert whole.ben.get(place).json["data"]["phone"] == "+49309999999"
    newest = whole.ben.get(f"{place}/history").json["versions"][0]
    assert (newest["channel"], newest["actor"], newest["file"]) == ("shop", "Ben", "phones.csv")


def test_a_mapping_that_does_not_fit_names_its_columns(whole: World) -> None:
    found = bring(whole.cleo, ROWS).json
    columns = [
        {"column": 0, "to": "nowhere"},
        {"column": 1, "to": "phone"},
        {"column": 2, "to": "phone"},
    ]
    answer = whole.cleo.post(f"/api/v1/imports/{found['id']}/layout", {"columns": columns})
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json["errors"]] == [
        ("/columns/0/to", "column_target_unknown"),
        ("/columns/2/to", "column_target_taken"),
    ]


def test_a_file_is_read_again_as_it_is_said_to_be(whole: World) -> None:
    found = bring(whole.cleo, "公司,电话\n甲,1\n".encode("gb18030")).json
    answer = whole.cleo.post(f"/api/v1/imports/{found['id']}/look", {"encoding": "cp1252"})
    assert answer.json["shape"]["encoding"] == "cp1252"
    assert answer.json["shape"]["header"] != found["shape"]["header"]


@pytest.mark.parametrize("name", ["ana", "fay", "ada", "udo", "erp", "nobody"])
def test_others_bring_nothing(whole: World, name: str) -> None:
    assert bring(getattr(whole, name), ROWS).status_code in (401, 403)


def taken_in(caller: Caller, raw: bytes, gateway: Gateway) -> str:
    """A file brought, checked and imported; the address of the import."""
    identity = bring(caller, raw).json["id"]
    at = f"/api/v1/imports/{identity}"
    for step, body in (("check", None), ("run", {})):
        assert caller.post(f"{at}/{step}", body).status_code == 200
        settled(caller, identity, gateway)
    return at


def test_an_import_is_undone_and_what_stays_is_told(whole: World, carried: Gateway) -> None:
    at = taken_in(whole.cleo, b"Customer,Old number\nAlpha,D1\nBeta,D2\n", carried)
    customers = whole.ben.get("/api/v1/records/customer").json["records"]
    alpha = next(one for one in customers if one["data"]["legal_name"] == "Alpha")
    patch = {"base_version": 1, "patch": {"notes": "ours"}}
    whole.ben.post(f"/api/v1/records/customer/{alpha['id']}", patch)
    begun = whole.cleo.post(f"{at}/undo")
    assert (begun.status_code, begun.json["work"]) == (200, 2)
    undone = settled(whole.cleo, at.rpartition("/")[2], carried)
    assert undone["state"] == "undone"
    assert undone["counts"] == {"created": 2, "closed": 1, "left": 1}
    (row,) = whole.cleo.get(f"{at}/rows?show=out").json["rows"]
    assert (row["row"], row["outcome"]) == (2, "left")
    assert alpha["number"] in row["problems"][0]["detail"]
    assert "Alpha,D1,2," in whole.cleo.get(f"{at}/problems.csv").text
    assert whole.cleo.post(f"{at}/undo").json["code"] == "import_not_undoable"


def test_values_and_columns_are_told_with_the_import(whole: World, carried: Gateway) -> None:
    raw = b"Customer,Status,Phone\nAlpha,VIP,1.38E+10\n"
    identity = bring(whole.cleo, raw).json["id"]
    at = f"/api/v1/imports/{identity}"
    whole.cleo.post(f"{at}/check")
    found = settled(whole.cleo, identity, carried)
    assert found["unknown"] == [{"column": 1, "value": "VIP", "count": 1, "guess": ""}]
    assert [(one["column"], one["code"]) for one in found["warnings"]] == [(2, "column_scientific")]
    chinese = whole.cleo.get(at, headers={"Accept-Language": "zh-CN"}).json
    assert "文本格式" in chinese["warnings"][0]["detail"]


def test_a_disabled_clerks_run_is_left_for_somebody_else(whole: World, gateway: Gateway) -> None:
    """The worker starts only when the clerk is gone already."""
    found = bring(whole.cleo, ROWS).json
    at = f"/api/v1/imports/{found['id']}"
    whole.cleo.post(f"{at}/check")
    gateway.transfer.imports.work(found["id"])
    whole.cleo.post(f"{at}/run", {})
    user = gateway.users.named("cleo")
    gateway.users.change(user.id, Change(disabled=True))
    gateway.transfer.imports.work(found["id"])
    stopped = whole.ben.get(at).json
    assert (stopped["state"], stopped["problem"]["code"]) == ("stopped", "import_left")
    assert whole.ben.post(f"{at}/run", {}).status_code == 200
    gateway.transfer.imports.work(found["id"])
    done = whole.ben.get(at).json
    assert (done["state"], done["runner"], done["counts"]["created"]) == ("done", "Ben", 1)


def test_a_manager_sees_a_clerks_bank_column_masked_everywhere(
    whole: World, gateway: Gateway
) -> None:
    iban = "DE89370400440532013000"
    raw = f"Customer,IBAN,Phone,Own words\nAlpha,{iban},call me,{iban}\n".encode()
    found = bring(whole.cleo, raw).json
    at = f"/api/v1/imports/{found['id']}"
    to = ("legal_name", "bank_accounts.1.iban", "phone")
    columns = [{"column": place, "to": name} for place, name in enumerate(to)]
    assert whole.cleo.post(f"{at}/layout", {"columns": columns}).status_code == 200
    whole.cleo.post(f"{at}/check")
    gateway.transfer.imports.work(found["id"])
    assert iban in whole.cleo.get(at).text
    answers = [whole.ben.get(path) for path in (at, f"{at}/rows", f"{at}/problems.csv")]
    assert [one.status_code for one in answers] == [200, 200, 200]
    assert all(iban not in one.text for one in answers)
    assert answers[0].json["hidden"] == [1, 3]
    assert "Alpha" in answers[2].text
    refused = whole.ben.post(f"{at}/layout", {"columns": [{"column": 1, "to": "notes"}]})
    assert (refused.status_code, refused.json["code"]) == (403, "import_not_yours")


def test_another_clerks_file_is_not_there(whole: World) -> None:
    found = bring(whole.cleo, ROWS).json
    assert whole.ben.get(f"/api/v1/imports/{found['id']}").status_code == 200
    mine = bring(whole.ben, ROWS).json
    assert whole.cleo.get(f"/api/v1/imports/{mine['id']}").status_code == 404
    assert [one["id"] for one in whole.cleo.get("/api/v1/imports").json["imports"]] == [found["id"]]


@pytest.mark.parametrize("media_type", ["application/json", "text/csv", "multipart/form-data"])
def test_another_media_type_is_refused(whole: World, media_type: str) -> None:
    answer = whole.cleo.send(
        "POST", "/api/v1/imports?kind=customer", data=ROWS, content_type=media_type
    )
    assert answer.status_code == 415


def test_a_page_of_somebody_else_sends_no_file(whole: World) -> None:
    answer = whole.cleo.send(
        "POST",
        "/api/v1/imports?kind=customer",
        data=ROWS,
        content_type=FILE,
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.json["code"] == "request_forged"


def test_a_body_that_breaks_off_is_not_taken(whole: World, gateway: Gateway) -> None:
    answer = whole.cleo.send(
        "POST",
        "/api/v1/imports?kind=customer",
        input_stream=BytesIO(ROWS),
        content_type=FILE,
        environ_overrides={"CONTENT_LENGTH": str(len(ROWS) + 10)},
    )
    assert answer.status_code == 400
    assert list((gateway.store.folder / "uploads").iterdir()) == []


def test_a_large_file_passes_the_bound_of_other_bodies_in_little_memory(whole: World) -> None:
    line = b"Shop,030 1234567," + b"x" * 1000 + b"\n"
    raw = b"Customer,Phone,Notes\n" + line * 12_000
    tracemalloc.start()
    try:
        answer = bring(whole.cleo, raw)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert answer.status_code == 201
    assert answer.json["bytes"] == len(raw) > 8_388_608
    assert peak < 6_000_000


def test_a_manager_takes_customers_out_through_the_managers_eyes(whole: World) -> None:
    data = {
        "legal_name": "Corner Cafe",
        "bank_accounts": {"b": {"iban": "DE89370400440532013000"}},
    }
    whole.erp.post("/api/v1/records/customer", {"data": data})
    answer = whole.ben.get("/api/v1/exports/customer?format=csv")
    assert answer.status_code == 200
    assert "Corner Cafe" in answer.text
    assert "370400440532013000" not in answer.text
    assert whole.fay.get("/api/v1/exports/customer?format=xlsx").data[:2] == b"PK"


@pytest.mark.parametrize("name", ["ana", "cleo", "udo", "till", "nobody"])
def test_others_take_nothing_out(whole: World, name: str) -> None:
    assert getattr(whole, name).get("/api/v1/exports/customer").status_code in (401, 403)
