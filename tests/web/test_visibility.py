"""No byte of a record reaches a role that may not see it, on whatever route.

Every route of the whole gateway is either walked here as every role, or named as one that carries
no data of records. A new route that is neither fails these tests.
"""

import io
import json
import logging
import zipfile
from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any
from urllib.parse import quote

import pytest

from gateway.kernel import ids
from gateway.records.model.patch import put
from tests.web import secrets_of
from tests.web.scene import PHONE, REFUSED, Scene, built

# Everybody who may come to the door; Otto is a rep of another territory.
CALLERS = {
    "ana": "rep", "otto": "rep", "cleo": "clerk", "ben": "manager", "fay": "finance",
    "ada": "admin", "udo": "auditor", "erp": "erp", "till": "pos", "scanner": "device",
    "site": "web", "nobody": "public",
}  # fmt: skip
ELSEWHERE = "otto"
Route = tuple[str, str]
Call = tuple[str, str, dict[str, Any]]

# Routes that carry nothing of any record, and what they carry instead.
SILENT: dict[Route, str] = {
    ("GET", "/"): "the app",
    ("GET", "/console"): "the console",
    ("GET", "/setup"): "the first-run page",
    ("GET", "/static/<path:name>"): "files of the app",
    ("GET", "/sw.js"): "the app",
    ("GET", "/manifest.webmanifest"): "the app",
    ("GET", "/precache.json"): "the app",
    ("GET", "/trust"): "the page about trust",
    ("GET", "/trust/test"): "nothing",
    ("GET", "/trust/authority.crt"): "a certificate",
    ("GET", "/trust/authority.mobileconfig"): "a certificate",
    ("GET", "/api/v1/certificate"): "a certificate",
    ("GET", "/api/v1/trust"): "a certificate's fingerprint",
    ("GET", "/healthz"): "a word",
    ("GET", "/readyz"): "probes",
    ("GET", "/metrics"): "figures",
    ("GET", "/api/v1/openapi.json"): "the description of the routes",
    ("GET", "/api/v1/kinds"): "declarations",
    ("GET", "/api/v1/visits/form"): "the outcomes a visit may have",
    ("POST", "/api/v1/attachments"): "how far the caller's own file has come",
    ("GET", "/api/v1/attachments/<identity>/upload"): "how far the caller's own file has come",
    ("PUT", "/api/v1/attachments/<identity>/upload"): "how far the caller's own file has come",
    ("GET", "/api/v1/attachments/<identity>"): "a file, as tests/attachments walk it",
    ("GET", "/api/v1/setup"): "whether it is set up",
    ("POST", "/api/v1/setup"): "the shop",
    ("POST", "/api/v1/session"): "the caller",
    ("GET", "/api/v1/session"): "the caller",
    ("DELETE", "/api/v1/session"): "nothing",
    ("POST", "/api/v1/password"): "nothing",
    ("POST", "/api/v1/hooks/<identity>"): "what became of the caller's own message",
    ("GET", "/api/v1/users"): "people of the house",
    ("POST", "/api/v1/users"): "people of the house",
    ("POST", "/api/v1/users/<identity>"): "people of the house",
    ("POST", "/api/v1/pairings"): "a person's name and an invitation",
    ("GET", "/api/v1/pairings/<identity>"): "a phone",
    ("DELETE", "/api/v1/pairings/<identity>"): "nothing",
    ("POST", "/api/v1/phones"): "the caller",
    ("GET", "/api/v1/phones"): "phones and people of the house",
    ("POST", "/api/v1/phones/<identity>"): "a phone",
    ("DELETE", "/api/v1/phones/<identity>"): "nothing",
    ("POST", "/api/v1/phones/<identity>/challenge"): "something to sign",
    ("POST", "/api/v1/phones/<identity>/session"): "the caller",
    ("POST", "/api/v1/phones/<identity>/wiped"): "nothing",
    ("GET", "/api/v1/damage"): "numbers and ids",
    ("POST", "/api/v1/damage"): "numbers and ids",
    ("GET", "/api/v1/tokens"): "machines",
    ("POST", "/api/v1/tokens"): "machines",
    ("POST", "/api/v1/tokens/<identity>"): "machines",
    ("POST", "/api/v1/tokens/<identity>/secret"): "machines",
    ("GET", "/api/v1/journal/checkpoint"): "hashes",
    (
        "GET",
        "/api/v1/audit",
    ): "names alone, as tests/web/test_audit.py walks it",
    ("POST", "/api/v1/journal/checkpoint/comparison"): "numbers of entries",
    ("GET", "/api/v1/devices"): "what is plugged in",
    ("POST", "/api/v1/devices"): "what is plugged in",
    ("GET", "/api/v1/drivers"): "kinds of devices",
    ("GET", "/api/v1/devices/<identity>"): "what is plugged in",
    ("POST", "/api/v1/print-jobs"): "that it is queued",
    ("GET", "/api/v1/print-jobs"): "titles of what was printed",
    ("GET", "/api/v1/print-jobs/<identity>"): "what is on a paper of the shop",
    ("POST", "/api/v1/print-jobs/<identity>"): "what becomes of a print job",
    ("GET", "/api/v1/network"): "what is on the network",
    ("POST", "/api/v1/devices/<identity>"): "what is plugged in",
    ("DELETE", "/api/v1/devices/<identity>"): "nothing",
    ("GET", "/api/v1/devices/<identity>/history"): "who decided about a device",
    ("POST", "/api/v1/devices/<identity>/commands"): "what came of a command",
    ("GET", "/api/v1/questions"): "devices that a till may ask",
    ("POST", "/api/v1/questions/<identity>"): "what a device answered",
    ("GET", "/api/v1/devices/<identity>/raw"): "bytes of a device",
    ("GET", "/api/v1/devices/<identity>/frames"): "bytes of a device",
    ("GET", "/api/v1/devices/<identity>/options"): "options of a device",
    ("POST", "/api/v1/devices/proposals/<identity>"): "what is plugged in",
    ("POST", "/api/v1/devices/proposals/<identity>/replace"): "what is plugged in",
    ("POST", "/api/v1/facts"): "what became of the caller's own facts",
    ("POST", "/api/v1/quarantine/<identity>"): "what became of a fact",
    (
        "POST",
        "/api/v1/submissions/<kind>",
    ): "the caller's own id, as tests/records/test_submissions.py walks it",
    ("GET", "/api/v1/sync"): "counts",
    ("GET", "/api/v1/sync/batches"): "places, counts and hashes of batches",
    ("GET", "/api/v1/sync/lag"): "counts",
    ("GET", "/api/v1/sync/mapping"): "names of connectors",
    ("GET", "/api/v1/sync/phones"): "phones and people of the house",
    ("GET", "/api/v1/erp/incoming"): "counts, ids, and names for who reads such records",
    ("GET", "/api/v1/sync/tallies"): "counts, sums, hashes",
    (
        "GET",
        "/api/v1/sync/tallies/findings",
    ): "register and receipt, numbers, names of fields, sums",
    ("GET", "/api/v1/sync/tallies/report"): "the same as a file",
    ("GET", "/api/v1/alerts"): "codes, counts and parts of the house",
    ("POST", "/api/v1/alerts/test"): "whether a test went out",
    ("GET", "/api/v1/schedule"): "jobs, counts, and who set them",
    ("GET", "/api/v1/schedule/<job>/turns"): "counts, and who asked",
    ("GET", "/api/v1/backups"): "files, sizes and counts",
    ("POST", "/api/v1/backups"): "the request",
    ("PUT", "/api/v1/backups/key"): "nothing",
    ("POST", "/api/v1/backups/<file>/check"): "the request",
    ("POST", "/api/v1/backups/key"): "a new key, for administrators alone",
    ("GET", "/api/v1/retention"): "counts, official numbers and ids of what is over its time",
    ("GET", "/api/v1/erasures"): "ids of what is gone, and of who decided it",
    ("GET", "/api/v1/overview"): "counts",
    ("GET", "/api/v1/shifts"): "sums of a drawer",
    ("GET", "/api/v1/shifts/<register>/<shift>"): "sums of a drawer",
    ("GET", "/api/v1/registers"): "numbers of facts",
    ("GET", "/api/v1/registers/<register>"): "numbers of facts",
    ("GET", "/api/v1/stock"): "quantities of articles",
    ("GET", "/api/v1/stock/movements"): "quantities of articles",
    ("POST", "/api/v1/stock/receipts"): "quantities of articles",
    ("GET", "/api/v1/stock/places"): "names of places",
    ("GET", "/api/v1/settings"): "settings, as tests/web/test_settings.py reads them",
    ("GET", "/api/v1/keys"): "how the key is kept, nothing of it",
    ("GET", "/api/v1/sessions"): "the caller's own sessions",
    ("DELETE", "/api/v1/sessions"): "nothing",
    ("DELETE", "/api/v1/sessions/<identity>"): "nothing",
    ("GET", "/api/v1/passkeys"): "the caller's own keys",
    ("POST", "/api/v1/passkeys/new/options"): "a challenge for the caller",
    ("POST", "/api/v1/passkeys"): "the caller's own key",
    ("DELETE", "/api/v1/passkeys/<identity>"): "nothing",
    ("POST", "/api/v1/session/passkey/options"): "a challenge",
    ("POST", "/api/v1/session/passkey"): "who signs in",
    ("POST", "/api/v1/recoveries"): "nothing",
    ("POST", "/api/v1/recoveries/<identity>"): "the caller's own spare key",
    ("POST", "/api/v1/sync/run"): "the request",
    ("POST", "/api/v1/erp/outstanding"): "a count",
    ("POST", "/api/v1/schedule/<job>/turns"): "the request",
    ("POST", "/api/v1/sync/tallies"): "counts, sums, hashes",
    ("POST", "/api/v1/sync/tallies/again"): "nothing",
    ("PUT", "/api/v1/schedule/<job>"): "a job",
    ("POST", "/api/v1/sync/pause"): "nothing",
    ("POST", "/api/v1/sync/rewind"): "nothing",
    ("POST", "/api/v1/erp/outstanding/<int:seq>"): "the request",
}
# A file that somebody brings is theirs; nobody else opens it but the manager.
BROUGHT = "/api/v1/imports"


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    made = built(tmp_path_factory.mktemp("visible") / "data")
    yield made
    made.gateway.store.close()


