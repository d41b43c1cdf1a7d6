"""Rules of survivorship that a site sets in its `site.toml`, read once at the start.

``[survivorship.customer]`` names fields, groups, members of groups (``"contacts.phone"``) or all
others (``"*"``), each with the channels in their order, or with a word. Whatever cannot be accepted
is told in one sentence each, as it is for settings.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Final

from gateway.records.model.fields import find
from gateway.records.model.kind import Kind, inside
from gateway.records.model.survivorship import CHANNELS, MERGED, OTHERS, Rule, Rules, ruled

# One word instead of a table: the later word stands; or no rule, as between two people.
WORDS: Final[Mapping[str, Rule]] = {
    "newest": Rule(newest=True, lower="history"),
    "merge": MERGED,
}
LOWER: Final = ("suggest", "history")
_KEYS: Final = ("channels", "newest", "lower")
_ORDER: Final = (
    'a list of channels from the highest down, such as ["erp", ["shop", "rep"], "import", "web"],'
    " each of them once"
)
_VALUE: Final = f'{_ORDER}, or a table with channels, or "newest", or "merge"'


class RulesRefused(ValueError):
    """A site's rules that cannot be accepted: one sentence a line."""


def extended(
    kinds: Mapping[str, Kind], tables: Mapping[str, object], origin: str
) -> Mapping[str, Kind]:
    """The kinds with a site's rules over their own; RulesRefused with everything that is wrong.

    ``tables`` is what stands under ``survivorship`` in the site's file ``origin``.
    """
    reader = _Reader(origin)
    result = dict(kinds)
    for name, table in tables.items():
        place = f"survivorship.{name}"
        if name not in kinds:
            reader.refuse(place, table, " or ".join(f'"{kind}"' for kind in kinds) + " as its kind")
        elif not isinstance(table, Mapping):
            reader.refuse(place, table, "a table with a rule for each field")
        else:
            rules = dict(reader.rules(kinds[name], table, place))
            own = Rules(rules, dict.fromkeys(rules, origin))
            result[name] = replace(kinds[name], survivorship=kinds[name].survivorship.joined(own))
    if reader.faults:
        raise RulesRefused("\n".join(reader.faults))
    return result


class _Reader:
    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []

    def refuse(self, place: str, value: object, expected: str) -> None:
        shown = json.dumps(value, ensure_ascii=False, default=str)
        self.faults.append(
            f"{place} = {shown} (from {self.origin}) is refused: {expected} is expected."
        )

    def rules(
        self, kind: Kind, table: Mapping[str, object], place: str
    ) -> Iterator[tuple[str, Rule]]:
        """The rules of a kind that can be accepted, by name."""
        for name, value in table.items():
            here = f"{place}.{name}" if "." not in name and name != OTHERS else f'{place}."{name}"'
            fault = _no_place(kind, name)
            if fault:
                self.refuse(here, value, fault)
                continue
            found = self._rule(here, value)
            if found is not None:
                yield name, found

    def _rule(self, place: str, value: object) -> Rule | None:
        if isinstance(value, str) and value in WORDS:
            return WORDS[value]
        if isinstance(value, Mapping):
            return self._of_table(place, value)
        ranks = _ranks(value)
        if ranks is None:
            self.refuse(place, value, _VALUE)
            return None
        return Rule(ranks)

    def _of_table(self, place: str, table: Mapping[str, object]) -> Rule | None:
        before = len(self.faults)
        for key in table.keys() - set(_KEYS):
            self.refuse(f"{place}.{key}", table[key], "channels, newest or lower as the key")
        ranks = _ranks(table["channels"]) if "channels" in table else ()
        newest, lower = table.get("newest", False), table.get("lower", "suggest")
        if ranks is None:
            self.refuse(f"{place}.channels", table["channels"], _ORDER)
        if not isinstance(newest, bool):
            self.refuse(f"{place}.newest", newest, "true or false")
        if lower not in LOWER:
            self.refuse(f"{place}.lower", lower, '"suggest" or "history"')
        elif not (ranks or newest) and len(self.faults) == before:
            self.refuse(place, table, "channels, or newest = true,")
        if len(self.faults) > before or ranks is None:
            return None
        return Rule(ranks, bool(newest), "history" if lower == "history" else "suggest")


def _no_place(kind: Kind, name: str) -> str:
    """What is expected instead of a name that no rule can be about; empty where one can."""
    group, _, member = name.partition(".")
    found = None if name == OTHERS else find(kind.fields, inside(name))
    if name != OTHERS and (found is None or name.count(".") > 1):
        return f'a field of {kind.name}, a member of a group such as "contacts.phone", or "*"'
    top = kind.field(group)
    if member and top is not None and top.unit:
        return f"{group} as a whole, which is merged as one,"
    if found is not None and top is not None and not (ruled(found) and ruled(top)):
        return f"another field ({_REASONS.get(found.policy, _SET)})"
    return ""


_SET: Final = "of lists and notes both sides are kept, so there is nothing to decide"
_REASONS: Final[Mapping[str, str]] = {
    "consent": "of two consents the stricter one holds",
    "erp": "what the ERP owns nobody else sets",
}


def _ranks(value: object) -> tuple[tuple[str, ...], ...] | None:
    """Channels in their order, equal ones in a list of their own; None for anything else."""
    if not isinstance(value, list) or not value:
        return None
    ranks = tuple(tuple(one) if isinstance(one, list) else (one,) for one in value)
    named = [channel for rank in ranks for channel in rank]
    known = all(isinstance(channel, str) and channel in CHANNELS for channel in named)
    return ranks if known and all(ranks) and len(set(named)) == len(named) else None
