"""Cutting a batch: journal rows in, immutable bytes out (pure).

A fact is offered as it was stored. A record is offered once per batch, whole, at its newest
version among the rows: who takes the batch never sees half an edit, and ten edits of a morning
are one entry.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import msgspec
from msgspec import Raw, Struct

from gateway.kernel import canonical, clock


class Row(Struct, frozen=True, gc=False):
    """One journal row. ``kind`` and ``subject`` name the record it is about; a fact has no kind."""

    seq: int
    id: str
    type: str
    kind: str
    subject: str
    device: str
    occurred_at: int
    body: bytes | None

    @property
    def is_record(self) -> bool:
        """Whether the row is an edit of a record rather than a fact."""
        return bool(self.kind)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A record as the ERP may see it, at one version; ``data`` is None once it is gone.

    ``into`` is the record it was merged into, ``aliases`` those that were merged into it; each by
    id and number.
    """

    version: int
    number: str
    data: Mapping[str, object] | None
    into: tuple[str, str] | None = None
    aliases: tuple[tuple[str, str], ...] = ()


class Item(Struct, frozen=True, gc=False):
    """What a receipt is expected for."""

    seq: int
    kind: str
    subject: str
    version: int | None


@dataclass(frozen=True, slots=True)
class Cut:
    """The entries of a batch to be, with their canonical bytes.

    ``through`` is where the cursor stands once every item has its receipt.
    """

    entries: tuple[tuple[Item, bytes], ...]
    through: int


@dataclass(frozen=True, slots=True)
class Batch:
    """A sealed cut: what is stored, and read again byte for byte until it is done."""

    id: str
    sha256: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Caps:
    """How large a batch grows; a single entry may exceed ``bytes_max``, or it could never leave."""

    entries_max: int
    bytes_max: int


def choose(outstanding: Sequence[Row], fresh: Sequence[Row], own: str) -> list[Row]:
    """The rows worth offering, by seq, at most one for each record.

    Left out are rows that came from the consumer itself (``own`` is its device), facts whose body
    was erased, and rows of a record that has a newer one here.
    """
    newest: dict[str, Row] = {}
    for row in sorted([*outstanding, *fresh], key=lambda row: row.seq):
        if (own and row.device == own) or (row.body is None and not row.kind):
            continue
        newest[f"{row.kind}/{row.subject}" if row.kind else row.id] = row
    return sorted(newest.values(), key=lambda row: row.seq)


def cut(rows: Sequence[Row], records: Mapping[str, Snapshot], through: int, caps: Caps) -> Cut:
    """The entries that fit; the cursor ends at ``through`` or before the first that did not.

    ``records`` holds, by subject, the record of every row that is about one; a row without its
    record is left out.
    """
    taken: list[tuple[Item, bytes]] = []
    size = 0
    for row in rows:
        snapshot = records.get(row.subject) if row.kind else None
        if row.kind and snapshot is None:
            continue
        raw = canonical.encode(record_entry(row, snapshot)) if snapshot else fact_entry(row)
        if taken and (len(taken) == caps.entries_max or size + len(raw) > caps.bytes_max):
            return Cut(tuple(taken), min(through, row.seq - 1))
        version = snapshot.version if snapshot else None
        taken.append((Item(row.seq, row.kind, row.subject, version), raw))
        size += len(raw)
    return Cut(tuple(taken), through)


class _Stored(Struct, gc=False):
    """A fact as the journal keeps it, of which only the data is looked at."""

    data: Raw = Raw(b"{}")


class _Append(Struct, omit_defaults=True, gc=False):
    """A fact as the ERP reads it, its members in canonical order."""

    data: Raw
    id: str
    op: Literal["append"]
    origin: str = ""
    seq: int = 0
    time: str = ""
    type: str = ""


_stored = msgspec.json.Decoder(_Stored)
_encoder = msgspec.json.Encoder()


def fact_entry(row: Row) -> bytes:
    """A fact as the ERP reads it, in canonical bytes.

    Its data is taken over as it was stored, which is canonical too: reading and writing every
    member again would take five times as long.
    """
    assert row.body is not None, "choose() leaves erased facts out"
    data = _stored.decode(row.body).data
    time = clock.to_iso(row.occurred_at)
    return _encoder.encode(_Append(data, row.id, "append", row.device, row.seq, time, row.type))


def record_entry(row: Row, snapshot: Snapshot) -> dict[str, object]:
    """An edit of a record as the ERP reads it: the record at its newest version."""
    value: dict[str, object] = {
        "seq": row.seq,
        "id": row.id,
        "type": row.type,
        "time": clock.to_iso(row.occurred_at),
    }
    if row.device:
        value["origin"] = row.device
    return value | record_state(row.kind, row.subject, snapshot)


def record_state(kind: str, subject: str, snapshot: Snapshot) -> dict[str, object]:
    """A record at one version, and what is to be done with it."""
    value: dict[str, object] = {"kind": kind, "subject": subject, "version": snapshot.version}
    if snapshot.number:
        value["number"] = snapshot.number
    if snapshot.into is not None:
        into, number = snapshot.into
        return value | {"op": "merge", "into": into, "into_number": number}
    if snapshot.aliases:
        value["aliases"] = [{"id": each, "number": number} for each, number in snapshot.aliases]
    if snapshot.data is None:
        return value | {"op": "delete"}
    return value | {"op": "upsert", "data": snapshot.data}


def seal(identity: str, consumer: str, epoch: str, cut: Cut) -> Batch:
    """The batch of a cut; its hash is the SHA-256 of the canonical JSON of the list of entries."""
    seqs = [item.seq for item, _ in cut.entries]
    listed = b"[" + b",".join(raw for _, raw in cut.entries) + b"]"
    sha256 = canonical.sha256_hex(listed)
    head = {
        "id": identity,
        "consumer": consumer,
        "epoch": epoch,
        "first_seq": min(seqs),
        "last_seq": max(seqs),
        "count": len(seqs),
        "sha256": sha256,
    }
    return Batch(identity, sha256, canonical.encode(head)[:-1] + b',"entries":' + listed + b"}")


def entries(body: bytes) -> list[Raw]:
    """The entries of a sealed batch, each in its canonical bytes."""
    return _listed.decode(body).entries


class _Listed(Struct, gc=False):
    entries: list[Raw]


_listed = msgspec.json.Decoder(_Listed)
