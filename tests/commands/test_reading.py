"""What a command reads before it knows whether it has anything to do."""

import subprocess
import sys

from tests.torture.gateway import ROOT

# Each of them stands for a floor, and takes long to read on a small box.
HOUSE = {"assembly", "flask", "gateway.records.records", "gateway.store.database", "sync.erp.wing"}


def test_a_command_for_a_running_gateway_does_not_read_the_house() -> None:
    asked = [sys.executable, "-c", "import run, sys; print(*sys.modules)"]
    read = subprocess.run(asked, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    assert HOUSE.isdisjoint(read.split())
