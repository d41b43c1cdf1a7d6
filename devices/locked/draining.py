"""What was captured while the gateway was locked becomes facts: once, whenever the power goes.

Each has had its id since it was read, so that storing it again has the effect of once. A file is
deleted when all of it is in the journal.
"""

import logging
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

from devices.intake import Captures
from devices.locked import spool
from devices.locked.spool import FOLDER, SUFFIX, Spooled
from gateway.facts.accept import Captured
from gateway.facts.settle import Result
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring

AT_ONCE = 200
DAMAGED = ".damaged"

log = logging.getLogger(__name__)


def drain(folder: Path, keyring: Keyring, facts: Captures) -> int:
    """Store everything; how many facts that were. Problem of the storage: the rest stays there.

    A file with something in it that does not open, or is refused, is kept under another name.
    """
    count = 0
    for path in sorted((folder / FOLDER).glob(f"*{SUFFIX}")):
        found, problem = spool.read(path, keyring.mailbox())
        refused = False
        for at in range(0, len(found), AT_ONCE):
            results = _stored(found[at : at + AT_ONCE], facts)
            count += sum(result.status in ("stored", "quarantined") for result in results)
            refused = refused or any(result.status == "refused" for result in results)
        if problem or refused:
            log.error("not everything in %s could be stored: it is kept", path.name)
            path.rename(path.with_suffix(DAMAGED))
        else:
            path.unlink()
    if count:
        log.warning("%d facts that were captured while locked are in the journal", count)
    return count


def trouble(folder: Path) -> Problem | None:
    """A file that could not be stored whole, and waits for a person."""
    left = next(iter(sorted((folder / FOLDER).glob(f"*{DAMAGED}"))), None)
    return Problem("spool_damaged", file=f"{FOLDER}/{left.name}") if left else None


def _stored(group: Sequence[Spooled], facts: Captures) -> list[Result]:
    results: list[Result] = []
    for (device, role, source), several in groupby(group, _whose):
        told = [Captured(one.type, one.data, one.id, one.occurred_at) for one in several]
        actor = Actor(device, device, role, device=device)
        results += facts.capture_all(told, actor=actor, source=source)
    return results


def _whose(one: Spooled) -> tuple[str, str, str]:
    return one.device, one.role, one.source
