"""Many short failures of a disk, one after the other, under a gateway that everybody leans on."""

import random
import threading
from collections.abc import Callable
from errno import EDQUOT, EIO, ENOSPC

from tests.faults.bench import Bench
from tests.faults.shim import Shim

ERRORS = {"sync_error": (EIO,), "write_error": (EIO, ENOSPC, EDQUOT)}


def storm(bench: Bench, shim: Shim, failures: int, seed: int, say: Callable[[str], None]) -> int:
    """Let single calls fail at random places, and wait out each; how many calls were failed."""
    chance = random.Random(seed)
    pause = threading.Event()
    failed = 0
    for number in range(failures):
        which = chance.choice(sorted(ERRORS))
        error = chance.choice(ERRORS[which])
        shim.set(**{which: error}, after=chance.randrange(40), times=chance.randint(1, 4))
        bench.wait(lambda: shim.failed > 0)
        pause.wait(0.1 * chance.random())
        failed += shim.failed
        shim.set()
        bench.everybody_goes_on()
        if number % 50 == 49:
            say(f"{number + 1} failures waited out")
    return failed
