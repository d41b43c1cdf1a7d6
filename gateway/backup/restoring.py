"""Bringing a backup back onto an empty box, as another life of its database.

Everything is unpacked into a folder inside the data folder, checked, and given its new epoch there.
One rename says that it is whole; from then on moving it out goes on after any interruption. A
gateway refuses to start on the folder until that is done.
"""

import os
import shutil
from pathlib import Path

import msgspec

from gateway.backup import erased, unpacking
from gateway.backup.durable import sync_folder
from gateway.backup.manifest import Manifest
from gateway.backup.unpacking import Told
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring, write_secret
from gateway.store import snapshot
from gateway.store.folders import own
from gateway.store.places import DATABASE, KEYRING, LOCK, RESTORED, UNPACKING

NOTE = "restored.json"
_OURS = frozenset({LOCK, UNPACKING, RESTORED})
# Beside it while a database is open; nothing of them may survive beside another file.
_TRACES = (f"{DATABASE}-wal", f"{DATABASE}-shm")


class Restored(msgspec.Struct):
    """What has been brought back: when the backup was made, the life it was of, the newest entry
    then, when it was restored, how many records were erased since then and are to be again, and the
    life that has begun.
    """

    made_at: str
    epoch_before: str
    head: int
    restored_at: str
    erased: int = 0
    epoch: str = ""


def restore(file: Path, identity: str, folder: Path, clock: Clock, told: Told) -> Restored:
    """Restore a backup into a data folder in which nothing is yet.

    One that was interrupted when everything was there goes on, whatever file it is given. Problem
    store_in_use, restore_not_empty, erasures_altered, and those of a backup that does not open or
    is damaged: nothing is in the folder then.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = own(folder / LOCK, 0.1)
    try:
        if not (folder / RESTORED).exists():
            _refuse_full(folder)
            _stage(file, identity, folder, clock, told)
        return _move_out(folder)
    finally:
        os.close(lock)


def _refuse_full(folder: Path) -> None:
    others = sorted(one.name for one in folder.iterdir() if one.name not in _OURS)
    if others:
        raise Problem("restore_not_empty", folder=str(folder), names=", ".join(others[:5]))


def _stage(file: Path, identity: str, folder: Path, clock: Clock, told: Told) -> None:
    part = folder / UNPACKING
    shutil.rmtree(part, ignore_errors=True)
    try:
        listed = unpacking.unpack(file, identity, part, told)
        keyring = unpacking.keyring(part, identity, file.name)
        unpacking.examine(part, listed, keyring, file.name)
        # Read with the gateway's own keys, which have just come out of the backup.
        gone = erased.read(file.parent / erased.LEDGER, keyring)
        if gone:
            (part / erased.PENDING).write_bytes((file.parent / erased.LEDGER).read_bytes())
        _begin_anew(part, listed, keyring, to_iso(clock.now_ms()), len(gone))
    except Exception:
        shutil.rmtree(part, ignore_errors=True)
        raise  # whoever ends it in the middle leaves it there: no gateway starts beside it
    _sync_all(part)
    part.rename(folder / RESTORED)
    sync_folder(folder)


def _begin_anew(part: Path, listed: Manifest, keyring: Keyring, now: str, gone: int) -> None:
    note = Restored(listed.made_at, listed.epoch, listed.head, now, gone)
    text = msgspec.json.encode(note).decode()
    note.epoch = snapshot.begin_new_life(part / DATABASE, keyring, listed.encryption, text)
    for name in _TRACES:
        (part / name).unlink(missing_ok=True)
    # In clear: what wrapped it is this box's no more. keys wrap is for the new one to say.
    write_secret(part / KEYRING, keyring.encoded())
    (part / unpacking.SEALED_KEYRING).unlink(missing_ok=True)
    (part / NOTE).write_bytes(msgspec.json.encode(note))


def _move_out(folder: Path) -> Restored:
    """One rename after the other, each of which may be the last one before a power cut."""
    whole = folder / RESTORED
    for one in sorted(whole.iterdir()):
        one.rename(folder / one.name)
    sync_folder(folder)
    whole.rmdir()
    sync_folder(folder)
    return msgspec.json.decode((folder / NOTE).read_bytes(), type=Restored)


def _sync_all(folder: Path) -> None:
    for path in [folder, *(one for one in folder.rglob("*") if one.is_dir())]:
        sync_folder(path)
