"""Import and export on the command line, with the gateway running and without."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.gateway import ROOT, GatewayProcess

ROWS = "Customer,Phone,Old number\nAlpha,030 1234567,D1\nBeta,call me,D2\n"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data", fresh=True)
    yield made
    made.kill()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shops.csv"
    path.write_text(ROWS)
    return path


@pytest.mark.parametrize("running", [False, True])
def test_a_file_goes_in_and_out(gateway: GatewayProcess, file: Path, running: bool) -> None:
    if running:
        gateway.start()
    tried = gateway.command("import", "customer", str(file), "--dry-run")
    assert "checked; 2 rows" in tried
    assert gateway.command("export", "customer", "--format", "jsonl") == ""

    refused = file.with_name("refused.csv")
    done = gateway.command("import", "customer", str(file), "--problems", str(refused))
    assert "done; 2 rows: 1 created, 1 problem" in done
    assert "row 3 (problem): Phone: No such phone number" in done
    assert "Beta,call me,D2,3," in refused.read_text("utf-8-sig")

    out = file.with_name("out.xlsx")
    gateway.command("export", "customer", "--format", "xlsx", "--out", str(out))
    assert "1 unchanged" in gateway.command("import", "customer", str(out))


def test_a_mapping_can_be_printed_corrected_and_given(gateway: GatewayProcess, file: Path) -> None:
    shown = json.loads(gateway.command("import", "customer", str(file), "--show-mapping"))
    assert [column["to"] for column in shown["columns"]] == ["legal_name", "phone", "@key"]
    shown["columns"][1] = {"column": 1, "to": "notes"}
    mapping = file.with_name("mapping.json")
    mapping.write_text(json.dumps(shown))
    done = gateway.command("import", "customer", str(file), "--mapping", str(mapping))
    assert "2 created" in done


def test_a_correction_speaks_for_the_shop_where_that_is_said(
    gateway: GatewayProcess, file: Path
) -> None:
    gateway.user("Ben", "manager", "four quite long words")
    file.write_text("Customer,Phone,Old number\nAlpha,030 1234567,D1\n")
    gateway.command("import", "customer", str(file), "--as", "Ben", "--for-shop")
    list_ = file.with_name("list.csv")
    list_.write_text("Customer,Phone,Old number\nAlpha,030 9999999,D1\n")
    assert "1 waiting" in gateway.command("import", "customer", str(list_), "--dry-run")
    tried = gateway.command("import", "customer", str(list_), "--for-shop", "--dry-run")
    assert "1 updated" in tried
    assert "1 updated" in gateway.command("import", "customer", str(list_), "--for-shop")


def test_all_or_none_takes_none(gateway: GatewayProcess, file: Path) -> None:
    with pytest.raises(RuntimeError, match="1 rows have problems"):
        gateway.command("import", "customer", str(file), "--strict")
    assert gateway.command("export", "customer", "--format", "jsonl") == ""


def test_a_file_that_is_none_is_refused_in_a_sentence(gateway: GatewayProcess, file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(RuntimeError, match=r"old \.xls workbook"):
        gateway.command("import", "customer", str(file))


@pytest.mark.parametrize("running", [False, True])
def test_a_file_is_taken_back(gateway: GatewayProcess, file: Path, running: bool) -> None:
    if running:
        gateway.start()
    gateway.command("import", "customer", str(file))
    undone = gateway.command("import", "undo", "customer", str(file))
    assert "undone; 2 rows" in undone
    assert "1 closed" in undone
    assert '"closed"' in gateway.command("export", "customer", "--format", "jsonl")
    with pytest.raises(RuntimeError, match="no such import"):
        gateway.command("import", "undo", "customer", str(file))


def test_a_user_who_is_named_imports_with_that_users_rights(
    gateway: GatewayProcess, file: Path
) -> None:
    for name, role in (("Cleo", "clerk"), ("Udo", "auditor"), ("Ben", "manager")):
        gateway.user(name, role, "four quite long words")
    file.write_text("Customer,IBAN\nAlpha,DE89370400440532013000\n")
    gateway.command("import", "customer", str(file), "--as", "cleo")
    # A clerk's bank account waits for a second person; the gateway's own would not.
    assert "370400" not in gateway.command("export", "customer", "--format", "csv")
    with pytest.raises(RuntimeError, match="auditor may not do this"):
        gateway.command("import", "customer", str(file), "--as", "Udo")
    with pytest.raises(RuntimeError, match="no such user"):
        gateway.command("import", "customer", str(file), "--as", "Nobody")
    told = gateway.command("export", "customer", "--format", "csv", "--as", "Ben")
    assert "Alpha" in told
    assert "370400" not in told
    assert "1 closed" in gateway.command("import", "undo", "customer", str(file), "--as", "Ben")


def test_what_a_spreadsheet_did_is_told(gateway: GatewayProcess, file: Path) -> None:
    file.write_text("Customer,Phone,Status\nAlpha,1.38E+10,VIP\n")
    told = gateway.command("import", "customer", str(file), "--dry-run")
    assert "Phone: 1 cells read like 1.38E+10" in told
    assert "Status: VIP (1)" in told


def test_undoing_goes_on_after_the_gateway_was_killed(gateway: GatewayProcess, file: Path) -> None:
    rows = [f"Shop {number},K{number}" for number in range(500)]
    file.write_text("Customer,Old number\n" + "\n".join(rows))
    gateway.start()
    gateway.command("import", "customer", str(file))
    asked = [sys.executable, str(ROOT / "run.py"), "import", "undo", "customer", str(file)]
    with subprocess.Popen(
        [*asked, "--data", str(gateway.data)], stderr=subprocess.PIPE, text=True, cwd=ROOT
    ) as undoing:
        assert undoing.stderr is not None
        under_way = (line for line in undoing.stderr if re.match(r"undo: [1-9]", line))
        assert next(under_way, "")
        gateway.kill()
    gateway.start()
    assert "500 closed" in gateway.command("import", "undo", "customer", str(file))
    told = gateway.command("export", "customer", "--format", "jsonl").splitlines()
    assert {json.loads(line)["version"] for line in told} == {2}
    assert len(told) == 500
