"""The installer below a folder, without systemd: first time, a bad upgrade, a good one, back."""

import shutil
import subprocess
from pathlib import Path

from tests.torture.gateway import ROOT

CODE = ("config", "deploy", "devices", "gateway", "sync")
FILES = ("assembly.py", "locked.py", "run.py")
BROKEN = "CREATE TABLE added (one TEXT) STRICT;\nSELECT nobody_knows();\n"
GOOD = "CREATE TABLE added (one TEXT) STRICT;\n"


def checkout(folder: Path, migration: str = "") -> Path:
    """This version, or the next one with a migration more."""
    for name in CODE:
        shutil.copytree(ROOT / name, folder / name)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    if migration:
        scripts = folder / "gateway" / "store" / "migrations"
        number = int(max(scripts.iterdir()).name[:4]) + 1
        (scripts / f"{number:04}_next.sql").write_text(migration)
    return folder


class Box:
    """A machine that is installed on, as far as a folder can be one."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        self.data = folder / "var" / "lib" / "waystation"
        self.current = folder / "opt" / "waystation" / "current"

    def install(self, source: Path, *more: str) -> subprocess.CompletedProcess[str]:
        """Run the installer of a checkout."""
        ready = f"ln -s {ROOT / '.venv'} .venv"
        given = ["--root", str(self.root), "--no-systemd", "--setup", ready, *more]
        return _run([str(source / "deploy" / "install.sh"), *given], source)

    def run(self, *arguments: str, version: Path | None = None) -> subprocess.CompletedProcess[str]:
        """A command of the installed version, or of another one that is kept."""
        folder = (version or self.current).resolve()
        return _run([".venv/bin/python", "run.py", *arguments, "--data", str(self.data)], folder)


def _run(command: list[str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_an_upgrade_takes_the_data_along_or_leaves_everything_as_it_was(tmp_path: Path) -> None:
    box = Box(tmp_path / "box")
    first = checkout(tmp_path / "first")
    assert "is installed" in box.install(first).stdout
    assert box.run("device", "add", "Till", "--role", "pos").returncode == 0
    unit = (box.root / "etc" / "systemd" / "system" / "waystation.service").read_text()
    assert "WorkingDirectory=/opt/waystation/current\n" in unit
    assert "ExecStart=/opt/waystation/current/.venv/bin/python run.py" in unit
    before = box.current.resolve()
    assert "installed already" in box.install(first).stdout

    bad = box.install(checkout(tmp_path / "bad", BROKEN))
    assert bad.returncode == 1
    assert "statement 2 of" in bad.stderr
    assert "version before serves it again" in bad.stderr
    assert box.current.resolve() == before
    assert "Till" in box.run("device", "list").stdout

    good = box.install(checkout(tmp_path / "good", GOOD))
    assert good.returncode == 0, good.stderr
    assert box.current.resolve() != before
    assert "Till" in box.run("device", "list").stdout
    refused = box.run("device", "list", version=before)
    assert (refused.returncode, "newer version" in refused.stderr) == (1, True)
    assert "in place again" in box.run("upgrade", "--back").stdout
    assert "Till" in box.run("device", "list", version=before).stdout

    assert "data stays" in box.install(first, "--uninstall").stdout
    assert not box.current.exists()
    assert (box.data / "waystation.db").exists()