def _walk(scene: Scene, name: str) -> dict[Route, list[Call]]:
    """What somebody asks on every route that carries data of records."""
    record = f"/api/v1/records/customer/{scene.record}"
    listing = "/api/v1/records/customer"
    version = scene.head.version
    new = {"data": {"legal_name": f"New of {name}"}}
    body = {"json": {"base_version": version, "patch": {}}}
    searched = [f"{listing}?q={quote(secret.needle.decode())}" for secret in scene.secrets]
    operation = {
        "id": ids.uuid7(1_800_000_000_000), "type": "record.edit", "origin_seq": 9,
        "at": "2026-11-22T10:00:00Z", "kind": "customer", "record": scene.record,
        "base_version": version, "patch": {},
    }  # fmt: skip
    push = {"origin_epoch": f"epoch of {name}", "operations": [operation]}
    looks = [s for s in scene.secrets if s.path[0] in ("legal_name", "phone", "tax_id", "email")]
    alike = secrets_of.data(looks[:4])
    order = {"alias": scene.other, "version": version, "alias_version": 2, "dry_run": True}
    conflict = next(islice(scene.conflicts, list(CALLERS).index(name), None))
    approval = next(islice(scene.waiting, list(CALLERS).index(name), None))
    verdict = {"decision": "approve", "hash": scene.hash_of(approval)}
    return {
        ("GET", "/api/v1/records/<kind>"): [
            ("GET", listing, {}), *(("GET", path, {}) for path in searched)
        ],
        ("GET", "/api/v1/records/<kind>/<record:identity>"): [("GET", record, {})],
        ("GET", "/api/v1/records/<kind>/<identity>/history"): [("GET", f"{record}/history", {})],
        ("GET", "/api/v1/records/customer/<identity>/attachments"): [
            ("GET", f"{record}/attachments", {})
        ],
        ("GET", "/api/v1/records/customer/<identity>/timeline"): [
            ("GET", f"{record}/timeline", {})
        ],
        ("GET", "/api/v1/records/<kind>/<identity>/diff"): [("GET", f"{record}/diff?from=1", {})],
        ("GET", "/api/v1/records/<kind>/<identity>/provenance"): [
            ("GET", f"{record}/provenance", {})
        ],
        ("POST", "/api/v1/records/<kind>/<identity>/restore"): [
            ("POST", f"{record}/restore", {"json": {"version": version, "base_version": version}})
        ],
        ("GET", "/api/v1/records/<kind>/<identity>/quality"): [("GET", f"{record}/quality", {})],
        ("POST", "/api/v1/records/<kind>/<identity>/checked"): [
            ("POST", f"{record}/checked", {"json": {"version": version}})
        ],
        ("GET", "/api/v1/worklist/<kind>"): [("GET", "/api/v1/worklist/customer", {})],
        ("POST", "/api/v1/records/<kind>/duplicates"): [
            ("POST", f"{listing}/duplicates", {"json": {"data": alike}})
        ],
        ("POST", "/api/v1/records/<kind>/check"): [
            ("POST", f"{listing}/check", {"json": {"data": new["data"]}}),
            ("POST", f"{listing}/check", {"json": {"id": scene.record, **body["json"]}}),
        ],
        ("POST", "/api/v1/records/<kind>"): [("POST", listing, {"json": new})],
        ("POST", "/api/v1/records/<kind>/<record:identity>"): [("POST", record, body)],
        ("GET", "/api/v1/conflicts"): [("GET", "/api/v1/conflicts?limit=500", {})],
        ("POST", "/api/v1/conflicts/<identity>"): [
            ("POST", f"/api/v1/conflicts/{conflict}",
             {"json": {"decision": "current", "version": version}}),
        ],
        ("GET", "/api/v1/approvals"): [("GET", "/api/v1/approvals?limit=500", {})],
        ("GET", "/api/v1/approvals/<identity>"): [
            ("GET", f"/api/v1/approvals/{identity}", {}) for identity in scene.waiting
        ],
        ("POST", "/api/v1/approvals/<identity>"): [
            ("POST", f"/api/v1/approvals/{approval}", {"json": verdict})
        ],
        ("POST", "/api/v1/approvals/<identity>/withdraw"): [
            ("POST", f"/api/v1/approvals/{approval}/withdraw", {"json": {}})
        ],
        ("GET", "/api/v1/quarantine"): [("GET", "/api/v1/quarantine", {})],
        ("GET", "/api/v1/operations/<identity>"): [("GET", f"/api/v1/operations/{REFUSED}", {})],
        ("POST", "/api/v1/operations/<identity>"): [
            ("POST", f"/api/v1/operations/{REFUSED}", {"json": {"patch": {}, "revision": 1}})
        ],
        ("GET", "/api/v1/epcis/events"): [("GET", "/api/v1/epcis/events?perPage=500", {})],
        ("GET", "/api/v1/journal"): [("GET", "/api/v1/journal?limit=500", {})],
        ("GET", "/api/v1/live"): [("GET", "/api/v1/live", {})],
        ("GET", "/api/v1/pull"): [("GET", "/api/v1/pull?limit=500", {"headers": PHONE})],
        ("POST", "/api/v1/push"): [("POST", "/api/v1/push", {"json": push, "headers": PHONE})],
        ("GET", "/api/v1/erp/outstanding"): [("GET", "/api/v1/erp/outstanding", {})],
        ("GET", "/api/v1/sync/batches/<identity>"): [
            ("GET", f"/api/v1/sync/batches/{scene.batch}", {})
        ],
        ("GET", "/api/v1/sync/mapping/<consumer>/preview"): [
            ("GET", f"/api/v1/sync/mapping/whole/preview?record={scene.record}", {}),
            ("GET", "/api/v1/sync/mapping/whole/preview?seq=1", {}),
        ],
        ("GET", "/api/v1/erp/batches/next"): [
            ("GET", "/api/v1/erp/batches/next?consumer=other&limit=50", {})
        ],
        ("PUT", "/api/v1/erp/consumers/<name>"): [
            ("PUT", "/api/v1/erp/consumers/other", {"json": {"takes": None}})
        ],
        ("GET", "/api/v1/erp/copies/<kind>"): [
            ("GET", f"/api/v1/erp/copies/{kind}", {}) for kind in ("customer", "product", "task")
        ],
        ("POST", "/api/v1/erp/batches/<identity>/receipts"): [
            ("POST", "/api/v1/erp/batches/none/receipts", {"json": {"sha256": "", "receipts": []}})
        ],
        ("GET", "/api/v1/duplicates"): [("GET", "/api/v1/duplicates", {})],
        ("GET", "/api/v1/merges"): [("GET", "/api/v1/merges", {})],
        ("GET", "/api/v1/records/<kind>/<identity>/merge/<other>"): [
            ("GET", f"{record}/merge/{scene.other}", {})
        ],
        ("POST", "/api/v1/records/<kind>/<identity>/merge"): [
            ("POST", f"{record}/merge", {"json": order})
        ],
        ("GET", "/api/v1/records/<kind>/<identity>/erasure"): [("GET", f"{record}/erasure", {})],
        ("POST", "/api/v1/records/<kind>/<identity>/erasure"): [
            ("POST", f"{record}/erasure", {"json": {"reason": "asked"}})
        ],
        ("POST", "/api/v1/records/<kind>/<identity>/not-same"): [
            ("POST", f"{record}/not-same", {"json": {"other": scene.record}})
        ],
        ("POST", "/api/v1/merges/<identity>/undo"): [
            ("POST", f"/api/v1/merges/{scene.record}/undo", {"json": {}})
        ],
        ("GET", "/api/v1/exports/customer/<identity>"): [
            ("GET", f"/api/v1/exports/customer/{scene.record}", {})
        ],
        ("GET", "/api/v1/exports/<kind>"): [
            ("GET", f"/api/v1/exports/customer?format={form}", {})
            for form in ("csv", "jsonl", "xlsx")
        ],
    }  # fmt: skip


