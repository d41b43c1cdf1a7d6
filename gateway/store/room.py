"""How much room is left on the disk of the data folder, and what that means for everybody.

A stage is read off the free space, at most once a second, by one function that can be another one
in a test. A reserve file lies in the folder; in the last stage it is given up, so that what is
under way comes to its end. Free space is reckoned as though the reserve were always there:
otherwise giving it up would end the very stage in which it was given up.
"""

import logging
import os
import threading
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

from config.schema import DiskSettings
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem

RESERVE = "reserve"
MEBI = 1_048_576
LOOK_MS = 1_000
# Of a small disk the reserve may take a hundredth: more would itself begin a stage.
SHARE = 100

# Bytes that are free for this process, and bytes there are in all.
Read = Callable[[Path], tuple[int, int]]

log = logging.getLogger(__name__)


class Stage(IntEnum):
    """What the free space allows; a later stage stops what an earlier one stops, and more."""

    AMPLE = 0
    WARN = 1
    SPARE = 2
    CAPTURE = 3
    FULL = 4


_PROBLEMS = {
    Stage.WARN: "disk_warn",
    Stage.SPARE: "disk_spare",
    Stage.CAPTURE: "disk_capture",
    Stage.FULL: "disk_full",
}


def free_of(folder: Path) -> tuple[int, int]:
    """(free, all) bytes of the disk that a folder lies on."""
    found = os.statvfs(folder)
    return found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize


def stage_of(free: int, whole: int, settings: DiskSettings) -> Stage:
    """The stage of a disk with so many bytes (pure)."""
    if free > settings.enough_mib * MEBI:
        return Stage.AMPLE
    permille = max(free, 0) * 1000 / max(whole, 1)
    limits = (
        (Stage.FULL, settings.full_permille),
        (Stage.CAPTURE, settings.capture_permille),
        (Stage.SPARE, settings.spare_permille),
        (Stage.WARN, settings.warn_permille),
    )
    return next((stage for stage, limit in limits if permille < limit), Stage.AMPLE)


class Room:
    """The room of one data folder. ``read`` says what is free."""

    def __init__(
        self, folder: Path, settings: DiskSettings, clock: Clock, read: Read = free_of
    ) -> None:
        self._folder = folder
        self._reserve = folder / RESERVE
        self._settings = settings
        self._clock = clock
        self._read = read
        self._lock = threading.Lock()
        self._looked_at: int | None = None
        self._stage = Stage.AMPLE
        self.free = 0
        self.whole = 0

    @property
    def stage(self) -> Stage:
        """The stage as of a second ago at most."""
        now_ms = self._clock.monotonic_ms()
        if self._looked_at is None or now_ms - self._looked_at >= LOOK_MS:
            with self._lock:
                self._look(now_ms)
        return self._stage

    def problem(self, at_least: Stage = Stage.WARN) -> Problem | None:
        """What the present stage says, if it is this one or a later one."""
        stage = self.stage
        if stage is Stage.AMPLE or stage < at_least:
            return None
        percent = round(max(self.free, 0) * 100 / max(self.whole, 1), 1)
        return Problem(_PROBLEMS[stage], percent=percent, free=max(self.free, 0) // MEBI)

    def full(self) -> Problem | None:
        """Why nothing may be written; None while anything may."""
        return self.problem(Stage.FULL)

    def tight(self) -> Problem | None:
        """Why nothing but captures may be written; None while more may."""
        return self.problem(Stage.CAPTURE)

    def readings(self) -> list[tuple[str, Callable[[], float], str]]:
        """Figures for the metrics: name, how it is read, what it means."""
        return [
            ("disk_stage", lambda: int(self.stage), "0 ample, 1 warn, 2 spare, 3 capture, 4 full."),
            ("disk_free_bytes", lambda: self.free, "Free on the disk, without the reserve."),
        ]

    def keep_reserve(self) -> None:
        """Lay the reserve aside again, once there is room for more than captures."""
        if self.stage >= Stage.CAPTURE or self._reserve.exists():
            return
        size = self._reserve_bytes()
        if not size:
            return
        draft = self._reserve.with_name(f"{RESERVE}.part")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            os.posix_fallocate(handle, 0, size)
        except OSError as error:
            draft.unlink()
            log.warning("no reserve could be laid aside: %s", error.strerror)
            return
        finally:
            os.close(handle)
        draft.rename(self._reserve)

    def _look(self, now_ms: int) -> None:
        free, self.whole = self._read(self._folder)
        self.free = free if self._reserve.exists() else free - self._reserve_bytes()
        stage = stage_of(self.free, self.whole, self._settings)
        if stage is Stage.FULL and self._reserve.exists():
            self._reserve.unlink()
        if stage is not self._stage:
            say = log.warning if stage > self._stage else log.info
            say("the disk is at stage %s now, %s MiB free", stage.name, self.free // MEBI)
        self._stage, self._looked_at = stage, now_ms

    def _reserve_bytes(self) -> int:
        return min(self._settings.reserve_mib * MEBI, self.whole // SHARE)
