"""The lists inside a party (addresses, phones, tax numbers): what to change so that they are ours.

Tryton keeps no id of ours on them. We remember which of theirs is which of ours; where that memory
is missing, equal values tell. What somebody added in the ERP is not ours and stays as it is, and so
does what somebody changed there that we have not changed since.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sync.erp.pushing.since import NOTHING, Kept

Values = Mapping[str, object]
Row = Mapping[str, Any]
Commands = list[list[object]]


@dataclass(frozen=True, slots=True)
class Children:
    """One list of a party: the field that holds it, what is compared, and how."""

    field: str
    compared: tuple[str, ...]
    same: Callable[[object], object] = lambda value: value

    @property
    def fields(self) -> tuple[str, ...]:
        """What to read of a party for this list."""
        return tuple(f"{self.field}.{name}" for name in self.compared)

    def rows(self, party: Row) -> Sequence[Row]:
        """The children of a party that was read with ``fields``."""
        rows: Sequence[Row] = party[f"{self.field}."]
        return rows

    def creation(self, wanted: Mapping[str, Values]) -> Commands:
        """Commands for a party that does not exist yet."""
        return [["create", list(wanted.values())]] if wanted else []

    def match(
        self, wanted: Mapping[str, Values], party: Row, links: Mapping[str, str]
    ) -> dict[str, int]:
        """Which of the party's children is which of ours: by memory, then by equal values."""
        rows = {row["id"]: row for row in self.rows(party)}
        found = {
            key: int(links[self._link(key)])
            for key in wanted
            if self._link(key) in links and int(links[self._link(key)]) in rows
        }
        free = [row for identity, row in rows.items() if identity not in found.values()]
        for key in [key for key in wanted if key not in found]:
            row = next((row for row in free if self._equal(row, wanted[key])), None)
            if row is not None:
                free.remove(row)
                found[key] = row["id"]
        return found

    def changes(
        self,
        wanted: Mapping[str, Values],
        party: Row,
        links: Mapping[str, str],
        kept: Kept = NOTHING,
    ) -> Commands:
        """Commands that make an existing party's list say what we want it to say, but for what we
        have not changed: a child that somebody deleted there of which that is all stays away.
        """
        matched = self.match(wanted, party, links)
        rows = {row["id"]: row for row in self.rows(party)}
        said = {
            key: {name: value for name, value in values.items() if name not in kept.get(key, ())}
            for key, values in wanted.items()
        }
        commands: Commands = [
            ["write", [identity], said[key]]
            for key, identity in matched.items()
            if not self._equal(rows[identity], said[key])
        ]
        new = [k for k in wanted if k not in matched and (said[k] or self._link(k) not in links)]
        commands += self.creation({key: wanted[key] for key in new})
        gone = self._linked(links) & rows.keys() - set(matched.values())
        if gone:
            commands.append(["write", sorted(gone), {"active": False}])
        return commands

    def links(self, matched: Mapping[str, int]) -> dict[str, str]:
        """What to remember of a match."""
        return {self._link(key): str(identity) for key, identity in matched.items()}

    def _linked(self, links: Mapping[str, str]) -> set[int]:
        return {int(ref) for key, ref in links.items() if key.startswith(f"{self.field}/")}

    def _link(self, key: str) -> str:
        return f"{self.field}/{key}"

    def _equal(self, row: Row, values: Values) -> bool:
        """Whether a child says what we want it to say; what we do not name may be anything."""
        return all(
            self.same(row[name] or None) == self.same(values[name] or None)
            for name in self.compared
            if name in values
        )
