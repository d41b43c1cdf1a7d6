"""The command line.

The same commands with a gateway running and without, and sentences for what is wrong.
"""

import contextlib
import itertools
import json
import os
import re
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.torture.gateway import ROOT, GatewayProcess, wait_until

START_S = 60


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data", fresh=True)
    yield made
    made.kill()


def post_scan(gateway: GatewayProcess, token: str, identity: str) -> requests.Response:
    event = {
        "specversion": "1.0",
        "id": identity,
        "source": "lane-1",
        "type": "scan.captured",
        "data": {"text": "4006381333931"},
    }
    host, port = gateway.address
    return requests.post(
        f"http://{host}:{port}/api/v1/facts",
        json=event,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )


def test_a_machine_added_beforehand_and_one_added_while_it_runs_may_both_send(
    gateway: GatewayProcess,
) -> None:
    before = json.loads(gateway.command("device", "add", "Till 1", "--role", "pos", "--json"))
    assert set(before) == {"id", "name", "role", "token"}
    gateway.start()
    during = gateway.token("Till 2", "pos")
    for number, token in enumerate((before["token"], during)):
        answer = post_scan(gateway, token, f"scan-{number}")
        assert answer.json()["results"][0]["status"] == "stored"
    names = [one["name"] for one in json.loads(gateway.command("device", "list", "--json"))]
    assert names == ["Till 1", "Till 2"]
    told = gateway.command("device", "replace", before["id"], "--keep-hours", "1", "--json")
    after = json.loads(told)["token"]
    for number, token in enumerate((before["token"], after)):
        assert post_scan(gateway, token, f"replaced-{number}").status_code == 200
    gateway.command("device", "revoke", before["id"])
    for token in (before["token"], after):
        assert post_scan(gateway, token, "scan-9").status_code == 401


def test_commands_reach_a_gateway_however_deep_its_folder_lies(tmp_path: Path) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    gateway = GatewayProcess(deep / "data", fresh=True)
    gateway.start()
    try:
        assert stat.S_IMODE((gateway.data / "gateway.sock").stat().st_mode) == 0o600
        assert gateway.token("Till", "pos")
    finally:
        gateway.kill()


def test_it_ends_politely_and_leaves_a_sound_folder(gateway: GatewayProcess) -> None:
    token = gateway.token("Till", "pos")
    gateway.start()
    assert post_scan(gateway, token, "scan-1").status_code == 200
    assert gateway.stop() == 0
    assert not (gateway.data / "gateway.sock").exists()
    findings = json.loads(gateway.command("doctor", "--json"))
    assert findings["integrity"] == "ok"
    assert findings["chain"] == "valid"


def test_a_hang_up_signal_does_not_end_it(gateway: GatewayProcess) -> None:
    gateway.start()
    process = gateway.processes()
    os.kill(process[0], signal.SIGHUP)
    assert gateway.token("Till", "pos")
    assert gateway.processes() == process


def test_one_process_is_all_of_it(gateway: GatewayProcess) -> None:
    gateway.start()
    assert len(gateway.processes()) == 1


def test_control_c_ends_it_as_politely_while_it_is_at_work(gateway: GatewayProcess) -> None:
    token = gateway.token("Till", "pos")
    gateway.start()
    stored = []

    def send(lane: int) -> None:
        with contextlib.suppress(requests.ConnectionError):  # it has left
            for number in itertools.count():
                identity = f"scan-{lane}-{number}"
                if post_scan(gateway, token, identity).status_code == 200:
                    stored.append(identity)

    lanes = [threading.Thread(target=send, args=(lane,)) for lane in range(4)]
    for lane in lanes:
        lane.start()
    wait_until(lambda: len(stored) > 20, START_S)
    assert gateway.stop(signal.SIGINT) == 0
    for lane in lanes:
        lane.join()
    findings = json.loads(gateway.command("doctor", "--json"))
    assert findings["entries"] >= len(stored)