def _answer(scene: Scene, name: str, call: Call) -> tuple[int, bytes]:
    method, path, more = call
    answer = scene.caller(name).send(method, path, **more)
    if answer.mimetype != "text/event-stream":
        return answer.status_code, _unpacked(answer.data)
    newest, read = f'"seq":{scene.gateway.store.head},'.encode(), b""
    for piece in answer.iter_encoded():
        read += piece
        if newest in piece or piece.startswith(b": "):
            break
    answer.close()
    return answer.status_code, read


def _unpacked(raw: bytes) -> bytes:
    """The sheets of a workbook, anything else as it is."""
    if not raw.startswith(b"PK"):
        return raw
    book = zipfile.ZipFile(io.BytesIO(raw))
    return b"".join(book.read(name) for name in book.namelist())


def _sent(call: Call) -> bytes:
    """What the caller said: hearing it again tells nothing."""
    _, path, more = call
    return path.encode() + json.dumps(more.get("json", "")).encode()


@pytest.mark.parametrize("name", list(CALLERS))
def test_nobody_reads_a_value_that_the_role_may_not_see(scene: Scene, name: str) -> None:
    role, leaks, read = CALLERS[name], [], 0
    for route, calls in _walk(scene, name).items():
        for call in calls:
            status, raw = _answer(scene, name, call)
            read += status == 200
            known = _sent(call)
            for secret in secrets_of.found(scene.secrets, raw):
                free = name != ELSEWHERE and secret.may_be_seen_by(role)
                if not free and secret.needle not in known:
                    leaks.append((route, call[1][:80], ".".join(secret.path), secret.data_class))
    assert leaks == []
    assert read or role in ("pos", "device", "web", "public"), "the walk reached something"


