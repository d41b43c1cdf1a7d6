"""``python -m bench [NAME ...] [--quick] [--write]``: run measurements and print their tables."""

import argparse
from collections.abc import Callable, Sequence
from functools import partial

from bench import (
    devices,
    drain,
    endurance,
    ingest,
    positions,
    pushing,
    report,
    scanners,
    secure,
    taking,
    tally,
    wrk,
)
from bench.peers import postgres


def _ingest(plan_of: Callable[..., ingest.Plan], *, quick: bool) -> str:
    plan = plan_of(quick=quick)
    return report.ingest(plan, ingest.run(plan))


MEASUREMENTS: dict[str, Callable[..., str]] = {
    "single": partial(_ingest, ingest.single),
    "batches": partial(_ingest, ingest.batches),
    "slow": partial(_ingest, ingest.slow),
    "tls": lambda *, quick: report.secure(secure.run(quick=quick)),
    "drain": lambda *, quick: report.drain(drain.run(quick=quick)),
    "taking": lambda *, quick: report.taking(taking.run(quick=quick)),
    "tally": lambda *, quick: report.tally(tally.run(quick=quick)),
    "pushing": lambda *, quick: report.pushing(pushing.run(quick=quick)),
    "positions": lambda *, quick: report.positions(positions.run(quick=quick)),
    "scanners": lambda *, quick: report.scanners(scanners.run(quick=quick)),
    "devices": lambda *, quick: report.devices(*devices.run(quick=quick)),
    "endurance": lambda *, quick: report.endurance(endurance.run(quick=quick)),
}


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what was asked for, everything by default; one table after the other."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(MEASUREMENTS))
    parser.add_argument("--quick", action="store_true", help="a rough look in two minutes")
    parser.add_argument(
        "--write", action="store_true", help="put the tables into docs/performance.md"
    )
    asked = parser.parse_args(arguments)
    names = asked.names or list(MEASUREMENTS)
    if unknown := [name for name in names if name not in MEASUREMENTS]:
        parser.error(f"no measurement is called {unknown[0]}; there are {', '.join(MEASUREMENTS)}")
    if lacking := [what for what in (wrk.missing(), postgres.missing()) if what]:
        parser.exit(1, "\n".join(lacking) + "\n")
    print(report.machine(), flush=True)
    parts = []
    for name in names:
        parts.append(MEASUREMENTS[name](quick=asked.quick))
        print(f"\n{parts[-1]}", flush=True)
    if asked.write:
        report.write(report.machine(), parts)


if __name__ == "__main__":
    main()
