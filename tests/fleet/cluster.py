"""Real nats-servers with JetStream on loopback, three of them as one cluster."""

import asyncio
import os
import shutil
import socket
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import nats
from nats.js import JetStreamContext

from tests.devices.waiting import until

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"
T = TypeVar("T")
Ports = tuple[int, int, int]  # for clients, for the other nodes, for leaves


def free_ports(count: int) -> list[int]:
    taken = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    found = [int(one.getsockname()[1]) for one in taken]
    for one in taken:
        one.close()
    return found


class Node:
    """One server; killed as by a power cut, and started again with what was on its disk."""

    def __init__(self, folder: Path, name: str, ports: list[Ports], number: int) -> None:
        program = shutil.which("nats-server", path=PATH)
        assert program, "nats-server is missing (.ci/setup.sh dev installs it)"
        self._program = program
        self.name, (self.port, route, leaves) = name, ports[number]
        self.leaves = leaves
        routes = ", ".join(f"nats-route://127.0.0.1:{other}" for _, other, _ in ports)
        self._config = folder / f"{name}.conf"
        self._config.write_text(
            f"server_name: {name}\nlisten: 127.0.0.1:{self.port}\n"
            f"jetstream {{ store_dir: {folder / name}, max_file: 1GB, max_mem: 64MB }}\n"
            f"cluster {{ name: tests, listen: 127.0.0.1:{route}, routes: [{routes}] }}\n"
            f"leafnodes {{ listen: 127.0.0.1:{leaves} }}\n"
        )
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = subprocess.Popen(
            [self._program, "-c", str(self._config), "-l", str(self.log)]
        )

    def kill(self) -> None:
        if self._process:
            self._process.kill()
            self._process.wait()
            self._process = None


class Leaf(Node):
    """A server of a region, which hands on what it hears and keeps nothing."""

    def __init__(self, folder: Path, above: Node) -> None:
        (port,) = free_ports(1)
        super().__init__(folder, "leaf", [(port, 0, 0)], 0)
        self.server = f"nats://127.0.0.1:{port}"
        self._config.write_text(
            f"listen: 127.0.0.1:{port}\n"
            f'leafnodes {{ remotes: [ {{ url: "nats://127.0.0.1:{above.leaves}" }} ] }}\n'
        )

    def is_connected(self) -> bool:
        return self.log.exists() and "Leafnode connection created" in self.log.read_text()


class Cluster:
    """Three nodes."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        free = free_ports(9)
        ports = list(zip(free[:3], free[3:6], free[6:], strict=True))
        self.nodes = [Node(folder, f"n{number}", ports, number) for number in range(3)]
        self.servers = tuple(f"nats://127.0.0.1:{node.port}" for node in self.nodes)

    def start(self) -> None:
        for node in self.nodes:
            node.start()
        until(self.is_ready, 60)

    def stop(self) -> None:
        for node in self.nodes:
            node.kill()

    def is_ready(self) -> bool:
        """Whether the three have a leader and answer."""
        try:
            return self.ask(_ready)
        except (nats.errors.Error, OSError, TimeoutError):
            return False

    def leader(self, stream: str) -> Node:
        """Who writes for a stream."""

        async def named(streams: JetStreamContext) -> str:
            cluster = (await streams.stream_info(stream)).cluster
            return str(cluster.leader) if cluster and cluster.leader else ""

        name = self.ask(named)
        return next(node for node in self.nodes if node.name == name)

    def messages(self, stream: str) -> int:
        async def counted(streams: JetStreamContext) -> int:
            return int((await streams.stream_info(stream)).state.messages)

        return self.ask(counted)

    def ask(self, question: Callable[[JetStreamContext], Awaitable[T]]) -> T:
        async def asked() -> T:
            line = await nats.connect(
                list(self.servers), allow_reconnect=False, connect_timeout=2, error_cb=_quiet
            )
            try:
                return await question(line.jetstream(timeout=2))
            finally:
                await line.close()

        return asyncio.run(asked())


@contextmanager
def cluster(folder: Path) -> Iterator[Cluster]:
    """Three nodes that answer."""
    made = Cluster(folder)
    try:
        made.start()
        yield made
    finally:
        made.stop()


async def _ready(streams: JetStreamContext) -> bool:
    await streams.account_info()
    return True


async def _quiet(error: Exception) -> None:
    """Servers that are not there yet are no news."""
