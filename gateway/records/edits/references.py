"""Records that other records name: they exist, their author sees them, and they say where to stand.

What names a record of another territory would be out of sight of whoever looks after that one.
"""

from collections.abc import Iterator

from gateway.access.policy import find
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.engine import AUTHORITIES
from gateway.records.model import validate
from gateway.records.model.fields import Data, Field, leaves
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, pointer
from gateway.records.model.validate import Findings
from gateway.records.rows import aliases, heads, scopes
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows


def checked(rows: Rows, actor: Actor, kind: Kind, findings: Findings, before: Data) -> Findings:
    """The same findings; Problem record_invalid with every reference that the actor has set to
    what it does not see.
    """
    missing = [
        Problem("reference_missing", pointer=pointer(path))
        for path, field, value in leaves(kind.fields, findings.data)
        if field.type == "reference"
        and value != at(before, path)
        and _target(rows, actor, field, str(value)) is None
    ]
    if missing:
        raise validate.refusal(missing)
    return findings


def placed(rows: Rows, actor: Actor, kind: Kind, findings: Findings) -> Data:
    """The data of a new record, in the territory of what it is about where it names none itself.

    Problem record_invalid as of ``checked``.
    """
    data = checked(rows, actor, kind, findings, {}).data
    if kind.field("territory") is None or data.get("territory"):
        return data
    territory = next(filter(None, _territories(rows, actor, kind, data)), "")
    return {**data, "territory": territory} if territory else data


def repeated(kind: Kind, data: Data, entered: Data) -> Data:
    """The data of a creation that comes again, in the territory that the first one was given."""
    if "territory" in data or not any(field.type == "reference" for field in kind.fields):
        return data
    return {**data, "territory": entered["territory"]} if "territory" in entered else data


def _territories(rows: Rows, actor: Actor, kind: Kind, data: Data) -> Iterator[str]:
    for field in kind.fields:
        if field.type == "reference" and data.get(field.name):
            target = _target(rows, actor, field, str(data[field.name]))
            yield target.territory if target else ""


def _target(rows: Rows, actor: Actor, field: Field, record: str) -> Head | None:
    """The record that stands for the one a reference names; None for one the actor cannot see."""
    asked = heads.find(rows, record)
    if asked is None or (field.to and asked.kind != field.to):
        return None
    head = aliases.standing(rows, asked)
    if actor.role in AUTHORITIES:
        return head
    rule = find(actor.role, head.kind, "read")
    return head if rule is not None and scopes.covers(rule, actor, head) else None
