"""A till and its printer, joined: every byte goes on at once, both ways (for the printer tap).

Each way has a thread that reads and writes and does nothing else first: what is looked at is a copy
that is handed over behind the write. A slow printer holds the till back as it would without us, and
an end or a break of one side becomes one of the other.
"""

import contextlib
import logging
import socket
import struct
import threading
from collections.abc import Callable

log = logging.getLogger(__name__)

PIECE_BYTES = 16_384
_RESET = struct.pack("ii", 1, 0)  # close with RST instead of FIN
Copy = Callable[[bytes], None]


def prompt(connection: socket.socket) -> None:
    """Send every piece at once, and find out that a silent peer has gone.

    Without a limit on how long one may hold us back: a printer without paper does so for hours.
    """
    connection.setblocking(True)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)


def reset(connection: socket.socket) -> None:
    """Close so that the other side sees a break, as it does when nobody listens."""
    with contextlib.suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
    connection.close()


class Pump:
    """One conversation. ``printed`` gets a copy of what the till sent, ``answered`` of the rest.

    ``ended`` is called once, when both ways are over and both sockets are closed. ``left`` is set
    when the till has said all it will, ``gone`` when the printer has.
    """

    def __init__(
        self,
        till: socket.socket,
        printer: socket.socket,
        printed: Copy,
        answered: Copy,
        ended: Callable[[], None],
    ) -> None:
        self._till, self._printer = till, printer
        self._ended = ended
        self._broken = False
        self.left = threading.Event()
        self.gone = threading.Event()
        self._ends = 0
        self._lock = threading.Lock()
        self._threads = [
            threading.Thread(target=self._run, args=(till, printer, printed), daemon=True),
            threading.Thread(target=self._run, args=(printer, till, answered), daemon=True),
        ]

    def start(self) -> None:
        """Begin with both ways."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Break it off."""
        self._break()

    def let_go(self) -> None:
        """Wait no longer for a printer that has nothing to say; what was sent is printed."""
        with contextlib.suppress(OSError):
            self._printer.shutdown(socket.SHUT_RD)

    def join(self, timeout_s: float) -> None:
        """Wait until both ways are over."""
        for thread in self._threads:
            thread.join(timeout_s)

    def _run(self, source: socket.socket, target: socket.socket, copy: Copy) -> None:
        try:
            while piece := source.recv(PIECE_BYTES):
                target.sendall(piece)
                copy(piece)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            self._break()
        except Exception:
            log.exception("a conversation with a printer ended with a mistake")
            self._break()
        finally:
            (self.left if source is self._till else self.gone).set()
            self._end()

    def _break(self) -> None:
        """One side has broken off: wake the other way, so that its side sees it too."""
        self._broken = True
        for connection in (self._till, self._printer):
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)

    def _end(self) -> None:
        with self._lock:
            self._ends += 1
            if self._ends < len(self._threads):
                return
        for connection in (self._till, self._printer):
            if self._broken:
                reset(connection)
            else:
                connection.close()
        self._ended()
