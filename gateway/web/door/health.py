"""Whether the gateway can do its work: named probes, asked when somebody wants to know."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.kernel.problems import Problem

Probe = Callable[[], Problem | None]
Reading = Callable[[], float]


@dataclass(frozen=True, slots=True)
class Finding:
    """One probe's answer; ``problem`` is None when well. ``vital`` ones decide on readiness."""

    name: str
    vital: bool
    problem: Problem | None


class Health:
    """Every part adds its probes and readings when it is built."""

    def __init__(self) -> None:
        self._probes: dict[str, tuple[Probe, bool]] = {}
        self.readings: dict[str, tuple[Reading, str]] = {}

    def probe(self, name: str, look: Probe, *, vital: bool = False) -> None:
        """Add a probe: None when well. While a ``vital`` one is not, nothing can be stored."""
        self._probes[name] = (look, vital)

    def reading(self, name: str, read: Reading, meaning: str) -> None:
        """Add a figure for the metrics: ``waystation_<name>``, such as ``sync_waiting_entries``."""
        self.readings[name] = (read, meaning)

    def findings(self) -> list[Finding]:
        """Ask every probe."""
        return [Finding(name, vital, look()) for name, (look, vital) in self._probes.items()]
