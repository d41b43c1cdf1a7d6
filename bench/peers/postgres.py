"""PostgreSQL by its own load generator, pgbench, on a cluster of its own.

No HTTP, no validation, a native client: what a store of this kind can cost at the least.
"""

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.cell import Answer, Subject
from bench.disk import Disk
from bench.program import Program, free_port

NAME = "PostgreSQL by pgbench"
USER = "postgres"
# As long as the others' events; pgbench would take a colon before a letter or digit for a variable.
EVENT = (
    '{"data":{"aim":"]E0","raw":"NDAwNjM4MTMzMzkzMQ==","text":"4006381333931"},'
    '"id":"00000000-0000-7000-8000-000000000000","source":"urn-waystation-bench-till-1",'
    '"specversion":"1.0","time":"2026-11-22T10.00.00.123Z","type":"scan.captured"}'
)


def programs() -> Path | None:
    """The folder of the newest PostgreSQL on this machine."""
    debian = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    versions = sorted(debian, key=lambda path: int(path.parent.parent.name))
    found = versions[-1] if versions else shutil.which("postgres")
    return Path(found).parent if found else None


def missing() -> str:
    """What to install first; empty when nothing is missing."""
    return "" if programs() else "PostgreSQL is missing: apt-get install postgresql"


@dataclass(frozen=True)
class Cluster:
    """A cluster on loopback."""

    programs: Path
    folder: Path
    port: int

    def command(self, name: str, *arguments: str | Path) -> list[str]:
        """One of PostgreSQL's programs; the server refuses to run as root."""
        own = [str(self.programs / name), *map(str, arguments)]
        return ["runuser", "-u", USER, "--", *own] if os.geteuid() == 0 else own

    def query(self, text: str) -> str:
        """The one value of a query."""
        where = ["-h", str(self.folder), "-p", str(self.port), "-d", "postgres"]
        ran = subprocess.run(
            self.command("psql", *where, "-Atc", text), capture_output=True, text=True, check=True
        )
        return ran.stdout.strip()

    def load(self, clients: int, batch: int, seconds: float) -> Answer:
        """pgbench with one insert of so many rows per transaction."""
        script = self.folder.parent / f"insert-{batch}.sql"
        row = f"(gen_random_uuid(), '{EVENT}')"
        script.write_text(f"INSERT INTO events (id, body) VALUES {', '.join([row] * batch)};\n")
        mode = "prepared" if batch == 1 else "simple"
        settings: Sequence[str | Path] = (
            *(
                "-h",
                self.folder,
                "-p",
                str(self.port),
                "-n",
                "-M",
                mode,
                "-c",
                str(clients),
                "-j",
                "1",
            ),
            *(
                "-T",
                str(max(1, round(seconds))),
                "-f",
                script,
                "--log",
                f"--log-prefix={script}",
                "postgres",
            ),
        )
        ran = subprocess.run(
            self.command("pgbench", *settings), capture_output=True, text=True, check=True
        )
        done = re.search(r"number of transactions actually processed: (\d+)", ran.stdout)
        if done is None:
            raise AssertionError(ran.stdout + ran.stderr)
        times = _latencies(script)
        return Answer(int(done[1]), 0, max(1, round(seconds)), _at(times, 0.5), _at(times, 0.99))


def _latencies(script: Path) -> list[float]:
    """Milliseconds of every transaction, from pgbench's own log, which is then removed."""
    found = []
    for log in script.parent.glob(f"{script.name}.*"):
        found += [int(line.split()[2]) / 1000 for line in log.read_text().splitlines()]
        log.unlink()
    return sorted(found)


def _at(values: list[float], share: float) -> float:
    return values[min(len(values) - 1, int(len(values) * share))]


@contextmanager
def running(disk: Disk) -> Iterator[Subject]:
    """A fresh cluster with one table on this disk, everything as PostgreSQL's defaults have it."""
    found = programs()
    if found is None:
        raise RuntimeError(missing())
    disk = disk.renew_counter("postgres")
    home = disk.folder / "pg"
    home.mkdir()
    if os.geteuid() == 0:
        person = pwd.getpwnam(USER)
        os.chown(home, person.pw_uid, person.pw_gid)
    cluster = Cluster(found, home / "data", free_port())
    subprocess.run(
        cluster.command("initdb", "-D", cluster.folder, "-A", "trust", "-U", USER),
        capture_output=True,
        check=True,
    )
    settings = [
        "-c",
        f"port={cluster.port}",
        "-c",
        "listen_addresses=127.0.0.1",
        "-c",
        f"unix_socket_directories={cluster.folder}",
    ]
    ready = [*cluster.command("pg_isready", "-q", "-h", cluster.folder, "-p", str(cluster.port))]
    program = Program(
        cluster.command("postgres", "-D", cluster.folder, *settings),
        disk.folder / "postgres.log",
        lambda: subprocess.run(ready, check=False).returncode == 0,
        disk.environment(),
    )
    cluster.query("CREATE TABLE events (seq bigserial PRIMARY KEY, id uuid UNIQUE, body text)")

    def stored() -> int:
        return int(cluster.query("SELECT count(*) FROM events"))

    try:
        yield Subject(NAME, program.pid, cluster.port, stored, disk.fsyncs, cluster.load)
    finally:
        program.stop()
