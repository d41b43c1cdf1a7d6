"""Where readings are kept while the database is locked: sealed, synced, and opened by nobody here.

A file begins with a word and the public key of the moment; then come lengths and sealed readings.
What a power cut or a full disk has torn is at the end of a file, was never acknowledged,
and is followed by a file of its own.
"""

import errno
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from gateway.facts.accept import Captured
from gateway.facts.settle import Result
from gateway.kernel import envelope, ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import BlockCipher

FOLDER: Final = "locked"
SUFFIX: Final = ".spool"
WORD: Final = b"WAYSPOOL"
LENGTH_BYTES: Final = 4
# Numbers go on from the newest in the database, which nobody can look up now.
_LEFT_OUT: Final = "device_seq"


class Spooled(msgspec.Struct):
    """One fact as it was captured; ``occurred_at`` is Unix milliseconds."""

    id: str
    type: str
    device: str
    role: str
    source: str
    occurred_at: int | None
    data: dict[str, Any]


class Spool:
    """Takes facts in place of the database; each is on the disk before it is answered."""

    def __init__(self, folder: Path, public: bytes, clock: Clock) -> None:
        self._folder = folder / FOLDER
        self._public = public
        self._clock = clock
        self._line = threading.Lock()
        self._file: BinaryIO | None = None
        self._cipher: BlockCipher | None = None
        self._count = 0
        self.taken = 0

    def capture(
        self, type: str, data: Mapping[str, object], *, actor: Actor, source: str,
        id: str | None = None, occurred_at: int | None = None,
    ) -> Result:  # fmt: skip
        """One fact; Problem storage_failing or disk_full: it is not kept."""
        named = id or ids.uuid7(self._clock.now_ms())
        kept = {name: value for name, value in data.items() if name != _LEFT_OUT}
        fact = Spooled(named, type, actor.device, actor.role, source, occurred_at, kept)
        with self._line:
            try:
                self._append(msgspec.json.encode(fact))
            except OSError as error:
                # The file may end in half a reading: the next one begins another.
                self._close()
                reason = os.strerror(error.errno or 0)
                if error.errno == errno.ENOSPC:
                    raise Problem("disk_full") from error
                raise Problem("storage_failing", reason=reason) from error
            self.taken += 1
        return Result(named, "stored", None, None)

    def capture_all(
        self,
        captured: Sequence[Captured],  # noqa: ARG002
        *,
        actor: Actor,  # noqa: ARG002
        source: str,  # noqa: ARG002
        dry: bool = False,  # noqa: ARG002
    ) -> Sequence[Result]:
        """No scanner tells many at once: Problem keys_locked."""
        raise Problem("keys_locked")

    def close(self) -> None:
        """Take no more."""
        with self._line:
            self._close()

    def _append(self, plain: bytes) -> None:
        if self._file is None or self._cipher is None:
            self._file, self._cipher = self._begun()
        sealed = self._cipher.seal(plain, str(self._count))
        self._file.write(len(sealed).to_bytes(LENGTH_BYTES) + sealed)
        os.fdatasync(self._file.fileno())
        self._count += 1

    def _begun(self) -> tuple[BinaryIO, BlockCipher]:
        self._folder.mkdir(mode=0o700, exist_ok=True)
        # Counted on: a clock may go back from one start to the next.
        taken = (one.stem for one in self._folder.iterdir())
        newest = max((int(name) for name in taken if name.isdigit()), default=0)
        path = self._folder / f"{newest + 1:08d}{SUFFIX}"
        moment, cipher = envelope.begun(self._public)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        file = os.fdopen(handle, "wb", buffering=0)
        file.write(WORD + moment)
        os.fsync(handle)
        for folder in (self._folder, self._folder.parent):
            _sync(folder)
        self._count = 0
        return file, cipher

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._cipher = None


def read(path: Path, secret: bytes) -> tuple[list[Spooled], Problem | None]:
    """Every reading of a file that was synced and opens; Problem spool_damaged if others do not."""
    raw, found = path.read_bytes(), []
    start = len(WORD) + envelope.PUBLIC_BYTES
    if len(raw) < start:
        return [], None  # begun, and nothing was acknowledged
    damaged = Problem("spool_damaged", file=f"{FOLDER}/{path.name}")
    try:
        cipher = envelope.opener(secret, raw[len(WORD) : start])
    except ValueError:
        return [], damaged
    whole = raw.startswith(WORD)
    for place, sealed in enumerate(_sealed(raw, start)):
        try:
            found.append(msgspec.json.decode(cipher.open(sealed, str(place)), type=Spooled))
        except (Problem, msgspec.DecodeError):
            whole = False
    return found, None if whole else damaged


def _sealed(raw: bytes, at: int) -> Iterator[bytes]:
    while at + LENGTH_BYTES <= len(raw):
        length = int.from_bytes(raw[at : at + LENGTH_BYTES])
        at += LENGTH_BYTES
        if at + length > len(raw):
            return
        yield raw[at : at + length]
        at += length


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
