"""What the command line can ask of the ERP side, in the running gateway or one opened for it."""

import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from gateway.kernel.clock import to_iso
from gateway.web.commands.local import Command
from sync.erp.tallying.tallying import Tallying
from sync.erp.wing import Erp, push_job
from sync.jobs.book import Turn
from sync.jobs.schedule import Schedule

BY = "command line"
RUNS_MAX = 200


@dataclass
class _Asked:
    """A round that was asked for, and what came of it once it is over."""

    thread: threading.Thread
    turn: Turn | None = None


class Answers:
    """The commands; ``close`` waits for the rounds that were begun."""

    def __init__(self, erp: Erp, schedule: Schedule, tallying: Tallying) -> None:
        self._erp = erp
        self._tallying = tallying
        self._schedule = schedule
        self._asked: dict[str, _Asked] = {}

    def commands(self) -> Mapping[str, Command]:
        """By name; arguments and results are JSON."""
        return {
            "erp.connectors": lambda: list(self._erp.runs),
            "erp.push": self.push,
            "erp.pushed": self.pushed,
            "erp.runs": self.runs,
            "erp.compared": lambda: list(self._tallying.names),
            "erp.compare": self.compare,
        }

    def push(self, connector: str) -> None:
        """Begin a round; Problem consumer_pulls or consumer_unknown."""
        self._erp.check_pushed(connector)
        before = self._asked.get(connector)
        if before is not None and before.thread.is_alive():
            return
        thread = threading.Thread(target=self._carry_out, args=(connector,), name="erp push")
        self._asked[connector] = _Asked(thread)
        thread.start()

    def pushed(self, connector: str) -> dict[str, object]:
        """How far that round is: {"done", "total", "ended"}; ``ended`` is None until it is over."""
        moving = self._erp.runs[connector].progress.look()
        asked = self._asked[connector]
        is_over = not asked.thread.is_alive()
        return {
            "done": moving.done if moving else 0,
            "total": moving.total if moving else 0,
            "ended": (_told(asked.turn) if asked.turn else {}) if is_over else None,
        }

    def runs(self, connector: str, limit: int) -> list[dict[str, object]]:
        """What came of rounds, the newest first; Problem consumer_pulls or consumer_unknown."""
        self._erp.check_pushed(connector)
        found = self._schedule.turns(push_job(connector), 0, min(limit, RUNS_MAX))
        return [_told(turn) for turn in found]

    def compare(self, connector: str, day: str) -> list[dict[str, object]]:
        """Compare a day (``2026-11-21``, empty for the day before this one) and all records; what
        came of each. Problem consumer_not_compared, tally_day_archived or of the ERP's line.
        """
        yesterday = self._tallying.day_of(connector) - timedelta(days=1)
        asked = date.fromisoformat(day) if day else yesterday
        found = [*self._tallying.day(connector, asked), *self._tallying.kinds(connector)]
        return [
            {
                "source": one.source,
                "day": one.day,
                "agrees": one.agrees,
                "ours": one.ours,
                "theirs": one.theirs,
                "waiting": one.waiting,
                "differing": [
                    {"fault": each.fault, "title": each.title or each.id, "seq": each.seq}
                    for each in self._tallying.findings(connector, one.source, one.day)
                ],
            }
            for one in found
        ]

    def close(self) -> None:
        """Wait for the rounds that were begun; the ERP side has been told to stop."""
        for asked in self._asked.values():
            asked.thread.join()

    def _carry_out(self, connector: str) -> None:
        self._asked[connector].turn = self._schedule.carry_out(push_job(connector), BY)


def _told(turn: Turn) -> dict[str, object]:
    return {
        "began_at": to_iso(turn.began_at),
        "took_ms": turn.took_ms,
        "outcome": turn.outcome,
        "asked_by": turn.asked_by,
        "counts": dict(turn.counts),
        "problem": turn.problem.record() if turn.problem else None,
    }
