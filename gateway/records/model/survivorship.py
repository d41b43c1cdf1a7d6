"""Whose word about a value stands: rules by field and channel (pure).

A kind declares them with its fields, and a site sets its own over them.

A *claim* is somebody's word about one place of a record: the channel it came by, and when it was
said. A rule gives every claim a weight. The heavier one stands, in whatever order they arrive;
claims of the same weight are merged as two people's changes always are.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from gateway.records.model import sets
from gateway.records.model.fields import Field, Path, find

# Which ways a value comes in. What the gateway does by itself, such as spelling all phone numbers
# in one way, is nobody's word about a value: no rule holds it up.
CHANNELS: Final = ("erp", "shop", "rep", "import", "web")
HOUSE: Final = "system"
# The rule of every field that has none of its own.
OTHERS: Final = "*"

# What becomes of the lighter value: it waits for a person, or is only kept in the history.
Lower = Literal["suggest", "history"]
Weight = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Claim:
    """One word about a value. ``at`` is when it was said, in Unix ms: by the clock of the device,
    set right by what is known of it. ``line`` names who said it, to order what was said at once.
    """

    channel: str
    at: int = 0
    line: str = ""


def line(device: str, actor: str) -> str:
    """Who said something, so that two words of one instant have an order."""
    return f"{device}/{actor}"


@dataclass(frozen=True, slots=True)
class Rule:
    """``ranks`` are channels from the highest down, those in one tuple equal; one that is not named
    stands below all that are. With ``newest`` the later word stands among equals, and without ranks
    among all.
    """

    ranks: tuple[tuple[str, ...], ...] = ()
    newest: bool = False
    lower: Lower = "suggest"

    def weight(self, claim: Claim) -> Weight:
        """How heavy a claim is; the greater one stands."""
        below = next((n for n, rank in enumerate(self.ranks) if claim.channel in rank), None)
        height = 0 if below is None else len(self.ranks) - below
        return (height, claim.at, claim.line) if self.newest else (height, 0, "")

    def reason(self, higher: Claim, lower: Claim) -> str:
        """Why one claim stands above another: ``rank`` or ``newest``."""
        return "rank" if self.weight(higher)[0] != self.weight(lower)[0] else "newest"


# Every value that two people's changes of are merged, and nothing more.
MERGED: Final = Rule()


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules of one kind, by field, by member of a group (``contacts.phone``), or for all others
    (``*``). ``origin`` says where each stands: empty with the kind, else the site's file.
    """

    by_name: Mapping[str, Rule] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)

    def of(self, fields: tuple[Field, ...], path: Path) -> Rule | None:
        """The rule of a place; None where changes are merged and nothing more."""
        top, place = find(fields, path[:1]), find(fields, path)
        if not self.by_name or top is None or place is None or not (ruled(top) and ruled(place)):
            return None
        names = (f"{path[0]}.{path[2]}" if len(path) > 2 else "", path[0], OTHERS)
        found = next((self.by_name[name] for name in names if name in self.by_name), MERGED)
        return None if found == MERGED or not (found.ranks or found.newest) else found

    def joined(self, more: "Rules") -> "Rules":
        """These rules with others over them."""
        origin = {name: self.origin.get(name, "") for name in self.by_name} | dict(more.origin)
        return Rules({**self.by_name, **more.by_name}, origin)

    def named(self) -> Iterator[tuple[str, Rule, str]]:
        """Every rule with its name and where it stands, the one for all others last."""
        for name in sorted(self.by_name, key=lambda one: (one == OTHERS, one)):
            yield name, self.by_name[name], self.origin.get(name, "")


def ruled(field: Field) -> bool:
    """Whether a rule can decide about a field.

    Sets lose nothing when they are merged, the stricter consent wins by law, and what the ERP owns
    is the ERP's whatever a site says.
    """
    return field.policy not in ("consent", "erp") and not sets.is_set(field)
