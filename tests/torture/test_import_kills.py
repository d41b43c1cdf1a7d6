"""A gateway that is shot in the middle of an import: every row once, and none left out."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest

from gateway.web.commands import local
from tests.torture.gateway import GatewayProcess, wait_until

ROWS = 1_500
KILLS = 3


def ask(gateway: GatewayProcess, command: str, **arguments: Any) -> Any:
    return local.ask(gateway.data, command, {"by": "", **arguments})


def _beyond(gateway: GatewayProcess, identity: str, mark: int) -> bool:
    return bool(ask(gateway, "import.get", identity=identity)["position"] > mark)


@pytest.mark.timeout(300)
def test_an_import_survives_being_shot_with_no_row_doubled(tmp_path: Path) -> None:
    file = tmp_path / "shops.csv"
    lines = [f"Shop {n} {n * 7919},K{n}" for n in range(ROWS)]
    lines[700] = f"{'x' * 300},K700"
    file.write_text("legal_name,Old number\n" + "\n".join(lines) + "\n")
    gateway = GatewayProcess(tmp_path / "data")
    gateway.start()
    try:
        identity = ask(gateway, "import.upload", kind="customer", path=str(file))["id"]
        ask(gateway, "import.check", identity=identity, for_shop=False)
        wait_until(lambda: ask(gateway, "import.get", identity=identity)["state"] == "checked", 120)
        ask(gateway, "import.run", identity=identity, strict=False)
        for shot in range(1, KILLS + 1):
            mark = shot * ROWS // (KILLS + 2)
            wait_until(partial(_beyond, gateway, identity, mark), 60)
            gateway.kill()
            gateway.start()
        wait_until(lambda: ask(gateway, "import.get", identity=identity)["state"] == "done", 120)
        done = ask(gateway, "import.get", identity=identity)
        assert done["counts"] == {"created": ROWS - 1, "problem": 1}
        told = ask(gateway, "import.rows", identity=identity, after=0, language="en")
        assert [row["row"] for row in told] == [702]
    finally:
        gateway.kill()
    exported = gateway.command("export", "customer", "--format", "jsonl")
    assert exported.count("\n") == ROWS - 1
    assert gateway.command("import", "customer", str(file)).count(f"{ROWS - 1} unchanged") == 1
    gateway.command("doctor")
