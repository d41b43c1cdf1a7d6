"""Photos and papers: brought in pieces that break off anywhere, sealed, seen by whoever may."""

import io
import json
import zipfile

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.access.users import Change
from gateway.attachments import attachments, blocks
from gateway.attachments.attachments import DAY_MS
from gateway.attachments.blocks import BLOCK_BYTES
from gateway.kernel import ids
from gateway.kernel.clock import ManualClock
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.places import ARRIVING
from tests.attachments.desk import ADDRESS, Desk, of, refused

SCAN = b"%PDF-1.7 " + b"a paper that Ute signed on " * 29_000  # 780 kB: three pieces
PAPER = b"%PDF-1.7 a price list"


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_file_that_broke_off_goes_on_where_the_gateway_says(desk: Desk) -> None:
    first = desk.announce(SCAN).json
    assert first == {
        "id": of(SCAN), "size": len(SCAN), "received": 0, "complete": False,
        "chunk_bytes": BLOCK_BYTES,
    }  # fmt: skip
    assert desk.put(SCAN, 0).json["received"] == BLOCK_BYTES
    assert desk.get(SCAN).status_code == 404
    assert desk.world.ana.get(f"{ADDRESS}/{of(SCAN)}/upload").json["received"] == BLOCK_BYTES
    again = desk.announce(SCAN).json
    assert (again["received"], again["complete"]) == (BLOCK_BYTES, False)
    late = desk.put(SCAN, 0)
    assert refused(late) == (409, "attachment_offset")
    assert late.json["params"] == {"received": BLOCK_BYTES}
    assert refused(desk.put(SCAN, 2 * BLOCK_BYTES)) == (409, "attachment_offset")
    desk.bring(SCAN)
    assert desk.get(SCAN).data == SCAN
    assert desk.put(SCAN, 0).json["complete"] is True


def test_who_is_put_out_in_the_middle_of_a_file_brings_no_more_of_it(desk: Desk) -> None:
    desk.announce(SCAN)
    assert desk.put(SCAN, 0).json["received"] == BLOCK_BYTES
    desk.world.parts.users.change(desk.world.actor("ana").id, Change(disabled=True))
    assert desk.put(SCAN, BLOCK_BYTES).status_code == 401
    # Somebody else goes on where it was left.
    assert desk.announce(SCAN, "cleo").json["received"] == BLOCK_BYTES


def test_a_file_is_shown_as_what_it_is_and_runs_nowhere(desk: Desk) -> None:
    desk.bring(SCAN)
    answer = desk.get(SCAN)
    assert answer.content_type == "application/pdf"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment; ")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Length"] == str(len(SCAN))


def test_the_same_file_is_stored_once_for_two_customers(desk: Desk) -> None:
    desk.bring(SCAN)
    body = {"data": {"legal_name": "Harbour Bar"}}
    other = desk.world.ana.post("/api/v1/records/customer", json=body).json["id"]
    assert desk.announce(SCAN, record=other).json["complete"] is True
    assert [path.name for path in desk.folder.iterdir()] == [of(SCAN)]


def test_nothing_of_a_file_lies_in_clear(desk: Desk) -> None:
    desk.bring(SCAN)
    raw = (desk.folder / of(SCAN)).read_bytes()
    assert b"Ute" not in raw
    assert (desk.folder / of(SCAN)).stat().st_mode & 0o077 == 0


def test_a_block_that_was_changed_or_moved_is_never_shown(desk: Desk) -> None:
    desk.bring(SCAN)
    path = desk.folder / of(SCAN)
    raw = path.read_bytes()
    stored = BLOCK_BYTES + 28
    path.write_bytes(raw[stored : 2 * stored] + raw[:stored] + raw[2 * stored :])
    with pytest.raises(Problem, match="seal_broken"):
        desk.attachments.open(desk.world.actor("ana"), of(SCAN))
    path.unlink()
    assert refused(desk.get(SCAN)) == (410, "attachment_gone")


def test_bytes_that_are_not_those_of_the_id_begin_anew(desk: Desk) -> None:
    desk.announce(PAPER)
    forged = b"%PDF-1.7 another paper"[: len(PAPER)]
    assert refused(desk.put(PAPER, 0, piece=forged)) == (422, "attachment_differs")
    assert desk.get(PAPER).status_code == 404
    assert desk.put(PAPER, 0).json["complete"] is True
    assert desk.get(PAPER).data == PAPER


