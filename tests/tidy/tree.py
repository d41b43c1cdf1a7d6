"""The files that the house rules look at."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE_FOLDERS = ("config", "devices", "gateway", "sync")
ADDONS = Path("sync/erp/addons")
ENTRANCE = (Path("assembly.py"), Path("locked.py"), Path("run.py"))


@cache
def tracked() -> tuple[Path, ...]:
    """Every file that is or would be in version control, relative to the root."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(
        Path(name) for name in sorted(listed.split("\0")) if name and (ROOT / name).is_file()
    )


def python_source() -> Iterator[Path]:
    """The Python files of the house itself: no tests, no tools, nothing that runs in an ERP."""
    for path in tracked():
        ours = path.parts[0] in SOURCE_FOLDERS and not path.is_relative_to(ADDONS)
        if path.suffix == ".py" and (ours or path in ENTRANCE):
            yield path


def code() -> Iterator[Path]:
    """Every Python and JavaScript file outside the tests."""
    for path in tracked():
        if path.suffix in {".py", ".js"} and path.parts[0] != "tests":
            yield path


def text(path: Path) -> str:
    """The text of a tracked file."""
    return (ROOT / path).read_text("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a tracked Python file."""
    return ast.parse(text(path), filename=str(path))
