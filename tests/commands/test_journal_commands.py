"""The commands that look after the journal, with a gateway running and without."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from config.schema import StoreSettings
from gateway.facts.accept import Facts
from gateway.kernel.actor import Actor
from gateway.kernel.clock import ManualClock, SystemClock
from gateway.store.archiver import DAY_MS
from gateway.store.database import Store
from tests.erp.shop import line, receipt
from tests.torture.gateway import GatewayProcess

TILL = Actor(id="till", name="Till 1", role="pos", device="till-1")
AUDIT = Path(__file__).parents[2] / "docs/examples/audit.py"
SITE = "[store]\nsegment_entries = 10\n"


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    """A shop that sold 25 times forty days ago, all of it taken by its ERP, and scanned today."""
    made = GatewayProcess(tmp_path / "data", fresh=True)
    made.data.mkdir()
    (made.data / "site.toml").write_text(SITE)
    clock = ManualClock(SystemClock().now_ms() - 40 * DAY_MS)
    store = Store(made.data, StoreSettings(), clock)
    facts = Facts(store)
    for number in range(25):
        sale = receipt(line(), receipt=f"R{number}")
        facts.capture("sale.completed", sale, actor=TILL, source="till")
    clock.advance(40 * DAY_MS)
    facts.capture("scan.captured", {"text": "4006381333931"}, actor=TILL, source="till")
    taken = (
        "INSERT INTO erp_consumers (name, mode, device, cursor_seq) VALUES ('erp', 'pull', '', 26)"
    )
    store.write(lambda tx: tx.execute(taken))
    store.close()
    yield made
    made.kill()


def lines(gateway: GatewayProcess, *arguments: str) -> list[dict[str, Any]]:
    text = gateway.command("journal", "export", *arguments)
    return [json.loads(one) for one in text.splitlines()]


def projections(gateway: GatewayProcess) -> tuple[list[Any], list[Any]]:
    store = Store(gateway.data, StoreSettings(), ManualClock())
    with store.read() as rows:
        found = rows.tuples("SELECT * FROM sales"), rows.tuples("SELECT * FROM counters")
    store.close()
    return found


@pytest.mark.parametrize("running", [False, True])
def test_entries_are_archived_read_and_projected_as_before(
    gateway: GatewayProcess, running: bool
) -> None:
    before, projected = lines(gateway), projections(gateway)
    if running:
        gateway.start()
    else:
        assert "25 entries moved" in gateway.command("journal", "archive")
    said = gateway.command("journal", "archive")
    assert "the archive reaches to entry 25" in said
    assert lines(gateway) == before
    assert [entry["seq"] for entry in lines(gateway, "--from", "9", "--to", "12")] == [
        9,
        10,
        11,
        12,
    ]
    assert "rebuilt from" in gateway.command("journal", "rebuild")
    findings = json.loads(gateway.command("doctor", "--json"))
    assert (findings["archived"], findings["archive"], findings["problems"]) == (25, "valid", [])
    if running:
        gateway.stop()
    assert projections(gateway) == projected


def test_an_auditor_follows_the_journal_without_trusting_the_gateway(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    first = gateway.command("journal", "checkpoint")
    gateway.command("journal", "archive")
    book = tmp_path / "checkpoints.jsonl"
    book.write_text(first + gateway.command("journal", "checkpoint"))
    key = json.loads(first)["key"]

    exported = gateway.command("journal", "export")
    assert audited(key, book, exported) == (0, "26 entries, and all that was kept of them")
    shorter = exported[: exported.rindex('{"seq"')]
    assert audited(key, book, shorter)[1].startswith("entry 26: not what was there on ")
    altered = exported.replace('"digest":"', '"digest":"00', 1)
    assert audited(key, book, altered) == (1, "entry 1: the chain breaks")
    assert audited("00" * 32, book, exported)[0] != 0


def audited(key: str, book: Path, exported: str) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, AUDIT, key, book],
        input=exported,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).strip()


def test_a_journal_is_held_against_what_was_kept_of_it(
    gateway: GatewayProcess, tmp_path: Path
) -> None:
    book = tmp_path / "checkpoints.jsonl"
    book.write_text(gateway.command("journal", "checkpoint"))
    assert gateway.command("journal", "compare", str(book)) == (
        "entry 26: the journal is still what it was\n"
    )


def test_what_holds_the_archive_back_is_said(gateway: GatewayProcess) -> None:
    store = Store(gateway.data, StoreSettings(), ManualClock())
    store.write(lambda tx: tx.execute("UPDATE erp_consumers SET cursor_seq = 7"))
    store.close()
    said = gateway.command("journal", "archive")
    assert "7 entries moved" in said
    assert "held back: erp has taken the journal up to entry 7" in said


def test_a_missing_file_is_named_with_its_remedy_and_the_gateway_still_captures(
    gateway: GatewayProcess,
) -> None:
    gateway.command("journal", "archive")
    (gateway.data / "archive/000000000011.segment").unlink()
    with pytest.raises(RuntimeError) as found:
        gateway.command("doctor")
    assert "000000000011.segment of the archive is missing, with entries 11 to 20" in str(
        found.value
    )
    assert "from a backup" in str(found.value)
    with pytest.raises(RuntimeError, match="is missing"):
        gateway.command("journal", "rebuild")
    gateway.start()
    assert gateway.token("Till 2", "pos")
    assert [entry["seq"] for entry in lines(gateway, "--from", "21", "--to", "25")] == [
        *range(21, 26)
    ]
