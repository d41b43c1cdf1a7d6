"""What a backup says about itself: its files with their hashes, and how much is in it."""

from collections.abc import Mapping
from typing import Final

import msgspec

from gateway.kernel.problems import Problem
from gateway.store import checkpoint
from gateway.store.rows import Rows

NAME: Final = "manifest.json"
FORMAT: Final = "waystation-backup"
VERSION: Final = 2
COUNTED: Final = ("operations", "records", "record_versions", "users", "attachments")


class File(msgspec.Struct, forbid_unknown_fields=True):
    """One file of a backup by its path below the data folder; ``sha256`` in hexadecimal."""

    path: str
    size: int
    sha256: str


class Manifest(msgspec.Struct):
    """``made_at`` is an instant, ``schema`` the version of the database, ``head`` its newest entry,
    ``chain`` the link of the hash chain there, ``counts`` the rows of some tables.
    """

    format: str
    version: int
    made_at: str
    gateway: str
    epoch: str
    schema: int
    encryption: str
    head: int
    chain: str
    counts: dict[str, int]
    files: list[File]


def read(raw: bytes, file: str) -> Manifest:
    """From JSON; Problem backup_damaged or backup_newer."""
    try:
        found = msgspec.json.decode(raw, type=Manifest)
    except msgspec.DecodeError as error:
        raise Problem("backup_damaged", file=file, reason="its list of files is unreadable") from (
            error
        )
    if found.format != FORMAT or found.version > VERSION:
        raise Problem("backup_newer", file=file, found=found.version, known=VERSION)
    return found


def head_of(rows: Rows) -> tuple[int, str]:
    """The newest entry of a database, and the link of the hash chain there in hexadecimal."""
    seq, chain = checkpoint.end(rows)
    return seq, chain.hex()


def counts_of(rows: Rows) -> Mapping[str, int]:
    """How many rows the tables have that matter to a person."""
    return {name: int(rows.value(f"SELECT count(*) FROM {name}")) for name in COUNTED}  # noqa: S608
