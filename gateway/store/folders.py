"""A data folder before anything in it is opened: owned by one process, whole, with its keys."""

import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.places import DATABASE, KEYRING, RESTORED, SALVAGED, UNPACKING


def own(path: Path, wait_s: float) -> int:
    """Take a folder's lock, trying for a few seconds: a predecessor may be on its way out. Problem
    store_in_use.
    """
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    pause = threading.Event()
    for _ in range(max(1, round(wait_s / 0.1))):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pause.wait(0.1)
        else:
            return handle
    os.close(handle)
    raise Problem("store_in_use", folder=str(path.parent))


def refuse_half_restored(folder: Path) -> None:
    """A folder in the middle of a restore must not begin anew as an empty shop; Problem
    restore_unfinished or salvage_unfinished.
    """
    if any((folder / name).exists() for name in (UNPACKING, RESTORED)):
        raise Problem("restore_unfinished", folder=str(folder))
    if (folder / SALVAGED).exists():
        raise Problem("salvage_unfinished", folder=str(folder))


def keyring(folder: Path, unlock: Callable[[Path], Keyring]) -> Keyring:
    """The keys of a folder, as ``unlock`` opens them; Problem store_key_missing."""
    path = folder / KEYRING
    if (folder / DATABASE).exists() and not path.exists():
        raise Problem("store_key_missing", file=DATABASE, keyring=KEYRING)
    return unlock(path)
