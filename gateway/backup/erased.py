"""The ledger of erasures beside the backups: a backup is older than what was erased after it, so
the list lies next to the files and a restore takes it along.

It holds ids, reasons and instants, and a keyed digest over them: somebody who can write to a
medium must not be able to have records erased by a restore.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from gateway.backup.durable import sync_folder
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.forgetting import Forgetting
from gateway.records.rows.erasures import Erasure
from gateway.store.database import Store

LEDGER: Final = "waystation-erasures.json"
# What a restored data folder holds until its gateway has started.
PENDING: Final = "erasures.json"


class _Carried(msgspec.Struct, forbid_unknown_fields=True):
    erasures: list[Erasure]
    digest: str


def write(path: Path, keyring: Keyring, ledger: Sequence[Erasure]) -> None:
    """Put the ledger there in place of what there is; OSError."""
    carried = _Carried(list(ledger), _digest(keyring, ledger))
    part = path.with_name(path.name + ".part")
    with part.open("wb") as target:
        part.chmod(0o600)
        target.write(msgspec.json.format(msgspec.json.encode(carried), indent=1))
        target.flush()
        os.fsync(target.fileno())
    part.rename(path)
    sync_folder(path.parent)


def read(path: Path, keyring: Keyring) -> list[Erasure]:
    """The ledger there, empty where there is none; Problem erasures_altered."""
    try:
        carried = msgspec.json.decode(path.read_bytes(), type=_Carried)
    except FileNotFoundError:
        return []
    except msgspec.DecodeError as error:
        raise Problem("erasures_altered", file=str(path)) from error
    if carried.digest != _digest(keyring, carried.erasures):
        raise Problem("erasures_altered", file=str(path))
    return carried.erasures


def replay_pending(store: Store, forgetting: Forgetting) -> None:
    """Erase what a restored backup has brought back, before anybody can ask for it."""
    pending = store.folder / PENDING
    if ledger := read(pending, store.keyring):
        forgetting.replay(ledger)
    pending.unlink(missing_ok=True)


def _digest(keyring: Keyring, ledger: Sequence[Erasure]) -> str:
    return keyring.digest(b"erasures " + msgspec.json.encode(list(ledger))).hex()
