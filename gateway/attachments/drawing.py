"""Has pictures drawn anew, one at a time, each by a process of its own (``painter.py``).

The gateway's own process never decodes a picture, nor imports what does.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from config.schema import AttachmentSettings
from gateway.kernel.problems import Problem

# The same numbers stand in painter.py, which is a script of another process and not imported.
_REFUSALS: Final[Mapping[int, str]] = {
    10: "attachment_picture_unreadable",
    11: "attachment_picture_too_large",
    12: "attachment_picture_moves",
    # It took more time or wrote more than any photo does, or broke what reads it.
    -signal.SIGXCPU: "attachment_picture_unreadable",
    -signal.SIGSEGV: "attachment_picture_unreadable",
    -signal.SIGABRT: "attachment_picture_unreadable",
    -signal.SIGBUS: "attachment_picture_unreadable",
    -signal.SIGFPE: "attachment_picture_unreadable",
    -signal.SIGILL: "attachment_picture_unreadable",
}
_SHORT: Final = 13
_KILLED: Final = -signal.SIGKILL
_PAINTER: Final = Path(__file__).with_name("painter.py")
_TURN_S: Final = 15
_PATIENCE_S: Final = 30
# One is drawn and one waits: a request each, of those that the web has threads for.
_INSIDE_MAX: Final = 2
_GROWS: Final = 4  # times the largest file that may be sent

log = logging.getLogger(__name__)


class Drawing:
    """Draws for one gateway."""

    def __init__(self, settings: AttachmentSettings) -> None:
        self._megapixels_max = settings.megapixels_max
        self._bytes_max = _GROWS * settings.size_bytes_max
        self._door = threading.Semaphore(_INSIDE_MAX)
        self._easel = threading.Lock()

    def anew(self, media_type: str, pieces: Iterable[bytes]) -> bytes:
        """What a picture looks like, in its own format, and nothing else of it.

        Problem attachment_picture_unreadable, attachment_picture_too_large or
        attachment_picture_moves; attachment_waits when it could not be tried now.
        """
        with self._turn(), _memory("sent") as sent, _memory("drawn") as drawn:
            with os.fdopen(os.dup(sent), "wb") as file:
                file.writelines(pieces)
            os.lseek(sent, 0, os.SEEK_SET)
            code = self._painted(media_type, sent, drawn)
            if code == 0:
                return os.pread(drawn, os.fstat(drawn).st_size, 0)
        if code in _REFUSALS:
            raise Problem(_REFUSALS[code], megapixels_max=self._megapixels_max)
        if code not in (_SHORT, _KILLED):
            log.error("the painter of pictures ended with %d", code)
        raise Problem("attachment_waits")

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Problem attachment_waits when too many are at it already."""
        if not self._door.acquire(blocking=False):
            raise Problem("attachment_waits")
        try:
            if not self._easel.acquire(timeout=_TURN_S):
                raise Problem("attachment_waits")
            try:
                yield
            finally:
                self._easel.release()
        finally:
            self._door.release()

    def _painted(self, media_type: str, sent: int, drawn: int) -> int:
        limits = (str(self._megapixels_max * 1_000_000), str(self._bytes_max))
        try:
            return subprocess.run(  # noqa: S603 # nosec B603 # ours, and no word of it is a caller's
                [sys.executable, "-I", "-B", str(_PAINTER), media_type, *limits],
                stdin=sent, stdout=drawn, stderr=subprocess.DEVNULL, cwd="/", env={},
                timeout=_PATIENCE_S, check=False,
            ).returncode  # fmt: skip
        except subprocess.TimeoutExpired:
            return _KILLED  # the box is busy with something else: its own time was not used up
        except OSError as error:
            log.warning("a picture waits: %s", os.strerror(error.errno or 0))
            return _SHORT


@contextmanager
def _memory(name: str) -> Iterator[int]:
    """A file that lies in memory alone, gone afterwards."""
    handle = os.memfd_create(name)
    try:
        yield handle
    finally:
        os.close(handle)
