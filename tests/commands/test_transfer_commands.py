"""Import and export on the command line, with the gateway running and without."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.gateway import GatewayProcess

ROWS = "Customer,Phone,Old number\nAlpha,030 1234567,D1\nBeta,call me,D2\n"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    made = GatewayProcess(tmp_path / "data")
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


def test_all_or_none_takes_none(gateway: GatewayProcess, file: Path) -> None:
    with pytest.raises(RuntimeError, match="1 rows have problems"):
        gateway.command("import", "customer", str(file), "--strict")
    assert gateway.command("export", "customer", "--format", "jsonl") == ""


def test_a_file_that_is_none_is_refused_in_a_sentence(gateway: GatewayProcess, file: Path) -> None:
    file.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    with pytest.raises(RuntimeError, match=r"old \.xls workbook"):
        gateway.command("import", "customer", str(file))
