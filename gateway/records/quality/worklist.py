"""What is to be mended, the most worthwhile first; and that somebody has checked a record."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from gateway.access.policy import Rule, allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.records import queries, view
from gateway.records.edits import writing
from gateway.records.engine import Engine, Origin
from gateway.records.model.kind import Kind
from gateway.records.quality import judging, scoring
from gateway.records.quality.scoring import Finding
from gateway.records.rows import heads, scopes
from gateway.records.rows.heads import COLUMNS, Head
from gateway.records.view import Glass
from gateway.store.database import Store
from gateway.store.rows import Row, Rows
from gateway.store.transaction import Tx

Json = dict[str, Any]

LIMIT_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """A page of the worklist: ``after`` is where the last one ended. Empty filters take all."""

    after: str = ""
    limit: int = 50
    owner: str = ""
    territory: str = ""
    due: bool = False


class Worklist:
    """The quality of the records of one store, as people see it."""

    def __init__(self, store: Store, engine: Callable[[], Engine], review_after_days: int) -> None:
        self._store = store
        self._engine = engine
        self._review_ms = review_after_days * judging.DAY_MS

    def of_record(self, actor: Actor, kind_name: str, record: str) -> Json:
        """{"score", "completeness", "validity", "findings", "verified_at", "verified_by",
        "review_at", "due"} of one record, as of now.

        ``review_at`` is when somebody should look at it again. Problem kind_unknown,
        record_missing or not_allowed.
        """
        kind = self._engine().kind(kind_name)
        with self._store.read() as rows:
            head = queries.get(rows, kind, actor, record)
            return self._told(rows, actor, kind, head)

    def check(self, origin: Origin, kind_name: str, record: str, version: int) -> Json:
        """Keep that the actor has looked at ``version`` of a record and found it right.

        The answer is that of ``of_record``. Problem kind_unknown, record_missing, not_allowed, or
        check_moved where the record has changed meanwhile.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)

        def work(tx: Tx) -> None:
            head = _own(tx, kind, origin.actor, record, version)
            made = origin.filled(tx.now_ms)
            writing.show_check(tx, made, head)
            _keep(tx, made, head)
            found = scoring.assess(kind, head.data, engine.home)
            judging.keep(tx, head, found, tx.now_ms, due=False)

        self._store.write(work)
        return self.of_record(origin.actor, kind_name, record)

    def page(self, actor: Actor, kind_name: str, asked: Asked) -> tuple[list[Json], str | None]:
        """Records with something to mend, and the ``after`` of the next page.

        {"record", "kind", "number", "title", "territory", "version", "score", "worth", "due",
        "verified_at", "findings"}. Problem kind_unknown, not_allowed or cursor_malformed.
        """
        engine = self._engine()
        kind = engine.kind(kind_name)
        rule = allowed(actor, kind.name, "list")
        limit = max(1, min(asked.limit, LIMIT_MAX))
        with self._store.read() as rows:
            found = _rows(rows, kind, rule, actor, asked, limit + 1)
            known = {row["id"]: heads.from_row(row) for row in _heads(rows, found)}
            checked = judging.verified(rows, [ids.to_text(row["record"]) for row in found])
        told = []
        for row in found[:limit]:
            head = known.get(row["record"])
            if head is None or head.alias_of or not scopes.covers(rule, actor, head):
                continue
            item = self._item(engine, kind, rule, actor, head, row)
            if item is not None:
                seen_at = checked.get(head.id)
                told.append({**item, "verified_at": to_iso(seen_at) if seen_at else None})
        more = len(found) > limit
        return told, _after(found[limit - 1]) if more else None

    def _item(
        self, engine: Engine, kind: Kind, rule: Rule, actor: Actor, head: Head, row: Row
    ) -> Json | None:
        """One record of the worklist; None where it has been mended since it was put there."""
        due = bool(row["due"])
        score, worth, findings = row["score"], row["worth"], _stored(row["findings"])
        if row["version"] != head.version:
            found = scoring.assess(kind, head.data, engine.home)
            score, worth = found.score, judging.worth(found, due=due)
            findings = found.findings
        if not worth:
            return None
        return {
            "record": head.id,
            "kind": head.kind,
            "number": head.number,
            "title": view.title(kind, rule, head),
            "territory": head.territory,
            "version": head.version,
            "score": score,
            "worth": worth,
            "due": due,
            "findings": _shown(Glass(self._store.keyring, kind, rule, head.id), actor, findings),
        }

    def _told(self, rows: Rows, actor: Actor, kind: Kind, head: Head) -> Json:
        engine = self._engine()
        found = scoring.assess(kind, head.data, engine.home)
        glass = Glass(self._store.keyring, kind, allowed(actor, kind.name, "read"), head.id)
        last = _last(rows, head.id)
        seen_at = last["at"] if last else head.created_at
        due = seen_at + self._review_ms <= self._store.clock.now_ms()
        return {
            "score": found.score,
            "completeness": found.completeness,
            "validity": found.validity,
            "findings": _shown(glass, actor, found.findings),
            "verified_at": to_iso(last["at"]) if last else None,
            "verified_by": last["actor_name"] if last else None,
            "verified_version": last["version"] if last else None,
            "review_at": to_iso(seen_at + self._review_ms),
            "due": due,
        }


