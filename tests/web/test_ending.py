"""A server that is asked to stop tells its streams before it waits for them."""

import os
import subprocess
import sys
import threading
import time

import pytest

from gateway.store.database import Store
from tests.cast import World, scan

# Like the server: handlers of the server's own come first, then the watch, then requests.
PROCESS = """
import os, signal, threading
from gateway.web.listening import ending

told = threading.Event()
handled = []
for number in (signal.SIGTERM, signal.SIGUSR1):
    signal.signal(number, lambda number, frame: handled.append(number))
ending.watch(told.set)
os.kill(os.getpid(), signal.SIGUSR1)
assert not told.wait(0.2), "only a wish to stop counts"
os.kill(os.getpid(), signal.SIGTERM)
assert told.wait(5)
assert handled == [signal.SIGUSR1, signal.SIGTERM], "the server still hears of it"
"""


def test_a_wish_to_stop_is_heard_whoever_handles_the_signal() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", PROCESS], env={**os.environ, "PYTHONPATH": "."}, check=False
    )
    assert answer.returncode == 0


STUCK = """
import os, signal, threading
from gateway.web.listening import ending

signal.signal(signal.SIGTERM, lambda number, frame: None)
ending.watch(lambda: None, patience_s=0.2)
os.kill(os.getpid(), signal.SIGTERM)
threading.Event().wait()
"""


def test_a_server_that_cannot_stop_is_ended_and_says_so() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", STUCK],
        env={**os.environ, "PYTHONPATH": "."},
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert answer.returncode == 1
    assert "not stopped within 0.2 s" in answer.stderr


@pytest.mark.parametrize("busy", [False, True])
def test_a_stream_ends_at_once_when_the_server_is_asked_to_stop(store: Store, busy: bool) -> None:
    world = World(store)
    world.till.post("/api/v1/facts", [scan(str(number)) for number in range(5)])
    answer = world.ben.get("/api/v1/live", buffered=False)
    chunks = answer.iter_encoded()
    if not busy:
        for _ in range(6):  # the beginning and what there is: the next one has to be waited for
            next(chunks)
    threading.Timer(0.1, world.parts.ending.set).start()
    began = time.monotonic()
    rest = list(chunks)
    answer.close()
    assert time.monotonic() - began < 20
    assert len(rest) <= 8
