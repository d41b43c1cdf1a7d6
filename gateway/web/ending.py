"""Noticing that the server was asked to stop, while requests are still being answered.

The server sets its own signal handlers after the application is loaded, waits for every request
and only then lets go. A stream that has no end by itself would hold it up for ever, so it has to
hear of the signal too. Python writes each signal to a file as well, whoever handles it.
"""

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable

STOPPING = (signal.SIGTERM, signal.SIGINT)
STOP_S = 10.0

log = logging.getLogger(__name__)


def watch(stop: Callable[[], None], patience_s: float = STOP_S) -> None:
    """Call ``stop`` on a thread of its own whenever this process is asked to stop.

    For the main thread of the process that serves; ``stop`` must be quick and may be called again.
    A process that has not ended ``patience_s`` after that is ended.
    """
    heard, told = socket.socketpair()
    told.setblocking(False)
    signal.set_wakeup_fd(told.fileno(), warn_on_full_buffer=False)
    work = (heard, told, stop, patience_s)
    threading.Thread(target=_listen, args=work, name="ending", daemon=True).start()


def _listen(
    heard: socket.socket, told: socket.socket, stop: Callable[[], None], patience_s: float
) -> None:
    # Without an end: were ``told`` closed, signals would go to whatever file got its number next.
    while told.fileno() >= 0:
        if any(number in STOPPING for number in heard.recv(64)):
            stop()
            give_up = threading.Timer(patience_s, _give_up, [patience_s])
            give_up.daemon = True
            give_up.start()


def _give_up(after_s: float) -> None:
    log.error("not stopped within %s s, so ended: what was acknowledged is on the disk", after_s)
    os._exit(1)
