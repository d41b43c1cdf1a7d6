"""A batch as files: one for each kind of record and type of fact (pure).

A file's name holds who it is for, what it is about, the first and the last entry and a hash of its
bytes. The same batch makes the same files, byte for byte.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import msgspec

from gateway.facts.types import DATA_TYPES
from gateway.kernel import canonical
from gateway.kinds.registry import KINDS
from gateway.transfer.formats.formula import guard
from sync.erp.connector import Entry

HASH_CHARACTERS = 12
ENVELOPE = ("seq", "id", "time", "origin", "op", "subject", "number", "version", "into", "aliases")


@dataclass(frozen=True, slots=True)
class Made:
    """A file to be, and the entries that are in it."""

    name: str
    content: bytes
    seqs: tuple[int, ...]

    def answer(self, ending: str) -> str:
        """The name of the file that answers for it."""
        return f"{self.name.rpartition('.')[0]}.receipts.{ending}"


def made(consumer: str, entries: Sequence[Entry], form: str) -> list[Made]:
    """The files of a batch, records before facts. ``form`` is csv or jsonl."""
    about: dict[str, list[Entry]] = {}
    for entry in sorted(entries, key=lambda entry: (not entry.kind, entry.seq)):
        about.setdefault(entry.kind or entry.type, []).append(entry)
    return [_file(consumer, name, some, form) for name, some in about.items()]


def _file(consumer: str, about: str, entries: Sequence[Entry], form: str) -> Made:
    content = _table(about, entries) if form == "csv" else _lines(entries)
    seqs = tuple(entry.seq for entry in entries)
    digest = canonical.sha256_hex(content)[:HASH_CHARACTERS]
    return Made(f"{consumer}-{about}-{min(seqs)}-{max(seqs)}-{digest}.{form}", content, seqs)


def _lines(entries: Sequence[Entry]) -> bytes:
    return b"".join(canonical.encode(_told(entry)) + b"\n" for entry in entries)


def _told(entry: Entry) -> dict[str, object]:
    shown = {name: value for name, value in _envelope(entry).items() if value not in ("", 0)}
    if entry.aliases:
        shown["aliases"] = list(entry.aliases)
    shown["type"] = entry.type
    if entry.kind:
        shown["kind"] = entry.kind
    return {**shown, "data": entry.data} if entry.op in ("append", "upsert") else shown


def _envelope(entry: Entry) -> dict[str, object]:
    named = {name: getattr(entry, name) for name in ENVELOPE}
    return {**named, "aliases": " ".join(entry.aliases)}


def _table(about: str, entries: Sequence[Entry]) -> bytes:
    """Comma-separated (RFC 4180) in UTF-8. What is nested stands in its cell as JSON."""
    names = _members(about)
    others = sorted({name for entry in entries for name in entry.data} - set(names))
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\r\n")
    columns = [*names, *others]
    writer.writerow([*ENVELOPE, *(_heading(name) for name in columns)])
    for entry in entries:
        envelope = [guard(_cell(value)) for value in _envelope(entry).values()]
        writer.writerow([*envelope, *(guard(_cell(entry.data.get(name))) for name in columns)])
    return written.getvalue().encode()


def _members(about: str) -> list[str]:
    """What is known of a kind or type, in the order in which it is declared."""
    if about in KINDS:
        return [field.name for field in KINDS[about].fields]
    if about in DATA_TYPES:
        return [field.encode_name for field in msgspec.structs.fields(DATA_TYPES[about])]
    return []


def _heading(name: str) -> str:
    return f"data.{name}" if name in ENVELOPE else name


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping | list | tuple):
        return canonical.encode(value).decode() if value else ""
    return str(value)
