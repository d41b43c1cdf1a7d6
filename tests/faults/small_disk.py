"""A disk that can be filled and freed: a small tmpfs, or a bound on the size of files.

Mounting takes root. Without it the gateway's own process is bounded by the operating system, which
refuses writes in the same place with another error.
"""

import os
import resource
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

MEBI = 1024 * 1024
LEFT = 192 * 1024
PAGE = 4096


class SmallDisk(Protocol):
    """``folder`` is where the gateway's data goes; ``kind`` says what this disk really is."""

    folder: Path
    kind: str

    def fill(self, workers: list[int]) -> None:
        """Leave next to no room for these processes."""

    def free(self, workers: list[int]) -> None:
        """Give the room back."""


class Tmpfs:
    """A mounted file system of its own."""

    kind = "tmpfs"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"
        self._ballast = folder / "ballast"

    def fill(self, workers: list[int]) -> None:
        del workers
        with self._ballast.open("ab") as file:
            while (free := shutil.disk_usage(self._ballast.parent).free) > LEFT:
                file.write(bytes(max(PAGE, min(MEBI, free - LEFT))))
                file.flush()

    def free(self, workers: list[int]) -> None:
        del workers
        self._ballast.unlink()


class FileSizeBound:
    """The operating system's bound on the size of any file that a process writes."""

    kind = "file-size limit"

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "data"

    def fill(self, workers: list[int]) -> None:
        self._bound(workers, self.folder.joinpath("waystation.db").stat().st_size + LEFT)

    def free(self, workers: list[int]) -> None:
        self._bound(workers, resource.RLIM_INFINITY)

    def _bound(self, workers: list[int], size: int) -> None:
        for worker in workers:
            _, hard = resource.prlimit(worker, resource.RLIMIT_FSIZE)
            resource.prlimit(worker, resource.RLIMIT_FSIZE, (size, hard))


@contextmanager
def tmpfs(folder: Path, mebibytes: int) -> Iterator[Tmpfs]:
    """A mounted tmpfs of this size; PermissionError where that is not allowed."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
    done = subprocess.run(mount, capture_output=True, text=True, check=False)
    if os.geteuid() or done.returncode:
        raise PermissionError(f"no tmpfs can be mounted here: {done.stderr.strip()}")
    try:
        yield Tmpfs(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@contextmanager
def bounded(folder: Path) -> Iterator[FileSizeBound]:
    """A folder whose files can be bounded."""
    folder.mkdir()
    yield FileSizeBound(folder)
