"""What the gateway is made of: the list of parts, the locks and what is installed are one."""

import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from deploy import licences, parts, sbom
from tests.tidy.tree import ROOT, text

# Where the schemas say that they are; they are read from the package.
PLACE = "http://cyclonedx.org/schema"
SCHEMAS = files("cyclonedx.schema._res")


def test_the_list_of_parts_the_locks_and_what_is_installed_are_one() -> None:
    listed = {one["purl"] for one in sbom.bill()["components"]}
    locked = {one.purl for one in parts.locked()}
    here = {
        parts.Part(market, name, version, (), "required").purl
        for (market, name), version in parts.installed().items()
    }
    assert listed == locked
    assert here == locked, (
        "Remove .venv and node_modules and run `make setup-dev`; on one side only:"
        f" {sorted(here ^ locked)}"
    )


def schema(name: str) -> Any:
    return json.loads((SCHEMAS / f"{name}.SNAPSHOT.schema.json").read_text("utf-8"))


def test_the_list_of_parts_is_what_cyclonedx_asks_for() -> None:
    named = ("spdx", "jsf-0.82", "cryptography-defs")
    known = jsonschema_rs.Registry(
        [(f"{PLACE}/{name}.SNAPSHOT.schema.json", schema(name)) for name in named]
    )
    check = jsonschema_rs.Draft7Validator(schema("bom-1.6"), registry=known)
    assert [error.message for error in check.iter_errors(sbom.bill())] == []
    assert not check.is_valid({**sbom.bill(), "bomFormat": "another"})


def test_the_list_of_parts_is_the_same_every_time(tmp_path: Path) -> None:
    for name in ("one", "other"):
        sbom.main(str(tmp_path / name / "sbom.json"))
    one, other = (tmp_path / name / "sbom.json" for name in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()


def test_what_runs_in_a_shop_is_told_from_what_only_developers_have() -> None:
    scopes = {one.name: one.scope for one in parts.locked()}
    assert scopes["flask"] == scopes["preact"] == "required"
    assert scopes["asyncssh"] == scopes["nkeys"] == "optional"
    assert scopes["pytest"] == scopes["bandit"] == scopes["typescript"] == "excluded"


def test_every_part_has_a_licence_that_is_allowed() -> None:
    told = {one.name: licences.licence(one) for one in parts.locked()}
    excused = {name: licence for name, (licence, _) in licences.EXCEPTIONS.items()}
    refused = {
        name: licence
        for name, licence in told.items()
        if not licences.allowed(licence) and excused.get(name) != licence
    }
    assert not refused, (
        "Use another package, or name it in deploy/licences.py with the reason why its licence is"
        f" no burden: {refused}"
    )
    stale = {name for name in excused if name not in told or licences.allowed(told[name])}
    assert not stale, f"Delete these from EXCEPTIONS in deploy/licences.py: {stale}"


@pytest.mark.parametrize(
    ("expression", "good"),
    [
        ("MIT", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND PSF-2.0", True),
        ("MIT AND GPL-3.0-only", False),
        ("GPL-3.0-only", False),
        ("AGPL-3.0-or-later OR SSPL-1.0", False),
        ("", False),
        ("Proprietary", False),
    ],
)
def test_a_licence_is_allowed_as_its_expression_says(expression: str, good: bool) -> None:
    assert licences.allowed(expression) is good


def wheel(folder: Path) -> Path:
    """A package with one module, as small as they come."""
    path = folder / "harmless-1.0-py3-none-any.whl"
    told = "Metadata-Version: 2.1\nName: harmless\nVersion: 1.0\n"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("harmless.py", "DOES = 'nothing'\n")
        archive.writestr("harmless-1.0.dist-info/METADATA", told)
        archive.writestr(
            "harmless-1.0.dist-info/WHEEL",
            "Wheel-Version: 1.0\nGenerator: us\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        )
        archive.writestr("harmless-1.0.dist-info/RECORD", "")
    return path


def fetched(folder: Path) -> subprocess.CompletedProcess[str]:
    """What comes of fetching it as the set-up does, from that folder alone."""
    # Where this machine fetches from is none of this test's business.
    plain = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
    plain |= {"PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    command = f"-m pip download --quiet --no-index --find-links {folder} --require-hashes --no-deps"
    lock = folder / "requirements.lock"
    return subprocess.run(
        [sys.executable, *command.split(), "-d", tempfile.mkdtemp(dir=folder), "-r", lock],
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_altered_byte_in_a_package_stops_the_set_up(tmp_path: Path) -> None:
    package = wheel(tmp_path)
    digest = hashlib.sha256(package.read_bytes()).hexdigest()
    (tmp_path / "requirements.lock").write_text(f"harmless==1.0 --hash=sha256:{digest}\n")
    assert fetched(tmp_path).returncode == 0
    content = bytearray(package.read_bytes())
    content[content.index(b"nothing")] ^= 1
    package.write_bytes(content)
    refused = fetched(tmp_path)
    assert refused.returncode != 0
    assert "DO NOT MATCH THE HASHES" in refused.stderr


def test_the_set_up_installs_nothing_without_its_hash() -> None:
    script = text(Path(".ci/setup.sh"))
    installing = re.findall(r"pip install.*", script)
    assert installing
    assert all("--require-hashes" in line for line in installing), installing
    assert (
        re.findall(r"npm (\w+)", script.partition("install_javascript_packages() {")[2])[0] == "ci"
    )


def test_every_locked_javascript_package_has_a_hash() -> None:
    lock: Mapping[str, Any] = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    bare = [name for name, one in packages.items() if not one["integrity"].startswith("sha512-")]
    assert packages
    assert not bare
