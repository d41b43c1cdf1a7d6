"""Datasette's insert API: the nearest thing to a ready-made HTTP door to SQLite."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial

from bench.cell import Subject
from bench.disk import Disk
from bench.peers import environment
from bench.program import Program, answers, free_port
from bench.wrk import Target

NAME = "Datasette insert API"
SECRET = "only-for-this-measurement"


@contextmanager
def running(disk: Disk) -> Iterator[Subject]:
    """Datasette with one table on this disk."""
    disk = disk.renew_counter("datasette")
    file = disk.folder / "events.db"
    with closing(sqlite3.connect(file)) as database:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("CREATE TABLE events (id TEXT PRIMARY KEY, body TEXT)")
    command = environment.program("datasette")
    made = subprocess.run(
        [command, "create-token", "root", "--secret", SECRET],
        capture_output=True,
        text=True,
        check=True,
    )
    port = free_port()
    program = Program(
        [
            command,
            "serve",
            file,
            "--root",
            "--secret",
            SECRET,
            "--port",
            str(port),
            "--setting",
            "max_insert_rows",
            "1000",
        ],
        disk.folder / "datasette.log",
        partial(answers, port, "/-/versions.json"),
        disk.environment(),
    )

    def stored() -> int:
        with closing(sqlite3.connect(file)) as database:
            return int(database.execute("SELECT count(*) FROM events").fetchone()[0])

    url = f"http://127.0.0.1:{port}/events/events/-/insert"
    token = made.stdout.strip().splitlines()[-1]
    try:
        yield Subject(
            NAME, program.pid, port, stored, disk.fsyncs, Target("datasette", url, token=token).load
        )
    finally:
        program.stop()