def test_a_file_is_what_its_first_bytes_say(desk: Desk) -> None:
    desk.announce(PAPER, type="image/jpeg")
    assert refused(desk.put(PAPER, 0)) == (422, "attachment_type_differs")
    assert not desk.folder.exists()
    assert not (desk.store.folder / ARRIVING).exists()
    assert desk.announce(PAPER).json["received"] == 0
    assert desk.put(PAPER, 0).json["complete"] is True
    page = b"<html><script>alert(1)</script>"
    assert refused(desk.announce(page, type="text/html")) == (422, "attachment_type_refused")
    desk.announce(page)
    assert refused(desk.put(page, 0)) == (422, "attachment_type_differs")


def test_a_piece_has_its_length(desk: Desk) -> None:
    desk.announce(SCAN)
    answer = desk.put(SCAN, 0, piece=SCAN[:100])
    assert refused(answer) == (422, "attachment_chunk")
    assert answer.json["params"] == {"expected": BLOCK_BYTES}
    assert refused(desk.put(SCAN, 0, piece=SCAN[: BLOCK_BYTES + 1])) == (413, "body_too_large")


def test_limits_are_told(store: Store) -> None:
    desk = Desk(store, size_bytes_max=100, unfinished_max=1, types=("application/pdf",))
    assert refused(desk.announce(SCAN)) == (413, "attachment_too_large")
    photo = desk.announce(PAPER, type="image/jpeg")
    assert refused(photo) == (422, "attachment_type_refused")
    assert desk.announce(PAPER).status_code == 200
    assert refused(desk.announce(b"another")) == (429, "attachment_too_many")
    assert desk.announce(PAPER).status_code == 200


def test_the_last_room_of_the_disk_is_not_for_photos(store: Store) -> None:
    desk = Desk(store, disk_free_mib_min=1 << 40)
    answer = desk.announce(SCAN)
    assert refused(answer) == (507, "attachment_disk_low")
    assert "Retry-After" in answer.headers


def test_a_full_disk_is_told_and_nothing_is_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.announce(SCAN)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(blocks.os, "pwrite", full)
        assert refused(desk.put(SCAN, 0)) == (507, "disk_full")
    assert desk.announce(SCAN).json["received"] == 0
    desk.bring(SCAN)
    assert desk.get(SCAN).data == SCAN


def test_who_sees_the_customer_sees_the_file(desk: Desk) -> None:
    desk.bring(SCAN)
    for name in ("ana", "cleo", "ben", "fay"):
        assert desk.get(SCAN, name).status_code == 200, name
        assert len(desk.listed(name).json["attachments"]) == 1
    assert desk.get(SCAN, "otto").status_code == 404
    assert desk.listed("otto").status_code == 404
    for name in ("ada", "udo", "erp", "till"):
        assert desk.get(SCAN, name).status_code == 403, name
    assert desk.get(SCAN, "nobody").status_code == 401


def test_nobody_brings_a_file_to_another_territory(desk: Desk) -> None:
    assert refused(desk.announce(SCAN, "otto")) == (404, "record_missing")
    assert refused(desk.put(SCAN, 0, "otto")) == (404, "attachment_missing")
    assert desk.announce(SCAN, "fay").status_code == 403


def test_a_photo_may_come_before_its_visit(desk: Desk) -> None:
    visit = ids.uuid7(desk.store.clock.now_ms())
    desk.bring(SCAN, kind="visit", record=visit, purpose="card")
    assert desk.get(SCAN).status_code == 200
    for name in ("ben", "otto"):
        assert desk.get(SCAN, name).status_code == 404
    assert desk.listed().json["attachments"] == []
    desk.visit(visit)
    assert desk.get(SCAN, "ben").status_code == 200
    (one,) = desk.listed("ben").json["attachments"]
    assert (one["kind"], one["record"], one["purpose"]) == ("visit", visit, "card")
    assert desk.get(SCAN, "otto").status_code == 404
    assert desk.get(SCAN, "fay").status_code == 404  # visits are none of the books' business


def test_a_customer_that_leaves_takes_its_files_along(desk: Desk) -> None:
    desk.bring(SCAN)
    record = f"/api/v1/records/customer/{desk.cafe}"
    edit = {"base_version": 1, "patch": {"territory": "south"}}
    assert desk.world.ben.post(record, json=edit).status_code == 200
    assert desk.get(SCAN, "ana").status_code == 404
    assert desk.get(SCAN, "otto").status_code == 200


def test_what_is_never_finished_is_forgotten_with_its_bytes(desk: Desk, clock: ManualClock) -> None:
    desk.bring(PAPER)
    desk.announce(SCAN)
    desk.put(SCAN, 0)
    clock.advance(6 * DAY_MS)
    desk.attachments.clean()
    assert desk.announce(SCAN).json["received"] == BLOCK_BYTES
    clock.advance(8 * DAY_MS)
    stray = desk.folder / of(b"of a life before")
    stray.write_bytes(b"x")
    desk.attachments.clean()
    assert [path.name for path in desk.folder.iterdir()] == [of(PAPER)]
    assert refused(desk.put(SCAN, BLOCK_BYTES)) == (404, "attachment_missing")
    assert desk.get(PAPER).data == PAPER
    desk.bring(SCAN)
    assert desk.get(SCAN).data == SCAN


