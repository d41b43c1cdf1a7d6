"""Settings of the disk: what stops at which share of free space."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class DiskSettings:
    """What stops while the disk of the data folder fills."""

    warn_permille: int = setting(
        150, "Below so many thousandths of free space somebody is told.", Rule(1, 900)
    )
    spare_permille: int = setting(
        80,
        "Below this, reports, exports, attachments and imports stop, and backups beyond what is"
        " kept go.",
        Rule(1, 800),
    )
    capture_permille: int = setting(
        30, "Below this, only scans, sales and what phones send are taken.", Rule(1, 700)
    )
    full_permille: int = setting(
        10, "Below this, the reserve is given up and nothing is taken any more.", Rule(1, 600)
    )
    enough_mib: int = setting(
        16_384,
        "While more than this is free, nothing stops, however large the disk is.",
        Rule(64, 16_777_216, unit="MiB"),
    )
    reserve_mib: int = setting(
        64,
        "Room that is kept aside for the last stage, but never more than a hundredth of the disk; 0"
        " keeps none.",
        Rule(0, 4096, unit="MiB"),
    )

    def misfits(self) -> Iterator[Misfit]:
        """Stages that are not in their order."""
        stages = ("warn", "spare", "capture", "full")
        for earlier, later in pairwise(stages):
            limit = getattr(self, f"{earlier}_permille")
            if getattr(self, f"{later}_permille") >= limit:
                yield f"disk.{later}_permille", f"less than disk.{earlier}_permille = {limit}"
