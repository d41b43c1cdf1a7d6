"""Noticing that the server was asked to stop, while requests are still being answered.

The server sets its own signal handlers after the application is loaded, waits for every request and
only then lets go. A stream that has no end by itself would hold it up until it is killed, so it has
to hear of the signal too. Python writes each signal to a file as well, whoever handles it.
"""

import signal
import socket
import threading
from collections.abc import Callable

STOPPING = (signal.SIGTERM, signal.SIGINT)


def watch(stop: Callable[[], None]) -> None:
    """Call ``stop`` on a thread of its own whenever this process is asked to stop.

    For the main thread of the process that serves; ``stop`` must be quick and may be called again.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    threading.Thread(target=_listen, args=(heard, told, stop), name="ending", daemon=True).start()


def _listen(heard: socket.socket, told: socket.socket, stop: Callable[[], None]) -> None:
    # Without an end: were ``told`` closed, signals would go to whatever file got its number next.
    while told.fileno() >= 0:
        if any(number in STOPPING for number in heard.recv(64)):
            stop()
