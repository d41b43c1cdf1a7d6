"""A disk that fails under a running gateway: nothing is promised, and everybody is told.

When the cause has gone the gateway takes work again by itself; nobody restarts it.
"""

from collections.abc import Iterator
from errno import EIO, ENOSPC
from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.faults.shim import Shim, compiled
from tests.faults.storm import storm

pytestmark = pytest.mark.timeout(400)


@pytest.fixture
def shim(tmp_path: Path) -> Shim:
    return Shim(compiled(tmp_path), tmp_path, tmp_path / "data")


@pytest.fixture
def bench(tmp_path: Path, shim: Shim) -> Iterator[Bench]:
    opened = Bench(tmp_path / "data", seed=1, environment=shim.environment)
    yield opened
    opened.close()


def test_a_failing_disk_promises_nothing_and_heals_without_a_restart(
    bench: Bench, shim: Shim
) -> None:
    worker = bench.gateway.processes()[-1]
    for knobs in ({"sync_error": EIO}, {"write_error": EIO}, {"write_error": ENOSPC}):
        shim.set(**knobs)
        bench.everybody_is_refused()
        bench.nobody_is_acknowledged()
        assert bench.gateway.status("/readyz") == 503, "its health must be red"
        assert bench.gateway.status("/healthz") == 200, "the process is well"
        assert shim.failed > 0
        shim.set()
        bench.everybody_goes_on()
        bench.wait(lambda: bench.gateway.status("/readyz") == 200)
    assert storm(bench, shim, failures=12, seed=1, say=print) >= 12
    assert bench.gateway.processes()[-1] == worker, "nobody restarted it"
    assert bench.refusals() <= {503, 507}
    assert bench.faults() == []
