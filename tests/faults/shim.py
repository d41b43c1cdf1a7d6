"""Compiling the shim, and turning its knobs while a process runs under it."""

import mmap
import os
import shutil
import struct
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_name("shim.c")
CONTROL = struct.Struct("<6i")


class Shim:
    """Faults for the database below ``data``, in every process started with ``environment``.

    The control page is a file, so the knobs reach a process that runs already.
    """

    def __init__(self, library: Path, work: Path, data: Path) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self.log = work / "writes.log"
        self._page = work / "control"
        self._page.write_bytes(bytes(CONTROL.size))
        with self._page.open("r+b") as file:
            self._control = mmap.mmap(file.fileno(), CONTROL.size)
        self.environment = {
            "LD_PRELOAD": str(library), "FAULTS_CONTROL": str(self._page),
            "FAULTS_FOLDER": str(data.resolve()),
        }  # fmt: skip

    def recording(self) -> dict[str, str]:
        """The environment of a process whose writes are logged."""
        return {**self.environment, "FAULTS_LOG": str(self.log)}

    def set(
        self, *, sync_error: int = 0, write_error: int = 0, sync_lies: bool = False, after: int = 0,
        times: int = 0,
    ) -> None:  # fmt: skip
        """Let calls fail from now on; without arguments the cause is gone."""
        self._control[:] = CONTROL.pack(sync_error, write_error, sync_lies, after, times, 0)

    @property
    def failed(self) -> int:
        """How many calls have been failed since the knobs were turned last."""
        return int(CONTROL.unpack(self._control[:])[5])


def compiled(work: Path) -> Path:
    """The shim as a shared library."""
    library = work / "shim.so"
    if not library.exists():
        compiler = shutil.which(os.environ.get("CC", "cc"))
        if compiler is None:
            raise RuntimeError("fault injection needs a C compiler: install cc (Debian: gcc)")
        subprocess.run(
            [compiler, "-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", str(library),
             str(SOURCE), "-ldl", "-lpthread"],
            check=True,
        )  # fmt: skip
    return library
