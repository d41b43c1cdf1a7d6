"""The better way of trying, where atheris is installed: a fuzzer that watches the branches.

It ends its process when it is done, and has to see the code before anybody imports it, so each
target runs in a process of its own. ``pip install atheris`` is all it needs; the gateway and its
tests never do.
"""

import importlib.util
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ENGINE = "atheris"
_RUNS = re.compile(
    r"Done (\d+) runs|stat::number_of_executed_units:\s*(\d+)|^#(\d+)\t", re.MULTILINE
)
_BROKE = re.compile(r"^(?:E\s+)?(\w*(?:Error|Exception|Problem)\w*(?:: .*)?)$", re.MULTILINE)


def there() -> bool:
    """Whether it is installed."""
    return importlib.util.find_spec(ENGINE) is not None


def fuzz(name: str, seconds: float, seed: int, folder: Path) -> tuple[int, Path | None, str]:
    """Try a target for so long: how many inputs, the file of what broke it, and how it broke.

    ``folder`` keeps what was found to reach new branches, for the next time.
    """
    corpus = folder / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    before = set(folder.glob("crash-*")) | set(folder.glob("timeout-*"))
    ran = subprocess.run(
        [
            sys.executable, "-m", "tests.fuzz._guided", name, str(corpus),
            f"-max_total_time={max(1, int(seconds))}", f"-seed={seed or 1}", "-timeout=10",
            "-max_len=2000", f"-artifact_prefix={folder}/", "-print_final_stats=1",
        ],
        capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip
    said = ran.stdout + ran.stderr
    counts = [int(next(filter(None, found))) for found in _RUNS.findall(said)]
    after = set(folder.glob("crash-*")) | set(folder.glob("timeout-*"))
    broke = _BROKE.findall(said)
    if ran.returncode and not after - before:
        return max(counts, default=0), None, f"it could not be run: {said[-400:]}"
    crash = next(iter(after - before), None)
    return max(counts, default=0), crash, broke[-1][:300] if crash and broke else ""


def main(arguments: Sequence[str]) -> None:
    """The process of one target: its name, its corpus, and what the fuzzer is told."""
    import atheris  # noqa: PLC0415 (it is not there everywhere)

    name, corpus, *told = arguments
    with atheris.instrument_imports(include=["devices", "gateway", "tests.fuzz"]):
        from tests.fuzz import _targets  # noqa: PLC0415 (seen by the fuzzer first)

        target = _targets.load(name)
    for number, seed in enumerate(target.seeds):
        (Path(corpus) / f"seed-{number}").write_bytes(seed)
    atheris.Setup([name, corpus, *told], target.run)
    atheris.Fuzz()


if __name__ == "__main__":
    main(sys.argv[1:])
