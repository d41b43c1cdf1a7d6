"""What a restart would take away is no place for sales."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from gateway.store import medium
from tests.torture.gateway import ROOT

# As a container has them: layers at the root, memory at /tmp, a volume at /data.
MOUNTS = """\
622 521 0:64 / / rw,relatime master:278 - overlay overlay rw,lowerdir=/x,upperdir=/y
633 622 0:70 / /tmp rw,nosuid - tmpfs tmpfs rw,size=65536k
634 622 8:1 /volumes/one /data rw,relatime shared:1 - ext4 /dev/sda1 rw
635 622 8:1 /volumes/two /a\\040b rw,relatime - xfs /dev/sda1 rw
636 634 0:71 / /data/scratch rw - ramfs none rw
"""


@pytest.fixture
def mounts(tmp_path: Path) -> Path:
    path = tmp_path / "mountinfo"
    path.write_text(MOUNTS)
    return path


@pytest.mark.parametrize("folder", ["/data", "/data/store", "/a b/store"])
def test_a_folder_on_a_volume_is_taken(mounts: Path, folder: str) -> None:
    assert medium.volatile(Path(folder), mounts) is None


@pytest.mark.parametrize(
    ("folder", "kind"),
    [("/", "overlay"), ("/var/lib/waystation", "overlay"), ("/database", "overlay"),
     ("/tmp/store", "tmpfs"), ("/data/scratch/store", "ramfs")],
)  # fmt: skip
def test_a_folder_that_a_restart_empties_is_told(mounts: Path, folder: str, kind: str) -> None:
    told = medium.volatile(Path(folder), mounts)
    assert told is not None
    assert (told.code, told.params["kind"]) == ("storage_volatile", kind)


def test_where_mounts_cannot_be_read_nothing_is_said(tmp_path: Path) -> None:
    assert medium.volatile(Path("/tmp"), tmp_path / "none") is None


def test_a_service_refuses_what_others_are_only_told(tmp_path: Path) -> None:
    memory = Path(tempfile.mkdtemp(dir="/dev/shm"))
    try:
        told = subprocess.run(
            [sys.executable, "run.py", "serve", "--data", memory, "--listen", "127.0.0.1:1"],
            env={**os.environ, "WAYSTATION_STORE_REFUSE_VOLATILE": "true"},
            cwd=ROOT, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
    finally:
        memory.rmdir()
    assert told.returncode == 1
    assert "lies on tmpfs" in told.stderr
