"""What doctor looks at besides the database's content: a line each, with what to do about it."""

import shutil
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.places import KEYRING
from gateway.web.door.health import Health

# Below either share the shop should make room; the database may double in an upgrade or a salvage.
_FREE_SHARE = 0.08
_MIB = 1_048_576
_LOOPBACK = ("127.0.0.1", "::1", "localhost")


class SelfCheck:
    """The checks over one gateway, running or not."""

    def __init__(self, store: Store, settings: Settings, health: Health) -> None:
        self._store = store
        self._settings = settings
        self._health = health

    def checks(self, running: bool) -> list[dict[str, object]]:
        """One after the other: {"name", "ok", "detail"}; what only a running gateway knows is left
        out where none runs.
        """
        only_running = () if running else ("devices", "printing")
        watched = {
            finding.name: finding.problem
            for finding in self._health.findings()
            if finding.name not in only_running
        }
        found = {**watched, **dict(self._own(running=running))}
        return [
            {"name": name, "ok": problem is None, "detail": problem.detail() if problem else ""}
            for name, problem in found.items()
        ]

    def _own(self, *, running: bool) -> Iterator[tuple[str, Problem | None]]:
        folder = self._store.folder
        yield "storage", self._store.failure()
        yield "clock", None if self._store.clock.trusted() else Problem("clock_unsure")
        yield "disk", _disk(folder)
        yield "key", _open_to_others(folder / KEYRING, "600")
        yield "folder", _open_to_others(folder, "700")
        yield "address", self._address(running=running)
        yield "time zone", self._zone()

    def _address(self, *, running: bool) -> Problem | None:
        host, _, port = self._settings.web.listen.rpartition(":")
        host = host.strip("[]")
        if not running and not _is_free(host, int(port)):
            return Problem("address_taken", address=self._settings.web.listen)
        if host in _LOOPBACK:
            return Problem("address_local", address=self._settings.web.listen)
        return None if self._settings.tls.on else Problem("address_plain")

    def _zone(self) -> Problem | None:
        if self._settings.gateway.time_zone or not _machine_is_utc():
            return None
        return Problem("time_zone_unset")


def _disk(folder: Path) -> Problem | None:
    total, _, free = shutil.disk_usage(folder)
    needed = sum(one.stat().st_size for one in folder.glob("*.db*"))
    if free >= max(needed, total * _FREE_SHARE):
        return None
    return Problem("disk_low", free=free // _MIB, percent=100 * free // total)


def _open_to_others(path: Path, mode: str) -> Problem | None:
    if stat.S_IMODE(path.stat().st_mode) & 0o077 == 0:
        return None
    return Problem("readable_by_others", path=str(path), mode=mode)


def _is_free(host: str, port: int) -> bool:
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def _machine_is_utc() -> bool:
    zone = Path("/etc/localtime")
    return not zone.exists() or zone.resolve().name in ("UTC", "UCT", "Etc", "Universal", "Zulu")
