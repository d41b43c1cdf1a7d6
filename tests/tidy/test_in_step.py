"""What repeats what the code declares is in step with it."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from config.entries import entries
from docs import generate
from gateway.facts.types import DATA_TYPES
from tests.tidy import tree
from tests.tidy.tree import ROOT

LOCKS = ("requirements.lock", "requirements-dev.lock", "package-lock.json", ".ci/node.lock")
# Written apart, so that this file names none of them itself.
REGISTRY_HOSTS = tuple(
    ".".join(parts)
    for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com"))
)


@pytest.mark.parametrize("path", [path for path, _ in generate.pages()], ids=lambda path: path.name)
def test_a_generated_page_is_in_step(path: Path) -> None:
    in_step = path.read_text("utf-8") == dict(generate.pages())[path]
    assert in_step, f"Run `make docs` to write {path.name} again."


def test_every_setting_is_documented_with_its_default() -> None:
    page = tree.text(Path("docs/settings.md"))
    missing = [entry.name for entry in entries() if f"| `{entry.key}` | `" not in page]
    assert not missing, f"Run `make docs`; docs/settings.md lacks {missing}"


def test_every_type_of_the_journal_has_a_word_on_the_console() -> None:
    written = "".join(map(tree.text, sorted(tree.ROOT.glob("gateway/records/**/*.py"))))
    types = {*DATA_TYPES, "fact", *re.findall(r'"(record\.[a-z_]+)"', written)}
    for words in sorted(tree.ROOT.glob("static/console/locales/*.json")):
        missing = {f"type.{name}" for name in types} - json.loads(words.read_text("utf-8")).keys()
        assert not missing, f"{words.name} lacks {missing}"


def test_a_lock_names_no_host() -> None:
    for name in LOCKS:
        named = re.findall(
            r"\S*(?:://|--index-url|--find-links|\"resolved\")\S*", tree.text(Path(name))
        )
        assert not named, f"Run `make lock`; {name} names a place to fetch from: {named[:3]}"


def test_every_locked_python_package_has_a_hash() -> None:
    for name in LOCKS:
        if name.endswith(".json"):
            continue
        blocks = re.split(r"\n(?=\S)", tree.text(Path(name)).strip())
        bare = [block.split()[0] for block in blocks if "--hash=sha256:" not in block]
        assert not bare, f"Run `make lock`; {name} has no hash for {bare}"


def test_no_file_names_this_machine_or_a_package_registry() -> None:
    names = (f"{ROOT}/", *REGISTRY_HOSTS)
    places = [
        f"{path} names {name}"
        for path in tree.tracked()
        for name in names
        if name.encode() in (ROOT / path).read_bytes()
    ]
    assert not places, f"The machine's own settings say where things are; leave it out: {places}"


def test_every_package_is_listed_for_the_build() -> None:
    project = tomllib.loads(tree.text(Path("pyproject.toml")))
    listed = project["tool"]["setuptools"]["packages"]
    folders = {
        ".".join(path.parent.parts) for path in tree.python_source() if path.name == "__init__.py"
    }
    bare = {".".join(path.parent.parts) for path in tree.python_source()} - folders - {""}
    assert not bare, f"Give these folders an __init__.py with a docstring: {sorted(bare)}"
    wrong = folders ^ set(listed)
    assert not wrong, f"List exactly the packages there are in pyproject.toml; now off: {wrong}"


def test_imports_only_run_downwards() -> None:
    linter = Path(sys.executable).with_name("lint-imports")
    command = [str(linter) if linter.exists() else str(shutil.which("lint-imports")), "--no-cache"]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-3000:] + answer.stderr
