"""What people typed, where its stored form differs: kept with the version it led to.

Nothing of a sealed field is kept: it would lie there in clear.
"""

from collections.abc import Mapping
from typing import Final

from gateway.records.model.fields import Field, leaves
from gateway.records.model.patch import at, dotted
from gateway.records.rows import heads
from gateway.records.rows.heads import Head
from gateway.store.rows import Rows
from gateway.store.transaction import Tx

Typed = Mapping[str, str]

TEXT_MAX: Final = 2_000


def differences(
    fields: tuple[Field, ...], given: Mapping[str, object], stored: Mapping[str, object]
) -> dict[str, str]:
    """The texts that were given in another form than the stored one, by place.

    Blanks around a text and line ends of notes are no difference.
    """
    found = {}
    for path, field, value in leaves(fields, stored):
        text = None if field.sealed or field.type == "multiline" else at(given, path)
        if isinstance(text, str) and text.strip() != str(value):
            found[dotted(path)] = text[:TEXT_MAX]
    return found


def keep(tx: Tx, head: Head, typed: Typed, before: Mapping[str, object]) -> None:
    """Keep what was typed of the values that this version brought; ``before`` is the last one's."""
    brought = {
        place: text
        for place, text in typed.items()
        if at(head.data, path := tuple(place.split("."))) not in (None, at(before, path))
    }
    if brought:
        tx.execute(
            "INSERT INTO record_typed (record, version, typed) VALUES (?,?,?)",
            (heads.key(head.id), head.version, heads.dump(brought)),
        )


def of(rows: Rows, record: str) -> dict[int, dict[str, object]]:
    """By version and place, for a whole record."""
    found = rows.all(
        "SELECT version, typed FROM record_typed WHERE record = ?", (heads.key(record),)
    )
    return {row["version"]: heads.load(row["typed"]) for row in found}
