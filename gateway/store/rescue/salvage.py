"""A new database out of what can be read of a damaged one, and a note of what cannot.

Every row of every page that is whole is taken over. What is made of other rows (indexes, what
records are searched by) is made anew. An entry of the journal that is gone leaves its place: a
row of type ``entry.lost`` without a body, so that every later one keeps its number; from there on
the hash chain is a new one.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from config.schema import StoreSettings
from gateway.kernel import ids
from gateway.kernel.clock import Clock, to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store import connection, journal, snapshot
from gateway.store.format.cells import Value
from gateway.store.format.pages import Pages
from gateway.store.landmarks import Landmarks
from gateway.store.migrate import migrate, scripts
from gateway.store.places import DATABASE, KEYRING
from gateway.store.rescue import trees

LOST: Final = "entry.lost"
# Made anew of the records, a slice at a time, as after a change of the rules.
_MADE_ANEW: Final = ("record_index", "record_index_rules", "record_words", "record_search")
_NAMES_MAX: Final = 200
# SQLite's own table of the last number that it has given for each other one.
_GIVEN: Final = "sqlite_sequence"


class Note(msgspec.Struct):
    """What became of a damaged database; ``at``, ``reason`` and ``folder`` are told to people."""

    at: str
    reason: str
    folder: str = ""
    epoch: str = ""
    pages: int = 0
    pages_lost: list[int] = []
    rows: dict[str, int] = {}
    rows_lost: dict[str, int] = {}  # that much is known of; pages of a table count as ``pages of``
    entries_lost: list[tuple[int, int]] = []
    records_lost: list[str] = []
    head: int = 0
    settled: bool = False  # what follows from the journal has been made anew
    confirmed_at: str = ""
    confirmed_by: str = ""


def salvage(
    source: Path, target: Path, keyring: Keyring, settings: StoreSettings, clock: Clock, reason: str
) -> Note:
    """Build the database ``target`` of what is readable in ``source``, which is only read.

    Problem store_key_wrong when no page opens, store_corrupt when nothing is to be had from it.
    """
    known = Landmarks.read(source.parent)
    pages = Pages(source, keyring, settings.encryption, known.salt_bytes)
    try:
        if not pages.any_opens():
            raise Problem("store_key_wrong", file=DATABASE, keyring=KEYRING)
        note = Note(to_iso(clock.now_ms()), reason, pages=pages.count)
        roots = {**known.roots, **trees.roots_of(pages)}
        version = _version(pages, known)
        if not version or "journal" not in roots:
            raise Problem("store_corrupt", file=DATABASE, reason=reason)
        _Building(target, keyring, settings, version).build(pages, roots, note, clock.now_ms())
    finally:
        pages.close()
    told = {"head": _sound_until(note), "restored_at": note.at, "epoch_before": note.epoch}
    text = msgspec.json.encode(told).decode()
    snapshot.begin_new_life(target, keyring, settings.encryption, text)
    return note


def _version(pages: Pages, known: Landmarks) -> int:
    first = pages.read(1)
    found = int.from_bytes(first[60:64]) if first else known.version
    return found if 0 < found <= len(scripts()) else 0


def _sound_until(note: Note) -> int:
    return note.entries_lost[0][0] - 1 if note.entries_lost else note.head


class _Building:
    """The database that is being built."""

    def __init__(
        self, target: Path, keyring: Keyring, settings: StoreSettings, version: int
    ) -> None:
        self._keyring = keyring
        self._database = connection.connect(target, keyring, settings, writer=True)
        migrate(self._database, version)
        self._raw = connection.raw(self._database)
        self._raw.execute("PRAGMA foreign_keys = 0")

    def build(self, pages: Pages, roots: Mapping[str, int], note: Note, now_ms: int) -> None:
        tables = {name: _Table(self._raw, name) for name in self._tables() if name in roots}
        self._raw.execute("BEGIN IMMEDIATE")
        for name in tables:
            self._raw.execute(f"DELETE FROM {name}")  # noqa: S608 (a table of our own schema)
        lost: Counter[str] = Counter()
        given = 0
        wanted = {name: roots[name] for name in (*tables, _GIVEN) if name in roots}
        for part in trees.parts(pages, wanted):
            if part.table == _GIVEN:
                numbers = [row[1] for _, row in part.rows if row[0] == "journal"]
                given = max([given, *(one for one in numbers if isinstance(one, int))])
            else:
                lost[part.table] += part.lost + tables[part.table].take(part.rows)
        note.pages_lost = sorted(pages.lost)
        for number in note.pages_lost:
            if name := trees.table_of(pages, number, roots):
                lost[f"pages of {name}"] += 1
        note.rows_lost = {name: count for name, count in sorted(lost.items()) if count}
        self._mend_journal(given, note, now_ms)
        self._raw.execute("COMMIT")
        self._count(tables, note)
        self._raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        self._database.close()

    def _tables(self) -> list[str]:
        found = self._raw.execute(
            "SELECT name FROM pragma_table_list WHERE type = 'table' AND schema = 'main'"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        )
        return [name for (name,) in found.fetchall() if name not in _MADE_ANEW]

    def _mend_journal(self, given: int, note: Note, now_ms: int) -> None:
        """Fill the places of lost entries, and chain what follows anew. ``given`` is the last
        number that the damaged file is known to have given.
        """
        newest = self._raw.execute(
            "SELECT last_seq, last_link FROM archive_segments ORDER BY last_seq DESC LIMIT 1"
        ).fetchone()
        seq, chain = newest or (0, journal.GENESIS)
        follows, instant = True, now_ms
        while found := self._sound_entries(seq):
            for one, identity, digest, link, received_at in found:
                instant = received_at
                if one > seq + 1:
                    note.entries_lost.append((seq + 1, one - 1))
                    chain = self._fill(seq + 1, one, chain, instant)
                chain = journal.link(chain, one, identity, digest)
                follows = follows and chain == bytes(link)
                if not follows:
                    self._raw.execute("UPDATE journal SET chain = ? WHERE seq = ?", (chain, one))
                seq = one
        if given > seq:
            note.entries_lost.append((seq + 1, given))
            self._fill(seq + 1, given + 1, chain, instant)
        note.head = max(seq, given)
        for first, last in note.entries_lost:
            # Its answer is forgotten with it: who sends it again is heard.
            self._raw.execute("DELETE FROM operations WHERE seq BETWEEN ? AND ?", (first, last))

    def _sound_entries(self, after: int) -> list[tuple[Any, ...]]:
        """The next entries; one whose body is not what was stored is taken out first."""
        found = self._raw.execute(
            "SELECT seq, id, digest, chain, received_at, body FROM journal WHERE seq > ?"
            " ORDER BY seq LIMIT ?",
            (after, journal.VERIFY_PAGE),
        ).fetchall()
        sound = []
        for row in found:
            if row[5] is None or self._keyring.digest(row[5]) == row[2]:
                sound.append(row[:5])
            else:
                self._raw.execute("DELETE FROM journal WHERE seq = ?", (row[0],))
        return sound if sound or not found else self._sound_entries(found[-1][0])

    def _fill(self, first: int, end: int, chain: bytes, at: int) -> bytes:
        digest = self._keyring.digest(b"")
        for seq in range(first, end):
            identity = ids.to_bytes(ids.uuid7(at))
            chain = journal.link(chain, seq, identity, digest)
            self._raw.execute(
                "INSERT INTO journal (seq, id, type, actor, device, occurred_at, received_at,"
                " digest, chain) VALUES (?,?,?,'','',?,?,?,?)",
                (seq, identity, LOST, at, at, digest, chain),
            )
        return chain

    def _count(self, tables: Mapping[str, "_Table"], note: Note) -> None:
        value = self._raw.execute("SELECT value FROM meta WHERE key = 'epoch'").fetchone()
        note.epoch = str(value[0]) if value else ""
        for name in sorted(tables):
            count = self._raw.execute(f"SELECT count(*) FROM {name}").fetchone()[0]  # noqa: S608
            if count:
                note.rows[name] = count
        missing = self._raw.execute(
            "SELECT DISTINCT kind, subject FROM journal WHERE subject <> ''"
            " AND type LIKE 'record.%' AND type <> 'record.erased'"
            " AND unhex(replace(subject, '-', '')) NOT IN (SELECT id FROM records) LIMIT ?",
            (_NAMES_MAX,),
        )
        note.records_lost = [f"{kind} {subject}" for kind, subject in missing.fetchall()]


class _Table:
    """A table of the new database, and how the rows of the old file lie in it."""

    def __init__(self, raw: Any, name: str) -> None:
        self._raw = raw
        columns = raw.execute(f"PRAGMA table_info({name})").fetchall()
        without_rowid = raw.execute(
            "SELECT wr FROM pragma_table_list WHERE name = ?", (name,)
        ).fetchone()[0]
        key = sorted((one for one in columns if one[5]), key=lambda one: one[5])
        rest = [one for one in columns if not one[5]]
        self._stored = [*key, *rest] if without_rowid else columns
        # A key that is an integer is the number of the row itself, and stored nowhere else.
        self._number = next(
            (at for at, one in enumerate(columns) if one[5] and one[2] == "INTEGER"
             and len(key) == 1 and not without_rowid), None
        )  # fmt: skip
        names = ", ".join(str(one[1]) for one in self._stored)
        marks = ",".join("?" * len(columns))
        self._insert = f"INSERT OR IGNORE INTO {name} ({names}) VALUES ({marks})"  # noqa: S608
        self._defaults = [
            raw.execute(f"SELECT {one[4]}").fetchone()[0]
            if one[4] is not None else None for one in self._stored
        ]  # fmt: skip

    def take(self, rows: Sequence[tuple[int | None, list[Value]]]) -> int:
        """Put rows in; how many do not fit, and are therefore not what was written."""
        refused = 0
        for number, values in rows:
            whole = [*values, *self._defaults[len(values) :]]
            if self._number is not None and len(whole) > self._number:
                whole[self._number] = number
            try:
                self._raw.execute(self._insert, whole)
            except (connection.IntegrityError, connection.DatabaseError):
                refused += 1
        return refused
