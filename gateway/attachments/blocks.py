"""The bytes of attachments on the disk: blocks of 256 KiB, each sealed for its content and place.

A chunk of an upload is a block of the file. It is synced before the book says that it is here, and
a block that was torn by a power cut is simply written again: its place follows from its number.
"""

import errno
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import BlockCipher, Keyring

BLOCK_BYTES: Final = 262_144
_FULL: Final = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A file that lies here: its name, the SHA-256 of what is in it, and the key it is sealed with.
    The two differ where a picture was drawn anew.
    """

    file: str
    content: str
    key_id: str


class Blocks:
    """The files of one folder."""

    def __init__(self, folder: Path, keyring: Keyring) -> None:
        self._folder = folder
        self._keyring = keyring

    def newest_key(self) -> str:
        """The name of the key that new files are sealed with."""
        return self._keyring.blocks().key_id

    def put(self, where: Sealed, index: int, plain: bytes) -> None:
        """Write one block, durably. Problem disk_full or storage_failing: it may be sent again."""
        with _told():
            self._write(where, ((index, plain),), os.O_CREAT)

    def put_all(self, where: Sealed, content: bytes) -> None:
        """Write a whole file, durably, over whatever lies at its place; as ``put``."""
        starts = enumerate(range(0, len(content), BLOCK_BYTES))
        blocks = ((index, content[start : start + BLOCK_BYTES]) for index, start in starts)
        with _told():
            self._write(where, blocks, os.O_CREAT | os.O_TRUNC)

    def _write(self, where: Sealed, blocks: Iterable[tuple[int, bytes]], how: int) -> None:
        cipher, path = self._keyring.blocks(where.key_id), self._path(where.file)
        is_new = not path.exists()
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | how, 0o600)
        try:
            for index, plain in blocks:
                sealed, place = cipher.seal(plain, _context(where, index)), index * _stored(cipher)
                while sealed:
                    written = os.pwrite(handle, sealed, place)
                    place, sealed = place + written, sealed[written:]
            os.fsync(handle)
        finally:
            os.close(handle)
        if is_new:
            _sync_folder(path.parent)

    def read(self, where: Sealed, size: int) -> Iterator[bytes]:
        """The plain bytes, block by block, ``size`` in all. Problem attachment_gone when they are
        not all there, seal_broken when one was altered or moved.
        """
        cipher = self._keyring.blocks(where.key_id)
        try:
            with self._path(where.file).open("rb") as opened:
                for index in range(-(-size // BLOCK_BYTES)):
                    length = min(BLOCK_BYTES, size - index * BLOCK_BYTES)
                    sealed = opened.read(length + cipher.EXTRA_BYTES)
                    if len(sealed) < length + cipher.EXTRA_BYTES:
                        raise Problem("attachment_gone")
                    yield cipher.open(sealed, _context(where, index))
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


def _context(where: Sealed, index: int) -> str:
    return f"attachment:{where.content}:{index}"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        code = "disk_full" if error.errno in _FULL else "storage_failing"
        raise Problem(code, reason=os.strerror(error.errno or errno.EIO)) from error


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
