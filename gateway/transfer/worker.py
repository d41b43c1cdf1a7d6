"""The thread that carries imports, one at a time, and goes on where a former process ended."""

import logging
import threading
from typing import Final

from gateway.kernel.problems import Problem
from gateway.transfer.imports import Imports

RETRY_S: Final = 1.0
IDLE_S: Final = 3_600.0

_log = logging.getLogger(__name__)


class Worker:
    """Carries imports from ``start`` to ``stop``, and deletes files that were kept long enough."""

    def __init__(self, imports: Imports) -> None:
        self._imports = imports
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="imports", daemon=True)

    def start(self) -> None:
        """Begin, with what was interrupted first."""
        self._thread.start()

    def stop(self) -> None:
        """End after the present slice; what is left goes on with the next start."""
        self._stopping.set()
        self._imports.wake()
        self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                found = self._imports.next_working()
                if found is None:
                    self._imports.sweep()
                    self._imports.wait_for_work(self._stopping, IDLE_S)
                else:
                    self._imports.work(found.id, self._stopping.is_set)
            except Problem as problem:
                # The store says what it can do again; until then nothing is lost.
                _log.warning("an import waits: %s", problem.code)
                self._stopping.wait(RETRY_S)
