"""A full disk: refused with a sentence, reading goes on, and freed room is taken by itself."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.store.room import RESERVE
from tests.faults.bench import Bench
from tests.faults.small_disk import SmallDisk, bounded, tmpfs

DISK_MIB = 24

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(params=["tmpfs", "file-size limit"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SmallDisk]:
    if request.param == "tmpfs":
        try:
            with tmpfs(tmp_path / "disk", DISK_MIB) as mounted:
                yield mounted
                return
        except PermissionError as refused:
            print(f"{refused}; the file-size limit stands in for it")
    with bounded(tmp_path / "disk") as folder:
        yield folder


@pytest.fixture
def bench(disk: SmallDisk, tmp_path: Path) -> Iterator[Bench]:
    opened = Bench(disk.folder, seed=1, promises=tmp_path / "promises")
    yield opened
    opened.close()


def test_a_full_disk_refuses_loses_nothing_and_goes_on_when_there_is_room(
    disk: SmallDisk, bench: Bench
) -> None:
    workers = bench.gateway.processes()
    bench.wait((disk.folder / RESERVE).exists)
    for _ in range(2):
        disk.fill(workers)
        bench.everybody_is_refused()
        bench.nobody_is_acknowledged()
        assert bench.gateway.status("/readyz") == 503, "its health must be red"
        if disk.kind == "tmpfs":
            bench.wait(lambda: not (disk.folder / RESERVE).exists())
        assert bench.reads() == 200, "what is stored can still be read and taken away"
        disk.free(workers)
        bench.everybody_goes_on()
        bench.wait(lambda: bench.gateway.status("/readyz") == 200)
    assert bench.gateway.processes() == workers, "nobody restarted it"
    assert bench.refusals() <= ({507} if disk.kind == "tmpfs" else {503, 507})
    assert bench.faults() == []
