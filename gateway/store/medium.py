"""What the data folder lies on: whether it is still there after a restart."""

from pathlib import Path
from typing import Final

from gateway.kernel.problems import Problem

MOUNTS: Final = Path("/proc/self/mountinfo")
# Memory; and layers over a picture of a disk, as containers and live systems have them.
_GONE_AFTERWARDS: Final = frozenset({"tmpfs", "ramfs", "overlay", "aufs"})


def volatile(folder: Path, mounts: Path = MOUNTS) -> Problem | None:
    """What is to be said where a restart would leave nothing of what was acknowledged."""
    kind = _kind(folder.resolve(), mounts.read_text("utf-8") if mounts.exists() else "")
    if kind not in _GONE_AFTERWARDS:
        return None
    return Problem("storage_volatile", folder=str(folder), kind=kind)


def _kind(folder: Path, mounts: str) -> str:
    """The file system of the innermost mount that holds a folder; of two at one place the later."""
    found = (0, "")
    for line in mounts.splitlines():
        about, _, more = line.partition(" - ")
        place = about.split(" ")[4].encode().decode("unicode_escape")
        if folder.is_relative_to(place) and len(place) >= found[0]:
            found = len(place), more.split(" ")[0]
    return found[1]
