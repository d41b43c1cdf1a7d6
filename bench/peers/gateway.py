"""The gateway itself, everything on: encryption, tokens, validation, hash chain, devices, jobs."""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.cell import Subject
from bench.disk import Disk
from bench.program import Program, answers, free_port
from bench.wrk import Target

ROOT = Path(__file__).parents[2]
NAME = "Waystation"
FACTS = "/api/v1/facts"


class Gateway:
    """A gateway on a data folder; ``tokens`` by role."""

    def __init__(self, data: Path, roles: Sequence[str] = ("pos", "erp")) -> None:
        self.data = data
        self.port = free_port()
        self.tokens = {role: self._token(role) for role in roles}
        self.program: Program | None = None

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, disk: Disk | None = None) -> Program:
        """Serve, and wait until facts are stored."""
        command: list[str | Path] = [sys.executable, ROOT / "run.py", "serve", "--no-tls"]
        self.program = Program(
            [*command, "--listen", f"127.0.0.1:{self.port}", "--data", self.data],
            self.data.parent / f"{self.data.name}.log",
            partial(answers, self.port, "/readyz"),
            disk.environment() if disk else None,
        )
        return self.program

    def get(self, path: str, role: str = "erp") -> bytes:
        """One page, as the holder of a token sees it."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=60) as answer:
            content: bytes = answer.read()
            return content

    def head(self) -> int:
        """The newest entry's number."""
        found = re.search(rb"^waystation_journal_seq (\S+)", self.get("/metrics"), re.MULTILINE)
        if found is None:
            raise AssertionError("the figures do not name the newest entry")
        return int(float(found[1]))

    def target(self) -> Target:
        """Where events go."""
        return Target("waystation", self.url + FACTS, token=self.tokens["pos"])

    def subject(self, program: Program, disk: Disk | None = None) -> Subject:
        """It as something to measure."""
        fsyncs = disk.fsyncs if disk else None
        return Subject(NAME, program.pid, self.port, self.head, fsyncs, self.target().load)

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Another subcommand of run.py on the same data folder; its standard output."""
        command = [sys.executable, str(ROOT / "run.py"), *arguments, "--data", str(self.data)]
        ran = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"run.py {' '.join(arguments)}: {ran.stdout}{ran.stderr}")
        return ran.stdout

    def _token(self, role: str) -> str:
        made = self.command("device", "add", f"bench {role}", "--role", role, "--json")
        return str(json.loads(made)["token"])


@contextmanager
def running(disk: Disk) -> Iterator[Subject]:
    """The gateway on this disk, ready for load."""
    disk = disk.renew_counter("gateway")
    gateway = Gateway(disk.folder / "gateway")
    program = gateway.start(disk)
    try:
        yield gateway.subject(program, disk)
    finally:
        program.stop()
