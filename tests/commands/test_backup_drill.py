"""The ten-minute drill: a running gateway, an empty box, the backup and the sheet."""

import json
import subprocess
import sys
from pathlib import Path

import requests

from gateway.backup import sheet
from tests.torture.gateway import ROOT, GatewayProcess

RUN = [sys.executable, "run.py"]


def post_scan(gateway: GatewayProcess, token: str, identity: str) -> dict[str, object]:
    event = {"specversion": "1.0", "id": identity, "source": "lane", "type": "scan.captured",
             "data": {"text": "4006381333931"}}  # fmt: skip
    host, port = gateway.address
    answer = requests.post(
        f"http://{host}:{port}/api/v1/facts",
        json=event,
        headers={"Authorization": f"Bearer {token}"},
        timeout=10,
    )
    found: dict[str, object] = answer.json()["results"][0]
    return found


def sheet_of(gateway: GatewayProcess) -> str:
    """Make the recovery sheet as a person does: read the words, type them back."""
    command = [*RUN, "backup", "sheet", "--data", str(gateway.data)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as asked:
        assert asked.stdin
        assert asked.stdout
        line = ""
        while not line.startswith("AGE-SECRET-KEY"):
            line = asked.stdout.readline()
            assert line
        words = " ".join(sheet.words(line.strip()))
        answer, _ = asked.communicate(f"{words}\n", timeout=60)
    assert "The sheet is right" in answer
    return words


def test_an_empty_box_becomes_the_shop_again(tmp_path: Path) -> None:
    old = GatewayProcess(tmp_path / "old", fresh=True)
    new = GatewayProcess(tmp_path / "new", fresh=True)
    try:
        old.start()
        token = old.token("Till", "pos")
        words = sheet_of(old)
        assert post_scan(old, token, "scan-1")["status"] == "stored"
        old.command("backup", "--data", str(old.data))
        assert post_scan(old, token, "scan-2")["status"] == "stored"
        before = json.loads(old.command("doctor", "--json"))
        old.kill()
        (file,) = (old.data / "backups").glob("*.backup")
        restored = subprocess.run(
            [*RUN, "restore", str(file), "--key-stdin", "--data", str(new.data)],
            cwd=ROOT, input=words, text=True, capture_output=True, timeout=60, check=False,
        )  # fmt: skip
        assert restored.returncode == 0, restored.stderr
        new.start()
        after = json.loads(new.command("doctor", "--json"))
        assert (after["chain"], after["integrity"]) == ("valid", "ok")
        assert after["entries"] == before["entries"] - 1
        assert after["epoch"] != before["epoch"]
        # The till's token is that of the shop, and what it repeats is known.
        assert post_scan(new, token, "scan-1")["status"] == "duplicate"
        assert post_scan(new, token, "scan-2")["status"] == "stored"
        said = "".join(path.read_text("utf-8", "replace") for path in tmp_path.glob("*.log"))
        assert "AGE-SECRET" not in said
    finally:
        old.kill()
        new.kill()
