"""The load generator: wrk, an event-driven C program that leaves the cores to the server."""

import itertools
import json
import shutil
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from bench.cell import Answer

SCRIPT = Path(__file__).with_name("ingest.lua")
# Ids differ between runs of the program and between cells of one run.
_runs = itertools.count(int(time.time()) & 0x3FFFFFFF)


@dataclass(frozen=True)
class Target:
    """Where to post, in which dialect, with which token."""

    dialect: str
    url: str
    batch_url: str = ""
    token: str = "none"

    def load(self, clients: int, batch: int, seconds: float) -> Answer:
        """Keep-alive clients that each wait for their answer before the next request."""
        url = self.batch_url if batch > 1 and self.batch_url else self.url
        command = ["wrk", "-t1", f"-c{clients}", f"-d{max(1, round(seconds))}s", "--timeout", "60s"]
        own = [self.dialect, str(batch), self.token, str(next(_runs))]
        ran = subprocess.run(
            [*command, "-s", SCRIPT, url, "--", *own], capture_output=True, text=True, check=True
        )
        seen = json.loads(ran.stdout.strip().splitlines()[-1])
        if seen["broken"]:
            raise AssertionError(f"{self.url}: {seen['broken']} connections broke under load")
        took_s = seen["microseconds"] / 1e6
        return Answer(seen["requests"], seen["failed"], took_s, seen["p50"], seen["p99"])


def missing() -> str:
    """What to install first; empty when nothing is missing."""
    return "" if shutil.which("wrk") else "wrk is missing: apt-get install wrk"