def _own(tx: Tx, kind: Kind, actor: Actor, record: str, version: int) -> Head:
    rule = allowed(actor, kind.name, "update")
    head = queries.get(tx, kind, actor, record)
    if not scopes.covers(rule, actor, head):
        raise Problem("record_missing")
    if head.version != version or head.alias_of:
        raise Problem("check_moved", version=head.version)
    return head


def _keep(tx: Tx, origin: Origin, head: Head) -> None:
    author = origin.author
    by = (author.actor, author.actor_name, author.device, author.channel, tx.now_ms)
    tx.execute(
        "INSERT INTO record_checks (id, record, version, actor, actor_name, device, channel, at)"
        " VALUES (?,?,?,?,?,?,?,?)",
        (ids.to_bytes(author.operation), heads.key(head.id), head.version, *by),
    )


def _last(rows: Rows, record: str) -> Row | None:
    return rows.one(
        "SELECT version, actor_name, at FROM record_checks WHERE record = ?"
        " ORDER BY at DESC LIMIT 1",
        (heads.key(record),),
    )


def _rows(rows: Rows, kind: Kind, rule: Rule, actor: Actor, asked: Asked, limit: int) -> list[Row]:
    scope, params = scopes.condition(rule, actor)
    where = ["r.kind = ?", scope, "r.due = 1" if asked.due else "r.worth > 0"]
    values: list[object] = [kind.name, *params]
    for column, wanted in (("owner", asked.owner), ("territory", asked.territory)):
        if wanted:
            where.append(f"r.{column} = ?")
            values.append(wanted)

    index = _index(rule, asked)

    def part(place: str, *at: object, count: int) -> list[Row]:
        return rows.all(
            f"SELECT r.* FROM record_quality r INDEXED BY {index}"  # noqa: S608
            f" WHERE {' AND '.join(where)} AND {place}"
            " ORDER BY r.worth DESC, r.record LIMIT ?",
            (*values, *at, count),
        )

    worth, record = _place(asked.after)
    # Two seeks in the index: one condition with OR would read all that came before the page.
    found = part("r.worth = ? AND r.record > ?", worth, record, count=limit)
    return found + part("r.worth < ?", worth, count=limit - len(found))


def _index(rule: Rule, asked: Asked) -> str:
    """The index that lies in the order of the page; SQLite, left to choose, reads far more."""
    if asked.due:
        return "record_quality_due"
    if asked.owner or rule.scope == "own":
        return "record_quality_owner"
    here = asked.territory or rule.scope == "territory"
    return "record_quality_territory" if here else "record_quality_all"


def _heads(rows: Rows, found: list[Row]) -> Iterator[Row]:
    keys = [row["record"] for row in found]
    marks = ",".join("?" * len(keys))
    yield from rows.all(f"SELECT {COLUMNS} FROM records r WHERE r.id IN ({marks})", keys)  # noqa: S608


def _stored(text: str) -> tuple[Finding, ...]:
    told = msgspec.json.decode(text)
    return tuple(
        Finding(one["field"], Problem.from_record(one["problem"]), one["points"]) for one in told
    )


def _shown(glass: Glass, actor: Actor, findings: tuple[Finding, ...]) -> list[Json]:
    """What is wrong and what helps, in the actor's language, as far as the role knows the place."""
    return [
        {
            "field": one.field,
            "code": one.problem.code,
            "detail": one.problem.detail(actor.language),
            "points": one.points,
        }
        for one in findings
        if glass.shows(tuple(one.field.split(".")))
    ]


def _after(row: Row) -> str:
    return f"{row['worth']}.{ids.to_text(row['record'])}"


def _place(after: str) -> tuple[int, bytes]:
    if not after:
        return 1 << 62, b""
    worth, _, record = after.partition(".")
    try:
        return int(worth), ids.to_bytes(record)
    except ValueError as error:
        raise Problem("cursor_malformed") from error
