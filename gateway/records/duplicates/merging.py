"""Merging a record into another one of its kind, inside a caller's transaction.

The record that stays gets a new version; the other one becomes its alias, with all its versions and
with its number, and from then on leads to it. Conflicts that wait move along; proposals that wait
end, because what they were approved against is no longer there.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from gateway.access.policy import Rule, allowed
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.duplicates import merge_pairs
from gateway.records.duplicates.joining import Comparison, compare, join
from gateway.records.edits import conflicts, proposals, writing
from gateway.records.edits.docket import Conflict, Docket
from gateway.records.edits.proposals import Waiting
from gateway.records.edits.rebasing import renamed
from gateway.records.edits.standing import ranking
from gateway.records.engine import Engine, Origin
from gateway.records.model import guards, validate
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, changed, dotted
from gateway.records.rows import aliases, heads, scopes, sealed
from gateway.records.rows.aliases import Merge
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx


@dataclass(frozen=True, slots=True)
class Order:
    """Merge ``alias`` into ``record``, each as it was looked at; ``choices`` by dotted place."""

    record: str
    version: int
    alias: str
    alias_version: int
    choices: Mapping[str, str]

    @classmethod
    def proposed(cls, one: Waiting) -> "Order":
        """The order that a proposal holds."""
        told = one.proposed
        assert isinstance(told, dict), "a proposed merge is an object"
        return cls(one.record, **told)

    def told(self) -> dict[str, object]:
        """What a proposal holds of it; the record is where the proposal lies."""
        return {
            "version": self.version,
            "alias": self.alias,
            "alias_version": self.alias_version,
            "choices": dict(self.choices),
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """What a merge would store; ``ours``, ``theirs`` and ``data`` in clear.

    ``problems`` say why ``data`` cannot be stored as it is.
    """

    kept: Head
    other: Head
    ours: Data
    compared: Comparison
    data: Data
    problems: tuple[Problem, ...]


def sides(rows: Rows, kind: Kind, actor: Actor, record: str, alias: str) -> tuple[Head, Head]:
    """The record that stays and the other one, both within the actor's reach.

    Problem not_allowed, record_missing, merge_self, merge_kinds, or merge_done where one of them is
    an alias already.
    """
    rules = (allowed(actor, kind.name, "merge"), allowed(actor, kind.name, "read"))
    kept, other = (_reached(rows, kind, actor, rules, one) for one in (record, alias))
    if kept.id == other.id:
        raise Problem("merge_self")
    return kept, other


def plan(
    rows: Rows,
    keyring: Keyring,
    engine: Engine,
    kind: Kind,
    pair: tuple[Head, Head],
    choices: Mapping[str, str],
) -> Plan:
    """What a merge of two records would store; Problem merge_choice_unknown, merge_choice_fixed."""
    kept, other = pair
    ours, theirs = (sealed.open_all(keyring, kind, head.id, head.data) for head in pair)
    ages = [_ages(rows, kind, head) for head in pair]
    compared = compare(
        kind, ours, theirs,
        lambda here, there: ages[1].get(there, 0) > ages[0].get(here, 0),
        ranking(rows, kind, pair),
    )  # fmt: skip
    joined = join(kind, ours, theirs, compared, choices)
    checked, problems = _checked(engine, kind, ours, joined)
    return Plan(kept, other, ours, compared, checked, tuple(problems))


def approved(tx: Tx, engine: Engine, kind: Kind, origin: Origin, rule: Rule, one: Waiting) -> Head:
    """Carry out a proposed merge; ``rule`` is what its approver, in ``origin``, may decide.

    Problem merge_moved, record_invalid or field_not_writable.
    """
    approver = origin.approver
    assert approver is not None, "a proposal is carried out by its approver"
    order = Order.proposed(one)
    read = (allowed(approver, kind.name, "read"),)
    kept, other = (_reached(tx, kind, approver, read, each) for each in (order.record, order.alias))
    made = current(tx, engine, kind, (kept, other), order)
    for path, leaf in changed(kind.fields, made.ours, made.data):
        if guards.is_guarded(kind, path, leaf) and leaf.data_class not in rule.writable:
            raise Problem("field_not_writable", field=dotted(path))
    return carry_out(tx, kind, origin, made, order)


def current(tx: Tx, engine: Engine, kind: Kind, pair: tuple[Head, Head], order: Order) -> Plan:
    """The plan of an order, if both records still are as they were looked at and the result can be
    stored; Problem merge_moved or record_invalid.
    """
    if [head.version for head in pair] != [order.version, order.alias_version]:
        raise Problem("merge_moved", numbers=", ".join(head.number for head in pair))
    made = plan(tx, tx.keyring, engine, kind, pair, order.choices)
    if made.problems:
        raise validate.refusal(made.problems)
    return made


def carry_out(tx: Tx, kind: Kind, origin: Origin, made: Plan, order: Order) -> Head:
    """Store a merge; the head of the record that stays."""
    kept, other, identity = made.kept, made.other, ids.uuid7(tx.now_ms)
    stored = sealed.seal_all(tx.keyring, kind, kept.id, made.data, kept.data)
    waiting = conflicts.waiting(tx, kind, other, tx.keyring)
    own = conflicts.waiting(tx, kind, kept, tx.keyring)
    other = writing.show_proposals(tx, writing.apart(tx, origin), other, _ended(tx, other))
    said: Data = {"merge": identity, "into": kept.id, "choices": dict(order.choices)}
    writing.retire(tx, kind, origin, replace(other, alias_of=kept.id, conflicts=0), said)
    merged = {"merge": identity, "merged": other.id}
    after = writing.combine(tx, kind, origin, kept, stored, merged)
    elements = made.compared.elements
    moved = [_moved(one, kept.id, renamed(elements, one.path)) for one in waiting]
    old_places = [(one.id, dotted(one.path), _sealed_base(tx, kind, one)) for one in waiting]
    conflicts.remove(tx, waiting)
    after = _contest(tx, kind, origin, after, (own, moved), made.data)
    passed_on = merge_pairs.close(tx, kind, kept.id, other.id, origin.actor)
    sides = (kept.id, other.id, after.version, other.version, order.choices, elements)
    done = (tuple(old_places), passed_on, origin.author, tx.now_ms)
    aliases.save(tx, Merge(identity, kind.name, *sides, *done))
    return after


def carried(conflict: Conflict, data: Data) -> Conflict:
    """A conflict as it stands once a merge, or the end of one, has made ``data`` of its record.

    Nothing is decided by it, unless both sides have become the same or the place is gone.
    """
    if len(conflict.path) == 3 and at(data, conflict.path[:2]) is None:
        return replace(conflict, current=None, state="moot")
    now = at(data, conflict.path)
    base = conflict.current if now == conflict.base else conflict.base
    state = "agreed" if now == conflict.proposed else "open"
    return replace(conflict, base=base, current=now, state=state)


def _reached(rows: Rows, kind: Kind, actor: Actor, rules: Iterable[Rule], record: str) -> Head:
    head = heads.find(rows, record)
    if head is None or not all(scopes.covers(rule, actor, head) for rule in rules):
        raise Problem("record_missing")
    if head.kind != kind.name:
        raise Problem("merge_kinds")
    if head.alias_of:
        above = aliases.standing(rows, head)
        raise Problem("merge_done", number=head.number, into=above.number)
    return head


def _ages(rows: Rows, kind: Kind, head: Head) -> dict[Path, int]:
    """When each place of a record got its value, or somebody last found it right; in Unix ms."""
    ages: dict[Path, int] = {}
    before: Data = {}
    for text, when in rows.tuples(
        "SELECT data, at FROM record_versions WHERE record = ? ORDER BY version",
        (heads.key(head.id),),
    ):
        data = heads.load(text)
        for path, _ in changed(kind.fields, before, data):
            ages[path] = ages[path[:2]] = when
        before = data
    asked = "SELECT max(at) FROM record_checks WHERE record = ?"
    checked = rows.value(asked, (heads.key(head.id),)) or 0
    return {path: max(when, checked) for path, when in ages.items()}


def _checked(engine: Engine, kind: Kind, ours: Data, joined: Data) -> tuple[Data, list[Problem]]:
    """The joined data as it is stored, and what is wrong with it that was not wrong before."""
    touched = {name for name in ours.keys() | joined.keys() if ours.get(name) != joined.get(name)}
    known = {name: value for name, value in joined.items() if kind.field(name) is not None}
    fragile = {f.name for f in kind.fields if f.type == "tax_id" or f.when or f.name in touched}
    found = validate.check(kind.fields, known, engine.home, only=fragile)
    before = validate.check(kind.fields, ours, engine.home, only=fragile).problems
    excused = {(p.code, p.pointer) for p in (*before, *kind.faults(ours))}
    data = joined | {name: value for name, value in found.data.items() if name in touched}
    data = kind.tidied(data, ours)
    problems = [*found.problems, *kind.faults(data)]
    return data, [p for p in problems if (p.code, p.pointer) not in excused]


def _ended(tx: Tx, other: Head) -> list[Waiting]:
    beside = [*proposals.of_record(tx, other.id), *proposals.merges_of(tx, other.id)]
    return [replace(one, state="withdrawn", ended="merged", decided_at=tx.now_ms) for one in beside]


def _moved(conflict: Conflict, record: str, path: Path) -> Conflict:
    return replace(conflict, record=record, path=path)


def _sealed_base(tx: Tx, kind: Kind, conflict: Conflict) -> object:
    return conflicts.close(tx.keyring, kind, conflict).base


def _contest(
    tx: Tx,
    kind: Kind,
    origin: Origin,
    head: Head,
    waiting: tuple[list[Conflict], list[Conflict]],
    data: Data,
) -> Head:
    """Store the conflicts of a record that a merge made: its own, and those that moved to it."""
    own, moved = waiting
    mine = [carried(one, data) for one in own]
    arrived = [carried(one, data) for one in moved]
    news = [*(one for one, old in zip(mine, own, strict=True) if one != old), *arrived]
    still = tuple(one for one in (*mine, *arrived) if one.state == "open")
    return writing.contest(tx, kind, origin, head, Docket(data, tuple(news), still))
