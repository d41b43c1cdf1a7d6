"""The visibility of every field of every kind to every role, rendered from the declarations.

``python -m tests.access.matrix`` writes the agreed form anew, for a change that is meant.
"""

from collections.abc import Iterator
from pathlib import Path

from config.schema import ApprovalSettings
from gateway.access.policy import MACHINES, PEOPLE, Rule, find
from gateway.kinds.registry import KINDS
from gateway.records.model.fields import Field
from gateway.records.model.fields import Path as Place
from gateway.records.model.guards import Guard, Terms
from gateway.records.model.kind import Kind

GOLDEN = Path(__file__).with_name("visibility.golden.txt")
ROLES = (*PEOPLE, *MACHINES)
TERMS = Terms(
    {
        "credit_limit": ApprovalSettings().credit_limit_threshold,
        "payment_terms": ApprovalSettings().payment_terms_threshold,
    }
)
NOBODY = Rule()


def render() -> str:
    """A line a cell: role, kind, field and class, how it is seen, how it is set at entry and later.

    Set *alone*, *small* (alone up to the threshold, above with a second person), *second* (never
    alone) or on *request* (the ERP decides); a dash where the role does not set it.
    """
    return "".join(line for name in sorted(KINDS) for line in _of_kind(KINDS[name]))


def _of_kind(kind: Kind) -> Iterator[str]:
    for role in ROLES:
        rules = [find(role, kind.name, action) for action in ("read", "create", "update")]
        if not any(rules):
            yield f"{role} {kind.name}: nothing\n"
            continue
        for path, field in places(kind.fields):
            seen = _seen(rules[0] or NOBODY, field)
            set_at = [_set(kind, role, rules[n], path, field, creating=n == 1) for n in (1, 2)]
            name = ".".join(part for part in path if part)
            how = f"{seen} create {set_at[0]} update {set_at[1]}"
            yield f"{role} {kind.name} {name} ({field.data_class}): {how}\n"


def places(fields: tuple[Field, ...], above: Place = ()) -> Iterator[tuple[Place, Field]]:
    """Every leaf of a declaration; the id of a group's element stays open."""
    for field in fields:
        if field.type == "group":
            yield from places(field.fields, (*above, field.name, ""))
        else:
            yield (*above, field.name), field


def _seen(rule: Rule, field: Field) -> str:
    if field.data_class in rule.clear:
        return "clear"
    return "masked" if field.data_class in rule.masked else "absent"


def _set(
    kind: Kind, role: str, rule: Rule | None, path: Place, field: Field, *, creating: bool
) -> str:
    guard = Guard(kind, rule or NOBODY, TERMS, creating, role == "erp")
    if rule is None or not guard.settable(path, field):
        return "-"
    if field.policy == "erp" and not guard.authority:
        return "request"
    if not guard.may_wait(path, field):
        return "alone"
    alone = creating or field.data_class in guard.rule.writable
    return "small" if alone and field.name in TERMS.thresholds else "second"


if __name__ == "__main__":
    GOLDEN.write_text(render(), "utf-8")
