"""Settings of backups."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class BackupSettings:
    """Encrypted copies of the whole gateway."""

    folder: str = setting(
        "",
        "Folder that backups are made in; empty: backups in the data folder.",
        Rule(path=True),
    )
    second_folder: str = setting(
        "",
        "Folder on another medium that every backup is copied to, such as a stick or a share; it"
        " must exist. Empty: none.",
        Rule(path=True),
    )
    head_office: str = setting(
        "",
        "Recipient (age1…) that can open every backup beside the recovery sheet; empty: nobody.",
    )
    every_hours: int = setting(
        24, "A backup is made when the newest is this old.", Rule(1, 720, unit="hours")
    )
    check_days: int = setting(
        7,
        "The newest backup is opened and checked when no check was passed for this long.",
        Rule(1, 90, unit="days"),
    )
    alarm_hours: int = setting(
        50,
        "Health says so when the newest good backup is older than this.",
        Rule(2, 2160, unit="hours"),
    )
    keep_daily: int = setting(7, "Days whose newest backup is kept.", Rule(1, 366))
    keep_weekly: int = setting(4, "Weeks whose newest backup is kept.", Rule(0, 520))
    keep_monthly: int = setting(6, "Months whose newest backup is kept.", Rule(0, 120))

    def misfits(self) -> Iterator[Misfit]:
        """What is no recipient, and an alarm before a backup is due."""
        if self.head_office and not self.head_office.startswith("age1"):
            yield "backup.head_office", "a recipient of age that begins with age1"
        if self.alarm_hours <= self.every_hours:
            yield "backup.alarm_hours", f"more than backup.every_hours = {self.every_hours}"
