"""The gateway itself, everything on: encryption, tokens, validation, hash chain, devices, jobs."""

import json
import re
import ssl
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bench.cell import Subject
from bench.disk import Disk
from bench.peers import certificate
from bench.program import Program, free_port
from bench.wrk import Target

ROOT = Path(__file__).parents[2]
NAME = "Waystation"
START_S = 5
FACTS = "/api/v1/facts"


class Gateway:
    """A gateway on a data folder; ``tokens`` by role, HTTPS with a certificate of its own."""

    def __init__(
        self, data: Path, roles: Sequence[str] = ("pos", "erp"), *, tls: bool = False
    ) -> None:
        self.data = data
        self.port = free_port()
        self.tokens = {role: self._token(role) for role in roles}
        self.program: Program | None = None
        self._trust: ssl.SSLContext | None = None
        if tls:
            chain, key = certificate.make(data)
            (data / "site.toml").write_text(f'[tls]\ncertificate = "{chain}"\nkey = "{key}"\n')
            self._trust = ssl.create_default_context(cafile=chain)

    @property
    def url(self) -> str:
        """Its address without a path."""
        return f"{'https' if self._trust else 'http'}://127.0.0.1:{self.port}"

    def start(self, disk: Disk | None = None) -> Program:
        """Serve, and wait until facts are stored."""
        command: list[str | Path] = [sys.executable, ROOT / "run.py", "serve"]
        if self._trust is None:
            command.append("--no-tls")
        self.program = Program(
            [*command, "--listen", f"127.0.0.1:{self.port}", "--data", self.data],
            self.data.parent / f"{self.data.name}.log",
            self._ready,
            disk.environment() if disk else None,
        )
        return self.program

    def get(self, path: str, role: str = "erp") -> bytes:
        """One page, as the holder of a token sees it."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        request = urllib.request.Request(self.url + path, headers=headers)
        with urllib.request.urlopen(request, timeout=60, context=self._trust) as answer:
            content: bytes = answer.read()
            return content

    def _ready(self) -> bool:
        address = f"{self.url}/readyz"
        try:
            with urllib.request.urlopen(address, timeout=START_S, context=self._trust):
                return True
        except OSError:  # not listening yet, or not taking facts yet
            return False

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
        name = f"{NAME} over TLS" if self._trust else NAME
        return Subject(name, program.pid, self.port, self.head, fsyncs, self.target().load)

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
def running(disk: Disk, *, tls: bool = False) -> Iterator[Subject]:
    """The gateway on this disk, ready for load."""
    name = "gateway-tls" if tls else "gateway"
    disk = disk.renew_counter(name)
    gateway = Gateway(disk.folder / name, tls=tls)
    program = gateway.start(disk)
    try:
        yield gateway.subject(program, disk)
    finally:
        program.stop()
