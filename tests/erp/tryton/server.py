"""A real Tryton 8.2 on loopback, to test against and to show.

    python -m tests.erp.tryton.server [--port 8000] [--fresh]

The command installs Tryton where that has not happened yet, serves until Ctrl-C and keeps its
database; --fresh starts again from the seed. Tests give every server a database of its own.
"""

import argparse
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.erp.tryton.install import HOME, Installation, configure, install
from tests.torture.gateway import free_port

DATABASE = "shop"
WITH_ADDON = "shop_with_addon"  # the same with the gateway's own module
WALK_IN = "WALK-IN"
START_S_MAX = 60


class Server:
    """One Tryton server over a database file of its own, on a port of loopback."""

    def __init__(self, made: Installation, folder: Path, port: int = 0) -> None:
        self._made = made
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"

    @property
    def key(self) -> str:
        """The key of the gateway's user in this very database."""
        return (self._folder / "key").read_text("ascii")

    @property
    def database(self) -> Path:
        """The file of the database; only for whoever has stopped the server."""
        return self._folder / f"{DATABASE}.sqlite"

    def settings(self, *, interval_s: int) -> dict[str, str]:
        """What a gateway's environment needs so that it pushes to this server."""
        return {
            "WAYSTATION_ERP_CONNECTOR": "tryton",
            "WAYSTATION_ERP_INTERVAL_S": str(interval_s),
            "WAYSTATION_TRYTON_URL": self.url,
            "WAYSTATION_TRYTON_DATABASE": DATABASE,
            "WAYSTATION_TRYTON_KEY": self.key,
            "WAYSTATION_TRYTON_WALK_IN_PARTY": WALK_IN,
        }

    def reset(self) -> None:
        """Put the database back to its seeded state; the server must not be running."""
        assert self._process is None
        self._folder.mkdir(parents=True, exist_ok=True)
        for leftover in self._folder.glob(f"{DATABASE}*.sqlite*"):
            leftover.unlink()
        seeds = {DATABASE: self._made.seed, WITH_ADDON: self._made.seed_with_addon}
        for name, seed in seeds.items():
            shutil.copyfile(seed, self._folder / f"{name}.sqlite")
        shutil.copy(self._made.key, self._folder / "key")

    def start(self) -> None:
        """Serve, from the seed where there is no database yet; returns when Tryton answers."""
        if not (self._folder / f"{DATABASE}.sqlite").exists():
            self.reset()
        config = configure(self._folder, f"127.0.0.1:{self.port}")
        command = [self._made.program("trytond"), "--config", config, "--database", DATABASE]
        with (self._folder / "trytond.log").open("ab") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log)
        self._wait_until_it_answers()

    def stop(self) -> None:
        """End the server and wait for its end; nothing happens when it is not running."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(START_S_MAX)
            self._process = None

    def wait(self) -> None:
        """Block until the server ends by itself."""
        assert self._process is not None
        self._process.wait()

    @contextmanager
    def serving(self) -> Iterator["Server"]:
        self.start()
        try:
            yield self
        finally:
            self.stop()

    def _wait_until_it_answers(self) -> None:
        assert self._process is not None
        pause = threading.Event()
        deadline = time.monotonic() + START_S_MAX
        while not _answers(self.url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                log = (self._folder / "trytond.log").read_text("utf-8", "replace")
                raise RuntimeError(f"Tryton does not answer on {self.url}:\n{log[-2000:]}")
            pause.wait(0.1)


def _answers(url: str) -> bool:
    body = b'{"id": 1, "method": "common.server.version", "params": []}'
    request = urllib.request.Request(f"{url}/rpc/", body, {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return answer.status == 200
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False


def main() -> None:
    parser = argparse.ArgumentParser(description="A real Tryton on loopback, for tests and demos.")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--fresh", action="store_true", help="start again from the seed")
    arguments = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # no server may outlive us
    server = Server(install(), HOME / "demo", arguments.port)
    if arguments.fresh:
        server.reset()
    with server.serving():
        print("[tryton]", f'url = "{server.url}"', f'database = "{DATABASE}"', sep="\n")
        print(f'key = "{server.key}"', f'walk_in_party = "{WALK_IN}"', sep="\n", flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            print("Stopped.", file=sys.stderr)


if __name__ == "__main__":
    main()
