"""An OpenSSH server of its own on loopback, with its own keys, for SFTP alone."""

import getpass
import os
import shutil
import socket
import subprocess
from pathlib import Path

from tests.devices.waiting import until

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


class Sshd:
    """Whoever runs the tests may sign in with ``key``. ``host_key`` is what it shows."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("sshd", path=PATH)
        assert program, "sshd is missing (.ci/setup.sh dev installs it)"
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self._program = folder, program
        self.key, self.stranger = _key(folder / "user"), _key(folder / "stranger")
        host = _key(folder / "host")
        self.host_key = " ".join(host.with_suffix(".pub").read_text().split()[:2])
        self.other_host_key = " ".join(self.key.with_suffix(".pub").read_text().split()[:2])
        (folder / "authorized").write_text(self.key.with_suffix(".pub").read_text())
        self.user = getpass.getuser()
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        (folder / "config").write_text(
            f"ListenAddress 127.0.0.1:{self.port}\nHostKey {host}\nPidFile none\n"
            f"AuthorizedKeysFile {folder}/authorized\nStrictModes no\nUsePAM no\n"
            "PasswordAuthentication no\nPermitRootLogin prohibit-password\n"
            "Subsystem sftp internal-sftp\n"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if os.geteuid() == 0:  # Debian's parts with its rights in there
            Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
        log = (self.folder / "log").open("ab")
        self._process = subprocess.Popen(
            [self._program, "-D", "-e", "-f", str(self.folder / "config")], stderr=log
        )
        log.close()
        until(self._answers)

    def stop(self) -> None:
        """It and every line to it are gone."""
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None

    def _answers(self) -> bool:
        with socket.socket() as asking:
            return asking.connect_ex(("127.0.0.1", self.port)) == 0


def _key(path: Path) -> Path:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)
    return path
