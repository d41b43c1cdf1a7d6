"""Sealed fields: opened for merging, sealed again for storing, never stored in clear."""

from gateway.kernel import sealing
from gateway.kernel.sealing import Keyring
from gateway.records.model.fields import Data, Path, leaves
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted, put


def open_all(keyring: Keyring, kind: Kind, record: str, data: Data) -> Data:
    """A record's data, or a patch of it, in clear; Problem seal_broken."""
    for path, field, value in list(leaves(kind.fields, data)):
        if field.sealed:
            data = put(data, path, _open(keyring, kind, record, path, value))
    return data


def seal_all(keyring: Keyring, kind: Kind, record: str, data: Data, stored: Data) -> Data:
    """A record's data, or a patch of it, as it is stored.

    A value that has not changed keeps the seal it has in ``stored``: no two seals are alike, and
    history would show changes that nobody made.
    """
    for path, field, value in list(leaves(kind.fields, data)):
        if field.sealed and not sealing.is_sealed(value):
            before = at(stored, path)
            if before is None or _open(keyring, kind, record, path, before) != value:
                before = keyring.seal(str(value), _context(kind, record, path))
            data = put(data, path, before)
    return data


def open_at(keyring: Keyring, kind: Kind, record: str, path: Path, value: object) -> object:
    """The value of one place, a field or an element, in clear; Problem seal_broken."""
    return at(open_all(keyring, kind, record, put({}, path, value)), path)


def seal_at(keyring: Keyring, kind: Kind, record: str, path: Path, value: object) -> object:
    """The value of one place, a field or an element, as it is stored."""
    return at(seal_all(keyring, kind, record, put({}, path, value), {}), path)


def _context(kind: Kind, record: str, path: Path) -> str:
    """A seal opens in this place of this record only."""
    return f"{kind.name}:{record}:{dotted(path)}"


def _open(keyring: Keyring, kind: Kind, record: str, path: Path, value: object) -> object:
    if not sealing.is_sealed(value):
        return value
    return keyring.open(str(value), _context(kind, record, path))
