"""A disk of a few megabytes below a browser's profile, without mounting anything."""

import mmap
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
PAGE = struct.Struct("<qq")


class SmallDisk:
    """``environment`` puts a browser on it; ``left`` is how many bytes still fit, and may be set
    while the browser runs: other apps fill a phone as well.
    """

    def __init__(self, work: Path, profile: Path, *, whole: int) -> None:
        compiler = shutil.which("cc")
        assert compiler, "this test needs a C compiler: install cc (Debian: gcc)"
        library, page = work / "small_disk.so", work / "small_disk.page"
        flags = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
        subprocess.run([compiler, *flags, "-o", str(library), str(SOURCE), "-ldl"], check=True)
        page.write_bytes(PAGE.pack(whole, whole))
        with page.open("r+b") as file:
            self._page = mmap.mmap(file.fileno(), PAGE.size)
        self._whole = whole
        self.environment = {
            "LD_PRELOAD": str(library),
            "SMALL_DISK_PAGE": str(page),
            "SMALL_DISK_FOLDER": str(profile.resolve()),
        }

    @property
    def left(self) -> int:
        return int(PAGE.unpack(self._page[:])[1])

    @left.setter
    def left(self, size: int) -> None:
        self._page[:] = PAGE.pack(self._whole, size)
