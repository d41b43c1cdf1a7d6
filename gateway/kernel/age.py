"""Files encrypted to recipients (age, age-encryption.org/v1): the only module that uses pyrage.

A recipient is public and looks like ``age1…``; the identity that opens for it is a secret,
``AGE-SECRET-KEY-1…``. The format is a public one: the ``age`` program opens these files too.
"""

from pathlib import Path
from typing import BinaryIO, Protocol

import pyrage

from gateway.kernel.problems import Problem

SECRET_PREFIX = "AGE-SECRET-KEY-1"  # noqa: S105  # nosec B105 # begins every secret, itself none


class Reader(Protocol):
    """What is encrypted, piece by piece."""

    def read(self, count: int = -1) -> bytes:
        """The next bytes, none at the end."""
        ...


def new_identity() -> str:
    """A fresh secret."""
    return str(pyrage.x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Whom to encrypt to so that this secret opens it; Problem backup_key_malformed."""
    return str(_identity(identity).to_public())


def is_recipient(text: str) -> bool:
    """Whether a text names a recipient."""
    try:
        pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        return False
    return True


def encrypt(reader: Reader, target: BinaryIO, recipients: list[str]) -> None:
    """Encrypt everything that comes from a reader: each of the recipients can open it."""
    keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    pyrage.encrypt_io(reader, target, keys)


def decrypt(path: Path, target: BinaryIO, identity: str) -> None:
    """Decrypt a file; Problem backup_key_wrong or backup_damaged, OSError of the target."""
    key = _identity(identity)
    with path.open("rb") as source:
        try:
            pyrage.decrypt_io(source, target, [key])
        except (pyrage.DecryptError, OSError) as error:
            if isinstance(error, OSError) and error.errno:  # age's own have no number
                raise
            # age tells a key that fits none of the file's recipients apart from a broken file.
            if "No matching keys" in str(error):
                raise Problem("backup_key_wrong", file=path.name) from error
            raise Problem("backup_damaged", file=path.name, reason=str(error)) from error


def sealed(clear: bytes, recipients: list[str]) -> bytes:
    """A small thing encrypted, in memory."""
    keys = [pyrage.x25519.Recipient.from_str(text) for text in recipients]
    return bytes(pyrage.encrypt(clear, keys))


def opened(sealed: bytes, identity: str, name: str) -> bytes:
    """The small thing in clear; Problem backup_damaged for what is part of a file of this name."""
    try:
        return bytes(pyrage.decrypt(sealed, [_identity(identity)]))
    except pyrage.DecryptError as error:
        raise Problem("backup_damaged", file=name, reason=str(error)) from error


def _identity(text: str) -> pyrage.x25519.Identity:
    try:
        return pyrage.x25519.Identity.from_str(text.upper())
    except pyrage.IdentityError as error:
        raise Problem("backup_key_malformed") from error
