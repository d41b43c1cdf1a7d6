"""What somebody typed, made ready to be stored or merged: all its problems, or its stored form.

Nothing is read or written here, so a request may try its data before it asks for a transaction.
"""

from collections.abc import Mapping

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.engine import Engine
from gateway.records.model import masks, patch, rights, validate
from gateway.records.model.fields import Data, Single
from gateway.records.model.kind import Kind
from gateway.records.model.validate import Findings, check
from gateway.records.rows import typed


def creation(engine: Engine, actor: Actor, kind: Kind, data: Mapping[str, object]) -> Findings:
    """The data of a new record, defaults filled in.

    Problem not_allowed, record_invalid or field_not_writable.
    """
    rule = allowed(actor, kind.name, "create")
    given = {name: value for name, value in data.items() if value is not None}
    findings = check(kind.fields, {**_defaults(engine, actor, kind), **given}, engine.home)
    _tidy(kind, findings, given, {})
    findings.problems += kind.faults(findings.data)
    said = {name: value for name, value in findings.data.items() if name in given}
    guard = engine.guard(kind, rule, actor, creating=True)
    _raise(findings.problems, list(rights.of_creation(guard, actor, said)))
    return findings


def edit(
    engine: Engine,
    actor: Actor,
    kind: Kind,
    change: Mapping[str, object],
    *,
    base: Data,
    current: Data,
) -> Findings:
    """The record as the author of an edit left it, ``base`` being what the author saw.

    Only fields and elements that the edit touches are judged: what was let in under older rules
    blocks nobody. Problem record_invalid or field_not_writable.
    """
    rule = allowed(actor, kind.name, "update")
    left = patch.apply(base, masks.unmask(kind, change, base))
    touched = _touched(kind, base, left)
    said = {name: value for name, value in left.items() if name in touched or kind.field(name)}
    findings = check(kind.fields, said, engine.home, only=touched)
    _spare(kind, findings, base, left)
    untouched = {name: value for name, value in base.items() if name not in touched}
    findings.data = untouched | findings.data
    _tidy(kind, findings, left, base)
    before = {(fault.code, fault.pointer) for fault in kind.faults(base)}
    faults = kind.faults(findings.data)
    findings.problems += [f for f in faults if (f.code, f.pointer) not in before]
    guard = engine.guard(kind, rule, actor)
    refusals = rights.of_edit(guard, actor, base, findings.data, current)
    _raise(findings.problems, list(refusals))
    return findings


def misfits(engine: Engine, kind: Kind, merged: Data, left: Data) -> list[Problem]:
    """What does not fit together in a merged record although it did in what its author left."""
    fragile = {field.name for field in kind.fields if field.type == "tax_id" or field.when}
    found = check(kind.fields, merged, engine.home, only=fragile).problems + kind.faults(merged)
    before = {(fault.code, fault.pointer) for fault in kind.faults(left)}
    return [problem for problem in found if (problem.code, problem.pointer) not in before]


def _defaults(engine: Engine, actor: Actor, kind: Kind) -> Data:
    filled = validate.defaults(kind.fields, engine.home)
    if actor.territory and kind.field("territory"):
        filled["territory"] = actor.territory
    return filled


def _touched(kind: Kind, base: Data, left: Data) -> set[str]:
    """Names of the fields an edit changes, and of those that are read by their light."""
    touched = {name for name in base.keys() | left.keys() if base.get(name) != left.get(name)}
    # A tax id belongs to its country; a phone number keeps the country it was dialled in.
    return touched | {
        field.name
        for field in kind.fields
        if (field.type == "tax_id" and field.country_field in touched)
        or (field.when and field.when[0] in touched)
    }


def _spare(kind: Kind, findings: Findings, base: Data, left: Data) -> None:
    """Leave elements alone that the edit has not touched, whatever stands in them."""
    for group in (field for field in kind.fields if field.type == "group"):
        # That only one of them may be something is a matter between elements.
        between = {one.code for one in group.constraints if isinstance(one, Single)}
        for element in _elements(base.get(group.name)):
            place = (group.name, element)
            if patch.at(base, place) != patch.at(left, place):
                continue
            here = patch.pointer(place) + "/"
            findings.data = patch.put(findings.data, place, patch.at(base, place))
            findings.problems = [
                p for p in findings.problems if p.code in between or not p.pointer.startswith(here)
            ]


def _elements(group: object) -> Mapping[str, object]:
    return group if isinstance(group, Mapping) else {}


def _tidy(kind: Kind, findings: Findings, given: Mapping[str, object], before: Data) -> None:
    findings.data = kind.tidied(findings.data, before)
    findings.typed = typed.differences(kind.fields, given, findings.data)


def _raise(problems: list[Problem], refusals: list[Problem]) -> None:
    if problems:
        raise validate.refusal(problems + refusals)
    if refusals:
        first = refusals[0]
        raise Problem(first.code, pointer=first.pointer, errors=refusals)
