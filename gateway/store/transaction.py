"""One write transaction, as the writer thread lends it to a piece of work."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import peewee

from gateway.kernel import ids
from gateway.kernel.sealing import Keyring
from gateway.store.connection import storage_problem
from gateway.store.insert import Insert
from gateway.store.journal import Entry, link, wire_bytes
from gateway.store.rows import Query, Rows

# A device's fact needs ten of the columns, and binding a value costs as much as hashing a body.
_COLUMNS = "seq, id, type, actor, device, occurred_at, received_at, body, digest, chain"
_PLAIN = Insert("journal", _COLUMNS)
_WHOLE = Insert("journal", _COLUMNS + ", kind, subject, origin_epoch, origin_seq, clock_offset_ms")


class Tx(Rows):
    """``now_ms`` is the one instant of everything that a group of writes stores."""

    def __init__(
        self, database: peewee.SqliteDatabase, keyring: Keyring, now_ms: int, seq: int, chain: bytes
    ) -> None:
        super().__init__(database)
        self.keyring = keyring
        self.now_ms = now_ms
        self.seq = seq  # of the newest journal entry, those of this transaction included
        self.chain = chain
        self.callbacks: list[Callable[[], None]] = []
        # What a piece of work puts off to write it together at its end; an undone part leaves it.
        self.put_off: list[Any] | None = None

    def execute(self, query: Query, params: Sequence[object] = ()) -> int:
        """Run a statement; the number of rows it changed."""
        return int(self._run(query, params).rowcount)

    def executemany(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run one statement for many rows."""
        self._connection.executemany(sql, rows)

    def append(self, entry: Entry) -> int:
        """Append one entry to the journal; its seq."""
        return self.append_all([(entry, ids.to_bytes(entry.id), None)])[0]

    def append_all(self, entries: Sequence[tuple[Entry, bytes, bytes | None]]) -> list[int]:
        """Append entries in order, each with its id as bytes and its digest where that is known
        already; their seqs. All of them, or none when it raises IntegrityError.
        """
        plain: list[object] = []
        whole: list[object] = []
        first, now_ms, chain = self.seq + 1, self.now_ms, self.chain
        for seq, (entry, identity, known_digest) in enumerate(entries, first):
            body = wire_bytes(entry, now_ms)
            digest = known_digest or self.keyring.digest(body)
            chain = link(chain, seq, identity, digest)
            occurred_at = now_ms if entry.occurred_at is None else entry.occurred_at
            # The driver asks every value of type bytes how it wants to be stored, at a microsecond
            # each; a bytearray it just takes.
            row = (seq, bytearray(identity), entry.type, entry.actor, entry.device, occurred_at,
                   now_ms, bytearray(body), bytearray(digest), bytearray(chain))  # fmt: skip
            if entry.kind or entry.subject or entry.origin_seq is not None:
                whole += row
                whole += (entry.kind, entry.subject, entry.origin_epoch or None, entry.origin_seq,
                          entry.clock_offset_ms)  # fmt: skip
            else:
                plain += row
        if (plain and whole) or not (_PLAIN.is_one_step(plain) and _WHOLE.is_one_step(whole)):
            with self.attempt():
                _PLAIN.run(self._connection, plain)
                _WHOLE.run(self._connection, whole)
        else:
            _PLAIN.run(self._connection, plain)
            _WHOLE.run(self._connection, whole)
        self.seq, self.chain = first + len(entries) - 1, chain
        return list(range(first, self.seq + 1))

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what the block did to the database and the journal when it raises.

        The exception goes on. A failing storage undoes the whole transaction by itself, so nothing
        is left to be undone here, and every block around this one must fail with it.
        """
        place = self.seq, self.chain, len(self.callbacks)
        waiting = len(self.put_off or ())
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            if storage_problem(error) is None:
                self._connection.execute("ROLLBACK TO attempt")
                self._connection.execute("RELEASE attempt")
                self.seq, self.chain = place[:2]
                del self.callbacks[place[2] :]
                if self.put_off is not None:
                    del self.put_off[waiting:]
            raise
        self._connection.execute("RELEASE attempt")

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call this in the writer thread once the transaction is on disk.

        It must be quick and not raise.
        """
        self.callbacks.append(callback)
