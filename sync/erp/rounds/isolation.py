"""Pushing entries so that one that cannot be pushed stops no other."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from gateway.kernel.problems import Problem
from sync.erp.connector import Connector, Entry, Trouble
from sync.erp.receipt import Receipt

# A request without an answer may be at work this long; nothing is asked again before.
UNSURE_REST_S = 600
# So many entries in a row, none of which went through, and it is the line after all.
BROKEN_MAX = 5
# What a single entry can do to a line; a refused key or a wrong address is no entry's fault.
_BREAKS = ("erp_silent", "erp_unreachable", "erp_busy", "erp_answer")

log = logging.getLogger(__name__)


def pushed(connector: Connector, entries: Sequence[Entry]) -> Iterator[Receipt]:
    """What the connector says; where it fails at an entry, the others are pushed without it.

    Trouble as of the connector.
    """
    answered = set()
    try:
        for receipt in connector.push(entries):
            answered.add(receipt.seq)
            yield receipt
    except Trouble:
        raise
    except Exception as error:
        log.exception("the connector %s failed within a batch", connector.name)
        rest = [entry for entry in entries if entry.seq not in answered]
        if len(entries) > 1:
            for entry in rest:
                yield from pushed(connector, [entry])
            return
        problem = Problem("erp_fault", reason=type(error).__name__)
        yield from (Receipt(entry.seq, "deferred", problem) for entry in rest)


def pushed_singly(
    connector: Connector, entries: Sequence[Entry], proven: Collection[int] = ()
) -> Iterator[Receipt]:
    """The same one by one, records before facts, for when the line failed again and again.

    An entry at which a line breaks that answers right after it, and takes other entries, is to
    blame; so is one that was before (``proven``, by seq). Where no entry goes through, nobody is:
    they are put off, and others have their turn. Trouble when the line is of no use.
    """
    broken: list[_Broken] = []
    has_passed = False
    for entry in sorted(entries, key=lambda entry: not entry.kind):
        told: list[Receipt] = []
        try:
            told.extend(pushed(connector, [entry]))
        except Trouble as trouble:
            broken.append(_Broken(entry, trouble, tuple(told)))
            if trouble.retry_after_s or trouble.problem.code not in _BREAKS:
                raise
            if len(broken) > BROKEN_MAX and not has_passed:
                raise
            connector.probe()
        else:
            has_passed = True
            yield from told
    for one in broken:
        yield one.receipt(is_to_blame=has_passed or one.entry.seq in proven)


@dataclass(frozen=True, slots=True)
class _Broken:
    """An entry at which the line broke, and what the connector had said of it until then."""

    entry: Entry
    trouble: Trouble
    told: tuple[Receipt, ...]

    def receipt(self, *, is_to_blame: bool) -> Receipt:
        problem = self.trouble.problem
        if is_to_blame:
            log.warning("entry %s broke the line, which is well otherwise", self.entry.seq)
            problem = Problem("erp_fault", reason=problem.code)
        unsure_s = UNSURE_REST_S if self.trouble.is_unsure else 0
        rest_s = max(unsure_s, *(one.rest_s for one in self.told)) if self.told else unsure_s
        return Receipt(self.entry.seq, "deferred", problem, rest_s=rest_s)
