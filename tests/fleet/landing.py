"""A lander in a process of its own, to be shot."""

import subprocess
import sys
from pathlib import Path

from tests.fleet.cluster import Cluster
from tests.fleet.postgres import Postgres
from tests.torture.gateway import ROOT


class Landing:
    """``run.py fleet land`` as a process."""

    def __init__(self, hub: Cluster, office: Postgres, folder: Path, *more: str) -> None:
        told = folder / "database"
        told.write_text(office.told)
        servers = [word for server in hub.servers for word in ("--server", server)]
        self._command = [
            sys.executable, str(ROOT / "run.py"), "fleet", "land", *servers,
            "--database-file", str(told), "--batch", "50", "--ack-wait", "2", "--durable", "killed",
            *more,
        ]  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)

    def end(self, number: int) -> None:
        if self._process:
            self._process.send_signal(number)
            self._process.wait(30)
            self._process = None
