"""The bytes of attachments on the disk: blocks of 256 KiB, each sealed for its file and place.

A chunk of an upload is a block of the file. It is synced before the book says that it is here, and
a block that was torn by a power cut is simply written again: its place follows from its number.
"""

import errno
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import BlockCipher, Keyring

BLOCK_BYTES: Final = 262_144
FOLDER: Final = "attachments"
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class Blocks:
    """The files of one data folder. ``file`` is the id of one, SHA-256 in hexadecimal."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder / FOLDER
        self._keyring = keyring

    def newest_key(self) -> str:
        """The name of the key that new files are sealed with."""
        return self._keyring.blocks().key_id

    def put(self, file: str, key_id: str, index: int, plain: bytes) -> None:
        """Write one block, durably. Problem disk_full or storage_failing: it may be sent again."""
        cipher = self._keyring.blocks(key_id)
        sealed = cipher.seal(plain, _context(file, index))
        try:
            self._write(self._path(file), index * _stored(cipher), sealed)
        except OSError as error:
            code = "disk_full" if error.errno in _FULL else "storage_failing"
            raise Problem(code, reason=os.strerror(error.errno or errno.EIO)) from error

    def _write(self, path: Path, place: int, sealed: bytes) -> None:
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            while sealed:
                written = os.pwrite(handle, sealed, place)
                place, sealed = place + written, sealed[written:]
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(path.parent)

    def read(self, file: str, key_id: str, size: int) -> Iterator[bytes]:
        """The plain bytes, block by block, ``size`` in all. Problem attachment_gone when they are
        not all there, seal_broken when one was altered or moved.
        """
        cipher = self._keyring.blocks(key_id)
        try:
            with self._path(file).open("rb") as opened:
                for index in range(-(-size // BLOCK_BYTES)):
                    length = min(BLOCK_BYTES, size - index * BLOCK_BYTES)
                    sealed = opened.read(length + cipher.EXTRA_BYTES)
                    if len(sealed) < length + cipher.EXTRA_BYTES:
                        raise Problem("attachment_gone")
                    yield cipher.open(sealed, _context(file, index))
        except FileNotFoundError as error:
            raise Problem("attachment_gone") from error

    def delete(self, file: str) -> None:
        """Delete a file; again it does nothing."""
        self._path(file).unlink(missing_ok=True)

    def files(self) -> list[str]:
        """The ids of all that lie here."""
        return [path.name for path in self._folder.iterdir()] if self._folder.exists() else []

    def free_bytes(self) -> int:
        """How much room the disk has left for the gateway."""
        about = os.statvfs(self._folder if self._folder.exists() else self._folder.parent)
        return about.f_bavail * about.f_frsize

    def _path(self, file: str) -> Path:
        return self._folder / file


def _stored(cipher: BlockCipher) -> int:
    return BLOCK_BYTES + cipher.EXTRA_BYTES


def _context(file: str, index: int) -> str:
    return f"attachment:{file}:{index}"


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
