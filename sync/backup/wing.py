"""The backups of one gateway by the clock: made when one is due, checked when none was for long."""

from collections.abc import Callable
from pathlib import Path

from config.schema import Settings
from gateway.backup.backups import Backups
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.room import Room, Stage
from sync.jobs.ended import Ended
from sync.jobs.progress import Moving
from sync.jobs.schedule import Schedule

MAKE, CHECK = "backup", "backup check"
# Looked at every hour: a box that is off at night has its backup when it is on.
LOOK_S = 3600
ROOM, ROOM_S = "disk", 60


class BackupWing:
    """Backups, their two jobs in a schedule, and what they do for a disk that fills."""

    def __init__(self, store: Store, settings: Settings, schedule: Schedule, room: Room) -> None:
        site = Path(settings.origins.site_file)
        self.backups = Backups(store, settings.backup, settings.store, site)
        self.trouble = self.backups.trouble
        self._schedule = schedule
        self._room = room
        self._wanted = False
        self._file: str | None = None

    def plan(self) -> None:
        """Put its jobs into the schedule."""
        self._schedule.every(MAKE, LOOK_S, self._turn(self._make), self._moving("make"))
        self._schedule.every(ROOM, ROOM_S, self._turn(self.make_room))
        self._schedule.every(CHECK, LOOK_S, self._turn(self._check), self._moving("check"))

    def make_room(self) -> Ended:
        """While the disk fills: let old ones go, by the rule that always holds, and no others; lay
        the reserve aside where there is room again.
        """
        self._room.keep_reserve()
        if self._room.stage >= Stage.SPARE:
            self.backups.thin()
        return Ended()

    def make_soon(self, by: str) -> None:
        """Make one now, due or not; Problem backup_no_key."""
        self.backups.keys.recipients()
        self._wanted = True
        self._schedule.now(MAKE, by)

    def check_soon(self, file: str, by: str) -> None:
        """Check one now; Problem backup_missing."""
        self._file = self.backups.shelf.one(file).file
        self._schedule.now(CHECK, by)

    def _make(self) -> Ended:
        wanted, self._wanted = self._wanted, False
        if not wanted and not self.backups.is_due():
            return Ended()
        if tight := self._room.tight():
            return Ended(problem=tight, held=True)
        if not self.backups.keys.recovery():
            return Ended(problem=Problem("backup_no_key"), held=True)
        self.backups.make()
        return Ended({"backups": 1}, self.backups.second_problem)

    def _check(self) -> Ended:
        file, self._file = self._file, None
        if file is None and not (self.backups.shelf.notes() and self.backups.is_check_due()):
            return Ended()
        note = self.backups.check(file or "")
        problem = Problem.from_record(note.problem) if note.problem else None
        return Ended({"checked": 1}, problem)

    def _turn(self, call: Callable[[], Ended]) -> Callable[[], Ended]:
        def turn() -> Ended:
            try:
                return call()
            except Problem as problem:
                return Ended(problem=problem, held=problem.code == "backup_busy")

        return turn

    def _moving(self, what: str) -> Callable[[], Moving | None]:
        def look() -> Moving | None:
            under = self.backups.under
            if under is None or under.what != what:
                return None
            return Moving(under.began_at, 0, under.done, under.total)

        return look
