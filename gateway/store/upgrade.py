"""An older database under a newer version: brought to its schema on a copy, and put in place when
the copy is sound.

Until then the database is as it was, and the version before still opens it. The old file is kept
for a week, so that one can go back to that version as long as nothing new has been stored.
"""

import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Final

from config.schema import StoreSettings
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection, journal
from gateway.store.format.pages import MAGIC
from gateway.store.migrate import migrate, scripts
from gateway.store.rows import Rows

FOLDER: Final = "upgrade"
KEPT_MS: Final = 7 * 86_400_000
_MIB: Final = 1_048_576
# What no migration may make more or less of.
_COUNTED: Final = ("journal", "records", "record_versions", "users", "tokens", "archive_segments")


def is_due(database: connection.Connection) -> bool:
    """Whether an open database has an older schema than this version."""
    return 0 < int(database.execute("PRAGMA user_version").fetchone()[0]) < len(scripts())


def upgrade(path: Path, keyring: Keyring, settings: StoreSettings, now_ms: int) -> None:
    """Bring a database that nobody has open to the schema of this version.

    Problem migration_failed, upgrade_unsound or upgrade_no_room: it is as it was.
    """
    folder = path.parent / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    _refuse_small_disk(path)
    copy = folder / "new.db"
    for name in (copy.name, f"{copy.name}-wal", f"{copy.name}-shm"):
        (folder / name).unlink(missing_ok=True)
    version, before = _copied(path, copy, keyring, settings)
    with closing(connection.connect(copy, keyring, settings, writer=True)) as database:
        migrate(database)
        _examine(Rows(database), keyring, before)
        raw = connection.raw(database)
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', 'upgrade')")
        raw.execute("COMMIT")
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    for old in folder.glob("from-*.db"):
        old.unlink()
    _sync(copy)
    kept = folder / f"from-{version}.db"
    os.link(path, kept)
    os.utime(kept, (now_ms / 1000, now_ms / 1000))
    copy.replace(path)
    _sync(folder)
    _sync(path.parent)


def let_go(folder: Path, now_ms: int) -> None:
    """Delete old files that nobody went back to for a week."""
    for old in (folder / FOLDER).glob("from-*.db"):
        if now_ms - int(old.stat().st_mtime * 1000) > KEPT_MS:
            old.unlink()


def go_back(path: Path, keyring: Keyring) -> int:
    """Put the old file in place again; the version of its schema.

    The caller owns the folder. Problem upgrade_cannot_go_back: there is none, or something has
    been stored since that it does not have.
    """
    kept = next(iter((path.parent / FOLDER).glob("from-*.db")), None)
    if kept is None:
        raise Problem("upgrade_cannot_go_back", reason="no older database is kept")
    with path.open("rb") as file:
        is_plain = file.read(len(MAGIC)) == MAGIC
    settings = StoreSettings(encryption="off" if is_plain else "required")
    now, then = _place(path, keyring, settings), _place(kept, keyring, settings)
    if now[1:] != then[1:]:
        reason = f"{now[2] - then[2]} entries were stored since, and the older one lacks them"
        raise Problem("upgrade_cannot_go_back", reason=reason)
    kept.replace(path)
    _sync(path.parent)
    return then[0]


def _place(path: Path, keyring: Keyring, settings: StoreSettings) -> tuple[int, str, int]:
    """(version of the schema, epoch, newest entry), with nothing left in the log beside it."""
    with closing(connection.connect(path, keyring, settings, writer=False)) as database:
        connection.raw(database).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        rows = Rows(database)
        return (
            int(rows.value("PRAGMA user_version")),
            str(rows.value("SELECT value FROM meta WHERE key = 'epoch'")),
            int(rows.value("SELECT coalesce(max(seq), 0) FROM journal")),
        )


def _refuse_small_disk(path: Path) -> None:
    needed = 2 * path.stat().st_size
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise Problem("upgrade_no_room", needed=needed // _MIB + 1, free=free // _MIB)


def _copied(
    path: Path, copy: Path, keyring: Keyring, settings: StoreSettings
) -> tuple[int, dict[str, int]]:
    """Copy a closed database; (version of its schema, how many rows no migration may change)."""
    # A reader: what is left in the log it may copy as well, and nothing else changes in the file.
    with closing(connection.connect(path, keyring, settings, writer=False)) as database:
        connection.raw(database).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        rows = Rows(database)
        version, counts = int(rows.value("PRAGMA user_version")), _counts(rows)
    with path.open("rb") as source:
        handle = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            shutil.copyfileobj(source, target, _MIB)
    return version, counts


def _counts(rows: Rows) -> dict[str, int]:
    known = {name for (name,) in rows.tuples("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    return {
        name: int(rows.value(f"SELECT count(*) FROM {name}"))  # noqa: S608 (names of our own)
        for name in _COUNTED
        if name in known
    }


def _examine(rows: Rows, keyring: Keyring, before: dict[str, int]) -> None:
    sound = str(rows.value("PRAGMA integrity_check(1)"))
    if sound != "ok":
        raise Problem("upgrade_unsound", reason=" ".join(sound.split()))
    after = _counts(rows)
    for name, count in before.items():
        if after.get(name) != count:
            reason = f"{name}: {after.get(name)} rows instead of {count}"
            raise Problem("upgrade_unsound", reason=reason)
    link = rows.value("SELECT last_link FROM archive_segments ORDER BY first_seq DESC LIMIT 1")
    chain = journal.GENESIS if link is None else bytes(link)
    try:
        journal.verify(rows, keyring, journal.low_water(rows), chain)
    except Problem as problem:
        raise Problem("upgrade_unsound", reason=problem.detail()) from problem


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