def test_the_walk_would_notice(scene: Scene) -> None:
    # Who may see a class does see it, so the values are where the walk looks for them.
    for name, letters in (("ana", "OP"), ("ben", "OPF"), ("fay", "OPFB"), ("udo", "OF")):
        routes = _walk(scene, name)
        seen = b"".join(
            _answer(scene, name, call)[1]
            for path in ("/records/<kind>/<record:identity>", "/records/<kind>/<identity>/history")
            for call in routes["GET", f"/api/v1{path}"]
        )
        classes = {secret.data_class for secret in secrets_of.found(scene.secrets, seen)}
        assert classes == set(letters), name


def test_a_hidden_value_is_not_found_by_searching_for_it(scene: Scene) -> None:
    for name in ("ana", "cleo", "ben", "fay", "ada", "udo"):
        for secret in scene.secrets:
            if secret.may_be_seen_by(CALLERS[name]):
                continue
            path = f"/api/v1/records/customer?q={quote(secret.needle.decode())}"
            found = scene.caller(name).get(path).json["records"]
            assert scene.record not in [one["id"] for one in found], (name, secret)


def test_a_record_of_another_territory_is_nowhere(scene: Scene) -> None:
    told = []
    for (method, rule), calls in _walk(scene, ELSEWHERE).items():
        for call in calls:
            status, raw = _answer(scene, ELSEWHERE, call)
            if "<identity>" in rule and status not in (403, 404):
                told.append((method, rule, status))
            # That a record like this one exists elsewhere is told, so that nobody enters it twice.
            if scene.record.encode() in raw and "duplicates" not in rule and method != "POST":
                told.append((method, rule, "names it"))
    assert told == []


