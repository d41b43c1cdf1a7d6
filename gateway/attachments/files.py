"""The files of attachments: as they come, and as they are kept.

What was sent lies in a folder of its own, until all of it is here. Then a picture is drawn anew and
what was sent goes: position, camera and whatever hid behind the picture come into no backup and
reach nobody. A paper is kept as it came.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

from config.schema import AttachmentSettings
from gateway.attachments import magic
from gateway.attachments.blocks import BLOCK_BYTES, Blocks, Sealed
from gateway.attachments.book import Attachment
from gateway.attachments.drawing import Drawing
from gateway.kernel import canonical
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.places import ARRIVING

FOLDER: Final = "attachments"
_NOT_ALL: Final = ("attachment_gone", "seal_broken")


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept of a file that was sent: its SHA-256 in hexadecimal, and its size in bytes."""

    hash: str
    size: int


class Files:
    """The files of one data folder."""

    def __init__(self, folder: Path, keyring: Keyring, settings: AttachmentSettings) -> None:
        self._arriving = Blocks(folder / ARRIVING, keyring)
        self._kept = Blocks(folder / FOLDER, keyring)
        self._drawing = Drawing(settings)

    def newest_key(self) -> str:
        """The name of the key that new files are sealed with."""
        return self._kept.newest_key()

    def free_bytes(self) -> int:
        """How much room the disk has left for the gateway."""
        return self._kept.free_bytes()

    def put(self, file: Attachment, offset: int, chunk: bytes) -> None:
        """A piece of what is sent, on the disk when this returns; Problem as ``Blocks.put``."""
        self._arriving.put(_sent(file), offset // BLOCK_BYTES, chunk)

    def keep(self, file: Attachment) -> Kept:
        """Put all that was sent to where it is kept, a picture drawn anew.

        Problem attachment_differs when what lies here is not what was announced,
        attachment_picture_unreadable, attachment_picture_too_large or attachment_picture_moves when
        it can be no picture here; attachment_waits, disk_full or storage_failing may pass.
        """
        if self._hash(file) != file.id:
            raise Problem("attachment_differs")
        sent = self._arriving.read(_sent(file), file.size)
        if file.type in magic.PICTURES:
            content = self._drawing.anew(file.type, sent)
        else:
            content = b"".join(sent)
        kept = canonical.sha256_hex(content)
        self._kept.put_all(Sealed(file.id, kept, file.key_id), content)
        return Kept(kept, len(content))

    def _hash(self, file: Attachment) -> str:
        """Empty where it is not all there, as after a restore."""
        try:
            return canonical.sha256_hex_of(self._arriving.read(_sent(file), file.size))
        except Problem as problem:
            if problem.code not in _NOT_ALL:
                raise
            return ""

    def read(self, file: Attachment) -> Iterator[bytes]:
        """What is kept of a file, piece by piece. Problem attachment_gone or seal_broken at once
        when it begins like that; seal_broken instead of the last piece when it is not what was
        kept.
        """
        where = Sealed(file.id, file.kept_hash, file.key_id)
        pieces = self._kept.read(where, file.kept_size)
        first = next(pieces)
        return _checked(chain((first,), pieces), file.kept_hash)

    def arrived(self, file: str) -> None:
        """What was sent goes; again it does nothing."""
        self._arriving.delete(file)

    def drop(self, file: str) -> None:
        """All of a file goes; again it does nothing."""
        self._arriving.delete(file)
        self._kept.delete(file)

    def arriving(self) -> list[str]:
        """The ids of all of which something lies here as it was sent."""
        return self._arriving.files()

    def kept(self) -> list[str]:
        """The ids of all that are kept, or were about to be."""
        return self._kept.files()


def _sent(file: Attachment) -> Sealed:
    return Sealed(file.id, file.id, file.key_id)


def _checked(pieces: Iterator[bytes], content: str) -> Iterator[bytes]:
    hashing, held = canonical.Hashing(), b""
    for piece in pieces:
        if held:
            yield held
        hashing.add(piece)
        held = piece
    if hashing.hexadecimal() != content:
        raise Problem("seal_broken")
    yield held
