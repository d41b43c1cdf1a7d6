"""Copies of the database file: taking one while others write, looking at one, giving it a new life.

``VACUUM INTO`` copies one snapshot, under the same key; copying the file itself would tear it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection
from gateway.store.database import Store
from gateway.store.migrate import scripts
from gateway.store.places import DATABASE
from gateway.store.rows import Rows


def take(store: Store, target: Path, settings: StoreSettings) -> None:
    """Copy the database as it stands now to a new file; writes go on meanwhile.

    Problem disk_full or storage_failing.
    """
    try:
        source = connection.connect(store.folder / DATABASE, store.keyring, settings, writer=False)
        try:
            raw = connection.raw(source)
            raw.execute("PRAGMA query_only = 0")
            raw.execute("VACUUM INTO ?", (str(target),))
        finally:
            source.close()
    except connection.DatabaseError as error:
        raise _problem(error) from error


@contextmanager
def look(path: Path, keyring: Keyring, encryption: str) -> Iterator[Rows]:
    """A copy to look at; Problem store_newer, store_key_wrong or store_corrupt."""
    settings = replace(StoreSettings(), encryption=encryption)
    try:
        opened = connection.connect(path, keyring, settings, writer=False)
        try:
            rows = Rows(opened)
            found, known = int(rows.value("PRAGMA user_version")), len(scripts())
            if found > known:
                raise Problem("store_newer", found=found, known=known)
            yield rows
        finally:
            opened.close()
    except connection.DatabaseError as error:
        raise _problem(error) from error


def begin_new_life(path: Path, keyring: Keyring, encryption: str, note: str) -> str:
    """Make a copy the beginning of another life of the database; its epoch.

    Every cursor of the old life is refused from now on, and nobody is signed in: a session that
    was ended after the copy was taken must not be alive again. ``note`` stays as what it came from.
    """
    settings = replace(StoreSettings(), encryption=encryption)
    epoch = ids.random_epoch()
    try:
        opened = connection.connect(path, keyring, settings, writer=True)
        raw = connection.raw(opened)
        raw.execute("BEGIN IMMEDIATE")
        for row in (("epoch", epoch), ("restored", note)):
            raw.execute("INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)", row)
        raw.execute("DELETE FROM sessions")
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        opened.close()
    except connection.DatabaseError as error:
        raise _problem(error) from error
    return epoch


def _problem(error: connection.DatabaseError) -> Problem:
    name = str(getattr(error, "sqlite_errorname", ""))
    if name == "SQLITE_NOTADB":
        return Problem("store_key_wrong", file=DATABASE, keyring="keyring.json")
    if name.startswith("SQLITE_CORRUPT"):
        return Problem("store_corrupt", file=DATABASE, reason=str(error))
    return connection.storage_problem(error) or Problem("storage_failing", reason=str(error))