NOWHERE = "0190f3c2-0000-7000-8000-00000000dead"


def test_a_record_of_another_territory_is_answered_as_one_that_nobody_has(scene: Scene) -> None:
    differs = []
    for (method, rule), calls in _walk(scene, ELSEWHERE).items():
        for call in (one for one in calls if scene.record in one[1] and "identity>" in rule):
            _, path, more = call
            other = (method, path.replace(scene.record, NOWHERE), more)
            here, there = _answer(scene, ELSEWHERE, call), _answer(scene, ELSEWHERE, other)
            told = (here[0], here[1].replace(scene.record.encode(), NOWHERE.encode()))
            if told != there:
                differs.append((method, rule, here, there))
    assert differs == []


def test_neither_the_log_nor_the_figures_hold_a_value_of_a_record(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("ana", "fay", "erp"):
        for calls in _walk(scene, name).values():
            for call in calls:
                _answer(scene, name, call)
    figures = scene.caller("ada").get("/metrics").data
    audit = scene.caller("udo").get("/api/v1/audit?limit=100").data
    assert figures
    assert audit
    told = caplog.text.encode() + figures + audit
    assert list(secrets_of.found(scene.secrets, told)) == []


def test_every_route_is_walked_or_named_as_silent(scene: Scene) -> None:
    routes = {
        (method, rule.rule)
        for rule in scene.world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    walked = set(_walk(scene, "ben"))
    brought = {route for route in routes if route[1].startswith(BROUGHT)}
    assert routes - walked - set(SILENT) - brought == set(), (
        "walk these routes in tests/web/test_visibility.py, or say there what they carry instead"
    )
    assert (walked | set(SILENT)) - routes == set(), "these routes are gone"


@pytest.mark.parametrize("name", [name for name in CALLERS if name != "nobody"])
def test_no_answer_to_an_edit_of_an_old_version_tells_what_stands_there(
    scene: Scene, name: str
) -> None:
    # Every field was changed since the first version, so each of these clashes or is refused.
    role, leaks = CALLERS[name], []
    for secret in secrets_of.filled(scene.kind):
        said: dict[str, Any] = put({}, secret.path, secret.value)
        wrong: dict[str, Any] = put({}, secret.path, [{"no": "value"}])
        edits = {scene.other: {"patch": said}, "check": {"id": scene.other, "patch": wrong}}
        for path, edit in edits.items():
            body = {"json": {**edit, "base_version": 1}}
            raw = _answer(scene, name, ("POST", f"/api/v1/records/customer/{path}", body))[1]
            leaks += [
                (path == "check", ".".join(secret.path), ".".join(told.path))
                for told in secrets_of.found(scene.secrets, raw)
                if name == ELSEWHERE or not told.may_be_seen_by(role)
            ]
    assert leaks == []


def test_a_file_that_somebody_brings_is_not_shown_to_others(scene: Scene) -> None:
    secrets = secrets_of.filled(scene.kind)
    words = [s for s in secrets if len(s.path) == 1 and isinstance(s.value, str)]
    lines = [",".join(s.path[0] for s in words), ",".join(str(s.value) for s in words)]
    answer = scene.world.cleo.send(
        "POST", f"{BROUGHT}?kind=customer&name=file.csv", data="\n".join(lines).encode(),
        content_type="application/octet-stream",
    )  # fmt: skip
    assert answer.status_code == 201, answer.text
    place = f"{BROUGHT}/{answer.json['id']}"
    routes = [
        (method, rule.rule)
        for rule in scene.world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
        if rule.rule.startswith(BROUGHT)
    ]
    leaks: list[Any] = []
    look: Callable[[str, str], Any] = lambda name, call: scene.caller(name).send(*call.split())  # noqa: E731
    for name in (n for n in CALLERS if n not in ("cleo", "ben")):
        for method, rule in routes:
            call = f"{method} {rule.replace(BROUGHT + '/<identity>', place)}"
            raw = look(name, call).data
            leaks += [(name, call, s.path) for s in secrets_of.found(words, raw)]
    assert leaks == []
