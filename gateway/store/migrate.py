"""Migrations: plain SQL files, run once each, in the order of their numbers.

The version is how many have run.
"""

import re
from pathlib import Path

import peewee

from gateway.kernel.problems import Problem
from gateway.store.connection import raw

FOLDER = Path(__file__).with_name("migrations")
NAME = re.compile(r"\d{4}_\w+\.sql")


def scripts() -> list[Path]:
    """Every migration, in order."""
    return sorted(path for path in FOLDER.iterdir() if NAME.fullmatch(path.name))


def migrate(database: peewee.SqliteDatabase) -> int:
    """Bring a database to the newest schema, one transaction a script; the version it now has.

    Problem store_newer: the database was written by a later version of the gateway.
    """
    connection = raw(database)
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    steps = scripts()
    if version > len(steps):
        raise Problem("store_newer", found=version, known=len(steps))
    for number, script in enumerate(steps[version:], version + 1):
        sql = script.read_text("utf-8")
        # executescript runs statement by statement; the transaction around it makes the step whole
        # or nothing.
        connection.executescript(
            f"BEGIN IMMEDIATE;\n{sql}\nPRAGMA user_version = {number};\nCOMMIT;"
        )
    return len(steps)
