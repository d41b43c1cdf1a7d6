"""Where a phone stands in the feed: the cursor it carries, and through whose eyes it was given
(pure).

On the wire a place is opaque: ``epoch.seq-scope`` and, while a first copy is under way, ``-pin``
behind it. A cursor of another life of the database, or of somebody who sees other things, is
answered ``resync_required``: with it a phone would keep what it must not see, or miss what it may.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from gateway.access.policy import Rule
from gateway.kernel import canonical
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.records.engine import Engine
from gateway.records.model.fields import Field
from gateway.store import cursors

SCOPE_DIGITS = 12
_CURSOR = re.compile(r"([0-9a-z]+\.[0-9]+)-([0-9a-f]{12})(?:-([0-9]{1,18}))?")


@dataclass(frozen=True, slots=True)
class Place:
    """After journal entry ``seq``. While a first copy is read, ``pin`` is the head it began at."""

    seq: int
    pin: int | None = None


def encode(epoch: str, scope: str, place: Place) -> str:
    """The cursor of a place."""
    text = f"{cursors.encode(epoch, place.seq)}-{scope}"
    return text if place.pin is None else f"{text}-{place.pin}"


def decode(text: str, epoch: str, scope: str) -> Place | None:
    """The place of a cursor, None for the beginning.

    Problem cursor_malformed or resync_required.
    """
    if not text:
        return None
    found = _CURSOR.fullmatch(text)
    if found is None:
        raise Problem("cursor_malformed")
    seq = cursors.decode(found[1], epoch)
    if found[2] != scope:
        raise Problem("resync_required")
    return Place(seq, int(found[3]) if found[3] else None)


def scope_of(engine: Engine, rules: Mapping[str, Rule], actor: Actor) -> str:
    """A short name for what an actor sees: which records, and which fields in which form."""
    own = actor.id if any(rule.scope == "own" for rule in rules.values()) else ""
    seen = {
        name: [rule.scope, *_fields(rule, engine.kinds[name].fields, "")]
        for name, rule in rules.items()
    }
    value = [actor.role, actor.territory, own, seen]
    return canonical.sha256_hex(canonical.encode(value))[:SCOPE_DIGITS]


def _fields(rule: Rule, fields: tuple[Field, ...], group: str) -> Iterator[str]:
    for field in fields:
        if field.fields:
            yield from _fields(rule, field.fields, f"{group}{field.name}.")
        elif field.data_class in rule.clear:
            yield f"{group}{field.name}"
        elif field.data_class in rule.masked:
            yield f"{group}{field.name}*"
