"""How merges, pairs and the differences of two records are told to a role."""

from collections.abc import Iterator
from typing import Any

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.sealing import Keyring
from gateway.records import view
from gateway.records.duplicates.joining import Place
from gateway.records.duplicates.merging import Plan
from gateway.records.duplicates.pairs import Pair
from gateway.records.model.fields import Path, find
from gateway.records.model.kind import Kind, inside
from gateway.records.model.patch import at, changed, dotted
from gateway.records.rows import heads, scopes, sealed
from gateway.records.rows.aliases import Merge
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.rows import Rows

Json = dict[str, Any]


def pair(actor: Actor, kind: Kind, found: Pair) -> Json:
    """What is known of a pair, its reasons as far as the role knows of their fields."""
    rule = allowed(actor, kind.name, "duplicates")
    seen = rule.clear | rule.masked
    return {
        "score": found.score,
        "grade": found.grade,
        "state": found.state,
        "found_at": to_iso(found.found_at),
        "reasons": [
            {"code": one.code, "field": one.field, "weight": one.weight}
            for one in found.reasons
            if (field := find(kind.fields, inside(one.field))) and field.data_class in seen
        ],
    }


def places(keyring: Keyring, actor: Actor, kind: Kind, made: Plan) -> Iterator[Json]:
    """The differences of two records, each side as the role sees it."""
    rule = allowed(actor, kind.name, "read")
    glasses = [Glass(keyring, kind, rule, head.id) for head in (made.kept, made.other)]
    for place in made.compared.places:
        if glasses[0].shows(place.path):
            theirs = _there(made, place)
            yield {
                "field": dotted(place.path),
                "kept": glasses[0].value(place.path, at(made.kept.data, place.path)),
                "other": glasses[1].value(theirs, at(made.other.data, theirs)),
                "proposed": place.proposed,
                "sides": list(place.sides),
                "reason": place.reason,
                "result": glasses[0].value(place.path, _result(keyring, kind, made, place.path)),
            }


def changes(keyring: Keyring, kind: Kind, actor: Actor, made: Plan) -> list[Json]:
    """What a merge would change in the record that stays, as far as the role sees it."""
    kept = made.kept
    stored = sealed.seal_all(keyring, kind, kept.id, made.data, kept.data)
    glass = Glass(keyring, kind, allowed(actor, kind.name, "read"), kept.id)
    return [
        {
            "field": dotted(path),
            "old": glass.value(path, at(kept.data, path)),
            "new": glass.value(path, at(stored, path)),
        }
        for path, _ in changed(kind.fields, kept.data, stored)
        if glass.shows(path)
    ]


def merge(rows: Rows, actor: Actor, kind: Kind, one: Merge) -> Json | None:
    """One merge; None out of the actor's scope."""
    rule = allowed(actor, kind.name, "history")
    head, other = heads.get(rows, kind, one.record), heads.get(rows, kind, one.alias)
    if not scopes.covers(rule, actor, head):
        return None
    return {
        "id": one.id,
        "record": {"id": head.id, "number": head.number, "title": view.title(kind, rule, head)},
        "alias": {
            "id": other.id,
            "number": other.number,
            "title": view.title(kind, rule, other),
        },
        "version": one.version,
        "choices": dict(one.choices),
        "by": one.author.actor_name,
        "approved_by": one.author.approver_name or None,
        "at": to_iso(one.at),
        "undone_by": one.undone_name or None,
        "undone_at": None if one.undone_at is None else to_iso(one.undone_at),
    }


def _there(made: Plan, place: Place) -> Path:
    """A place as the other record calls it."""
    path = place.path
    if len(path) < 2:
        return path
    named = made.compared.elements.get(path[0], {})
    return (path[0], next((k for k, v in named.items() if v == path[1]), path[1]), *path[2:])


def _result(keyring: Keyring, kind: Kind, made: Plan, path: Path) -> object:
    return sealed.seal_at(keyring, kind, made.kept.id, path, at(made.data, path))


def first(kind: Kind, sides: tuple[Head, Head]) -> Head:
    """Which of two had better stay: whom the ERP knows, then who says more, then the older one."""
    return max(
        sides,
        key=lambda head: (
            _erp_names(kind, head) != [],
            head.stage == "accepted",
            len(head.data),
            -head.created_at,
            head.number,
        ),
    )


def _erp_names(kind: Kind, head: Head) -> list[object]:
    owned = (f.name for f in kind.fields if f.policy == "erp" and f.type == "code")
    return [head.data[name] for name in owned if head.data.get(name)]


def notes(kind: Kind, sides: tuple[Head, Head]) -> Iterator[str]:
    """What whoever decides ought to know before anything else."""
    kept, other = (head.data for head in sides)
    if all(_erp_names(kind, head) or head.stage == "accepted" for head in sides):
        yield "erp_both"
    for field in kind.fields:
        said = [data.get(field.name) for data in (kept, other)]
        if field.type == "tax_id" and all(said) and said[0] != said[1]:
            yield "tax_ids_differ"
