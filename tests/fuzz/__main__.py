"""`make fuzz`: throw bytes at everything that reads what others send; nothing may break.

    python -m tests.fuzz [TARGET ...] [--seconds 60] [--seed N] [--engine own|atheris]
    python -m tests.fuzz TARGET --replay FILE

With atheris (``pip install atheris``) it watches the branches, else it tries in our own way. What
breaks a target is written to a file, and how to play it again is said. Exit code 1 when one broke.
"""

import argparse
import hashlib
import random
import sys
import time
import traceback
from pathlib import Path

from tests.fuzz import _guided, _mutating, _targets

FOUND = Path(".fuzz")


def main() -> int:
    """Run what was asked for; 0 when nothing broke."""
    asked = _arguments()
    if asked.replay:
        return replay(asked.targets, asked.replay)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(1, 1_000_000)
    print(f"--- {len(asked.targets)} targets, {asked.seconds} s each, {asked.engine}, seed {seed}")
    broken = [name for name in asked.targets if not _one(name, asked, seed)]
    print("--- nothing broke" if not broken else f"--- BROKEN: {', '.join(broken)}")
    return 1 if broken else 0


def replay(names: list[str], file: Path) -> int:
    """Play one input again, with all that is said of it; 0 when it breaks nothing any more."""
    target = _targets.load(names[0])
    try:
        target.run(file.read_bytes())
    except Exception:  # noqa: BLE001 (whatever it is, it is shown whole)
        traceback.print_exc()
        return 1
    print(f"{target.name} takes {file}")
    return 0


def _one(name: str, asked: argparse.Namespace, seed: int) -> bool:
    folder = FOUND / name
    folder.mkdir(parents=True, exist_ok=True)
    if asked.engine == _guided.ENGINE:
        tried, file, error = _guided.fuzz(name, asked.seconds, seed, folder)
    else:
        tried, file, error = _own(name, asked.seconds, seed, folder)
    print(f"{name:<24} {tried:>12,} inputs  {error or 'well'}", flush=True)
    if file:
        print(f"    play it again: python -m tests.fuzz {name} --replay {file}", flush=True)
    return not error and file is None


def _own(name: str, seconds: float, seed: int, folder: Path) -> tuple[int, Path | None, str]:
    until = time.monotonic() + seconds
    chance = random.Random(f"{seed}/{name}")
    tried, crash = _mutating.fuzz(_targets.load(name), chance, lambda: time.monotonic() < until)
    if crash is None:
        return tried, None, ""
    return tried, written(folder, crash.data), crash.error


def written(folder: Path, data: bytes) -> Path:
    """The file that keeps an input."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"crash-{hashlib.sha256(data).hexdigest()[:16]}"
    file.write_bytes(data)
    return file


def _arguments() -> argparse.Namespace:
    known = _targets.names()
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(known))
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int)
    parser.add_argument("--replay", type=Path)
    best = _guided.ENGINE if _guided.there() else "own"
    parser.add_argument("--engine", choices=("own", _guided.ENGINE), default=best)
    asked = parser.parse_args()
    if unknown := set(asked.targets) - set(known):
        parser.error(f"no target is called {unknown.pop()}; there are {', '.join(known)}")
    if asked.replay and len(asked.targets) != 1:
        parser.error("one target plays a file again: say which")
    asked.targets = asked.targets or known
    return asked


if __name__ == "__main__":
    sys.exit(main())
