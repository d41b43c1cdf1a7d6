"""No gateway outlives the test run that started it, however that ends."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tests.torture.gateway import ROOT, GatewayProcess, wait_until

RUN = """
import signal, sys
from pathlib import Path
from tests.torture.gateway import GatewayProcess
gateway = GatewayProcess(Path(sys.argv[1]), fresh=sys.argv[2] == "fresh")
gateway.start()
print(gateway.port, flush=True)
signal.pause()
"""


def test_a_test_run_that_is_shot_leaves_no_gateway_behind(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(data), "forked"], stdout=subprocess.PIPE, cwd=ROOT
    ) as running:
        assert running.stdout is not None
        seen = GatewayProcess(data)
        seen.port = int(running.stdout.readline())
        assert seen.status("/healthz") == 200
        os.kill(running.pid, signal.SIGKILL)
    wait_until(lambda: seen.status("/healthz") is None, 15)
    seen.start()  # nobody holds the folder any more
    assert seen.stop() == 0
