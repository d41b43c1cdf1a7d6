"""How an editor's word weighs against what stands, and what the editor is told of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from gateway.kernel.problems import Problem
from gateway.records.edits.bases import Base
from gateway.records.edits.docket import Conflict
from gateway.records.edits.merge import Clash, Ruling
from gateway.records.edits.standing import Standing
from gateway.records.engine import Origin
from gateway.records.model.fields import Path, find
from gateway.records.model.kind import Kind
from gateway.records.model.patch import at, dotted, pointer, put
from gateway.records.model.survivorship import HOUSE, Claim, line


@dataclass(frozen=True, slots=True)
class Ruler:
    """The rules of a kind before one edit of one record.

    ``base`` is what the edit is built on, ``left`` what its author made of that, as far as it
    applies at once; ``waiting`` are the open conflicts of the record.
    """

    kind: Kind
    standing: Standing
    claim: Claim
    base: Base
    left: Mapping[str, object]
    waiting: Sequence[Conflict] = ()

    def spoke(self, path: Path) -> bool:
        """Whether the edit changes a place of what its author saw."""
        return at(self.base.seen, path) != at(self.left, path)

    def judge(self, three: Clash) -> Ruling | None:
        """How the editor's word weighs; None where no rule is about the place.

        A lighter word than the heaviest one of all gives way. An equal one is measured against
        those who gave the present value: what the author said before is not in its way, and a
        lighter word that came to say the same is none either.
        """
        rule = self.kind.survivorship.of(self.kind.fields, three.path)
        if rule is None or self.claim.channel == HOUSE:
            return None
        # That an element was taken away counts for whoever brings one back, not for its changes.
        again = three.base is None
        other = self.standing.heaviest(rule, three.path, self.base.chain, goings=again)
        if other is not None and rule.weight(self.claim) == rule.weight(other):
            given = self.base.givers(three.path, three.current)
            other = max((one.claim for one in given), key=rule.weight, default=None)
        if other is None or rule.weight(self.claim) == rule.weight(other):
            return Ruling("level")
        settled = rule.lower == "history"
        if rule.weight(self.claim) > rule.weight(other):
            return Ruling("over", rule.reason(self.claim, other), settled)
        return Ruling("under", rule.reason(other, self.claim), settled)

    def spared(self, three: Clash) -> tuple[Clash, bool]:
        """A removal against what all started from, and whether it would take anything from others:
        what they have brought in, or what waits only because of the author's own earlier words.

        Those the removal takes back.
        """
        waits = any(self._waits_in(three.path, one) for one in self.waiting)
        root = at(self.base.root, three.path)
        if root is None:
            return three, waits or three.current != three.base
        field = find(self.kind.fields, three.path)
        whole = field is not None and field.unit
        rest = self._without_own(three, whole)
        others = waits or rest != root
        if whole and not others and self.base.givers(three.path, three.current):
            # Somebody lighter said the same of the whole: that gives way, and is told so.
            rest = three.current
        return replace(three, base=root, current=rest), others

    def _waits_in(self, path: Path, one: Conflict) -> bool:
        inside = one.path[: len(path)] == path and one.proposed is not None
        return inside and not one.rule and one.author.operation not in self.base.chain

    def _without_own(self, three: Clash, whole: bool) -> object:
        """An element without what stands there by its editor's word alone."""
        parts: list[Path] = [three.path]
        if not whole and isinstance(three.current, Mapping):
            parts = [(*three.path, name) for name in three.current]
        element = put({}, three.path, three.current)
        for place in parts:
            if self._alone(place, at(element, place)):
                element = put(element, place, at(self.base.root, place))
        return at(element, three.path)

    def _alone(self, path: Path, value: object) -> bool:
        """Whether a value is the editor's, and of nobody else whose word would hold without it."""
        if value != at(self.base.seen, path) or value == at(self.base.root, path):
            return False
        others = [one.claim for one in self.base.givers(path, value)]
        rule = self.kind.survivorship.of(self.kind.fields, path)
        if rule is None:
            return not others
        words = self.standing.words(path)
        own = [rule.weight(one.claim) for one in words if one.operation in self.base.chain]
        return not any(rule.weight(other) >= max(own, default=(0, 0, "")) for other in others)

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


def is_kept_out(arriving: Iterable[Conflict], origin: Origin) -> bool:
    """Whether a rule keeps something out that an edit said."""
    return any(one.rule and one.author.operation == origin.operation for one in arriving)


def notes(arriving: Iterable[Conflict], origin: Origin) -> Iterator[Problem]:
    """What to tell the author of an edit about values that a rule has kept out."""
    for one in arriving:
        if is_kept_out([one], origin):
            code = "value_kept_out" if one.state == "settled" else "value_suggested"
            yield Problem(code, pointer=pointer(one.path), field=dotted(one.path))


def kept_out(warnings: Iterable[Problem]) -> list[str]:
    """The dotted places that the ``notes`` among some warnings are about."""
    told = [one for one in warnings if one.code in ("value_kept_out", "value_suggested")]
    return [str(one.params["field"]) for one in told]
