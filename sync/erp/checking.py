"""Holding mappings against the ERPs they are for, from settings alone: no gateway has to run."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from config.schema import Settings
from gateway.facts.types import DATA_TYPES
from gateway.records.model.kind import Kind
from sync.erp.bringing import plan
from sync.erp.bringing.check import unfit
from sync.erp.connector import Refusal, Trouble
from sync.erp.connectors.registry import LINES, Opener, used
from sync.erp.line import Line
from sync.erp.mapping import ours, reading
from sync.erp.mapping.model import ErpMapping
from sync.erp.mapping.reading import SHIPPED, MappingRefused
from sync.erp.pushing.check import Check


@dataclass(frozen=True, slots=True)
class Checked:
    """One connector: what answered, what it is pushed, and a sentence for each thing amiss."""

    name: str
    answers: str = ""
    takes: tuple[str, ...] = ()
    faults: tuple[str, ...] = field(default=())


def checked(
    data: Path,
    settings: Settings,
    names: Sequence[str],
    kinds: Mapping[str, Kind],
    lines: Mapping[str, Opener] = LINES,
    shipped: Path = SHIPPED,
) -> Iterator[Checked]:
    """Every named connector that has a mapping, held against its ERP.

    An ERP that does not answer is a sentence as well.
    """
    shapes = ours.shapes(kinds, DATA_TYPES)
    for name in names:
        if name not in lines:
            continue
        try:
            mapping = used(name, settings, reading.load(name, data, shipped))
        except MappingRefused as refused:
            yield Checked(name, faults=tuple(map(str, refused.faults)))
            continue
        line, _ = lines[name](settings)
        yield _held(name, line, mapping, shapes, kinds)


def _held(
    name: str,
    line: Line,
    mapping: ErpMapping,
    shapes: Mapping[str, ours.Shape],
    kinds: Mapping[str, Kind],
) -> Checked:
    answers, faults = "", list[str]()
    try:
        answers = line.answers()
        faults += [problem.detail() for problem in Check(line).all(mapping, shapes)]
        coming = plan.sources(mapping, kinds)
        faults += [problem.detail() for one in coming for problem in unfit(line, one)]
    except ValueError as error:
        faults += str(error).splitlines()
    except (Trouble, Refusal) as error:
        faults.append(error.problem.detail())
    return Checked(name, answers, mapping.takes, tuple(dict.fromkeys(faults)))
