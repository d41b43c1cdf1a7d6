"""Scanners at work while the gateway is locked: the same drivers, and a spool in place of facts."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from config.schema import DevicesSettings
from devices.hiring import Hiring
from devices.locked.copy import Scanners
from devices.locked.spool import Spool
from devices.notes import Forgotten
from devices.options import Config
from devices.roster import Attached, Proposal
from devices.supervisor import Sources, Supervisor
from gateway.kernel.clock import Clock


class LockedDevices:
    """The scanners that a copy tells of; ValueError when it or a label rule does not do."""

    def __init__(
        self, folder: Path, scanners: Scanners, settings: DevicesSettings, clock: Clock
    ) -> None:
        self._spool = Spool(folder, bytes.fromhex(scanners.public), clock)
        hands = _Hands(settings, self._spool, clock, scanners.money_decimals)
        known = [one.attached() for one in scanners.scanners]
        self._supervisor = Supervisor(
            _Known(known), hands.drivers, hands.hire, clock, settings.poll_s,
            Sources(settings.extra_ports),
        )  # fmt: skip

    @property
    def taken(self) -> int:
        """How much was captured so far."""
        return self._spool.taken

    def start(self) -> None:
        """Begin to work on the scanners."""
        self._supervisor.start()

    def stop(self) -> None:
        """Keep what was read, and close them."""
        self._supervisor.stop()
        self._spool.close()


class _Hands(Hiring):
    """What nobody can look up now is not needed by a bare driver."""

    def opened(self, attached: Attached) -> Config:
        return attached.config

    def newest_number(self, device: str) -> int:  # noqa: ARG002
        return 0

    def notes(self, device: str) -> Forgotten:  # noqa: ARG002
        return Forgotten()


class _Known:
    """Those of the copy; nobody is proposed while nobody can confirm."""

    def __init__(self, attached: list[Attached]) -> None:
        self._attached = attached

    def head(self) -> int:
        return 0

    def devices(self) -> list[Attached]:
        return self._attached

    def proposals(self) -> list[Proposal]:
        return []

    def propose(self, found: Iterable[tuple[str, str]]) -> None:
        pass

    def tend(self, seen: Iterable[str]) -> None:
        pass

    def note_numbers(self, seq: int, numbers: Sequence[tuple[str, int]]) -> None:
        pass
