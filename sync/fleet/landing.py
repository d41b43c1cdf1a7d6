"""Where entries land: tables of PostgreSQL, each entry once, with its place in the stream beside.

One transaction for each batch of messages. An entry is known by its gateway and its id, so it does
not matter how often a message comes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
import psycopg

from gateway.kernel import clock

TABLES = """
CREATE TABLE IF NOT EXISTS waystation_entries (
    gateway text NOT NULL,
    id uuid NOT NULL,
    seq bigint NOT NULL,
    type text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    op text NOT NULL,
    time timestamptz NOT NULL,
    entry json NOT NULL,
    stream_seq bigint NOT NULL,
    landed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (gateway, id)
);
CREATE INDEX IF NOT EXISTS waystation_entries_of_subject
    ON waystation_entries (gateway, subject, version DESC) WHERE subject <> '';
CREATE TABLE IF NOT EXISTS waystation_strays (
    stream_seq bigint PRIMARY KEY,
    name text NOT NULL,
    reason text NOT NULL,
    payload bytea NOT NULL
);
CREATE TABLE IF NOT EXISTS waystation_stream (
    stream text PRIMARY KEY,
    last_seq bigint NOT NULL,
    messages bigint NOT NULL
);
CREATE OR REPLACE VIEW waystation_records AS
    SELECT DISTINCT ON (gateway, subject) * FROM waystation_entries WHERE kind <> ''
    ORDER BY gateway, subject, version DESC, seq DESC;
"""
_LAND = """
INSERT INTO waystation_entries
    (gateway, id, seq, type, kind, subject, version, op, time, entry, stream_seq)
SELECT * FROM unnest(%s::text[], %s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[],
    %s::bigint[], %s::text[], %s::timestamptz[], %s::json[], %s::bigint[])
ON CONFLICT (gateway, id) DO NOTHING
"""
_MOVE = """
INSERT INTO waystation_stream AS s VALUES (%s, %s, %s) ON CONFLICT (stream) DO UPDATE SET
    last_seq = greatest(s.last_seq, excluded.last_seq), messages = s.messages + excluded.messages
"""


class _Entry(msgspec.Struct):
    id: str
    type: str
    seq: int
    time: str
    op: str
    kind: str = ""
    subject: str = ""
    version: int = 0


_decoder = msgspec.json.Decoder(_Entry)


@dataclass(frozen=True, slots=True)
class Message:
    """One message of the stream. ``name`` is its subject, ``place`` its sequence there."""

    name: str
    place: int
    payload: bytes


def prepare(database: "psycopg.Connection[tuple[object, ...]]") -> None:
    """Make the tables where they are missing; two that begin at once do not stumble."""
    with database.transaction():
        database.execute("SELECT pg_advisory_xact_lock(7793142051)")
        database.execute(TABLES)


def land(
    database: "psycopg.Connection[tuple[object, ...]]", stream: str, messages: Sequence[Message]
) -> int:
    """Keep messages, all or none; how many entries are new. psycopg.Error when nothing was kept.

    What is no entry of a gateway is kept apart, so that it holds nothing up.
    """
    rows, strays = [], []
    for message in messages:
        try:
            rows.append(_row(message))
        except ValueError as error:
            strays.append((message.place, message.name, str(error)[:200], message.payload))
    with database.transaction(), database.cursor() as cursor:
        new = 0
        if rows:
            columns = [list(column) for column in zip(*rows, strict=True)]
            new = cursor.execute(_LAND, columns).rowcount
        if strays:
            cursor.executemany(
                "INSERT INTO waystation_strays VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                strays,
            )
        last = max(message.place for message in messages)
        cursor.execute(_MOVE, (stream, last, len(messages)))
    return new


def _row(message: Message) -> tuple[object, ...]:
    """The columns of an entry; ValueError (msgspec's among them) for anything else."""
    parts = message.name.split(".", 2)
    entry = _decoder.decode(message.payload)
    if len(parts) != 3 or parts[2] != entry.type:
        raise ValueError("its name is not that of what it holds")
    clock.from_iso(entry.time)
    text = message.payload.decode()
    return (
        parts[1], str(UUID(entry.id)), entry.seq, entry.type, entry.kind, entry.subject,
        entry.version, entry.op, entry.time, text, message.place,
    )  # fmt: skip
