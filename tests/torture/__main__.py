"""`make torture`: break a gateway in every way we know, for a while; nothing may be lost.

    python -m tests.torture [--kills 1000] [--failures 300] [--cuts 600]
                            [--store-kills 100] [--erp-kills 1000] [--fleet-kills 200]
                            [--seed N]

Ends with figures, and with exit code 1 when a promise was broken. A count of 0 leaves a part out.
"""

import argparse
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from tests.faults.bench import Bench
from tests.faults.recording import Recording
from tests.faults.shim import Shim, compiled
from tests.faults.storm import storm
from tests.torture import erp_kills, fleet_kills, kills, store_kills

Part = Callable[[Path], tuple[Sequence[str], bool]]


def main() -> int:
    """Run every part; 0 when all promises were kept."""
    asked = _arguments()
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1_000_000)
    parts: dict[str, tuple[int, Part]] = {
        "kills": (asked.kills, lambda work: _kills(asked.kills, seed, work)),
        "a failing disk": (asked.failures, lambda work: _failures(asked.failures, seed, work)),
        "power cuts": (asked.cuts, lambda work: _cuts(asked.cuts, seed, work)),
        "kills in a busy store": (
            asked.store_kills,
            lambda work: _store(asked.store_kills, seed, work),
        ),
        "kills with Tryton": (asked.erp_kills, lambda work: _erp(asked.erp_kills, seed, work)),
        "kills in a fleet": (
            asked.fleet_kills,
            lambda work: _fleet(asked.fleet_kills, seed, work),
        ),
    }
    well = True
    work = Path(tempfile.mkdtemp(prefix="waystation-torture-"))
    for number, (name, (count, run)) in enumerate(parts.items()):
        if count:
            say(f"--- {name}: {count}, seed {seed}")
            lines, kept = run(work / str(number))
            say("\n".join(lines))
            well = well and kept
    if well:
        shutil.rmtree(work)
        say("--- every promise was kept")
    else:
        say(f"--- promises were BROKEN; the folders are kept in {work}")
    return 0 if well else 1


def say(text: str) -> None:
    print(text, flush=True)


def _kills(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    summary = kills.campaign(count, seed, work, say)
    return summary.lines(), not summary.faults


def _failures(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    work.mkdir()
    shim = Shim(compiled(work), work, work / "data")
    bench = Bench(work / "data", seed, environment=shim.environment)
    try:
        failed = storm(bench, shim, count, seed, say)
        faults = bench.faults()
        acknowledged = sum(client.answered for client in bench.clients)
    finally:
        bench.close()
    lines = [f"failed calls     {failed}", f"acknowledged     {acknowledged}", *_told(faults)]
    return lines, not faults


def _cuts(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    work.mkdir()
    library = compiled(work)
    runs = {
        "a healthy disk": Recording(library, work / "healthy", 2000),
        "a failing disk": Recording(library, work / "failing", 4000, episodes=20, seed=seed),
        "a lying disk": Recording(library, work / "lying", 500, disk_lies=True),
    }
    lines, kept = [], True
    for name, recording in runs.items():
        found = [faults for faults in recording.faults_after(count, seed) if faults]
        lines.append(f"{name:<16} {len(found)} of {count} cuts lost something")
        if name == "a lying disk":
            # The control: a check that finds nothing even here would find nothing anywhere.
            kept = kept and len(found) > count // 4
        else:
            kept = kept and not found
            lines += [f"  {fault}" for faults in found[:5] for fault in faults[:5]]
    return lines, kept


def _store(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    work.mkdir()
    outcome = store_kills.campaign(count, seed, work, say)
    return outcome.lines(), not outcome.faults


def _erp(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    work.mkdir()
    delivery = erp_kills.campaign(count, seed, work, say)
    return delivery.lines(), not delivery.faults


def _fleet(count: int, seed: int, work: Path) -> tuple[Sequence[str], bool]:
    work.mkdir()
    landed = fleet_kills.campaign(count, seed, work, say)
    return landed.lines(), not landed.faults


def _told(faults: Sequence[str]) -> list[str]:
    return [f"faults           {len(faults)}", *(f"  {fault}" for fault in faults[:40])]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.torture", description=__doc__)
    parser.add_argument("--kills", type=int, default=1000)
    parser.add_argument("--failures", type=int, default=300)
    parser.add_argument("--cuts", type=int, default=600)
    parser.add_argument("--store-kills", type=int, default=100)
    parser.add_argument("--erp-kills", type=int, default=1000)
    parser.add_argument("--fleet-kills", type=int, default=200)
    parser.add_argument("--seed", type=int)
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
