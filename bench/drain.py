"""Reading the journal out by cursor.

Beside it pages that parse and write every body with the standard library: of the very same file,
and of the file of a naive application.
"""

import http.client
import json
import time
from dataclasses import dataclass

from bench import machine
from bench.cell import Subject
from bench.disk import FAST_US, disk
from bench.peers import gateway, naive, parsed

PAGE = 1000


@dataclass(frozen=True)
class Drain:
    """One program read from the beginning to the end."""

    name: str
    events: int
    events_per_s: float
    cpu_us: float
    p50_ms: float


def run(*, quick: bool) -> list[Drain]:
    """The gateway and the others, each with the same backlog, on one connection."""
    backlog = 20_000 if quick else 200_000
    with disk(FAST_US) as where:
        own = gateway.Gateway(where.folder / "gateway")
        program = own.start()
        try:
            subject = own.subject(program)
            _fill(subject, backlog)
            headers = {"Authorization": f"Bearer {own.tokens['erp']}"}
            path = f"/api/v1/journal?limit={PAGE}&after="
            ours = _drain(gateway.NAME, subject.root, subject.port, path, headers)
        finally:
            program.stop()
        pages = f"/events?limit={PAGE}&after="
        with parsed.running(where, own.data) as (process, port):
            same = _drain(parsed.NAME, process, port, pages, {}, start="0")
        with naive.running(where) as subject:
            _fill(subject, backlog)
            theirs = _drain(naive.NAME, subject.root, subject.port, pages, {}, start="0")
    return [ours, same, theirs]


def _fill(subject: Subject, backlog: int) -> None:
    while subject.stored() < backlog:
        subject.load(16, 100, 1)


def _drain(
    name: str, process: int, port: int, path: str, headers: dict[str, str], start: str = ""
) -> Drain:
    """Page after page until there is no more."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    cursor, events, times = start, 0, []
    began, cpu = time.monotonic(), machine.cpu_s(process)
    while True:
        asked = time.monotonic()
        connection.request("GET", path + cursor, headers=headers)
        raw = connection.getresponse().read()
        times.append((time.monotonic() - asked) * 1000)
        # The end of the page is enough to go on: parsing it whole would measure this client.
        head, _, tail = raw.rpartition(b'"cursor"')
        end = json.loads(b'{"cursor"' + tail)
        events += head.count(b'"specversion"')
        cursor = str(end["cursor"])
        if not end["more"]:
            break
    took, used = time.monotonic() - began, machine.cpu_s(process) - cpu
    return Drain(name, events, events / took, used / events * 1e6, sorted(times)[len(times) // 2])
