"""The stream that is encrypted: files one after the other as a tar (POSIX ustar), manifest last."""

import io
import os
import stat
import tarfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import msgspec

from gateway.backup.manifest import NAME, File, Manifest
from gateway.kernel import age
from gateway.kernel.canonical import Hashing
from gateway.kernel.problems import Problem

PIECE = 65_536


class Packed:
    """Reads as the tar of files (path in the backup, place on the disk), of what is ``sealed`` by
    itself and never on the disk in clear, and of their manifest.

    A file that has gone meanwhile is left out; one that shrank is a Problem backup_file_changed.
    ``told`` hears how many bytes have gone by.
    """

    def __init__(
        self,
        files: list[tuple[str, Path]],
        sealed: Mapping[str, bytes],
        manifest: Manifest,
        told: Callable[[int], None],
    ) -> None:
        self._manifest = manifest
        self._sealed = sealed
        self._told = told
        self._pieces = self._stream(files)
        self._rest = b""
        self._done = 0
        self._failure: Exception | None = None

    def encrypt(self, target: BinaryIO, recipients: list[str]) -> None:
        """Write all of it, encrypted; Problem backup_file_changed, or OSError."""
        try:
            age.encrypt(self, target, recipients)
        except Exception as error:
            # What went wrong below the encryption comes out of it in its own words.
            raise self._failure or error from error

    def read(self, count: int = -1) -> bytes:
        """The next bytes, none at the end; at most a piece whatever is asked for."""
        while not self._rest:
            try:
                piece = next(self._pieces, None)
            except (Problem, OSError) as error:
                self._failure = error
                raise
            if piece is None:
                return b""
            self._rest = piece
        size = len(self._rest) if count < 0 else count
        taken, self._rest = self._rest[:size], self._rest[size:]
        self._done += len(taken)
        self._told(self._done)
        return taken

    def _stream(self, files: list[tuple[str, Path]]) -> Iterator[bytes]:
        for name, path in files:
            yield from self._file(name, path)
        for name, content in self._sealed.items():
            hashing = Hashing()
            hashing.add(content)
            yield from _entry(name, len(content), iter([content]))
            self._manifest.files.append(File(name, len(content), hashing.hexadecimal()))
        text = msgspec.json.format(msgspec.json.encode(self._manifest), indent=1)
        yield from _entry(NAME, len(text), iter([text]))
        yield bytes(2 * tarfile.BLOCKSIZE)

    def _file(self, name: str, path: Path) -> Iterator[bytes]:
        try:
            handle = path.open("rb")
        except FileNotFoundError:
            return
        with handle:
            size = os.fstat(handle.fileno()).st_size
            hashing = Hashing()
            yield from _entry(name, size, _pieces(handle, size, name, hashing))
            self._manifest.files.append(File(name, size, hashing.hexadecimal()))


def files_below(folder: Path, leave: Callable[[str], bool]) -> Iterator[tuple[str, Path]]:
    """Every plain file below a folder by its path there, in order, but what ``leave`` names: a
    folder by its path with a slash.
    """
    for path in sorted(folder.iterdir()):
        yield from _below(folder, path, leave)


def _below(folder: Path, path: Path, leave: Callable[[str], bool]) -> Iterator[tuple[str, Path]]:
    name = path.relative_to(folder).as_posix()
    try:
        mode = path.lstat().st_mode
        inside = sorted(path.iterdir()) if stat.S_ISDIR(mode) else []
    except FileNotFoundError:  # gone while we looked
        return
    if stat.S_ISREG(mode) and not leave(name):
        yield name, path
    if inside and not leave(f"{name}/"):
        for one in inside:
            yield from _below(folder, one, leave)


def _entry(name: str, size: int, content: Iterator[bytes]) -> Iterator[bytes]:
    about = tarfile.TarInfo(name)
    about.size, about.mode = size, 0o600
    yield about.tobuf(tarfile.PAX_FORMAT)
    yield from content
    yield bytes(-size % tarfile.BLOCKSIZE)


def _pieces(handle: io.BufferedReader, size: int, name: str, hashing: Hashing) -> Iterator[bytes]:
    left = size
    while left:
        piece = handle.read(min(PIECE, left))
        if not piece:
            raise Problem("backup_file_changed", file=name)
        hashing.add(piece)
        left -= len(piece)
        yield piece