@pytest.mark.parametrize("identity", ["x", "g" * 64, "A" * 64, "a" * 63, "a" * 64, "../etc/passwd"])
def test_what_is_no_id_is_no_file(desk: Desk, identity: str) -> None:
    for path in (f"{ADDRESS}/{identity}", f"{ADDRESS}/{identity}/upload"):
        assert desk.world.ana.get(path).status_code == 404


@pytest.fixture
def small(store: Store, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A gateway whose blocks have 64 bytes."""
    monkeypatch.setattr(blocks, "BLOCK_BYTES", 64)
    monkeypatch.setattr(attachments, "BLOCK_BYTES", 64)
    return Desk(store)


STEPS = st.sampled_from(["right", "ahead", "cut", "forged"])


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEPS, max_size=8), tail=st.binary(max_size=200))
def test_whatever_comes_in_whatever_order_the_file_is_the_file_or_is_not_there(
    small: Desk, steps: list[str], tail: bytes
) -> None:
    content = b"%PDF-" + tail
    for step in steps:
        place = small.announce(content).json["received"]
        piece = content[place : place + 64]
        sent = {
            "right": (place, piece),
            "ahead": (place + 64, piece),
            "cut": (place, piece[:-1]),
            "forged": (place, piece[:-1] + b"?"),
        }[step]
        small.put(content, sent[0], piece=sent[1] or b"?")
        seen = small.get(content)
        assert seen.status_code == 404 or seen.data == content
    while not (progress := small.announce(content).json)["complete"]:
        place = progress["received"]
        small.put(content, place, piece=content[place : place + 64])
    assert small.get(content).data == content


def test_what_is_held_about_a_customer_leaves_as_one_file_with_a_page_and_the_photos(
    store: Store,
) -> None:
    desk, visit = Desk(store), ids.uuid7(store.clock.now_ms())
    desk.bring(SCAN)
    desk.visit(visit)
    path = f"/api/v1/exports/customer/{desk.cafe}"
    assert desk.world.cleo.get(path).status_code == 403
    answer = desk.world.ben.get(path)
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        told = json.loads(archive.read("held.json"))
        page = archive.read("index.html").decode()
        (file,) = told["files"]
        assert archive.read(file["name"]) == SCAN
    assert told["record"]["data"]["legal_name"] == "Corner Cafe"
    assert [one["version"] for one in told["history"]] == [1]
    assert [one["type"] for one in told["dealings"]] == ["visit"]
    assert "What is held about Corner Cafe" in page
    assert file["name"] in page
    with store.read() as rows:
        said = rows.value("SELECT body FROM journal WHERE type = 'access.person_exported'")
    assert json.loads(said)["data"] == {"kind": "customer", "id": desk.cafe}
    desk.blocks_lost()
    with zipfile.ZipFile(io.BytesIO(desk.world.ben.get(path).data)) as archive:
        assert "no longer there" in archive.read("index.html").decode()


def test_files_of_an_erased_customer_and_of_its_visits_leave_the_book_and_the_disk(
    store: Store,
) -> None:
    desk, visit = Desk(store), ids.uuid7(store.clock.now_ms())
    desk.bring(SCAN)
    desk.visit(visit)
    desk.bring(PAPER, kind="visit", record=visit)
    assert len(list(desk.folder.iterdir())) == 2
    order = {"reason": "asked"}
    path = f"/api/v1/records/customer/{desk.cafe}/erasure"
    goes = {one["what"]: one["count"] for one in desk.world.ben.get(path).json["goes"]}
    assert (goes["files"], goes["visits"]) == (2, 1)
    asked = desk.world.ben.post(path, json=order).json
    decision = {"decision": "approve", "hash": asked["hash"]}
    done = desk.world.fay.post(f"/api/v1/approvals/{asked['id']}", json=decision)
    assert (done.status_code, done.json["state"]) == (200, "approved")
    assert list(desk.folder.iterdir()) == []
    assert desk.get(SCAN).status_code == 404
    for about in ({}, {"kind": "visit", "record": visit}):
        refused = desk.announce(SCAN, **about)
        assert (refused.status_code, refused.json["code"]) == (410, "record_erased")
    told = desk.world.udo.get("/api/v1/erasures").json["erasures"]
    assert {(one["kind"], one["reason"]) for one in told} == {
        ("customer", "asked"),
        ("visit", "asked"),
    }
