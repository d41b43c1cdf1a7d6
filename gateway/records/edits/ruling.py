"""How an editor's word weighs against what stands, and what the editor is told of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from gateway.kernel.problems import Problem
from gateway.records.edits.docket import Conflict
from gateway.records.edits.merge import Ruling
from gateway.records.edits.standing import Standing, line
from gateway.records.engine import Origin
from gateway.records.model.fields import Path
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted, pointer
from gateway.records.model.survivorship import HOUSE, Claim


@dataclass(frozen=True, slots=True)
class Ruler:
    """The rules of a kind before one edit of one record.

    ``chain`` are the operations that the edit is built on, ``seen`` and ``left`` what its author
    saw and left, as far as it applies at once.
    """

    kind: Kind
    standing: Standing
    claim: Claim
    chain: frozenset[str]
    seen: Mapping[str, object]
    left: Mapping[str, object]

    def spoke(self, path: Path) -> bool:
        """Whether the edit changes a place of what its author saw."""
        return at(self.seen, path) != at(self.left, path)

    def judge(self, path: Path, again: bool) -> Ruling | None:
        """How the editor's word weighs, about an element brought in ``again`` or about a value that
        was there; None where no rule is about the place.
        """
        rule = self.kind.survivorship.of(self.kind.fields, path)
        if rule is None or self.claim.channel == HOUSE:
            return None
        settled = rule.lower == "history"
        other = self.standing.heaviest(rule, path, self.chain, goings=again)
        if other is None or rule.weight(self.claim) == rule.weight(other):
            return Ruling("level")
        if rule.weight(self.claim) > rule.weight(other):
            return Ruling("over", rule.reason(self.claim, other), settled)
        return Ruling("under", rule.reason(other, self.claim), settled)

    def outweighs(self, conflict: Conflict) -> Ruling | None:
        """The ruling about a value that waits, where a heavier word stands after the edit.

        None about the way back from values that do not fit together: that is for a person.
        """
        rule = self.kind.survivorship.of(self.kind.fields, conflict.path)
        if rule is None or conflict.proposed == conflict.base:
            return None
        author = conflict.author
        own = Claim(author.channel, conflict.said_at, line(author.device, author.actor))
        claims = [self.standing.heaviest(rule, conflict.path)]
        if self.spoke(conflict.path) and self.claim.channel != HOUSE:
            claims.append(self.claim)
        above = max((one for one in claims if one is not None), key=rule.weight, default=own)
        if rule.weight(above) <= rule.weight(own):
            return None
        return Ruling("under", rule.reason(above, own), rule.lower == "history")


def claim_of(origin: Origin, now_ms: int, after: int = -1) -> Claim:
    """What a command's word weighs by; ``after`` is when what it is built on was said."""
    said_at = max(origin.said_at(now_ms), after + 1)
    return Claim(origin.channel, said_at, line(origin.device, origin.actor.id))


def notes(arriving: Iterable[Conflict], origin: Origin) -> Iterator[Problem]:
    """What to tell the author of an edit about values that a rule has kept out."""
    for one in arriving:
        if one.rule and one.author.operation == origin.operation:
            code = "value_kept_out" if one.state == "settled" else "value_suggested"
            yield Problem(code, pointer=pointer(one.path), field=dotted(one.path))


def kept_out(warnings: Iterable[Problem]) -> list[str]:
    """The dotted places that the ``notes`` among some warnings are about."""
    told = [one for one in warnings if one.code in ("value_kept_out", "value_suggested")]
    return [str(one.params["field"]) for one in told]
