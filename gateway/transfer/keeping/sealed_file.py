"""Files that rest on the disk encrypted, written as a stream and read at any place.

A file is a header with the name of its key, then blocks of 64 KiB, each sealed for its number and
for whether it is the last: a block cannot be moved, and a cut end does not pass for an end.
"""

import io
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from gateway.kernel.problems import Problem
from gateway.kernel.sealing import BlockCipher, Keyring

BLOCK_BYTES: Final = 65_536
# So many blocks are synced together: the sync of a whole upload would hold up those of captures.
SYNCED_BLOCKS: Final = 16
HEADER_BYTES: Final = 64
_MAGIC: Final = b"WSF1 "


def write(path: Path, keyring: Keyring, chunks: Iterable[bytes], bytes_max: int) -> int:
    """Keep a stream at a path, durably, synced as it grows; how many plain bytes it has.

    Problem file_too_large beyond ``bytes_max``: nothing is left behind then, nor when ``chunks``
    raises.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(path.name + ".part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            size = _write_blocks(file, keyring.blocks(), path.name, _bounded(chunks, bytes_max))
            _sync(file)
        draft.rename(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return size


def _sync(file: io.BufferedIOBase | Any) -> None:
    file.flush()
    os.fsync(file.fileno())


def _bounded(chunks: Iterable[bytes], bytes_max: int) -> Iterable[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > bytes_max:
            raise Problem("file_too_large", bytes_max=bytes_max)
        yield chunk


def _write_blocks(
    file: io.BufferedIOBase | Any, cipher: BlockCipher, name: str, chunks: Iterable[bytes]
) -> int:
    file.write((_MAGIC + cipher.key_id.encode()).ljust(HEADER_BYTES))
    waiting, index, size = bytearray(), 0, 0
    for chunk in chunks:
        waiting += chunk
        size += len(chunk)
        while len(waiting) > BLOCK_BYTES:
            block = bytes(waiting[:BLOCK_BYTES])
            file.write(cipher.seal(block, _context(name, index, last=False)))
            del waiting[:BLOCK_BYTES]
            index += 1
            if index % SYNCED_BLOCKS == 0:
                _sync(file)
    file.write(cipher.seal(bytes(waiting), _context(name, index, last=True)))
    return size


def open_file(path: Path, keyring: Keyring) -> io.BufferedReader:
    """A kept file for reading and seeking. Problem file_gone or seal_broken."""
    try:
        return io.BufferedReader(_Sealed(path, keyring), BLOCK_BYTES)
    except FileNotFoundError as error:
        raise Problem("file_gone") from error


class _Sealed(io.RawIOBase):
    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._name = path.name
        self._file = path.open("rb")
        header = self._file.read(HEADER_BYTES)
        if not header.startswith(_MAGIC):
            self._file.close()
            raise Problem("seal_broken")
        self._cipher = keyring.blocks(header.removeprefix(_MAGIC).strip().decode())
        self._stored = BLOCK_BYTES + self._cipher.EXTRA_BYTES
        total = os.fstat(self._file.fileno()).st_size - HEADER_BYTES
        self._count = -(-total // self._stored)
        self._size = total - self._count * self._cipher.EXTRA_BYTES
        self._at = 0
        self._block: tuple[int, bytes] = (-1, b"")

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self._size:
            return 0
        index, inside = divmod(self._at, BLOCK_BYTES)
        part = self._opened(index)[inside : inside + len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def close(self) -> None:
        self._file.close()
        super().close()

    def _opened(self, index: int) -> bytes:
        if self._block[0] != index:
            self._file.seek(HEADER_BYTES + index * self._stored)
            context = _context(self._name, index, last=index == self._count - 1)
            self._block = index, self._cipher.open(self._file.read(self._stored), context)
        return self._block[1]


def _context(name: str, index: int, *, last: bool) -> str:
    return f"file:{name}:{index}:{'last' if last else 'more'}"
