"""What changed in a record, when and by whom, as a role may see it."""

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.sealing import Keyring
from gateway.records import heads, rights
from gateway.records.fields import Data
from gateway.records.heads import Head
from gateway.records.kind import Kind
from gateway.records.patch import at, dotted
from gateway.records.view import Glass
from gateway.store.rows import Rows

VERSIONS_MAX = 200


def versions(
    rows: Rows, keyring: Keyring, kind: Kind, actor: Actor, head: Head
) -> list[dict[str, object]]:
    """The newest versions of a record, newest first, each with the changes it brought.

    {"version", "at", "actor", "device", "changes": [{"field", "old", "new"}]}. Problem not_allowed.
    """
    glass = Glass(keyring, kind, allowed(actor, kind.name, "history"), head.id)
    found = rows.all(
        "SELECT version, data, actor_name, device, at FROM record_versions WHERE record = ?"
        " ORDER BY version DESC LIMIT ?",
        (heads.key(head.id), VERSIONS_MAX + 1),
    )
    told = []
    for row, older in zip(found, [*found[1:], None], strict=True):
        before = heads.load(older["data"]) if older else {}
        told.append(
            {
                "version": row["version"],
                "at": to_iso(row["at"]),
                "actor": row["actor_name"],
                "device": row["device"],
                "changes": _changes(glass, before, heads.load(row["data"])),
            }
        )
    return told[:VERSIONS_MAX]


def _changes(glass: Glass, old: Data, new: Data) -> list[dict[str, object]]:
    """Every place that differs, as far as the role sees it; hidden ones are told as hidden."""
    return [
        {
            "field": dotted(path),
            "old": glass.value(path, at(old, path)),
            "new": glass.value(path, at(new, path)),
        }
        for path, _ in rights.changed(glass.kind, old, new)
        if glass.shows(path)
    ]
