"""The log: lines for people, or one JSON object a line for machines.

Never bodies, never personal data.
"""

import json
import logging
import sys

from config.schema import LogSettings
from gateway.kernel.clock import Clock, to_iso


class _Lines(logging.Formatter):
    """``time level where: what``, with the instants of the gateway's own clock."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text += "\n" + self.formatException(record.exc_info)
        level = record.levelname.lower()
        return self.line(to_iso(self._clock.now_ms()), level, record.name, text)

    def line(self, time: str, level: str, where: str, text: str) -> str:
        """One entry, for people."""
        return f"{time} {level:<7} {where}: {text}"


class _Json(_Lines):
    """The same as one JSON object; line ends in it are escaped, so an entry is a line."""

    def line(self, time: str, level: str, where: str, text: str) -> str:
        """One entry, for machines."""
        entry = {"time": time, "level": level, "logger": where, "message": text}
        return json.dumps(entry, ensure_ascii=False)


def install(settings: LogSettings, clock: Clock) -> None:
    """Write the log of this process to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Json(clock) if settings.format == "json" else _Lines(clock))
    logging.basicConfig(level=settings.level.upper(), handlers=[handler], force=True)
    # The scheduler announces every turn of every job.
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
