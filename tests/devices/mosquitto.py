"""A real broker on a free port of the loopback, to be stopped, started and asked for a password."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.devices.waiting import until

PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"


class Mosquitto:
    """It keeps what it holds for others in its folder, also over a restart."""

    def __init__(self, folder: Path, *lines: str) -> None:
        program = shutil.which("mosquitto", path=PATH)
        assert program, "mosquitto is missing (.ci/setup.sh dev installs it)"
        self._program = program
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self._config = folder / "mosquitto.conf"
        self._lines = lines or (f"listener {self.port} 127.0.0.1", "allow_anonymous true")
        self._process: subprocess.Popen[bytes] | None = None

    def configure(self, *lines: str) -> None:
        """Other lines from the next start on; {port} stands for the port."""
        self._lines = tuple(line.format(port=self.port) for line in lines)

    def start(self) -> None:
        common = (
            "user root",
            "persistence true",
            f"persistence_location {self.folder}/",
            "autosave_interval 1",
            "max_queued_messages 0",
            "log_dest file " + str(self.folder / "log"),
        )
        self._config.write_text("\n".join((*common, *self._lines)) + "\n")
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config)], stderr=subprocess.DEVNULL
        )
        until(self._answers)

    def stop(self) -> None:
        """It writes what it holds to its folder."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def _answers(self) -> bool:
        assert self._process
        assert self._process.poll() is None, (self.folder / "log").read_text()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


@contextmanager
def mosquitto(folder: Path) -> Iterator[Mosquitto]:
    """A broker that everybody may use."""
    broker = Mosquitto(folder)
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
