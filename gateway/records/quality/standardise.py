"""Putting what is stored already into the form that it would be stored in today.

Rules grow: a number plan is learned, a legal form, a way to take an address apart. A run goes
through a kind in slices, each its own writes, so that nobody waits for it and a stop loses nothing.
A second run changes nothing.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Final

from gateway.kernel import ids
from gateway.kernel.actor import SYSTEM
from gateway.kernel.problems import Problem
from gateway.records import commands
from gateway.records.engine import Engine, Origin, Proposal
from gateway.records.model.fields import Data, Path, find
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, between, changed, dotted, put
from gateway.records.model.validate import check
from gateway.records.rows import heads, sealed
from gateway.records.rows.heads import Head
from gateway.store.database import Store
from gateway.store.transaction import Tx

SLICE_MAX: Final = 500
WRITES: Final = 10  # records in one write: their work holds the writer up for some milliseconds
SEALED: Final = "(sealed)"
# What is missing was not written down in a wrong form.
_ABSENT: Final = ("field_required", "field_needed", "one_of_required")


@dataclass(frozen=True, slots=True)
class Line:
    """One value: changed by a rule, or (``problem``) one that cannot be put in order."""

    record: str
    number: str
    field: str
    rule: str
    before: str
    after: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """What to do with one record."""

    head: Head
    patch: Data
    lines: tuple[Line, ...]


@dataclass(slots=True)
class Slice:
    """What came of some records; ``next`` is the place to go on from, or None at the end.

    ``changed`` counts records; ``passed`` those that somebody edited meanwhile, or whose edit was
    refused: the next run finds them.
    """

    checked: int = 0
    changed: int = 0
    passed: int = 0
    next: str | None = None
    lines: list[Line] = field(default_factory=list)


def run_slice(
    store: Store,
    engine: Engine,
    kind_name: str,
    *,
    after: str = "",
    only: Collection[str] = (),
    write: bool = False,
) -> Slice:
    """Go through the records behind ``after`` (an id), at most SLICE_MAX of them.

    ``only`` names fields; none stands for all. Problem kind_unknown or field_unknown.
    """
    kind = engine.kind(kind_name)
    names = _names(kind, only)
    found = _page(store, kind, after)
    result = Slice(checked=len(found), next=found[-1].id if len(found) == SLICE_MAX else None)
    made = [_planned(store, engine, kind, head, names) for head in found]
    result.lines = [line for one in made for line in one.lines]
    plans = [one for one in made if one.patch]
    result.changed = len(plans) if not write else 0
    for start in range(0, len(plans) if write else 0, WRITES):
        work = partial(_apply_all, engine=engine, kind=kind, plans=plans[start : start + WRITES])
        done = store.write(work)
        result.changed += sum(done)
        result.passed += len(done) - sum(done)
    return result


def command(store: Store, engine: Callable[[], Engine]) -> Callable[..., dict[str, object]]:
    """The same for the command line: arguments and result in JSON."""

    def carry_out(
        kind: str, after: str, fields: Collection[str], write: bool, values: bool
    ) -> dict[str, object]:
        found = run_slice(store, engine(), kind, after=after, only=fields, write=write)
        shown = [asdict(line) for line in found.lines]
        for line in shown if not values else ():
            del line["before"], line["after"]
        return {**asdict(found), "lines": shown}

    return carry_out


def plan(engine: Engine, kind: Kind, head: Head, data: Data, names: Collection[str]) -> Plan:
    """What one record needs; ``data`` is in clear (pure)."""
    known = {name: value for name, value in data.items() if kind.field(name) is not None}
    findings = check(kind.fields, known, engine.home, only=names)
    judged = {name: value for name, value in known.items() if name in names}
    faulty = [problem for problem in findings.problems if problem.code not in _ABSENT]
    spoilt = {_path(problem)[:2] for problem in faulty}
    checked = _restored(findings.data, judged, spoilt)
    lines = list(_lines(kind, head, judged, checked))
    tidied = known | checked
    for tidy in kind.tidy:
        before, tidied = tidied, _restored(tidy(tidied, {}), judged, spoilt)
        parts = (_part(before, names), _part(tidied, names))
        lines += _lines(kind, head, *parts, rule=tidy.__name__)
    lines += _faults(kind, head, judged, faulty)
    return Plan(head, between(judged, _part(tidied, names)), tuple(lines))


def _names(kind: Kind, only: Collection[str]) -> Collection[str]:
    for name in only:
        if kind.field(name) is None:
            raise Problem("field_unknown", name=name[:60])
    return set(only) or {each.name for each in kind.fields}


def _page(store: Store, kind: Kind, after: str) -> list[Head]:
    with store.read() as rows:
        found = rows.all(
            f"SELECT {heads.COLUMNS} FROM records r WHERE r.kind = ? AND r.id > ?"  # noqa: S608
            " AND r.alias_of IS NULL ORDER BY r.id LIMIT ?",
            (kind.name, ids.to_bytes(after) if after else b"", SLICE_MAX),
        )
    return [heads.from_row(row) for row in found]


def _planned(store: Store, engine: Engine, kind: Kind, head: Head, names: Collection[str]) -> Plan:
    try:
        data = sealed.open_all(store.keyring, kind, head.id, head.data)
    except Problem as problem:  # one broken seal must not end the run
        return Plan(head, {}, (Line(head.id, head.number, "", "", "", problem=problem.code),))
    return plan(engine, kind, head, data, names)


def _apply_all(tx: Tx, *, engine: Engine, kind: Kind, plans: Collection[Plan]) -> list[bool]:
    return [_apply(tx, engine, kind, one) for one in plans]


def _apply(tx: Tx, engine: Engine, kind: Kind, made: Plan) -> bool:
    """Write a plan; False where the record has moved on, or the edit is refused."""
    head = heads.get(tx, kind, made.head.id)
    if head.version != made.head.version:
        return False
    proposal = Proposal(made.patch, head.version)
    try:
        with tx.attempt():
            commands.edit(tx, engine, Origin(SYSTEM), kind.name, head.id, proposal)
    except Problem:
        return False
    return True


def _restored(data: Data, given: Data, places: Collection[Path]) -> Data:
    """What holds a fault stays as it is: a value, or a whole element, which is judged as one."""
    for path in places:
        if at(given, path) is not None:
            data = put(data, path, at(given, path))
    return data


def _part(data: Mapping[str, object], names: Collection[str]) -> Data:
    return {name: value for name, value in data.items() if name in names}


def _lines(kind: Kind, head: Head, before: Data, after: Data, rule: str = "") -> Iterator[Line]:
    """The values a rule has changed; without a name it is that of the field's type."""
    for path, leaf in changed(kind.fields, before, after):
        sides = (SEALED, SEALED) if leaf.sealed else (_text(before, path), _text(after, path))
        yield Line(head.id, head.number, dotted(path), rule or leaf.type, *sides)


def _faults(kind: Kind, head: Head, given: Data, problems: Collection[Problem]) -> Iterator[Line]:
    for problem in problems:
        path = _path(problem)
        leaf = find(kind.fields, path)
        value = SEALED if leaf is None or leaf.sealed else _text(given, path)
        rule = leaf.type if leaf else ""
        yield Line(head.id, head.number, dotted(path), rule, value, problem=problem.code)


def _text(data: Data, path: Path) -> str:
    value = at(data, path)
    return "" if value is None else str(value)


def _path(problem: Problem) -> Path:
    return tuple(problem.pointer.split("/")[1:])
