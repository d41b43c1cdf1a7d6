"""The parts of an XLSX file (a ZIP of XML), read in pieces and never beyond stated limits.

A workbook comes from anywhere: a part may unpack to far more than it weighs, or define entities
that multiply. So nothing is unpacked as a whole, document types are refused, and what one part may
hold in memory is bounded.
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO, Final

from gateway.kernel import safe_xml
from gateway.kernel.problems import Problem
from gateway.kernel.safe_xml import End, Start, Text

CHUNK_BYTES: Final = 65_536
DIRECTORY_BYTES_MAX: Final = 1_048_576
UNPACKED_BYTES_MAX: Final = 4_294_967_296
_END_OF_DIRECTORY: Final = b"PK\x05\x06"
_END_BYTES: Final = 22
_OLE: Final = b"\xd0\xcf\x11\xe0"


class Package:
    """An open workbook file; Problem file_damaged, file_bomb or file_old_workbook."""

    def __init__(self, file: BinaryIO) -> None:
        _check_directory(file)
        try:
            self._zip = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, ValueError) as error:
            raise Problem("file_damaged") from error
        self.names = frozenset(self._zip.namelist())

    def events(self, name: str, handlers: tuple[Start, Text, End]) -> Iterator[int]:
        """Parse a part, calling ``handlers`` with local names; yields bytes unpacked so far."""
        parser = safe_xml.parser(*handlers)
        try:
            unpacked = 0
            for chunk in self._chunks(name):
                unpacked += len(chunk)
                parser.Parse(chunk, False)
                yield unpacked
            parser.Parse(b"", True)
        except safe_xml.ExpatError as error:
            raise Problem("file_damaged") from error
        except safe_xml.Refused as error:
            raise Problem("file_bomb") from error
        yield unpacked

    def parse(self, name: str, start: Start, bytes_max: int) -> None:
        """Parse a small part for its elements' attributes alone."""
        for unpacked in self.events(name, (start, _ignore, _ignore)):
            if unpacked > bytes_max:
                raise Problem("file_bomb")

    def _chunks(self, name: str) -> Iterator[bytes]:
        unpacked = 0
        try:
            with self._zip.open(name) as part:
                while chunk := part.read(CHUNK_BYTES):
                    unpacked += len(chunk)
                    if unpacked > UNPACKED_BYTES_MAX:
                        raise Problem("file_bomb")
                    yield chunk
        except (
            zipfile.BadZipFile, zlib.error, EOFError, KeyError, RuntimeError, NotImplementedError
        ) as error:  # fmt: skip
            raise Problem("file_damaged") from error


def _check_directory(file: BinaryIO) -> None:
    """Refuse a directory that would take more memory than the file itself."""
    file.seek(0)
    if file.read(4) == _OLE:
        raise Problem("file_old_workbook")
    size = file.seek(0, io.SEEK_END)
    file.seek(max(0, size - 65_536 - _END_BYTES))
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < _END_BYTES:
        raise Problem("file_damaged")
    (directory,) = struct.unpack_from("<I", tail, at + 12)
    if directory > DIRECTORY_BYTES_MAX:
        raise Problem("file_bomb")


def _ignore(_: str) -> None:
    pass
