"""A PostgreSQL of its own, reached by a socket in its folder. It refuses to run as root."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from tests.devices.waiting import until

USER = "postgres"


class Postgres:
    """One server with an empty database."""

    def __init__(self, folder: Path) -> None:
        found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        assert found, "PostgreSQL is missing (.ci/setup.sh dev installs it)"
        self._programs, self.folder = found[-1], folder
        self._other: list[str] = []
        if os.geteuid() == 0:
            self._other = ["setpriv", f"--reuid={USER}", f"--regid={USER}", "--clear-groups"]
            shutil.chown(folder, USER, USER)
        self.told = f"host={folder} user=waystation dbname=postgres"
        self._process: subprocess.Popen[bytes] | None = None

    def make(self) -> None:
        made = ["-D", str(self.folder / "data"), "-U", "waystation", "-A", "trust", "--no-sync"]
        self._run("initdb", *made, "-E", "UTF8", "--locale=C")

    def start(self) -> None:
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [*self._other, str(self._programs / "postgres"), "-D", str(self.folder / "data"),
             "-k", str(self.folder), "-c", "listen_addresses="],
            stderr=log, stdout=log, cwd="/",
        )  # fmt: skip
        log.close()
        until(self._answers, 60)

    def kill(self) -> None:
        """All of it at once, as by a power cut; its children end with it."""
        if self._process:
            self._process.send_signal(3)  # SIGQUIT: without a word, to be recovered at the start
            self._process.wait()
            self._process = None

    def rows(self, question: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.told) as database:
            return database.execute(question).fetchall()  # type: ignore[arg-type]

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(
            [*self._other, str(self._programs / program), *arguments],
            check=True, cwd="/", stdout=subprocess.DEVNULL,
        )  # fmt: skip

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.told).close()
        except psycopg.OperationalError:
            return False
        return True


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A server that answers. Its folder is where another user may look."""
    folder = Path(tempfile.mkdtemp(prefix="waystation-pg-"))
    made = Postgres(folder)
    try:
        made.make()
        made.start()
        yield made
    finally:
        made.kill()
        shutil.rmtree(folder)
