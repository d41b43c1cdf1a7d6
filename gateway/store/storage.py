"""The writing connection's life: begin, commit, fail stop, recover.

After a failed write Linux may have dropped a dirty page that SQLite believes is safe, so a
connection that saw an I/O error is closed for good. The storage refuses everything, and takes work
again only after it has been reopened, checked and written to.
"""

import logging
from collections.abc import Callable
from pathlib import Path

import peewee

from config.schema import StoreSettings
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection
from gateway.store.journal import GENESIS
from gateway.store.log import Log, keep_little
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

log = logging.getLogger(__name__)


class Storage:
    """Owned by the writer thread once it runs; ``failure`` is the problem it refuses with."""

    def __init__(
        self,
        path: Path,
        keyring: Keyring,
        settings: StoreSettings,
        met_damage: Callable[[BaseException], None],
    ) -> None:
        self._path = path
        self._met_damage = met_damage
        self._keyring = keyring
        self._settings = settings
        self.failure: Problem | None = None
        self._must_check = False
        self.database = self._open()
        try:
            self.seq, self.chain = self._newest()
        except BaseException:
            self.database.close()
            raise
        self._log = Log(path, self.seq)

    def begin(self, now_ms: int) -> Tx:
        """Start the one transaction of a group."""
        connection.raw(self.database).execute("BEGIN IMMEDIATE")
        return Tx(self.database, self._keyring, now_ms, self.seq, self.chain)

    def begin_again(self, tx: Tx) -> Tx:
        """Undo a transaction whole, and start it anew at the same instant."""
        connection.raw(self.database).execute("ROLLBACK")
        return self.begin(tx.now_ms)

    def commit(self, tx: Tx) -> None:
        """Make it durable: returns after the fsync."""
        connection.raw(self.database).execute("COMMIT")
        self.seq, self.chain = tx.seq, tx.chain
        self._log.committed()

    def checkpoint(self) -> None:
        """Copy the write-ahead log into the database, once enough has gathered."""
        try:
            self._log.copy(connection.raw(self.database), self.seq)
        except connection.DatabaseError as error:
            self.fail(error)

    def fail(self, error: BaseException) -> Problem:
        """Undo the transaction, and refuse everything if the storage is to blame.

        The problem to answer with.
        """
        problem = connection.storage_problem(error)
        if problem is None:
            self._rollback()
            log.error("a group of writes failed and was undone", exc_info=error)
            return Problem("storage_failing", reason=type(error).__name__)
        log.error("storage failing: %s", problem)
        self.failure = problem
        if connection.is_damage(error):
            self._met_damage(error)
        self._must_check = self._must_check or connection.is_fatal(error)
        self._rollback()
        if self._must_check:
            self.database.close()
        return problem

    def recover(self) -> bool:
        """Try to take work again: reopen and check where needed, then sync one probe row."""
        try:
            if self.database.is_closed():
                self.database = self._open()
            if self._must_check:
                self._check()
            self.seq, self.chain = self._newest()
            raw = connection.raw(self.database)
            raw.execute("BEGIN IMMEDIATE")
            raw.execute(
                "INSERT OR REPLACE INTO meta (key, value) VALUES ('probe', hex(randomblob(2048)))"
            )
            raw.execute("COMMIT")
            # A full disk shows itself only when new pages are needed, in the log and in the file.
            raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except connection.DatabaseError as error:
            self._must_check = self._must_check or connection.is_fatal(error)
            if connection.is_damage(error):
                self._met_damage(error)
            self.failure = connection.storage_problem(error) or Problem(
                "storage_failing", reason=str(error)
            )
            self._rollback()
            if self._must_check:
                self.database.close()
            return False
        self._must_check = False
        self.failure = None
        log.warning("storage works again")
        return True

    def close(self) -> None:
        """Close for good; the last connection to close empties the write-ahead log."""
        self.database.close()

    def _open(self) -> peewee.SqliteDatabase:
        opened = connection.connect(self._path, self._keyring, self._settings, writer=True)
        keep_little(connection.raw(opened))
        return opened

    def _newest(self) -> tuple[int, bytes]:
        rows = Rows(self.database)
        seq = int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))
        chain = rows.value("SELECT chain FROM journal WHERE seq = ?", (seq,))
        return seq, GENESIS if chain is None else bytes(chain)

    def _check(self) -> None:
        answer = Rows(self.database).value("PRAGMA quick_check(1)")
        if answer != "ok":
            raise connection.DatabaseError(f"quick_check: {answer}")

    def _rollback(self) -> None:
        raw = connection.raw(self.database) if not self.database.is_closed() else None
        if raw is not None and raw.in_transaction:
            raw.execute("ROLLBACK")
