"""Taking back what one row of an import did, in the caller's transaction.

Nothing is erased: a record that the row made is closed and keeps its number, a record that it
changed gets another version. What somebody has changed since stays and is told, for taking it away
would lose their work. Every step is an ordinary edit, with the rights and rules of now.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.edits import conflicts, proposals, writing
from gateway.records.edits.docket import Docket, refresh
from gateway.records.edits.merge import rank
from gateway.records.edits.rebasing import taken_back
from gateway.records.engine import Engine, Origin, Outcome, Proposal
from gateway.records.model.fields import Data, Field, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import Patch, at, between, pointer, put
from gateway.records.rows import aliases, heads, sealed
from gateway.records.rows.heads import Head
from gateway.store.transaction import Tx
from gateway.transfer.keeping import remembered, results
from gateway.transfer.keeping.book import Import
from gateway.transfer.keeping.results import Result


def operation_of(identity: str, step: str, row: int) -> str:
    """The id of what an import (``step`` import) or its undoing (undo) does for a row."""
    return ids.to_text(ids.event_key(identity, step, str(row)))


@dataclass(frozen=True, slots=True)
class Undoing:
    """An import that is taken back by an actor."""

    engine: Engine
    kind: Kind
    imported: Import
    actor: Actor

    def take_back(self, tx: Tx, done: Result) -> Result:
        """Undo one row; the outcome is closed, restored, partly or left, with every reason."""
        try:
            with tx.attempt():
                return self._row(tx, done)
        except Problem as problem:
            reasons = problem.errors or (problem,)
            return Result(done.row, "left", done.record, problems=reasons)

    def _row(self, tx: Tx, done: Result) -> Result:
        head = heads.get(tx, self.kind, done.record)
        if head.alias_of:
            into = aliases.standing(tx, head).number
            raise Problem("undo_merged", number=head.number, into=into)
        own = operation_of(self.imported.id, "import", done.row)
        head = self._withdraw(tx, head, own)
        if done.outcome == "created":
            return self._close(tx, done, head)
        return self._restore(tx, done, head, own)

    def _origin(self, tx: Tx, row: int) -> Origin:
        operation = operation_of(self.imported.id, "undo", row)
        # No channel: it is a person who decides this, and the file that is doubted.
        origin = Origin(self.actor, operation, mender=mender(self.imported))
        return origin.filled(tx.now_ms)

    def _withdraw(self, tx: Tx, head: Head, own: str) -> Head:
        """End what the row proposed and what it wants otherwise than somebody else."""
        origin = Origin(self.actor).filled(tx.now_ms)
        open_ = [one for one in proposals.of_operations(tx, [own]) if one.state == "open"]
        ended = [
            replace(
                one,
                state="withdrawn",
                ended="undone",
                decided_by=self.actor.id,
                decided_name=self.actor.name,
                decided_at=tx.now_ms,
            )
            for one in open_
        ]
        head = writing.show_proposals(tx, origin, head, ended)
        if not head.conflicts:
            return head
        waiting = conflicts.waiting(tx, self.kind, head, tx.keyring)
        mine = [one for one in waiting if one.author.operation == own]
        if not mine:
            return head
        data = sealed.open_all(tx.keyring, self.kind, head.id, head.data)
        rest = refresh(self.kind, [one for one in waiting if one not in mine], data)
        gone = tuple(replace(one, state="withdrawn", decided_at=tx.now_ms) for one in mine)
        docket = Docket(rest.data, (*gone, *rest.changed), rest.open)
        return writing.advance(tx, self.kind, writing.apart(tx, origin), head, docket)

    def _close(self, tx: Tx, done: Result, head: Head) -> Result:
        """Close a record that the row made, unless somebody has worked on it since."""
        if not self.kind.closing:
            raise Problem("undo_no_closing", number=head.number)
        if (by := self._changed_by(tx, head)) is not None:
            reason = Problem("undo_changed", number=head.number, by=by)
            return Result(done.row, "left", head.id, problems=[reason])
        origin = self._origin(tx, done.row)
        outcome = self._edit(tx, origin, head, self.kind.closing)
        remembered.unsay(tx, head.id, done.operation, origin.operation)
        operation = origin.operation if outcome.seq is not None else ""
        return Result(done.row, "closed", head.id, operation, _waits(outcome))

    def _changed_by(self, tx: Tx, head: Head) -> str | None:
        """Who has made a version since that is no work of this import; None if nobody has."""
        rows = results.rows_about(tx, self.imported.id, head.id)
        own = {
            ids.to_bytes(operation_of(self.imported.id, step, row))
            for row in rows
            for step in ("import", "undo")
        }
        later = tx.all(
            "SELECT operation, actor_name, approver_name FROM record_versions"
            " WHERE record = ? AND version > 1 ORDER BY version",
            (heads.key(head.id),),
        )
        names = [v["approver_name"] or v["actor_name"] for v in later if v["operation"] not in own]
        return names[-1] if names else None

    def _restore(self, tx: Tx, done: Result, head: Head, own: str) -> Result:
        """Give the fields that the row changed their former values, where they are as it left
        them.
        """
        number = tx.value(
            "SELECT version FROM record_versions WHERE record = ? AND operation = ?",
            (heads.key(head.id), ids.to_bytes(own)),
        )
        reasons = list(self._approved(tx, own))
        if number is None:
            remembered.unsay(tx, head.id, own, "")
            return Result(done.row, "left" if reasons else "restored", head.id, problems=reasons)
        before, after = (
            sealed.open_all(tx.keyring, self.kind, head.id, heads.version(tx, head.id, number + n))
            for n in (-1, 0)
        )
        now = sealed.open_all(tx.keyring, self.kind, head.id, head.data)
        data, stays = taken_back(self.kind, before, after, now)
        data, kept = _consents(self.kind, now, data)
        reasons += [Problem("undo_field_changed", pointer=pointer(path)) for path in stays]
        reasons += [Problem("undo_consent", pointer=pointer(path)) for path in kept]
        origin = self._origin(tx, done.row)
        outcome, refused = self._edit_what_fits(tx, origin, head, (now, data))
        reasons += [*refused, *_waits(outcome)]
        remembered.unsay(tx, head.id, own, origin.operation)
        went = outcome is not None and outcome.seq is not None
        status = "restored" if not reasons else "partly" if went else "left"
        return Result(done.row, status, head.id, origin.operation if went else "", reasons)

    def _approved(self, tx: Tx, own: str) -> list[Problem]:
        """What a second person has confirmed of the row since: that is theirs to change."""
        found = proposals.of_operations(tx, [own])
        return [
            Problem("undo_approved", pointer=pointer(one.path), by=one.decided_name)
            for one in found
            if one.state == "approved"
        ]

    def _edit_what_fits(
        self, tx: Tx, origin: Origin, head: Head, change: tuple[Data, Data]
    ) -> tuple[Outcome | None, list[Problem]]:
        """The edit, without the places that today's rules or rights refuse."""
        now, data = change
        if now == data:
            return None, []
        try:
            return self._edit(tx, origin, head, between(now, data)), []
        except Problem as problem:
            refused = list(problem.errors or (problem,))
        for one in refused:
            place = tuple(one.pointer.strip("/").split("/"))
            data = put(data, place, at(now, place)) if one.pointer else now
        if now == data:
            return None, refused
        return self._edit(tx, origin, head, between(now, data)), refused

    def _edit(self, tx: Tx, origin: Origin, head: Head, patch: Patch) -> Outcome:
        proposal = Proposal(patch, head.version)
        with tx.attempt():
            return commands.edit(tx, self.engine, origin, self.kind.name, head.id, proposal)


def mender(imported: Import) -> str:
    """Whoever brought a file that somebody else carries has a hand in it, and decides nothing."""
    return imported.actor.human if imported.actor.human != imported.runner.human else ""


def _consents(kind: Kind, now: Data, data: Data) -> tuple[Data, list[Path]]:
    """Without what would loosen a consent: a refusal stays, whoever brought it."""
    kept: list[Path] = []
    for field in kind.fields:
        if field.policy != "consent":
            continue
        for path in _places(field, now, data):
            if rank(field, at(data, path))[0] > rank(field, at(now, path))[0]:
                data = put(data, path, at(now, path))
                kept.append(path)
    return data, kept


def _places(field: Field, now: Data, data: Data) -> Sequence[Path]:
    if field.type != "group":
        return [(field.name,)]
    sides = (side.get(field.name) for side in (now, data))
    names = {name for side in sides if isinstance(side, dict) for name in side}
    return [(field.name, name) for name in sorted(names)]


def _waits(outcome: Outcome | None) -> list[Problem]:
    if outcome is None or not outcome.proposals:
        return []
    return [Problem("undo_waits", number=outcome.head.number)]
