"""Opening the database file.

The driver, the key, the settings of a connection, and what its errors mean.

SQLite comes with SQLCipher's own build, so that it is current on every system: versions before
3.51.3 can lose a committed transaction when two connections write and checkpoint at the same
instant.
"""

from pathlib import Path
from typing import Any

import peewee
from sqlcipher3 import dbapi2

from config.schema import StoreSettings
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring

SQLITE_MINIMUM = (3, 51, 3)
DatabaseError = dbapi2.DatabaseError
IntegrityError = dbapi2.IntegrityError
Connection = Any  # sqlcipher3 ships no types

# A failed write may have left less on the disk than SQLite believes, so these end a connection's
# life.
_FATAL = (
    "SQLITE_IOERR",
    "SQLITE_CORRUPT",
    "SQLITE_NOTADB",
    "SQLITE_CANTOPEN",
    "SQLITE_READONLY",
    "SQLITE_PROTOCOL",
)


class _Database(peewee.SqliteDatabase):
    """peewee's SQLite with SQLCipher's build underneath, encrypted or (for development) not."""

    def __init__(self, path: Path, key: bytes | None, pragmas: dict[str, object]) -> None:
        super().__init__(str(path), pragmas=pragmas, thread_safe=False)
        self._key = key

    def _connect(self) -> Connection:
        connection = dbapi2.connect(
            self.database, isolation_level=None, check_same_thread=False, timeout=5
        )
        try:
            if self._key is not None:
                # A raw key: deriving one from a passphrase would cost 200 ms for every connection.
                # What goes wrong is raised; SQLCipher would also write it to standard error.
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            self._add_conn_hooks(connection)  # type: ignore[attr-defined]
        except BaseException:
            connection.close()
            raise
        return connection


def connect(
    path: Path, keyring: Keyring, settings: StoreSettings, *, writer: bool
) -> peewee.SqliteDatabase:
    """An open database: the one writer, or a reader that cannot write.

    Raises sqlcipher3 errors; ``explain`` turns them into problems.
    """
    if dbapi2.sqlite_version_info < SQLITE_MINIMUM:
        raise Problem("sqlite_outdated", found=dbapi2.sqlite_version)
    cache_kib = settings.cache_kib if writer else settings.reader_cache_kib
    pragmas: dict[str, object] = {
        "cache_size": -cache_kib,
        "temp_store": "memory",
        "foreign_keys": 1,
    }
    if writer:
        pragmas = {
            "auto_vacuum": "incremental",  # takes effect in a new file, before anything is written
            **pragmas,
            "journal_mode": "wal",
            "synchronous": settings.synchronous,
            "secure_delete": 1,
            "wal_autocheckpoint": 0,
        }
    else:
        pragmas |= {"query_only": 1, "wal_autocheckpoint": 0}
    key = keyring.database_key if settings.encryption == "required" else None
    database = _Database(path, key, pragmas)
    try:
        database.connect()
    except peewee.DatabaseError as error:
        # peewee's own errors lose the code that tells a full disk from a bad key.
        raise (error.__context__ or error) from None
    return database


def in_memory() -> peewee.SqliteDatabase:
    """An empty database that lies in the memory of the process, and ends with its connection."""
    database = _Database(Path(":memory:"), None, {"temp_store": "memory"})
    database.connect()
    return database


def raw(database: peewee.SqliteDatabase) -> Connection:
    """The DB-API connection under a peewee database."""
    return database.connection()  # type: ignore[no-untyped-call]


def storage_problem(error: BaseException) -> Problem | None:
    """The problem behind a storage error; None when only a statement or its values are wrong."""
    if not isinstance(error, dbapi2.Error):
        return None
    name = str(getattr(error, "sqlite_errorname", None) or "")
    if name.startswith("SQLITE_FULL"):
        return Problem("disk_full")
    if name.startswith((*_FATAL, "SQLITE_BUSY", "SQLITE_LOCKED")):
        return Problem("storage_failing", reason=f"{name.removeprefix('SQLITE_').lower()}: {error}")
    return None


def wrote(error: BaseException) -> bool:
    """Whether a reader was asked to write."""
    return getattr(error, "sqlite_errorname", None) == "SQLITE_READONLY"


def complete(sql: str) -> bool:
    """Whether a text ends with the end of a statement."""
    return bool(dbapi2.complete_statement(sql))


def is_damage(error: BaseException) -> bool:
    """Whether a page was met that is not what was written. An index of the search (a virtual table)
    that contradicts itself is none: it is made anew.
    """
    name = str(getattr(error, "sqlite_errorname", None) or "")
    return name in ("SQLITE_CORRUPT", "SQLITE_CORRUPT_INDEX", "SQLITE_NOTADB")


def is_fatal(error: BaseException) -> bool:
    """Whether the connection that raised it must not be used again."""
    return str(getattr(error, "sqlite_errorname", None) or "").startswith(_FATAL)
