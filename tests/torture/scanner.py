"""A serial scanner on a pseudo-terminal."""

import os
import select
import threading
import tty
from collections.abc import Callable
from pathlib import Path

from tests.torture.clients import Client
from tests.torture.ledger import Station

ACK = b"\x06"
OPENING_S = 0.3


class Scanner(Client):
    """A serial scanner: it beeps when the gateway has said ACK, else the thing is scanned again.

    ``readers`` lists the processes that may have its line open. What is sent while nobody reads is
    lost, on a real line as on this one, so a person would not scan then.
    """

    def __init__(
        self,
        name: str,
        station: Station,
        link: Path,
        readers: Callable[[], list[int]],
    ) -> None:
        super().__init__(name, station)
        self._master, slave = os.openpty()
        tty.setraw(slave)
        os.set_blocking(self._master, False)
        self._line = os.ttyname(slave)
        # The other side stays open here as well, so that a dying gateway is no unplugging.
        link.symlink_to(self._line)
        self._readers = readers
        self._count = 0
        self._listening = False
        self._died = threading.Event()

    def turn(self) -> None:
        if not self._listening:
            self._wait_for_a_reader()
            return
        self._listen(0)
        self._count += 1
        mark = f"{self.name}-{self._count:06d}"
        os.write(self._master, f"{mark}\r".encode())
        if not self._acknowledged():
            return
        self.answered += 1
        self.ledger.mark(mark)
        self.rest()

    def gateway_died(self) -> None:
        self._died.set()

    def _wait_for_a_reader(self) -> None:
        self._died.clear()
        if any(map(self._is_open_in, self._readers())):
            # Opening empties the line's buffer a moment later.
            self._finished.wait(OPENING_S)
            self._listening = True
        else:
            self._finished.wait(0.05)

    def _acknowledged(self) -> bool:
        """Whether the scan is safe; a dead gateway says nothing, and a living one may be slow."""
        while not self._listen(0.05):
            if self._died.is_set():
                self._listening = False
                return self._listen(0)
            if self._finished.is_set():
                return False
        return True

    def _listen(self, patience_s: float) -> bool:
        """Whether an ACK has come."""
        ready, _, _ = select.select([self._master], [], [], patience_s)
        return bool(ready) and ACK in os.read(self._master, 1000)

    def _is_open_in(self, process: int) -> bool:
        try:
            links = [str(each.readlink()) for each in Path(f"/proc/{process}/fd").iterdir()]
        except OSError:
            return False
        return self._line in links
