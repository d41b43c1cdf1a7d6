"""One file of the archive: a run of journal entries, packed, compressed and sealed (pure).

A line that names the format, then MessagePack under zlib, column by column, so that like stands
beside like. An entry's seq follows from its place, and the links of the hash chain are computed
again when it is read: both would be kept for nothing.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import msgspec

from gateway.kernel.canonical import sha256
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.store.journal import link

SEALED = b"waystation segment 1 sealed\n"
PLAIN = b"waystation segment 1 plain\n"


class Stored(NamedTuple):
    """A row of the journal, as the table has it."""

    seq: int
    id: bytes
    type: str
    kind: str
    subject: str
    actor: str
    device: str
    origin_epoch: str | None
    origin_seq: int | None
    occurred_at: int
    received_at: int
    clock_offset_ms: int
    body: bytes | None
    digest: bytes
    chain: bytes


COLUMNS = Stored._fields
# What a file keeps of a row.
KEPT = tuple(name for name in COLUMNS if name not in ("seq", "chain"))


@dataclass(frozen=True, slots=True)
class Segment:
    """What the database knows of a file: the run it holds, and what its bytes must be."""

    first_seq: int
    last_seq: int
    entries: int
    file: str
    size_bytes: int
    sha256: bytes
    first_link: bytes
    last_link: bytes
    newest_at: int
    archived_at: int


class _Content(msgspec.Struct):
    """What a file holds. ``link`` is that of the hash chain before the first entry."""

    first_seq: int
    link: bytes
    columns: dict[str, list[Any]]


_decoder = msgspec.msgpack.Decoder(_Content)


def name_of(first_seq: int) -> str:
    """The file that begins with an entry."""
    return f"{first_seq:012d}.segment"


def pack(rows: Sequence[Stored], before: bytes, keyring: Keyring, *, sealed: bool) -> bytes:
    """The file of some entries that follow each other, the link ``before`` them at hand."""
    columns = {name: [getattr(row, name) for row in rows] for name in KEPT}
    first_seq = rows[0].seq
    packed = zlib.compress(msgspec.msgpack.encode(_Content(first_seq, before, columns)), level=6)
    if not sealed:
        return PLAIN + packed
    return SEALED + keyring.seal_file(packed, name_of(first_seq))


def unpack(raw: bytes, segment: Segment, keyring: Keyring) -> list[Stored]:
    """The entries of a file; Problem segment_damaged when they are not those it was written with.

    The bytes, the run of entries, and both ends of the hash chain are compared. Whether each body
    belongs to its digest is not: see ``check_bodies``.
    """
    if sha256(raw) != segment.sha256:
        raise damaged(segment, "its checksum is another one")
    try:
        content = _decoder.decode(zlib.decompress(_opened(raw, segment, keyring)))
    except (msgspec.DecodeError, zlib.error, Problem) as error:
        raise damaged(segment, str(error)) from error
    if content.first_seq != segment.first_seq or content.link != segment.first_link:
        raise damaged(segment, "it does not follow the one before it")
    rows = _rows(content)
    if len(rows) != segment.entries or rows[-1].chain != segment.last_link:
        raise damaged(segment, "its hash chain is broken")
    return rows


def check_bodies(rows: Sequence[Stored], segment: Segment, keyring: Keyring) -> None:
    """Problem segment_damaged when a body is not the one its digest was made of."""
    for row in rows:
        if row.body is not None and keyring.digest(row.body) != row.digest:
            raise damaged(segment, f"entry {row.seq} was changed")


def damaged(segment: Segment, reason: str) -> Problem:
    """The problem of a file that is not what was written."""
    return Problem(
        "segment_damaged", file=segment.file, first=segment.first_seq, last=segment.last_seq,
        reason=reason,
    )  # fmt: skip


def _opened(raw: bytes, segment: Segment, keyring: Keyring) -> bytes:
    if raw.startswith(SEALED):
        return keyring.open_file(raw[len(SEALED) :], name_of(segment.first_seq))
    if raw.startswith(PLAIN):
        return raw[len(PLAIN) :]
    raise damaged(segment, "it is no file of the archive")


def _rows(content: _Content) -> list[Stored]:
    rows = []
    chain = content.link
    columns = (content.columns[name] for name in KEPT)
    for seq, values in enumerate(zip(*columns, strict=True), content.first_seq):
        chain = link(chain, seq, values[0], values[-1])
        rows.append(Stored._make((seq, *values, chain)))
    return rows
