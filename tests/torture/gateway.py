"""A real gateway in processes of its own, to be started, killed and looked at from outside."""

import contextlib
import http.client
import json
import os
import secrets
import signal
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.torture.nursery import Child, nursery

ROOT = Path(__file__).resolve().parents[2]
START_S = 60.0
OURS = "WAYSTATION_"


class GatewayProcess:
    """``run.py serve`` on a data folder and a fixed loopback port.

    It comes from the nursery; a ``fresh`` one from an interpreter of its own, as on any other
    machine, and so does one that a library is to be loaded into first. With ``trusts`` it serves
    HTTPS with the certificate of its own settings; what is asked here believes that alone.
    """

    def __init__(
        self,
        data: Path,
        *,
        environment: Mapping[str, str] | None = None,
        arguments: tuple[str, ...] = (),
        fresh: bool = False,
        trusts: ssl.SSLContext | None = None,
    ):
        self.data = data
        self.port = free_port()
        self.log = data.parent / f"{data.name}.log"
        # What somebody has set for a gateway of their own must not reach this one.
        bare = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        # Nor must what is on this machine's network, other tests' gateways among it.
        ours = {"WAYSTATION_DISCOVERY_ON": "false"}
        self._environment = {**bare, **ours, **(environment or {})}
        self._arguments = arguments if trusts else ("--no-tls", *arguments)
        self._trusts = trusts
        self._fresh = fresh
        self._process: subprocess.Popen[bytes] | Child | None = None

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def command(self, *arguments: str, stdin: str = "") -> str:
        """Run another subcommand of run.py on the same folder; its standard output."""
        environment = {
            name: value for name, value in self._environment.items() if name != "LD_PRELOAD"
        }
        with tempfile.TemporaryDirectory() as folder:
            files = [Path(folder, name) for name in ("input", "output", "errors")]
            files[0].write_text(stdin)
            asked = [*arguments, "--data", str(self.data)]
            process = _start(asked, environment, files, fresh=self._fresh)
            code = _ending(process, START_S)
            said, errors = (file.read_text() for file in files[1:])
        if code:
            raise RuntimeError(f"run.py {' '.join(arguments)}: {said}{errors}")
        return said

    def token(self, name: str, role: str) -> str:
        """Add a machine; its token."""
        return str(
            json.loads(self.command("device", "add", name, "--role", role, "--json"))["token"]
        )

    def user(self, name: str, role: str, password: str) -> None:
        self.command("user", "add", name, "--role", role, "--password-stdin", stdin=password + "\n")

    def sign_in(self, name: str, password: str) -> str:
        """The cookie of a new session, as a browser sends it back."""
        connection = self._connection(30)
        said = json.dumps({"name": name, "password": password})
        headers = {
            "Content-Type": "application/json",
            "Origin": f"http://127.0.0.1:{self.port}",
        }
        connection.request("POST", "/api/v1/session", said, headers)
        cookie = connection.getresponse().getheader("Set-Cookie")
        connection.close()
        assert cookie is not None, "the sign-in was refused"
        return cookie.partition(";")[0]

    def launch(self) -> None:
        """Start it without waiting for it."""
        listen = ("--listen", f"127.0.0.1:{self.port}", "--data", str(self.data))
        self._process = _start(
            ["serve", *listen, *self._arguments],
            self._environment,
            [Path(os.devnull), self.log, self.log],
            fresh=self._fresh or "LD_PRELOAD" in self._environment,
        )

    def start(self) -> float:
        """Start, and wait until it answers; how long that took in seconds."""
        began = time.monotonic()
        self.launch()
        wait_until(self.answers, START_S, self._why_dead)
        return time.monotonic() - began

    def answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise RuntimeError(self._why_dead())
        return self.status("/healthz") == 200

    def status(self, path: str) -> int | None:
        """The HTTP status of a page, or None when nobody answers."""
        connection = self._connection(5)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()

    def _connection(self, timeout_s: float) -> http.client.HTTPConnection:
        if self._trusts is None:
            return http.client.HTTPConnection(*self.address, timeout=timeout_s)
        return http.client.HTTPSConnection(*self.address, timeout=timeout_s, context=self._trusts)

    def processes(self) -> list[int]:
        """Ids of the gateway's process and of any that it has started."""
        if self._process is None:
            return []
        return [self._process.pid, *_children(self._process.pid)]

    def kill(self) -> None:
        """SIGKILL it with whatever it has started, and see to it that all of it ends: an orphan
        would be a second writer.
        """
        process = self._process
        if process is None:
            return
        family = self.processes()
        with contextlib.suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        wait_until(
            lambda: not any(map(_alive, family)),
            15,
            lambda: f"shot, yet something of {family} lives",
        )
        _ending(process, 15)
        self._process = None

    def stop(self, number: int = signal.SIGTERM) -> int:
        """End it the polite way; its exit code."""
        process = self._process
        if process is None:
            return 0
        process.send_signal(number)
        code = _ending(process, 30)
        self._process = None
        return code

    def _why_dead(self) -> str:
        return "the gateway does not answer:\n" + self.log.read_text("utf-8", "replace")[-4000:]


def _start(
    arguments: list[str], environment: dict[str, str], files: list[Path], *, fresh: bool
) -> subprocess.Popen[bytes] | Child:
    """Run ``run.py``; ``files`` are its standard input, output and error."""
    if not fresh:
        return nursery().fork(arguments, environment, files)
    with files[0].open("rb") as source, files[1].open("ab") as said, files[2].open("ab") as errors:
        return subprocess.Popen(
            [sys.executable, str(ROOT / "run.py"), *arguments],
            stdin=source,
            stdout=said,
            stderr=errors,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )


def _ending(process: subprocess.Popen[bytes] | Child, deadline_s: float) -> int:
    """Its exit code, once it has ended."""
    wait_until(lambda: process.poll() is not None, deadline_s, lambda: f"{process.pid} goes on")
    code = process.poll()
    assert code is not None
    return code


def free_port() -> int:
    """A port below those that outgoing connections are given: it stays free between two starts, and
    is never one that another worker of the same test run may pick.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    while True:
        port = 20_000 + secrets.randbelow(12_000 // workers) * workers + worker
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def wait_until(
    condition: Callable[[], bool], deadline_s: float, explain: Callable[[], str] = lambda: ""
) -> None:
    """Ask a condition of another process again and again until it holds; AssertionError at the
    deadline.
    """
    pause = threading.Event()
    end = time.monotonic() + deadline_s
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s} s: {explain()}")
        pause.wait(0.02)


def _children(pid: int) -> list[int]:
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            for child in task.read_text().split():
                found += [int(child), *_children(int(child))]
        except OSError:
            continue
    return found


def _alive(pid: int) -> bool:
    """Whether any thread of a process still runs: the first may be a zombie while another one holds
    the port.
    """
    return any(map(_runs, Path(f"/proc/{pid}/task").glob("*/stat")))


def _runs(task: Path) -> bool:
    try:
        return task.read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