def test_an_owner_who_forgot_the_password_gets_back_in(gateway: GatewayProcess) -> None:
    gateway.user("Ada", "admin", "a first long password")
    gateway.command("user", "password", "ada", "--password-stdin", stdin="another long one\n")
    gateway.start()
    host, port = gateway.address
    for password, status in (("a first long password", 401), ("another long one", 200)):
        form = {"name": "Ada", "password": password}
        answer = requests.post(f"http://{host}:{port}/api/v1/session", json=form, timeout=10)
        assert answer.status_code == status


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("serve", "--listen", "nonsense"), "is not HOST:PORT"),
        (("device", "add", "", "--role", "pos"), "name"),
        (("device", "revoke", "no-such-id"), "token"),
        (("device", "replace", "no-such-id"), "token"),
        (("user", "disable", "nobody"), "no such user"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence_without_a_trace(
    gateway: GatewayProcess, arguments: tuple[str, ...], sentence: str
) -> None:
    with pytest.raises(RuntimeError) as refused:
        gateway.command(*arguments)
    assert sentence in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_setting_that_does_not_exist_refuses_the_start_by_name(gateway: GatewayProcess) -> None:
    gateway.data.mkdir(parents=True)
    (gateway.data / "site.toml").write_text("[store]\nencription = 'off'\n")
    with pytest.raises(RuntimeError) as refused:
        gateway.command("doctor")
    assert "encription" in str(refused.value)
    assert "site.toml" in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_a_taken_port_is_named(gateway: GatewayProcess) -> None:
    gateway.start()
    second = GatewayProcess(gateway.data.with_name("other"), fresh=True)
    with pytest.raises(RuntimeError) as refused:
        second.command("serve", "--listen", f"127.0.0.1:{gateway.port}")
    assert str(gateway.port) in str(refused.value)
    assert "Traceback" not in str(refused.value)


def test_the_demo_shows_scans_and_sales_within_a_minute(tmp_path: Path) -> None:
    gateway = GatewayProcess(tmp_path / "unused", fresh=True)
    port = gateway.port
    log = tmp_path / "demo.log"
    with log.open("w") as output:
        demo = subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), "demo", "--data", str(tmp_path / "data"),
             "--listen", f"127.0.0.1:{port}"],
            stdout=output, stderr=output, cwd=ROOT, start_new_session=True,
        )  # fmt: skip
    try:
        wait_until(lambda: "password" in log.read_text(), START_S, log.read_text)
        # It says where it will listen a moment before it does.
        wait_until(lambda: gateway.status("/healthz") == 200, START_S, log.read_text)
        found = re.search(r"sign in\s+(\S+), password (\S+)", log.read_text())
        assert found is not None
        session = requests.Session()
        url = f"http://127.0.0.1:{port}/api/v1"
        form = {"name": found[1], "password": found[2]}
        assert session.post(f"{url}/session", json=form, timeout=10).status_code == 200

        def seen(kind: str) -> bool:
            page = session.get(f"{url}/journal", params={"types": kind, "limit": 1}, timeout=10)
            return bool(page.json()["entries"])

        for kind in ("scan.captured", "sale.completed"):
            wait_until(lambda kind=kind: seen(kind), 60, log.read_text)  # type: ignore[misc]
    finally:
        demo.terminate()
        demo.wait(30)


def test_a_simulated_scanner_is_read_by_the_real_driver(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    gateway.data.mkdir()
    link = tmp_path / "scanner"
    (gateway.data / "site.toml").write_text(f'[devices]\nextra_ports = ["{link}"]\npoll_s = 1\n')
    gateway.user("Ada", "admin", "a long enough password")
    gateway.start()
    url = f"http://127.0.0.1:{gateway.port}/api/v1"
    session = requests.Session()
    session.headers["X-Waystation"] = "1"
    form = {"name": "Ada", "password": "a long enough password"}
    assert session.post(f"{url}/session", json=form, timeout=10).status_code == 200
    simulated = subprocess.Popen(
        [sys.executable, str(ROOT / "run.py"), "simulate", str(link)],
        stdin=subprocess.PIPE, cwd=ROOT, text=True,
    )  # fmt: skip
    try:
        assert simulated.stdin is not None
        simulated.stdin.write("4006381333931\n96385074\n")
        simulated.stdin.close()

        def proposals() -> list[dict[str, str]]:
            found: list[dict[str, str]] = session.get(f"{url}/devices", timeout=10).json()[
                "proposals"
            ]
            return found

        wait_until(lambda: bool(proposals()), START_S, lambda: "no proposal")
        confirmed = session.post(
            f"{url}/devices/proposals/{proposals()[0]['id']}",
            json={"action": "confirm", "name": "Lane 1"}, timeout=10,
        )  # fmt: skip
        assert confirmed.status_code == 200, confirmed.text

        def scans() -> list[str]:
            page = session.get(f"{url}/journal", params={"types": "scan.captured"}, timeout=10)
            return [entry["data"]["gtin"] for entry in page.json()["entries"]]

        wait_until(lambda: len(scans()) == 2, START_S, lambda: str(scans()))
        assert scans() == ["04006381333931", "00000096385074"]
        assert simulated.wait(30) == 0
    finally:
        simulated.kill()


def test_records_are_put_in_order_with_the_gateway_running_and_without(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    said = gateway.command("records", "standardise", "customer", "--dry-run")
    assert said == "0 records checked, 0 would change\n"
    gateway.start()
    report = tmp_path / "report.csv"
    said = gateway.command("records", "standardise", "customer", "--report", str(report))
    assert said.startswith("0 records checked, 0 changed\n")
    assert report.read_text("utf-8-sig") == "number,record,field,rule,before,after,problem\n"
    assert stat.S_IMODE(report.stat().st_mode) == 0o600
    with pytest.raises(RuntimeError, match="has no field"):
        gateway.command("records", "standardise", "customer", "--field", "nickname")


def test_the_index_is_built_anew_with_the_gateway_running_or_not(gateway: GatewayProcess) -> None:
    said = gateway.command("records", "reindex")
    assert "customer     0 records indexed\n" in said
    gateway.start()
    assert gateway.command("records", "reindex") == said
    assert json.loads(gateway.command("doctor", "--json"))["index"] == "in step"


def test_a_field_of_the_site_that_cannot_be_stops_the_start(gateway: GatewayProcess) -> None:
    gateway.data.mkdir()
    text = '[fields.customer.route]\ntype = "txt"\nlabel = "Route"\n'
    (gateway.data / "site.toml").write_text(text, "utf-8")
    with pytest.raises(
        RuntimeError, match=r'fields\.customer\.route\.type = "txt" \(from .*is refused'
    ):
        gateway.command("device", "list")
    assert not (gateway.data / "keyring.json").exists()
