"""What comes in, as the rest of the house sees it: rounds of every connector that has a plan."""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.records.engine import Engine
from gateway.records.model.kind import Kind
from gateway.store.database import Store
from sync.erp.bringing import plan
from sync.erp.bringing.result import Result
from sync.erp.bringing.rounds import Bring
from sync.erp.connector import Entry
from sync.erp.connectors.registry import LINES
from sync.erp.mapping import reading
from sync.erp.rounds.restraint import Restraint
from sync.jobs.ended import Ended

JOB = "erp bring"

log = logging.getLogger(__name__)


class Incoming:
    """The rounds of bringing, by connector, each on the schedule beside its pushes."""

    def __init__(self, brings: Mapping[str, Bring], interval_s: int) -> None:
        self.brings = brings
        self._interval_s = interval_s

    def jobs(self) -> list[tuple[Any, ...]]:
        """What is to be done by the clock: name, seconds between turns, call, no progress, and how
        to ask for a round although the line rests.
        """
        return [
            (f"{JOB} {name}", self._interval_s, partial(_turn, one), None, one.ask)
            for name, one in self.brings.items()
        ]

    def hear(self, connector: str, entries: Sequence[Entry]) -> Mapping[int, Problem]:
        """Which entries that are about to be pushed have to wait for what the ERP has said first,
        and why; none where nothing comes in. Trouble.
        """
        bring = self.brings.get(connector)
        return bring.hear(entries) if bring else {}

    def stop(self) -> None:
        """Let rounds under way end after their page, and no other begin."""
        for one in self.brings.values():
            one.stop()

    def commands(self) -> Mapping[str, Callable[..., object]]:
        """What the command line asks for; the caller repeats ``erp.bring`` until it is done."""
        return {"erp.bringing": lambda: list(self.brings), "erp.bring": self._some}

    def _some(self, connector: str, full: bool, gone: bool) -> dict[str, Any]:
        if connector not in self.brings:
            names = ", ".join(self.brings) or "none"
            raise Problem("erp_brings_nothing", connector=connector[:40], names=names)
        result = self.brings[connector].some(full=full, may_vanish=gone)
        if result is None:
            raise Problem("erp_bring_busy")
        return told(result)


def _turn(bring: Bring) -> Ended:
    """A round as the schedule tells it: rows that changed something here, or could not."""
    result = bring.round()
    if result is None:
        return Ended(held=True)
    total = result.total
    counts = {name: getattr(total, name) for name in ("new", "changed", "gone", "refused")}
    return Ended(counts, result.problem, held=result.held)


def told(result: Result) -> dict[str, Any]:
    """What a round came to, as JSON."""
    return {
        "connector": result.connector,
        "done": result.ended_at is not None,
        "kinds": {name: asdict(counts) for name, counts in result.kinds.items()},
        "problem": result.problem.record() if result.problem else None,
    }


def incoming(
    data: Path,
    settings: Settings,
    store: Store,
    engine: Callable[[], Engine],
    kinds: Mapping[str, Kind],
    restraints: Mapping[str, Restraint],
) -> Incoming:
    """The rounds that the settings ask for, each over a line of its own and held back by what holds
    its pushes.

    A mapping that cannot be read stops no start: a gateway that hears nothing still captures.
    """
    found: dict[str, Bring] = {}
    for name in settings.erp.connectors:
        if name not in LINES:
            continue
        try:
            sources = plan.sources(reading.load(name, data), kinds)
        except ValueError as error:
            log.error("nothing comes in from %s: %s", name, error)  # noqa: TRY400 (says it all)
            continue
        if sources:
            line, _ = LINES[name](settings)
            found[name] = Bring(store, engine, line, restraints[name], sources)
    return Incoming(found, settings.erp.interval_s)
