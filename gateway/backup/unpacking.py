"""Opening a backup into an empty folder, and finding out whether it is what was put in.

Only plain files below the folder are taken, each named once, with the size and hash that the
manifest gives for it. The database is opened and its whole hash chain walked.
"""

import os
import tarfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from gateway.backup import manifest
from gateway.backup.manifest import Manifest
from gateway.backup.packing import PIECE
from gateway.kernel import age
from gateway.kernel.canonical import Hashing
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import archive, snapshot
from gateway.store.places import DATABASE, KEYRING
from gateway.store.rows import Rows

STREAM = ".stream"
# Encrypted once more, to whom the backup is: what is unpacked for a check must not open it.
SEALED_KEYRING = "keyring.age"

Told = Callable[[int], None]


def unpack(file: Path, identity: str, folder: Path, told: Told) -> Manifest:
    """Decrypt a backup into a new folder and check every file against the manifest.

    Problem backup_key_wrong, backup_damaged, backup_newer or backup_folder_failing; the folder may
    then hold a part, which is the caller's to clear away.
    """
    try:
        return _unpack(file, identity, folder, told)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise Problem("backup_folder_failing", folder=str(folder), reason=reason) from error


def _unpack(file: Path, identity: str, folder: Path, told: Told) -> Manifest:
    folder.mkdir(mode=0o700)
    stream = folder / STREAM
    handle = os.open(stream, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as target:
        age.decrypt(file, target, identity)
    try:
        with tarfile.open(stream, "r:") as packed:
            found, listed = _extract(packed, folder, file.name, told)
    except tarfile.TarError as error:
        raise _damaged(file.name, str(error)) from error
    stream.unlink()
    _compare(found, listed, file.name)
    return listed


def _extract(
    packed: tarfile.TarFile, folder: Path, name: str, told: Told
) -> tuple[dict[str, tuple[int, str]], Manifest]:
    found: dict[str, tuple[int, str]] = {}
    listed: Manifest | None = None
    done = 0
    for member in packed:
        if listed is not None or not _is_plain(member) or member.name in found:
            raise _damaged(name, f"{member.name!r} does not belong there")
        if member.name == manifest.NAME:
            content = packed.extractfile(member)
            listed = manifest.read(content.read() if content else b"", name)
            continue
        found[member.name] = (member.size, _write(packed, member, folder / member.name))
        done += member.size
        told(done)
    if listed is None:
        raise _damaged(name, "its list of files is missing")
    return found, listed


def _is_plain(member: tarfile.TarInfo) -> bool:
    path = PurePosixPath(member.name)
    is_below = not path.is_absolute() and ".." not in path.parts and path.as_posix() == member.name
    return member.isreg() and is_below and member.name != STREAM


def _write(packed: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> str:
    content = packed.extractfile(member)
    assert content is not None, "a plain file has content"
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    hashing = Hashing()
    handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while piece := content.read(PIECE):
            hashing.add(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return hashing.hexadecimal()


def _compare(found: dict[str, tuple[int, str]], listed: Manifest, name: str) -> None:
    said = {one.path: (one.size, one.sha256) for one in listed.files}
    for path in sorted(said.keys() | found.keys()):
        if said.get(path) != found.get(path):
            raise _damaged(name, f"{path} is not what was put in")
    # Backups of before the keyring was sealed have it in clear.
    keyring = KEYRING if KEYRING in found else SEALED_KEYRING
    for path in (DATABASE, keyring):
        if path not in found:
            raise _damaged(name, f"{path} is missing")


def keyring(folder: Path, identity: str, name: str) -> Keyring:
    """The keys that came with an unpacked backup; they are not put on the disk.

    Problem backup_damaged or keyring_malformed.
    """
    sealed = folder / SEALED_KEYRING
    if not sealed.exists():
        return Keyring.decoded((folder / KEYRING).read_bytes())
    return Keyring.decoded(age.opened(sealed.read_bytes(), identity, name))


def examine(folder: Path, listed: Manifest, keyring: Keyring, name: str) -> None:
    """Open an unpacked database: its pages, its hash chain, every file of the archive, its counts.

    Problem store_newer, store_key_wrong, store_corrupt, chain_broken, segment_missing,
    segment_damaged or backup_damaged.
    """
    with snapshot.look(folder / DATABASE, keyring, listed.encryption) as rows:
        sound = str(rows.value("PRAGMA integrity_check(1)"))
        if sound != "ok":
            raise Problem("store_corrupt", file=DATABASE, reason=sound)
        archive.verify(rows, keyring)
        for one in archive.segments(rows):
            archive.check(folder, one, keyring)
        _compare_contents(rows, listed, name)


def _compare_contents(rows: Rows, listed: Manifest, name: str) -> None:
    if manifest.head_of(rows) != (listed.head, listed.chain):
        raise _damaged(name, f"its journal does not end at entry {listed.head}")
    counts = manifest.counts_of(rows)
    for table, count in listed.counts.items():
        if counts.get(table, count) != count:
            raise _damaged(name, f"it has {counts[table]} {table} instead of {count}")


def _damaged(name: str, reason: str) -> Problem:
    return Problem("backup_damaged", file=name, reason=reason)
