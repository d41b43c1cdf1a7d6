"""Whoever releases keys: the program of docs/examples, over HTTPS."""

import json
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from config.schema import KeysSettings
from gateway.kernel import certificates
from gateway.kernel.clock import SystemClock
from tests.torture.gateway import ROOT, free_port, wait_until

NAME, SECRET = "shop-7", "enrolled-in-spring"


@dataclass
class Releaser:
    """``gateways`` is what it knows; ``settings`` are those of a gateway that asks it."""

    file: Path
    settings: KeysSettings

    def say(self, **changes: Any) -> None:
        """Change what it knows of the gateway."""
        about = json.loads(self.file.read_text()) if self.file.exists() else {NAME: {}}
        about[NAME] |= changes
        self.file.write_text(json.dumps(about))


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Releaser]:
    folder = tmp_path_factory.mktemp("release")
    names, now_ms, port = ["127.0.0.1"], SystemClock().now_ms(), free_port()
    root = certificates.authority("ERP", names, now_ms)
    pair = certificates.issued(root, names, now_ms)
    for file, content in (("root", root.certificate), ("chain", pair.certificate),
                          ("key", pair.key)):  # fmt: skip
        (folder / file).write_bytes(content)
    url, ca = f"https://127.0.0.1:{port}/release", str(folder / "root")
    settings = KeysSettings("erp", url=url, ca=ca, gateway=NAME, secret=SECRET)
    made = Releaser(folder / "gateways.json", settings)
    made.say(secret=SECRET, key="5a" * 32, stolen=False)
    command = [sys.executable, "docs/examples/release.py", str(port), str(made.file),
               str(folder / "chain"), str(folder / "key")]  # fmt: skip
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
    try:
        wait_until(lambda: _listens(port), 30, (folder / "log").read_text)
        yield made
    finally:
        process.kill()
        process.wait()


def _listens(port: int) -> bool:

    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def erp(release: Releaser) -> Iterator[Releaser]:
    """It knows the gateway, and has not heard of a theft."""
    release.say(secret=SECRET, key="5a" * 32, stolen=False)
    yield release
    release.say(secret=SECRET, key="5a" * 32, stolen=False)
