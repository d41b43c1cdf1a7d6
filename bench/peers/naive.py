"""Naive Flask and peewee on waitress."""

import json
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.cell import Subject
from bench.disk import Disk
from bench.peers import environment
from bench.program import Program, answers, free_port
from bench.wrk import Target

NAME = "naive Flask + peewee"
APP = Path(__file__).with_name("naive_app.py")


@contextmanager
def running(disk: Disk) -> Iterator[Subject]:
    """The naive application on this disk."""
    disk = disk.renew_counter("naive")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    program = Program(
        [environment.program("python"), APP, disk.folder / "naive.db", str(port)],
        disk.folder / "naive.log",
        partial(answers, port, "/count"),
        disk.environment(),
    )

    def stored() -> int:
        with urllib.request.urlopen(f"{url}/count", timeout=60) as answer:
            return int(json.load(answer)["count"])

    try:
        yield Subject(
            NAME, program.pid, port, stored, disk.fsyncs, Target("naive", f"{url}/events").load
        )
    finally:
        program.stop()
