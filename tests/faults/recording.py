"""One run of the appender under the shim, and every state a power cut could have left behind."""

import os
import random
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EIO, ENOSPC
from pathlib import Path

from tests.faults import appender
from tests.faults.powercut import Disk, Event, read_log
from tests.faults.shim import Shim
from tests.torture.audit import Promises, audit
from tests.torture.gateway import ROOT, wait_until

RUN_S = 100.0


class Recording:
    """From a folder at rest to the end of the run: every write and sync, and every promise.

    ``disk_lies``: syncs of the write-ahead log are answered, but not done. ``episodes``: so many
    times the disk fails for a moment, with errors drawn from ``seed``.
    """

    def __init__(
        self, library: Path, work: Path, facts: int, *, disk_lies: bool = False,
        episodes: int = 0, seed: int = 0,
    ) -> None:  # fmt: skip
        self.work = work
        base, data = work / "base", work / "data"
        said = work / "said"
        work.mkdir(exist_ok=True)
        with _appending(data, 8, dict(os.environ), said) as first:
            _ended(first)
        shutil.copytree(data, base)
        self._base = Disk.of(base)
        shim = Shim(library, work, data)
        shim.set(sync_lies=disk_lies)
        with _appending(data, facts, {**os.environ, **shim.recording()}, said) as process:
            # A store that cannot even be opened is another story: the disk fails under an open one.
            wait_until(lambda: bool(said.stat().st_size) or process.poll() is not None, RUN_S)
            self.failed = _disturb(process, shim, random.Random(seed), episodes)
            _ended(process)
        self.promises = sorted(
            (int(ns), identity, int(seq))
            for ns, identity, seq in map(str.split, said.read_text().splitlines())
        )
        self.events: list[Event] = list(read_log(shim.log))

    def cut(self, place: int, chance: random.Random) -> tuple[Path, Promises]:
        """The folder after a power cut behind event ``place``, and the promises made by then."""
        disk = self._base.copy()
        for event in self.events[: place + 1]:
            disk.apply(event)
        folder = self.work / "cut"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for name, content in disk.after_cut(chance).items():
            # The shared index lives in memory, and the lock with its process.
            if not name.endswith(("-shm", ".lock")):
                (folder / name).write_bytes(content)
        last = place + 1 == len(self.events)
        until = self.promises[-1][0] + 1 if last else self.events[place + 1].at_ns
        promises = Promises()
        for ns, identity, seq in self.promises:
            if ns < until:
                promises.facts[identity] = (seq, appender.data(identity))
        return folder, promises

    def faults_after(self, cuts: int, seed: int) -> list[list[str]]:
        """What an audit finds after each of so many power cuts, drawn from a seed."""
        chance = random.Random(seed)
        found = []
        for number in range(cuts):
            place = chance.randrange(len(self.events))
            folder, promises = self.cut(place, chance)
            faults = audit(folder, promises).faults
            found.append([f"seed {seed}, cut {number} behind {place}: {each}" for each in faults])
        return found


def _disturb(
    process: "subprocess.Popen[str]", shim: Shim, chance: random.Random, episodes: int
) -> int:
    """Let the disk fail now and then while the run lasts; how many calls were failed."""
    failed = 0
    pause = threading.Event()
    for _ in range(episodes):
        if process.poll() is not None:
            break
        error = chance.choice((EIO, ENOSPC))
        which = chance.choice(("sync_error", "write_error"))
        shim.set(**{which: EIO if which == "sync_error" else error}, after=chance.randrange(3),
                 times=chance.choice((0, 1, 3)))  # fmt: skip
        pause.wait(0.2 + 0.3 * chance.random())
        failed += shim.failed
        shim.set()
        pause.wait(0.2 + 0.3 * chance.random())
    return failed


@contextmanager
def _appending(
    data: Path, facts: int, environment: dict[str, str], said: Path
) -> "Iterator[subprocess.Popen[str]]":
    """The appender at work, its promises going to the file ``said``."""
    with said.open("wb") as promises:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.appender", str(data), str(facts)],
            cwd=ROOT, env=environment, stdout=promises, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def _ended(process: "subprocess.Popen[str]") -> None:
    _, complaints = process.communicate(timeout=RUN_S)
    assert process.returncode == 0, complaints
