"""What changed in a record, when and by whom, as a role may see it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from gateway.access.policy import allowed
from gateway.kernel.actor import Actor
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.kernel.sealing import Keyring
from gateway.records.model.fields import Data, Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, changed, dotted
from gateway.records.rows import aliases, files, heads, restored, typed
from gateway.records.rows.heads import Head
from gateway.records.view import Glass
from gateway.store.rows import Row, Rows

VERSIONS_MAX: Final = 200
# More than any record ever has: the page with the newest version.
NEWEST: Final = 1 << 62

_COLUMNS: Final = "version, data, actor_name, device, channel, approver_name, at"


@dataclass(frozen=True, slots=True)
class Page:
    """Versions newest first, the ``before`` of the next page or 0, and the instants in Unix ms that
    the page spans: from ``since`` on, and before ``until``.
    """

    versions: list[dict[str, object]]
    next: int
    since: int
    until: int


def versions(
    rows: Rows, keyring: Keyring, kind: Kind, actor: Actor, head: Head
) -> list[dict[str, object]]:
    """The newest versions of a record, newest first; see ``page``."""
    return page(rows, glass_of(keyring, kind, actor, head), head).versions


def glass_of(keyring: Keyring, kind: Kind, actor: Actor, head: Head) -> Glass:
    """What an actor sees of the past of a record; Problem not_allowed."""
    return Glass(keyring, kind, allowed(actor, kind.name, "history"), head.id)


def page(
    rows: Rows, glass: Glass, head: Head, *, before: int = 0, limit: int = VERSIONS_MAX
) -> Page:
    """Versions older than version ``before`` (0: the newest), each with the changes it brought.

    {"version", "at", "actor", "device", "channel", "approved_by", "restored_from", "file",
    "merge", "changes": [{"field", "old", "new", "typed"?}]}; ``approved_by`` is the second person's
    name, or None, ``restored_from`` the version that was brought back with it, or None, ``file``
    the name of the file that it came with, or empty, ``typed`` what was written where that was
    stored in another form, ``merge`` what a merge or its undoing brought
    (see ``aliases.marks``), or None.
    """
    limit = max(1, min(limit, VERSIONS_MAX))
    found = rows.all(
        f"SELECT {_COLUMNS} FROM record_versions WHERE record = ? AND version < ?"  # noqa: S608
        " ORDER BY version DESC LIMIT ?",
        (heads.key(head.id), before or NEWEST, limit + 1),
    )
    written, origins = typed.of(rows, head.id), restored.of(rows, head.id)
    names = files.of(rows, head.id)
    merges = aliases.marks(rows, head.id)
    told = []
    for row, older in zip(found, [*found[1:], None], strict=True):
        number = row["version"]
        old = heads.load(older["data"]) if older else {}
        changes = _changes(glass, old, heads.load(row["data"]), written.get(number, {}))
        marks = {
            "restored_from": origins.get(number),
            "file": names.get(number, ""),
            "merge": merges.get(number),
        }
        told.append({**_told(row), **marks, "changes": changes})
    more = len(found) > limit
    since = found[limit - 1]["at"] if more else 0
    following = found[limit - 1]["version"] if more else 0
    return Page(told[:limit], following, since, _until(rows, head, before))


def difference(rows: Rows, glass: Glass, head: Head, old: int, new: int) -> dict[str, object]:
    """What lies between two versions: {"from", "to", "changes"}, each side as ``page`` tells it.

    Problem version_missing.
    """
    sides = [_version(rows, head, number) for number in (old, new)]
    before, after = (heads.load(side["data"]) for side in sides)
    return {
        "from": _told(sides[0]),
        "to": _told(sides[1]),
        "changes": _changes(glass, before, after, {}),
    }


def _version(rows: Rows, head: Head, number: int) -> Row:
    row = rows.one(
        f"SELECT {_COLUMNS} FROM record_versions WHERE record = ? AND version = ?",  # noqa: S608
        (heads.key(head.id), number),
    )
    if row is None:
        raise Problem("version_missing", version=number, newest=head.version)
    return row


def _until(rows: Rows, head: Head, before: int) -> int:
    """When the page that starts at a version ended: at the instant of that version."""
    sql = "SELECT at FROM record_versions WHERE record = ? AND version = ?"
    found = rows.value(sql, (heads.key(head.id), before)) if before else None
    return NEWEST if found is None else int(found)


def _told(row: Row) -> dict[str, object]:
    return {
        "version": row["version"],
        "at": to_iso(row["at"]),
        "actor": row["actor_name"],
        "device": row["device"],
        "channel": row["channel"],
        "approved_by": row["approver_name"] or None,
    }


def _changes(
    glass: Glass, old: Data, new: Data, written: Mapping[str, object]
) -> list[dict[str, object]]:
    """Every place that differs, as far as the role sees it; hidden ones are told as hidden."""
    return [
        {
            "field": dotted(path),
            "old": glass.value(path, at(old, path)),
            "new": glass.value(path, at(new, path)),
            **_typed(glass, path, written.get(dotted(path))),
        }
        for path, _ in changed(glass.kind.fields, old, new)
        if glass.shows(path)
    ]


def _typed(glass: Glass, path: Path, text: object) -> dict[str, object]:
    return {} if text is None else {"typed": glass.value(path, text)}
