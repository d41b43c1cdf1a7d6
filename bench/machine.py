"""What the machine did meanwhile: processor time and memory of processes, and stolen time."""

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PROC = Path("/proc")


def family(root: int) -> list[int]:
    """A process and everything below it."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found, waiting = [], [root]
    while waiting:
        pid = waiting.pop()
        found.append(pid)
        waiting += children.get(pid, [])
    return found


def cpu_s(root: int) -> float:
    """Processor seconds of a family so far, those of its ended children included."""
    total = 0
    for pid in family(root):
        if fields := _stat(pid):
            total += sum(int(value) for value in fields[11:15])
    return total * TICK_S


def memory_mib(root: int) -> float:
    """Memory of a family; pages that several share count once."""
    total_kib = 0
    for pid in family(root):
        try:
            text = (PROC / str(pid) / "smaps_rollup").read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        total_kib += next(
            int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")
        )
    return total_kib / 1024


def forget_peak(root: int) -> None:
    """Begin to look for the most memory of a family anew."""
    for pid in family(root):
        with suppress(OSError):
            (PROC / str(pid) / "clear_refs").write_text("5")


def peak_mib(root: int) -> float:
    """The most memory of a family since ``forget_peak``."""
    above_kib = 0
    for pid in family(root):
        with suppress(OSError):
            lines = (PROC / str(pid) / "status").read_text().splitlines()
            found = {name: text for name, _, text in (line.partition(":") for line in lines)}
            above_kib += int(found["VmHWM"].split()[0]) - int(found["VmRSS"].split()[0])
    return memory_mib(root) + above_kib / 1024


@dataclass(frozen=True)
class Moment:
    """The whole machine's processor time, in ticks."""

    total: int
    busy: int
    stolen: int

    def since(self, before: "Moment") -> tuple[float, float]:
        """(busy, stolen) shares of the time since ``before``."""
        passed = max(1, self.total - before.total)
        return (self.busy - before.busy) / passed, (self.stolen - before.stolen) / passed


def moment() -> Moment:
    """Now."""
    values = [int(text) for text in (PROC / "stat").read_text().splitlines()[0].split()[1:9]]
    user, nice, system, idle, waiting, interrupt, soft, stolen = values
    busy = user + nice + system + interrupt + soft
    return Moment(busy + idle + waiting + stolen, busy, stolen)


def _stat(pid: int) -> list[str]:
    """The fields after the name, which may itself hold blanks; empty when the process is gone."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
