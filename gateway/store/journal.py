"""The journal: one append-only, hash-chained log of every fact and every accepted edit.

An entry's body is its canonical JSON object, stored once; pages splice the stored bytes. The chain
runs over keyed digests of the bodies (chain = SHA-256(chain before, seq, id, digest)), so that an
erasure may empty a body without breaking it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gateway.kernel import canonical, clock
from gateway.kernel.canonical import sha256
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.rows import Row, Rows

GENESIS = bytes(32)
VERIFY_PAGE = 5_000
# A page looks at this many rows at most, so that a rare type does not make one request read a whole
# journal.
SCAN_MAX = 20_000
ENDLESS = 2**62


class Entry(msgspec.Struct, gc=False):
    """One entry to append.

    ``body`` is the wire object in canonical bytes, or the ``data`` of one to be built. ``id`` is
    UUID text, ``kind`` and ``subject`` name the record it is about, instants are Unix milliseconds.
    """

    id: str
    type: str
    body: bytes | Mapping[str, object]
    kind: str = ""
    subject: str = ""
    actor: str = ""
    device: str = ""
    origin_epoch: str = ""
    origin_seq: int | None = None
    occurred_at: int | None = None
    clock_offset_ms: int = 0

    def __repr__(self) -> str:
        return f"Entry({self.id!r}, {self.type!r})"  # never the body: logs hold no personal data


def wire_bytes(entry: Entry, now_ms: int) -> bytes:
    """The canonical object of an entry, as it is stored and read back."""
    if isinstance(entry.body, bytes):
        return entry.body
    value: dict[str, object] = {"id": entry.id, "type": entry.type, "data": entry.body}
    value["time"] = clock.to_iso(entry.occurred_at if entry.occurred_at is not None else now_ms)
    if entry.kind:
        value["kind"] = entry.kind
    if entry.subject:
        value["subject"] = entry.subject
    return canonical.encode(value)


def link(chain: bytes, seq: int, identity: bytes, digest: bytes) -> bytes:
    """The next link of the hash chain."""
    return sha256(chain + seq.to_bytes(8, "big") + identity + digest)


def known(rows: Rows, identities: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
    """Which of these ids belong to entries of the journal or the archive: id -> (seq, digest)."""
    found = _look_up(rows, "journal", identities)
    others = [identity for identity in identities if identity not in found]
    return found | _look_up(rows, "archived_ids", others)


def any_archived(rows: Rows, identities: Sequence[bytes]) -> bool:
    """Whether one of these ids belongs to an entry that has left the journal."""
    return bool(_look_up(rows, "archived_ids", identities))


def _look_up(rows: Rows, table: str, identities: Sequence[bytes]) -> dict[bytes, tuple[int, bytes]]:
    found: dict[bytes, tuple[int, bytes]] = {}
    for start in range(0, len(identities), 500):
        part = identities[start : start + 500]
        marks = ",".join("?" * len(part))
        for identity, seq, digest in rows.tuples(
            f"SELECT id, seq, digest FROM {table} WHERE id IN ({marks})",  # noqa: S608
            part,
        ):
            found[identity] = (seq, digest)
    return found


@dataclass(frozen=True, slots=True)
class Page:
    """Entries after a cursor.

    ``rows`` of (seq, type, kind, subject, device, received_at, body), where it ends, and whether
    there is more.
    """

    rows: list[tuple[Any, ...]]
    seq: int
    more: bool


def page(rows: Rows, after: int, limit: int, types: Sequence[str] = ()) -> Page:
    """Up to ``limit`` entries with a seq above ``after``; the cost does not depend on where."""
    marks = f" AND type IN ({','.join('?' * len(types))})" if types else ""
    horizon = after + SCAN_MAX if types else ENDLESS
    found = rows.tuples(
        "SELECT seq, type, kind, subject, device, received_at, body FROM journal"  # noqa: S608
        f" WHERE seq > ? AND seq <= ?{marks} ORDER BY seq LIMIT ?",
        (after, horizon, *types, limit + 1),
    )
    if len(found) > limit:
        return Page(found[:limit], found[limit - 1][0], more=True)
    head = int(rows.value("SELECT coalesce(max(seq), 0) FROM journal"))
    return Page(found, max(after, min(horizon, head)), more=head > horizon)


def one(rows: Rows, identity: bytes) -> tuple[Any, ...] | None:
    """The entry with this id as a row of a page; None for one that is not here any more."""
    found = rows.tuples(
        "SELECT seq, type, kind, subject, device, received_at, body FROM journal WHERE id = ?",
        (identity,),
    )
    return found[0] if found else None


def splice(row: tuple[Any, ...]) -> bytes:
    """One entry for the wire, by joining its place to its stored bytes (an erased body leaves the
    place and the type).
    """
    seq, type, _, _, device, received_at, body = row
    place = b'{"seq":%d,"device":"%s","received_at":"%s"' % (
        seq,
        device.encode(),
        clock.to_iso(received_at).encode(),
    )
    return place + (b',"type":"%s"}' % type.encode() if body is None else b"," + body[1:])


def low_water(rows: Rows) -> int:
    """The seq up to which everything is in the archive; 0 while nothing is."""
    return int(rows.value("SELECT coalesce(max(last_seq), 0) FROM archive_segments"))


def verify(
    rows: Rows, keyring: Keyring, after: int = 0, chain: bytes = GENESIS
) -> tuple[int, bytes]:
    """Walk the chain behind a place and its link: (entries, last link).

    Problem chain_broken names the first bad entry.
    """
    count = 0
    for row in _walk(rows, after):
        chain = link(chain, row["seq"], row["id"], row["digest"])
        if chain != row["chain"] or (
            row["body"] is not None and keyring.digest(row["body"]) != row["digest"]
        ):
            raise Problem("chain_broken", seq=row["seq"])
        count += 1
    return count, chain


def _walk(rows: Rows, after: int) -> Iterator[Row]:
    while True:
        part = rows.all(
            "SELECT seq, id, body, digest, chain FROM journal WHERE seq > ? ORDER BY seq LIMIT ?",
            (after, VERIFY_PAGE),
        )
        if not part:
            return
        yield from part
        after = part[-1]["seq"]
