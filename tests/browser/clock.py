"""Another clock for a program, really: everything in it is told a shifted time of day."""

import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
DAY_S = 86_400


def shifted(work: Path, seconds: int) -> dict[str, str]:
    """The environment of a program whose clock is so far ahead, or behind."""
    return {"LD_PRELOAD": str(_compiled(work)), "CLOCK_SHIFT_S": str(seconds)}


class Jumping:
    """A clock that is moved while a program runs by it."""

    def __init__(self, work: Path) -> None:
        self._file = work / "clock.shift"
        self._file.write_bytes(struct.pack("l", 0))
        self.environment = {
            "LD_PRELOAD": str(_compiled(work)), "CLOCK_SHIFT_FILE": str(self._file),
        }  # fmt: skip

    def jump(self, seconds: int) -> None:
        """So far ahead of the real time of day, or behind it, from now on."""
        with self._file.open("r+b") as file:
            file.write(struct.pack("l", seconds))


def _compiled(work: Path) -> Path:
    compiler = shutil.which("cc")
    assert compiler, "this test needs a C compiler: install cc (Debian: gcc)"
    library = work / "clock.so"
    flags = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run([compiler, *flags, "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return library
