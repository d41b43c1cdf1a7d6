"""Noticing that the server was asked to stop, while requests are still being answered.

The server waits for every request before it lets go. A stream that has no end by itself would hold
it up for ever, so it has to hear of the signal too.
"""

import logging
import os
import signal
import threading
from collections.abc import Callable
from types import FrameType

STOPPING = (signal.SIGTERM, signal.SIGINT)
ANEW = signal.SIGHUP
STOP_S = 10.0

log = logging.getLogger(__name__)


def watch(stop: Callable[[], None], patience_s: float = STOP_S) -> None:
    """Call ``stop`` whenever this process is asked to stop, before who handled that so far.

    For the main thread of the process that serves, once the server has set its handlers; ``stop``
    must be quick and may be called again. A process that has not ended ``patience_s`` after that
    is ended.
    """
    for number in STOPPING:
        signal.signal(number, _telling(signal.getsignal(number), stop, patience_s))


def watch_anew(begin: Callable[[], None]) -> None:
    """Have ``begin`` called and the server let go, as if it were to stop, when hung up.

    For who serves again then: in the same place and time as ``watch``, and before it.
    """
    let_go = signal.getsignal(signal.SIGTERM)

    def heard(_: int, frame: FrameType | None) -> None:
        begin()
        if callable(let_go):
            let_go(signal.SIGTERM, frame)

    signal.signal(ANEW, heard)


def _telling(
    earlier: object, stop: Callable[[], None], patience_s: float
) -> Callable[[int, FrameType | None], None]:
    def heard(number: int, frame: FrameType | None) -> None:
        give_up = threading.Timer(patience_s, _give_up, [patience_s])
        give_up.daemon = True
        give_up.start()
        stop()
        if callable(earlier):
            earlier(number, frame)

    return heard


def _give_up(after_s: float) -> None:
    log.error("not stopped within %s s, so ended: what was acknowledged is on the disk", after_s)
    os._exit(1)
