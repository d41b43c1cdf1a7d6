"""Which records a role works with at all: everything, its own territory, or what it made itself."""

from gateway.access.policy import Rule
from gateway.kernel.actor import Actor
from gateway.records.rows.heads import Head


def covers(rule: Rule, actor: Actor, head: Head) -> bool:
    """Whether a record lies in the scope of a rule."""
    if rule.scope == "territory":
        return head.territory == actor.territory
    return rule.scope == "all" or head.owner == actor.id


def condition(rule: Rule, actor: Actor) -> tuple[str, tuple[str, ...]]:
    """The same as SQL over ``records r``, with its parameters."""
    if rule.scope == "all":
        return "1", ()
    if rule.scope == "territory":
        return "r.territory = ?", (actor.territory,)
    return "r.owner = ?", (actor.id,)
