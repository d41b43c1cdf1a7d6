"""Migrations: plain SQL files, run once each, in the order of their numbers.

The version is how many have run.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import peewee

from gateway.kernel.problems import Problem
from gateway.store.connection import Connection, DatabaseError, complete, raw, storage_problem

FOLDER = Path(__file__).with_name("migrations")
NAME = re.compile(r"\d{4}_\w+\.sql")


def scripts() -> list[Path]:
    """Every migration, in order."""
    return sorted(path for path in FOLDER.iterdir() if NAME.fullmatch(path.name))


def migrate(database: peewee.SqliteDatabase, until: int | None = None) -> int:
    """Bring a database to the newest schema, or to that of version ``until``, one transaction a
    script; the version it now has.

    Problem store_newer: the database was written by a later version of the gateway;
    migration_failed: a statement cannot be run, and its whole script has been undone.
    """
    connection = raw(database)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    steps = scripts()[:until]
    if version > len(steps):
        raise Problem("store_newer", found=version, known=len(steps))
    for number, script in enumerate(steps[version:], version + 1):
        connection.execute("BEGIN IMMEDIATE")
        for place, sql in enumerate(statements(script), 1):
            _run(connection, sql, script.name, place)
        connection.execute(f"PRAGMA user_version = {number}")
        connection.execute("COMMIT")
    return len(steps)


def statements(script: Path) -> Iterator[str]:
    """The statements of a script, each with the comment before it."""
    one = ""
    for line in script.read_text("utf-8").splitlines(keepends=True):
        one += line
        if ";" in line and complete(one):
            yield one
            one = ""


def _run(connection: Connection, sql: str, script: str, place: int) -> None:
    try:
        connection.execute(sql)
    except DatabaseError as error:
        connection.execute("ROLLBACK")
        if storage_problem(error) is not None:
            raise
        raise Problem("migration_failed", script=script, place=place, reason=str(error)) from error
