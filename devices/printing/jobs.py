"""The queue of every printer, as it is kept: one row a job.

Each step is on the disk before the next begins, so that after a power cut it is known which job was
being printed, and that nobody knows how far it came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from devices.escpos.document import Document
from gateway.kernel import canonical, ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store
from gateway.store.journal import Entry
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

KEPT_MS: Final = 90 * 24 * 3_600_000
# Of a printer that was taken away nobody can see the paper.
_UNCERTAIN: Final = (
    "SELECT count(*) FROM print_jobs WHERE state = 'uncertain'"
    " AND printer IN (SELECT id FROM attached_devices)"
)
_SETTLED: Final = ("done", "failed", "cancelled")


@dataclass(frozen=True)
class Job:
    """One job. ``reason`` is a code of the catalogue, instants are Unix milliseconds.

    ``confirmed``: the printer, or a person, said that it is on paper. ``lost`` counts characters
    that the printer does not have. ``original`` is the job of which it is a copy.
    """

    number: int
    id: str
    printer: str
    template: str
    title: str
    state: str
    reason: str
    confirmed: bool
    lost: int
    original: str
    actor: str
    created_ms: int
    updated_ms: int
    expires_ms: int | None
    document: Document


@dataclass(frozen=True)
class NewJob:
    """A job that is to be queued; ``asked`` is what was asked for under its id."""

    id: str
    printer: str
    template: str
    title: str
    asked: object
    document: Document
    expires_s: int = 0
    original: str = ""


class Jobs:
    """Reads and writes the table."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def now_ms(self) -> int:
        """Now, in Unix milliseconds."""
        return self._store.clock.now_ms()

    def put(self, new: NewJob, actor: Actor | None) -> Job:
        """Queue a job, or find it queued already; Problem id_reused. What a person asked for is a
        journal entry; nobody asked for what the house prints by itself.
        """
        ids.key(new.id, "record_id_malformed")
        return self._store.write(lambda tx: insert(tx, new, actor))

    def one(self, identity: str) -> Job:
        """Problem print_job_unknown."""
        with self._store.read() as rows:
            return _one(rows, identity)

    def page(self, printer: str, before: int, limit: int) -> list[Job]:
        """The newest jobs below a number, of one printer where it is named."""
        where, params = "number < ?", [before]
        if printer:
            where += " AND printer = ?"
            params.append(ids.key(printer, "device_unknown"))  # type: ignore[arg-type]
        sql = f"SELECT * FROM print_jobs WHERE {where} ORDER BY number DESC LIMIT ?"  # noqa: S608
        with self._store.read() as rows:
            return [_job(row) for row in rows.all(sql, (*params, limit))]

    def uncertain(self) -> int:
        """How many wait for a person."""
        with self._store.read() as rows:
            return int(rows.value(_UNCERTAIN))

    def waiting(self) -> list[str]:
        """Printers that have something to print."""
        with self._store.read() as rows:
            found = rows.tuples("SELECT DISTINCT printer FROM print_jobs WHERE state = 'queued'")
        return [ids.to_text(printer) for (printer,) in found]

    def next(self, printer: str) -> Job | None:
        """What a printer has to print next."""
        with self._store.read() as rows:
            row = rows.one(
                "SELECT * FROM print_jobs WHERE printer = ? AND state = 'queued'"
                " ORDER BY number LIMIT 1",
                (ids.to_bytes(printer),),
            )
        return _job(row) if row else None

    def begin(self, number: int) -> bool:
        """Note that a job is being printed from now on; False when it was taken back, or is stale
        and is not printed any more.
        """

        def apply(tx: Tx) -> bool:
            stale = (
                "UPDATE print_jobs SET state = 'cancelled', reason = ?,"
                " updated_at = ? WHERE number = ? AND state = 'queued' AND expires_at <= ?"
            )
            tx.execute(stale, ("print_expired", tx.now_ms, number, tx.now_ms))
            begun = (
                "UPDATE print_jobs SET state = 'printing', reason = '', updated_at = ?"
                " WHERE number = ? AND state = 'queued'"
            )
            return tx.execute(begun, (tx.now_ms, number)) == 1

        return self._store.write(apply)

    def end(
        self, number: int, state: str, reason: str = "", *, confirmed: bool = False, lost: int = 0
    ) -> None:
        """Note what came of it."""
        sql = (
            "UPDATE print_jobs SET state = ?, reason = ?, confirmed = ?, lost = ?, updated_at = ?"
            " WHERE number = ? AND state = 'printing'"
        )
        self._store.write(
            lambda tx: tx.execute(sql, (state, reason, int(confirmed), lost, tx.now_ms, number))
        )

    def orphan(self, printer: str) -> None:
        """Nothing of what waits for a printer that was taken away is printed any more."""
        sql = (
            "UPDATE print_jobs SET state = 'cancelled', reason = ?, updated_at = ?"
            " WHERE printer = ? AND state = 'queued'"
        )
        key = ids.to_bytes(printer)
        self._store.write(lambda tx: tx.execute(sql, ("device_unknown", tx.now_ms, key)))

    def recover(self) -> None:
        """After a start: what was being printed is uncertain."""
        sql = (
            "UPDATE print_jobs SET state = 'uncertain', reason = ?, updated_at = ?"
            " WHERE state = 'printing'"
        )
        self._store.write(lambda tx: tx.execute(sql, ("print_interrupted", tx.now_ms)))

    def forget(self) -> None:
        """Drop what was settled long ago; what waits for a person stays."""
        marks = ",".join("?" * len(_SETTLED))
        sql = f"DELETE FROM print_jobs WHERE state IN ({marks}) AND updated_at < ?"  # noqa: S608
        self._store.write(lambda tx: tx.execute(sql, (*_SETTLED, tx.now_ms - KEPT_MS)))

    def cancel(self, identity: str, actor: Actor) -> Job:
        """Take back what waits, or let be what is uncertain; Problem print_state."""
        return self._settle(identity, actor, ("queued", "uncertain"), "cancelled")

    def confirm(self, identity: str, actor: Actor) -> Job:
        """Somebody saw it on paper; Problem print_state."""
        return self._settle(identity, actor, ("uncertain",), "confirmed")

    def reprint(self, identity: str, copy: NewJob, actor: Actor) -> Job:
        """Queue a copy of what is not waiting itself; Problem print_state or id_reused."""

        def apply(tx: Tx) -> Job:
            job = _one(tx, identity)
            if tx.value("SELECT 1 FROM print_jobs WHERE id = ?", (ids.to_bytes(copy.id),)):
                return insert(tx, copy, actor)
            if job.state in ("queued", "printing"):
                raise Problem("print_state")
            if job.state == "uncertain":
                _move(tx, job, "cancelled", "print_again")
            return insert(tx, copy, actor)

        ids.key(copy.id, "record_id_malformed")
        return self._store.write(apply)

    def _settle(self, identity: str, actor: Actor, among: Sequence[str], event: str) -> Job:
        def apply(tx: Tx) -> Job:
            job = _one(tx, identity)
            if job.state not in among:
                raise Problem("print_state")
            if event == "confirmed":
                _move(tx, job, "done", "print_by_person", confirmed=True)
            else:
                _move(tx, job, "cancelled", "print_withdrawn")
            record(tx, event, actor, job, {"before": job.state})
            return _one(tx, identity)

        return self._store.write(apply)


