"""Writing what records are found by: their texts, the pieces these are cut into, and exact keys.

Everything about a record is written with each version of it, in the same transaction. Texts of the
classes O and P are indexed, the latter apart. A sealed value is indexed by a keyed digest alone,
other classes not at all.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from gateway.kernel import canonical, chinese, matching, tokens
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


def save(tx: Tx, kind: Kind, head: Head, *, anew: bool = False) -> None:
    """Index a record as it stands in ``head``, whatever stood there before.

    Only the pieces that came and went are written; ``anew`` writes also what seems to stand there
    already. An alias is found by its number alone, and that leads to the record it was merged into.
    """
    if head.alias_of:
        return
    known = _row(tx, head.id)
    lines = _lines_of(kind, head)
    lines.business.extend(tokens.fold(alias.number) for alias in _aliases(tx, head))
    hashes = _hashes(tx, kind, head)
    pieces = {*_pieces(kind, lines), *hashes}
    mark = _mark(pieces)
    same = known is not None and (known["mark"], known["sort"]) == (mark, head.sort)
    if same and not anew:
        return
    texts = {"business": "\n".join(lines.business), "personal": "\n".join(lines.personal)}
    compared = known["compared"] if known and same else kind.matching is None
    packed = postings.packed(hashes)
    doc = _store(tx, known, (key(head.id), head.sort, *texts.values(), mark, packed, compared))
    stood = _standing(kind, known) if known else set()
    parts.write(tx, doc, pieces if anew else pieces - stood, stood - pieces)
    spelling.learn(tx, lines.words)
    if known is not None:
        spelling.forget(tx, _words(kind, known) - _words(kind, texts))


def _row(tx: Tx, record: str) -> Row | None:
    return tx.one(
        "SELECT doc, mark, sort, business, personal, hashes, compared FROM record_index"
        " WHERE record = ?",
        (key(record),),
    )


def _store(tx: Tx, known: Row | None, values: tuple[object, ...]) -> int:
    """Store the row of a record in place of the one that is known; its number."""
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


def _standing(kind: Kind, known: Row) -> set[str]:
    """The pieces that a row stands under; none where an older make of the index cut them.

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
        if stood := _standing(kind, known):
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


def _lines_of(kind: Kind, head: Head) -> Lines:
    """What a search compares: every text folded, and Chinese as it sounds behind it."""
    found = Lines([tokens.fold(head.number)], [], set())
    for field, text in kind.values(kind.search, head.data):
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


def _hashes(tx: Tx, kind: Kind, head: Head) -> list[str]:
    """The pieces that are no part of a text: the territory, then the exact keys."""
    found = [postings.hashed(kind, postings.TERRITORY, head.territory)]
    if (how := kind.matching) is not None:
        known = profiles.profile(tx.keyring, kind, how, head.id, head.data)
        keys = {postings.hashed(kind, postings.KEY, one) for one in matching.keys(how, known)}
        found += sorted(keys)
    return found
