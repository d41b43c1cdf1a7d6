"""Pushing to an ERP from the command line, with a gateway running and without."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.torture.gateway import GatewayProcess

SITE = """
[erp]
connectors = ["tryton"]
interval_s = 86400
[tryton]
url = "http://127.0.0.1:9"
database = "shop"
key = "k3y"
"""


@pytest.fixture
def gateway(tmp_path: Path) -> Iterator[GatewayProcess]:
    """A shop whose ERP nobody can reach."""
    made = GatewayProcess(tmp_path / "data", fresh=True)
    made.data.mkdir()
    (made.data / "site.toml").write_text(SITE)
    yield made
    made.kill()


def test_a_round_is_begun_and_told_whether_a_gateway_runs_or_not(gateway: GatewayProcess) -> None:
    with pytest.raises(RuntimeError, match=r"tryton: nothing to push; in .* cannot be reached"):
        gateway.command("erp", "push", "tryton")
    gateway.start()
    with pytest.raises(RuntimeError, match="cannot be reached"):
        gateway.command("erp", "push")
    told = gateway.command("erp", "runs").splitlines()
    assert len([line for line in told if "asked for by command line" in line]) == 2
    with pytest.raises(RuntimeError, match="odoo"):
        gateway.command("erp", "push", "odoo")