def insert(tx: Tx, new: NewJob, actor: Actor | None) -> Job:
    """Queue a job in a transaction of somebody's own."""
    asked = canonical.sha256(canonical.encode(new.asked))
    row = tx.one("SELECT * FROM print_jobs WHERE id = ?", (ids.to_bytes(new.id),))
    if row is not None:
        if row["asked"] != asked:
            raise Problem("id_reused")
        return _job(row)
    tx.execute(
        "INSERT INTO print_jobs (id, printer, template, title, asked, document, original, state,"
        " actor, created_at, updated_at, expires_at) VALUES (?,?,?,?,?,?,?,'queued',?,?,?,?)",
        (ids.to_bytes(new.id), ids.to_bytes(new.printer), new.template, new.title, asked,
         msgspec.json.encode(new.document).decode(),
         ids.to_bytes(new.original) if new.original else None, actor.id if actor else "",
         tx.now_ms, tx.now_ms, tx.now_ms + 1000 * new.expires_s if new.expires_s else None),
    )  # fmt: skip
    job = _one(tx, new.id)
    if actor:
        told = {"original": new.original} if new.original else {}
        record(tx, "reprinted" if new.original else "asked", actor, job, told)
    return job


def record(tx: Tx, event: str, actor: Actor, job: Job, told: Mapping[str, object]) -> None:
    """What a person did with a job: which one it was, never what it says."""
    tx.append(
        Entry(
            id=ids.uuid7(tx.now_ms),
            type=f"print.{event}",
            body={"job": job.id, "template": job.template, **told},
            subject=job.printer,
            actor=actor.id,
            device=actor.device,
        )
    )


def _move(tx: Tx, job: Job, state: str, reason: str, *, confirmed: bool = False) -> None:
    tx.execute(
        "UPDATE print_jobs SET state = ?, reason = ?, confirmed = ?, updated_at = ?"
        " WHERE number = ?",
        (state, reason, int(confirmed), tx.now_ms, job.number),
    )


def _one(rows: Rows, identity: str) -> Job:
    return _job(rows.by_id("SELECT * FROM print_jobs WHERE id = ?", identity, "print_job_unknown"))


def _job(row: Row) -> Job:
    return Job(
        row["number"], ids.to_text(row["id"]), ids.to_text(row["printer"]), row["template"],
        row["title"], row["state"], row["reason"], bool(row["confirmed"]), row["lost"],
        ids.to_text(row["original"]) if row["original"] else "", row["actor"], row["created_at"],
        row["updated_at"], row["expires_at"],
        msgspec.json.decode(row["document"], type=Document),
    )  # fmt: skip
