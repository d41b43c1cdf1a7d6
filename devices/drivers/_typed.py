"""What is typed, as a line that bytes come from.

The kernel keeps some ten keys of a scanner that nobody reads, and a commit may take longer than ten
keys. So a thread of its own takes them away at once, whatever the disk does meanwhile.
"""

import logging
import threading

from devices.driver import LineLost
from devices.drivers._event_nodes import Nodes
from devices.drivers._keys import Keyboard

TICK_S = 0.2  # the longest a stop has to wait for a silent scanner
BYTES_MAX = 1 << 20  # so much may wait for the disk; beyond that the kernel drops, and says so

log = logging.getLogger(__name__)


class Typed:
    """One scanner's keys as bytes. ``read`` raises LineLost behind the last of them."""

    def __init__(self, nodes: Nodes, keyboard: Keyboard) -> None:
        self._nodes = nodes
        self._keyboard = keyboard
        self._typed = bytearray()
        self._over: LineLost | None = None
        self._ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._take, name="keys", daemon=True)
        self._thread.start()

    def read(self, *, wait: bool) -> bytes:
        """What has been typed; one byte at least, for a moment, if it is worth waiting."""
        with self._changed:
            if wait:
                self._changed.wait_for(lambda: self._typed or self._over or self._ended, TICK_S)
            chunk = bytes(self._typed)
            self._typed.clear()
            self._changed.notify_all()
            if not chunk and self._over:
                raise self._over
            return chunk

    def write(self, raw: bytes) -> None:
        """Nothing: a keyboard that is grabbed listens to nobody."""

    def end(self) -> None:
        """Take no more; what was taken can still be read."""
        with self._changed:
            self._ended = True
            self._changed.notify_all()
        self._thread.join()

    def close(self) -> None:
        """Let the device go."""
        self.end()
        self._nodes.close()

    def _take(self) -> None:
        try:
            while not self._ended:
                events = self._nodes.read(wait=True)
                chunk = b"".join(self._keyboard.press(*event[2:]) for event in events)
                if chunk:
                    self._add(chunk)
        except LineLost as error:
            self._finish(error)
        except Exception:
            log.exception("the keys of a scanner could not be read; it is opened anew")
            self._finish(LineLost("crashed"))

    def _add(self, chunk: bytes) -> None:
        with self._changed:
            self._changed.wait_for(lambda: len(self._typed) < BYTES_MAX or self._ended)
            self._typed += chunk
            self._changed.notify_all()

    def _finish(self, error: LineLost) -> None:
        with self._changed:
            self._over = error
            self._changed.notify_all()
