"""The key from a file: worth something where the file lies on another medium than the data."""

import errno
import os
from pathlib import Path

from gateway.kernel.ids import random_bytes
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import KEY_BYTES, derived, write_secret
from gateway.keys.provider import Cost, Provider


class ByFile(Provider):
    """A file of 64 hexadecimal characters, or of anything random that is as long."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def prepare(self) -> None:
        """Make the file, never over one that is there; Problem keys_file_missing."""
        if self._path.exists():
            return
        if not self._path.parent.is_dir():  # a stick that is not plugged in is no folder to make
            raise self._missing(FileNotFoundError(errno.ENOENT, ""))
        try:
            write_secret(self._path, random_bytes(KEY_BYTES).hex().encode() + b"\n")
        except OSError as error:
            raise self._missing(error) from error

    def key(self, salt: bytes, cost: Cost) -> bytes:  # noqa: ARG002
        """Problem keys_file_missing, also while the medium is not plugged in, or keys_too_short."""
        try:
            secret = self._path.read_bytes().strip()
        except OSError as error:
            raise self._missing(error) from error
        if len(secret) < KEY_BYTES:
            raise Problem("keys_too_short", place=str(self._path), bytes_min=KEY_BYTES)
        return derived(secret, salt)

    def _missing(self, error: OSError) -> Problem:
        reason = os.strerror(error.errno or 0)
        return Problem("keys_file_missing", file=str(self._path), reason=reason)
