"""Another clock for a browser, really: everything in it is told a shifted time of day."""

import shutil
import subprocess
from pathlib import Path

SOURCE = Path(__file__).with_suffix(".c")
DAY_S = 86_400


def shifted(work: Path, seconds: int) -> dict[str, str]:
    """The environment of a browser whose clock is so far ahead, or behind."""
    compiler = shutil.which("cc")
    assert compiler, "this test needs a C compiler: install cc (Debian: gcc)"
    library = work / "clock.so"
    flags = ("-O2", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC")
    subprocess.run([compiler, *flags, "-o", str(library), str(SOURCE), "-ldl"], check=True)
    return {"LD_PRELOAD": str(library), "CLOCK_SHIFT_S": str(seconds)}
