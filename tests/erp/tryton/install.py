"""Install and seed Tryton 8.2, once, in the folder that WAYSTATION_TRYTON names (else .tryton).

There are two databases: as Tryton comes, and with the gateway's own module in it.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
HOME = Path(os.environ.get("WAYSTATION_TRYTON") or HERE.parents[2] / ".tryton").resolve()
ADDON = HERE.parents[2] / "sync/erp/addons/tryton"
RECIPE = (
    *(HERE / name for name in ("requirements.txt", "seed.py", "grant.py", "install.py")),
    *(path for path in sorted(ADDON.rglob("*")) if path.suffix in {".cfg", ".py", ".toml", ".xml"}),
)
# And what they depend on.
MODULES = ("account_credit_limit", "account_payment", "sale", "sale_credit_limit")


@dataclass(frozen=True)
class Installation:
    """What ``install`` leaves behind: programs, a seeded database, the key of its gateway user."""

    home: Path

    @property
    def key(self) -> Path:
        return self.home / "key"

    @property
    def seed(self) -> Path:
        return self.home / "seed.sqlite"

    @property
    def seed_with_addon(self) -> Path:
        return self.home / "seed_with_addon.sqlite"

    def program(self, name: str) -> Path:
        return self.home / "venv" / "bin" / name


def install(home: Path = HOME) -> Installation:
    """Install and seed, unless these very files did so before; one process at a time."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        stamp, recipe = home / "stamp", _recipe()
        if not stamp.exists() or stamp.read_text("ascii") != recipe:
            stamp.unlink(missing_ok=True)
            _build(Installation(home))
            stamp.write_text(recipe, "ascii")
    return Installation(home)


def configure(folder: Path, listen: str) -> Path:
    """A configuration for databases in a folder and a server on ``HOST:PORT``."""
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "trytond.conf"
    config.write_text(
        f"[web]\nlisten = {listen}\n[database]\nuri = sqlite://\npath = {folder}\n", "utf-8"
    )
    return config


def _recipe() -> str:
    digest = hashlib.sha256(sys.version.encode())
    for path in RECIPE:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _build(made: Installation) -> None:
    print(f"Installing Tryton in {made.home} (once, about two minutes)", file=sys.stderr)
    build = made.home / "build"
    for old in (made.home / "venv", build):
        shutil.rmtree(old, ignore_errors=True)
    _run(sys.executable, "-m", "venv", made.home / "venv")
    pip = (made.program("python"), "-m", "pip", "install", "-qq", "--no-compile")
    _run(*pip, "--require-hashes", "--requirement", HERE / "requirements.txt")
    shutil.copytree(ADDON, build / "addon")  # building a package leaves things beside it
    _run(*pip, "--no-deps", build / "addon")

    config = configure(build, "127.0.0.1:0")
    (build / "build.sqlite").touch()  # trytond opens SQLite files but never creates them
    (build / "password").write_text(os.urandom(16).hex(), "ascii")
    options = ("--email", "admin@example.test", "--activate-dependencies", "--update", "ir", "res")
    admin = (made.program("trytond-admin"), "--config", config, "--database", "build")
    _run(*admin, *options, *MODULES, TRYTONPASSFILE=str(build / "password"))
    _run(made.program("python"), HERE / "seed.py", config, "build", made.key)
    shutil.copyfile(build / "build.sqlite", made.seed)
    _run(*admin, "--update", "waystation")
    _run(made.program("python"), HERE / "grant.py", config, "build")
    (build / "build.sqlite").replace(made.seed_with_addon)
    shutil.rmtree(build)


def _run(*command: object, **environment: str) -> None:
    subprocess.run([str(part) for part in command], check=True, env={**os.environ, **environment})
