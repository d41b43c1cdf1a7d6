"""Two machines on a network of their own: namespaces of Linux, joined by a cable made of software.

Each has a file system of its own where it matters (``/run``), so that both may run their own bus
and their own Avahi. It takes root.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

PATH = f"{os.environ['PATH']}:/usr/sbin:/sbin"
NEEDED = ("ip", "unshare", "nsenter", "mount", "dbus-daemon", "avahi-daemon", "avahi-browse")
BUS = """<busconfig>
  <type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
  </policy>
</busconfig>"""
AVAHI = """[server]
host-name={name}
use-ipv4={ipv4}
use-ipv6={ipv6}
allow-interfaces=veth0
[wide-area]
enable-wide-area=no
[publish]
publish-workstation=no
publish-hinfo=no
[rlimits]
"""


class Machine:
    """One of the two. ``run`` and ``start`` do something there."""

    def __init__(self, name: str, address: str, folder: Path) -> None:
        self.name = name
        self.address = address
        self.folder = folder
        # A shell that does nothing holds the namespaces while it lives.
        self._holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--uts", "sh", "-c", "echo up; read line"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PATH": PATH},
        )
        assert self._holder.stdout
        assert self._holder.stdout.readline() == b"up\n", "namespaces are not permitted here"
        self.run("mount", "-t", "tmpfs", "tmpfs", "/run")
        self.run("hostname", name)
        self.run("ip", "link", "set", "lo", "up")

    @property
    def pid(self) -> str:
        return str(self._holder.pid)

    def _inside(self, command: tuple[str, ...]) -> list[str]:
        return ["nsenter", f"--target={self.pid}", "--net", "--mount", "--uts", "--", *command]

    def run(self, *command: str, timeout: float = 30) -> str:
        """Have it done; what it said."""
        told = subprocess.run(
            self._inside(command),
            env={**os.environ, "PATH": PATH},
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert told.returncode == 0, f"{' '.join(command)}: {told.stdout}{told.stderr}"
        return told.stdout

    @contextmanager
    def start(self, *command: str, **options: Any) -> Iterator[subprocess.Popen[str]]:
        """Have it run until the end of the block."""
        process = subprocess.Popen(
            self._inside(command),
            env={**os.environ, "PATH": PATH, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            **options,
        )
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                if stream:
                    stream.close()

    @contextmanager
    def avahi(self, version: int = 4) -> Iterator[None]:
        """Its own bus and its own Avahi, speaking IPv4 or IPv6."""
        bus, config = self.folder / f"{self.name}.bus", self.folder / f"{self.name}.avahi"
        bus.write_text(BUS)
        config.write_text(
            AVAHI.format(
                name=self.name, **{f"ipv{one}": "yes" if one == version else "no" for one in (4, 6)}
            )
        )
        self.run("mkdir", "-p", "/run/dbus", "/run/avahi-daemon")
        avahi = ("avahi-daemon", "--no-drop-root", "--no-chroot", f"--file={config}")
        with self.start("dbus-daemon", f"--config-file={bus}", "--nofork", "--print-address") as up:
            assert up.stdout
            assert up.stdout.readline(), "the bus does not start"
            with self.start(*avahi):
                yield

    def close(self) -> None:
        """Both namespaces go with their holder."""
        assert self._holder.stdin
        assert self._holder.stdout
        self._holder.stdin.close()
        self._holder.wait(10)
        self._holder.stdout.close()


@contextmanager
def village(folder: Path) -> Iterator[tuple[Machine, Machine]]:
    """Two machines on one cable; AssertionError says what is missing."""
    missing = [name for name in NEEDED if not shutil.which(name, path=PATH)]
    assert not missing, f"missing: {', '.join(missing)} (.ci/setup.sh dev installs them)"
    assert os.geteuid() == 0, "namespaces take root"
    with ExitStack() as stack:
        machines = []
        for name, address in (("shop", "10.77.0.1"), ("depot", "10.77.0.2")):
            machine = Machine(name, address, folder)
            stack.callback(machine.close)
            machines.append(machine)
        here, there = machines
        here.run(
            "ip",
            "link",
            "add",
            "veth0",
            "type",
            "veth",
            "peer",
            "name",
            "veth0",
            "netns",
            there.pid,
        )
        for machine in machines:
            machine.run("ip", "address", "add", f"{machine.address}/24", "dev", "veth0")
            machine.run("ip", "link", "set", "veth0", "up", "multicast", "on")
            machine.run("ip", "route", "add", "default", "dev", "veth0")
        yield here, there
