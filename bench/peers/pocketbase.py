"""PocketBase: the popular single-file backend.

It commits with synchronous=NORMAL, so an answer is not yet on disk. As a Go program it is neither
slowed nor counted by the model disk.
"""

import json
import sqlite3
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from functools import partial

from bench.cell import Subject
from bench.disk import Disk
from bench.peers import environment
from bench.program import Program, answers, free_port
from bench.wrk import Target

NAME = "PocketBase (not durable)"
PERSON, PASSWORD = "bench@example.org", "only-for-this-measurement"


def _call(method: str, url: str, body: Mapping[str, object], token: str = "") -> dict[str, object]:
    headers = {"Content-Type": "application/json", "Authorization": token}
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as answer:
        found: dict[str, object] = json.load(answer)
        return found


def _prepare(url: str) -> None:
    signed_in = _call(
        "POST",
        f"{url}/api/collections/_superusers/auth-with-password",
        {"identity": PERSON, "password": PASSWORD},
    )
    token = str(signed_in["token"])
    fields = [{"name": "key", "type": "text"}, {"name": "body", "type": "text"}]
    unique = "CREATE UNIQUE INDEX events_key ON events (key)"
    collection = {
        "name": "events",
        "type": "base",
        "fields": fields,
        "indexes": [unique],
        "createRule": "",
    }
    _call("POST", f"{url}/api/collections", collection, token)
    _call(
        "PATCH",
        f"{url}/api/settings",
        {"batch": {"enabled": True, "maxRequests": 1000, "timeout": 60}},
        token,
    )


@contextmanager
def running(disk: Disk) -> Iterator[Subject]:
    """PocketBase with one open collection on this disk."""
    command = environment.program("pocketbase")
    folder = disk.folder / "pocketbase"
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    data = [f"--dir={folder}"]
    subprocess.run(
        [command, "superuser", "create", PERSON, PASSWORD, *data], capture_output=True, check=True
    )
    program = Program(
        [command, "serve", f"--http=127.0.0.1:{port}", *data],
        disk.folder / "pocketbase.log",
        partial(answers, port, "/api/health"),
    )
    _prepare(url)

    def stored() -> int:
        with closing(sqlite3.connect(folder / "data.db")) as database:
            return int(database.execute("SELECT count(*) FROM events").fetchone()[0])

    target = Target("pocketbase", f"{url}/api/collections/events/records", f"{url}/api/batch")
    try:
        yield Subject(NAME, program.pid, port, stored, None, target.load)
    finally:
        program.stop()
