"""Where files are put, and the folder on this machine (or a share that is mounted on it).

A file appears under its name whole or not at all. That it was put there is kept in ``.waystation``
beside it: whoever takes files away leaves that folder alone.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from gateway.kernel.problems import Problem
from sync.erp.connector import Trouble

ASIDE = ".waystation"
ANSWER_BYTES_MAX = 16_777_216


class Place(Protocol):
    """A folder with files for others. Trouble when it is of no use at the moment."""

    def about(self) -> str:
        """Where it is, for a person."""

    def marks(self) -> set[str]:
        """Names of files that were put there before."""

    def put(self, name: str, content: bytes) -> None:
        """Let a file appear, and keep that it did; when this returns it survives a power cut."""

    def forget(self, name: str) -> None:
        """Keep no longer that a file was put there."""

    def read(self, name: str) -> bytes | None:
        """The bytes of an answer; None while there is none."""

    def close(self) -> None:
        """Nothing more for now."""


class Folder:
    """A folder of this machine. It is never made: what is not mounted is not written under."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._aside = path / ASIDE
        if not path.is_dir():
            raise Trouble(Problem("drop_missing", folder=str(path)))
        with _told(path):
            self._aside.mkdir(exist_ok=True)

    def about(self) -> str:
        """Its path."""
        return str(self._path)

    def marks(self) -> set[str]:
        """Names of files that were put there before."""
        with _told(self._path):
            return {one.name for one in self._aside.iterdir() if one.suffix != ".part"}

    def put(self, name: str, content: bytes) -> None:
        """Written aside, synced, renamed, and the folder synced."""
        with _told(self._path):
            part = self._aside / f"{name}.part"
            _write(part, content)
            part.replace(self._path / name)
            _sync(self._path)
            _write(self._aside / name, b"")
            _sync(self._aside)

    def forget(self, name: str) -> None:
        """Keep no longer that a file was put there."""
        with _told(self._path):
            (self._aside / name).unlink(missing_ok=True)

    def read(self, name: str) -> bytes | None:
        """The bytes of an answer; None while there is none."""
        with _told(self._path):
            try:
                with (self._path / name).open("rb") as file:
                    return file.read(ANSWER_BYTES_MAX)
            except FileNotFoundError:
                return None

    def close(self) -> None:
        """Nothing is open."""


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Whatever the file system refuses is Trouble in a sentence."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise Trouble(Problem("drop_failed", folder=str(path), reason=reason)) from error


def _write(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
