"""Disks of a known speed: memory with every fsync made longer, and counted."""

import mmap
import os
import shutil
import struct
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).with_name("fsync.c")
MEMORY = Path("/dev/shm")

FAST_US = 100  # an NVMe drive with its own cache
SLOW_US = 10_000  # a memory card


@dataclass(frozen=True)
class Disk:
    """A folder and the environment that makes a program's fsyncs there last as long as told.

    Programs that do not go through the C library (Go) are neither slowed nor counted.
    """

    folder: Path
    fsync_us: int
    library: Path
    counter: Path

    def environment(self) -> dict[str, str]:
        """Variables for a server that shall live on this disk."""
        return {
            "LD_PRELOAD": str(self.library),
            "BENCH_FSYNC_US": str(self.fsync_us),
            "BENCH_FSYNC_COUNT": str(self.counter),
        }

    def renew_counter(self, name: str) -> "Disk":
        """The same disk with a counter of its own for one program."""
        counter = self.folder / f"{name}.fsyncs"
        counter.write_bytes(bytes(8))
        counter.chmod(0o666)
        return Disk(self.folder, self.fsync_us, self.library, counter)

    def fsyncs(self) -> int:
        """How many there were so far."""
        with (
            self.counter.open("rb") as file,
            mmap.mmap(file.fileno(), 8, access=mmap.ACCESS_READ) as page,
        ):
            return int(struct.unpack("<Q", page[:8])[0])


@contextmanager
def disk(fsync_us: int, parent: Path = MEMORY) -> Iterator[Disk]:
    """A disk that is gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix="waystation-bench-", dir=parent))
    folder.chmod(0o755)  # a peer may have to run as another user
    try:
        library = folder / "fsync.so"
        compiler = os.environ.get("CC", "cc")
        subprocess.run(
            [compiler, "-O2", "-shared", "-fPIC", "-o", library, SOURCE, "-ldl"], check=True
        )
        yield Disk(folder, fsync_us, library, folder / "none")
    finally:
        shutil.rmtree(folder, ignore_errors=True)
