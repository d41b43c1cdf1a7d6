"""A program under test: started on loopback, waited for, and ended with all its children."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

START_S = 60.0
STOP_S = 60.0


class Program:
    """A running process and its log; ``start_s`` is how long it took until ``ready`` held."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        ready: Callable[[], bool],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        began = time.monotonic()
        self._log = log
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env={**os.environ, **(environment or {})},
                start_new_session=True,
            )
        try:
            self._wait(ready)
        except BaseException:
            if self._process.poll() is None:
                self.kill()
            raise
        self.start_s = time.monotonic() - began

    @property
    def pid(self) -> int:
        """Of the process that was started; its children do the work for some programs."""
        return self._process.pid

    def stop(self, number: int = signal.SIGTERM) -> None:
        """End it politely."""
        self._process.send_signal(number)
        self._process.wait(STOP_S)

    def kill(self) -> None:
        """End it and its children as a power cut does."""
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(STOP_S)

    def _wait(self, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + START_S
        while not ready():
            if self._process.poll() is not None or time.monotonic() > deadline:
                tail = self._log.read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"{self._process.args!r} does not answer:\n{tail}")
            time.sleep(0.01)


def free_port() -> int:
    """A loopback port nobody uses."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def answers(port: int, path: str) -> bool:
    """Whether a loopback server answers a page with success."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 300
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
