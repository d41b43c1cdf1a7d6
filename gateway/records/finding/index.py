"""Writing what records are found by: their texts, the pieces these are cut into, and exact keys.

Everything about a record is written with each version of it, in the same transaction. Texts of the
classes O and P are indexed, the latter apart. A sealed value is indexed by a keyed digest alone,
other classes not at all.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final

from gateway.kernel import canonical, chinese, matching, tokens
from gateway.kernel.sealing import Keyring
from gateway.records.finding import parts, postings, profiles, spelling
from gateway.records.model.fields import Data
from gateway.records.model.kind import Kind
from gateway.records.rows import aliases
from gateway.records.rows.aliases import Alias
from gateway.records.rows.heads import Head, find, key
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

_SOUND_LETTERS_MAX: Final = 60
_TEXTS: Final = {"business": postings.BUSINESS, "personal": postings.PERSONAL}


@dataclass(frozen=True, slots=True)
class Lines:
    """The folded texts of a record, business and personal, each a line; and the words in them."""

    business: list[str]
    personal: list[str]
    words: set[str]


def rules(kind: Kind) -> str:
    """A short name for how a kind is indexed now: the code, what is installed, the declaration."""
    declared = [kind.search, sorted((name, fields) for name, fields in kind.lookups.items())]
    if kind.matching is not None:
        declared.append([(t.code, t.fields) for t in kind.matching.traits])
        declared.append(kind.matching.blocks)
    told = canonical.sha256_hex(canonical.encode({"declared": repr(declared)}))[:8]
    return f"{matching.RULES}{chinese.abilities()}-{told}"


@dataclass(frozen=True, slots=True)
class Ready:
    """What the data of a record is found by, worked out before it has a number."""

    data: Data
    lines: Lines
    pieces: set[str]  # of the lines
    hashes: list[str]


@dataclass(frozen=True, slots=True)
class Entry:
    """What a record is found by, ready to be written; ``known`` is what stands there before."""

    kind: Kind
    head: Head
    lines: Lines
    pieces: set[str]
    hashes: list[str]
    mark: bytes
    known: Row | None
    anew: bool

    @property
    def is_known(self) -> bool:
        """Whether just this seems to stand there already."""
        known = self.known
        return known is not None and (known["mark"], known["sort"]) == (self.mark, self.head.sort)

    @property
    def texts(self) -> dict[str, str]:
        lines = self.lines
        return {"business": "\n".join(lines.business), "personal": "\n".join(lines.personal)}


def ready(keyring: Keyring, kind: Kind, record: str, data: Data) -> Ready:
    """What data is found by, stored or still to be stored: the longest part of indexing a record,
    which needs no transaction. ``record`` is the id its seals belong to.
    """
    lines = _lines_of(kind, data)
    pieces = set(_pieces(kind, lines))
    return Ready(data, lines, pieces, _hashes(keyring, kind, record, data))


def save(
    tx: Tx, kind: Kind, head: Head, known_by: Ready | None = None, *, anew: bool = False
) -> None:
    """Index a record as it stands in ``head``, whatever stood there before.

    Only the pieces that came and went are written; ``anew`` writes also what seems to stand there
    already. ``known_by`` counts if it was worked out of these very data. An alias is found by its
    number alone, and that leads to the record it was merged into.
    """
    if head.alias_of:
        return
    if known_by is None or known_by.data != head.data:
        known_by = ready(tx.keyring, kind, head.id, head.data)
    entry = _entry(tx, kind, head, known_by, anew=anew)
    waiting = tx.put_off
    if entry.is_known and not anew and all(one.head.id != head.id for one in waiting or ()):
        return
    if waiting is None:
        _write(tx, [entry])
    else:
        waiting.append(entry)


@contextmanager
def together(tx: Tx) -> Iterator[None]:
    """Write at the end of the block what the records that it saves are found by.

    Each savepoint would else close a part of the index of its own, to be merged with the others.
    Nothing in the block finds its records yet, but by their exact keys.
    """
    entries: list[Entry] = []
    tx.put_off = entries
    try:
        yield
    finally:
        tx.put_off = None
    _write(tx, entries)


def _entry(tx: Tx, kind: Kind, head: Head, known_by: Ready, *, anew: bool) -> Entry:
    numbers = [tokens.fold(number) for number in (head.number, *_numbers_below(tx, head))]
    found = known_by.lines
    lines = Lines([*numbers, *found.business], found.personal, found.words)
    of_numbers = _pieces(kind, Lines(numbers, [], set()))
    pieces = {*known_by.pieces, *of_numbers, *known_by.hashes}
    known = _row(tx, head.id)
    return Entry(kind, head, lines, pieces, known_by.hashes, _mark(pieces), known, anew)


def _write(tx: Tx, entries: Sequence[Entry]) -> None:
    """Write what records are found by: the last word about each."""
    last = {entry.head.id: entry for entry in entries}
    parts.write(tx, dict(_changed(tx, entry) for entry in last.values()))
    spelling.learn(tx, set().union(*(entry.lines.words for entry in last.values())))
    for entry in last.values():
        if entry.known is not None:
            spelling.forget(tx, _words(entry.kind, entry.known) - _words(entry.kind, entry.texts))


def _changed(tx: Tx, entry: Entry) -> tuple[int, parts.Change]:
    """Store the row of a record; its number, and the pieces that came and went."""
    stood = standing(entry.kind, entry.known) if entry.known else set()
    new = entry.pieces if entry.anew else entry.pieces - stood
    return _store(tx, entry), parts.Change(new, stood - entry.pieces)


def _row(tx: Tx, record: str) -> Row | None:
    return tx.one(
        "SELECT doc, mark, sort, business, personal, hashes, compared FROM record_index"
        " WHERE record = ?",
        (key(record),),
    )


def _store(tx: Tx, entry: Entry) -> int:
    """Store the row of a record in place of the one that is known; its number."""
    known, head, hashes = entry.known, entry.head, postings.packed(entry.hashes)
    compared = known["compared"] if known and entry.is_known else entry.kind.matching is None
    values = (key(head.id), head.sort, *entry.texts.values(), entry.mark, hashes, compared)
    if known is None:
        sql = (
            "INSERT INTO record_index (record, sort, business, personal, mark, hashes, compared)"
            " VALUES (?,?,?,?,?,?,?) RETURNING doc"
        )
        return int(tx.value(sql, values))
    tx.execute(
        "UPDATE record_index SET record = ?, sort = ?, business = ?, personal = ?, mark = ?,"
        " hashes = ?, compared = ? WHERE doc = ?",
        (*values, known["doc"]),
    )
    return int(known["doc"])


def standing(kind: Kind, known: Row) -> set[str]:
    """The pieces that a row (``business``, ``personal``, ``hashes``, ``mark``) stands under; none
    where an older make of the index cut them.

    What that one wrote stays, leads to a record that is compared and passed over, and no more.
    """
    if not known["hashes"]:
        return set()
    lines = Lines(known["business"].split("\n"), known["personal"].split("\n"), set())
    pieces = {*_pieces(kind, lines), *postings.unpacked(kind, known["hashes"])}
    return pieces if _mark(pieces) == known["mark"] else set()


def _mark(pieces: Iterable[str]) -> bytes:
    return canonical.sha256(" ".join(sorted(pieces)).encode())[:8]


def save_keys(tx: Tx, kind: Kind, head: Head) -> None:
    """Store the exact keys of a record that its kind declares, and those of its aliases for it."""
    if head.alias_of:
        return
    identity = key(head.id)
    if head.version > 1:
        tx.execute("DELETE FROM record_keys WHERE record = ?", (identity,))
    tx.executemany(
        "INSERT OR IGNORE INTO record_keys (kind, name, value, record) VALUES (?,?,?,?)",
        [
            (kind.name, name, text, identity)
            for data in (head.data, *_alias_data(tx, head))
            for name, fields in kind.lookups.items()
            for _, text in kind.values(fields, data)
        ],
    )


def _numbers_below(tx: Tx, head: Head) -> list[str]:
    return [alias.number for alias in _aliases(tx, head)]


def _aliases(tx: Tx, head: Head) -> list[Alias]:
    """The records that were merged into one; a new one has none."""
    return aliases.below(tx, [head.id]).get(head.id, []) if head.version > 1 else []


def _alias_data(tx: Tx, head: Head) -> Iterator[Data]:
    for alias in _aliases(tx, head):
        if (found := find(tx, alias.id)) is not None:
            yield found.data


def forget(tx: Tx, kind: Kind, record: str) -> None:
    """Take a record out of the index."""
    if (known := _row(tx, record)) is not None:
        if stood := standing(kind, known):
            parts.take(tx, known["doc"], stood)
        tx.execute("DELETE FROM record_index WHERE doc = ?", (known["doc"],))
        spelling.forget(tx, _words(kind, known))
    tx.execute("DELETE FROM record_keys WHERE record = ?", (key(record),))


def is_whole(rows: Rows, kind: Kind) -> bool:
    """Whether every record of a kind is cut into the pieces of today."""
    behind = rows.value(
        "SELECT 1 FROM record_index_rules"
        " WHERE kind = ? AND NOT (reached IS NULL AND CAST(rules AS INTEGER) = ?)",
        (kind.name, matching.RULES),
    )
    return behind is None


def _lines_of(kind: Kind, data: Data) -> Lines:
    """What a search compares: every text folded, and Chinese as it sounds behind it."""
    found = Lines([], [], set())
    for field, text in kind.values(kind.search, data):
        if field.data_class in "OP" and not field.sealed:
            sort = postings.BUSINESS if field.data_class == "O" else postings.PERSONAL
            folded = tokens.fold(text)
            lines = found.business if sort == postings.BUSINESS else found.personal
            lines += _spellings(folded)
            found.words.update(postings.spelled(kind, sort, one) for one in tokens.words(folded))
    return found


def _words(kind: Kind, texts: Mapping[str, str]) -> set[str]:
    """The words in the stored lines of a record; how its Chinese sounds among them."""
    return {
        postings.spelled(kind, sort, word)
        for name, sort in _TEXTS.items()
        for line in texts[name].split("\n")
        for word in tokens.words(line)
    }


def _spellings(folded: str) -> Iterator[str]:
    yield folded
    if len(folded) <= _SOUND_LETTERS_MAX:
        yield from tokens.spoken(folded)


def _pieces(kind: Kind, lines: Lines) -> Iterator[str]:
    sorts = ((postings.BUSINESS, lines.business), (postings.PERSONAL, lines.personal))
    for sort, texts in sorts:
        first = postings.spelled(kind, sort, "")
        found = set().union(*(tokens.pieces(text) for text in texts))
        yield from [first + piece for piece in found]


def _hashes(keyring: Keyring, kind: Kind, record: str, data: Data) -> list[str]:
    """The pieces that are no part of a text: the territory, then the exact keys."""
    found = [postings.hashed(kind, postings.TERRITORY, str(data.get("territory", "")))]
    if (how := kind.matching) is not None:
        known = profiles.profile(keyring, kind, how, record, data)
        keys = {postings.hashed(kind, postings.KEY, one) for one in matching.keys(how, known)}
        found += sorted(keys)
    return found
