"""What a service manager is told of the gateway: ready, alive, stopping (sd_notify(3), systemd).

Alive means that the loop takes a turn and the writer answers. A disk that refuses is an answer: a
new start would not mend it, and reading goes on meanwhile. Where nobody asks, nothing happens.
"""

import asyncio
import os
import socket
import threading
from collections.abc import Callable, Mapping


class Manager:
    """The service manager that started this process, as its ``environment`` names it."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._address = environment.get("NOTIFY_SOCKET", "")
        mine = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        self._patience_s = int(environment.get("WATCHDOG_USEC", "0")) / 1_000_000 if mine else 0
        self._ending = threading.Event()
        self._resting = threading.Event()
        self._line = threading.Lock()

    def ready(self, loop: asyncio.AbstractEventLoop, written: Callable[[], object]) -> None:
        """Say that requests are answered; from now on also, and twice as often as is asked, that
        ``loop`` turns and ``written`` returns. A turn that does not end is not told of.
        """
        self._tell("READY=1")
        if self._address and self._patience_s:
            self._resting = threading.Event()
            pulse = threading.Thread(
                target=self._pulse, args=(loop, written, self._resting), name="pulse", daemon=True
            )
            pulse.start()

    def locked(self) -> None:
        """Say that it runs, and waits for its key; ``beat`` has to be called from now on."""
        self._tell("READY=1")

    def beat(self) -> None:
        """Say that it still waits."""
        self._tell("WATCHDOG=1")

    def rest(self) -> None:
        """Tell nothing until ``ready`` is called again, with another loop."""
        self._resting.set()

    def stopping(self) -> None:
        """Say that the end has begun: the last word."""
        with self._line:
            self._ending.set()
            self._tell("STOPPING=1")

    def _pulse(
        self,
        loop: asyncio.AbstractEventLoop,
        written: Callable[[], object],
        resting: threading.Event,
    ) -> None:
        while not self._ending.wait(self._patience_s / 2) and not resting.is_set():
            turned = threading.Event()
            loop.call_soon_threadsafe(turned.set)
            turned.wait()
            written()
            with self._line:
                if not self._ending.is_set() and not resting.is_set():
                    self._tell("WATCHDOG=1")

    def _tell(self, word: str) -> None:
        if not self._address:
            return
        # A leading @ stands for the zero byte of a name that is no file.
        address = "\0" + self._address[1:] if self._address[0] == "@" else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
            line.sendto(word.encode(), address)
