"""One file of a drop folder, from its bytes to facts on disk and a report of every row.

Facts go a thousand at a time, and the file moves only after the last of them is on disk. Whatever
stops it, the file is read again from its beginning, and what was kept already is a duplicate.
"""

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import islice
from typing import IO, Any, BinaryIO, Final

from devices.driver import Context, Kept, Occurrence
from devices.drop import reading
from devices.drop.layout import Layout
from devices.drop.reading import Shape
from devices.drop.records import Draft
from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem

SLICE: Final = 1_000
ROWS_MAX: Final = 500_000
SAMPLE_SHOWN: Final = 20
LANGUAGES: Final = ("en", "zh-CN", "zh-Hant")
_DIGEST_USED: Final = 40


class NotKept(Exception):
    """The storage refuses: the file stays, and is taken again later."""


class Interrupted(Exception):
    """The gateway stops: the file stays, and is taken again at the next start."""


@dataclass(frozen=True)
class Taken:
    """What became of a file. ``counts`` are of its facts by outcome, and ``skipped``."""

    name: str
    digest: str
    counts: dict[str, int]
    problem: Problem | None
    report: IO[bytes]

    @property
    def whole(self) -> bool:
        """Whether everything of it is on disk or waits in quarantine."""
        return self.problem is None and not self.counts.get("refused")

    def summary(self) -> dict[str, Any]:
        """For the report and for people."""
        told: dict[str, Any] = {"file": self.name, "sha256": self.digest, **self.counts}
        return told | ({"problem": sentences(self.problem)} if self.problem else {})


def sentences(problem: Problem) -> dict[str, Any]:
    """A problem for people in each language; of one with single faults these alone."""
    faults = problem.errors or (problem,)
    details = {
        language: " ".join(fault.detail(language) for fault in faults) for language in LANGUAGES
    }
    return {"code": problem.code, **details}


class FileReader:
    """Reads the files of one folder. ``encoding`` and ``delimiter`` are guessed where empty."""

    def __init__(self, layout: Layout, encoding: str, delimiter: str) -> None:
        self._layout = layout
        self._encoding = encoding
        self._delimiter = delimiter

    def take(
        self, context: Context, origin: tuple[str, str], file: BinaryIO, between: Callable[[], None]
    ) -> Taken:
        """Keep what a file tells; NotKept or Interrupted.

        ``origin`` is its name and its SHA-256. ``between`` is called before each slice.
        """
        name, digest = origin
        try:
            shape, layout = self._look(file)
        except Problem as problem:
            return refused(context, name, problem, digest)
        counts: Counter[str] = Counter()
        told = reading.drafts(file, shape, layout)
        with tempfile.TemporaryFile() as rows, closing(told) as drafts:
            while part := list(islice(drafts, SLICE)):
                if context.stopping:
                    raise Interrupted
                between()
                self._keep(context, part, origin, counts, rows)
            return _ended(context, Taken(name, digest, dict(counts), None, rows))

    def try_out(self, context: Context, name: str, file: BinaryIO) -> dict[str, Any]:
        """What a file would become, storing nothing."""
        try:
            shape, layout = self._look(file)
        except Problem as problem:
            return {"problem": sentences(problem)}
        with closing(reading.drafts(file, shape, layout)) as found:
            drafts = list(islice(found, SLICE))
        facts = [draft for draft in drafts if not draft.skipped]
        kept = context.foresee([_occurrence(context, draft, name, "") for draft in facts])
        counts = Counter(one.outcome for one in kept) + Counter(
            skipped=sum(draft.skipped for draft in drafts)
        )
        told = [_told(draft, one) for draft, one in zip(facts, kept, strict=True)]
        # What does not fit is what a person wants to see.
        told.sort(key=lambda one: "problem" not in one)
        return {
            "format": shape.format,
            "encoding": shape.encoding,
            "delimiter": shape.delimiter,
            "counts": dict(counts),
            "facts": told[:SAMPLE_SHOWN],
        }

    def _look(self, file: BinaryIO) -> tuple[Shape, Layout]:
        """What a file is, and how its numbers are written; Problem when it cannot be read."""
        shape = reading.shape_of(file, self._encoding, self._delimiter)
        layout = self._layout
        if shape.delimiter == ";" and not layout.numbers.strict:
            # Who separates cells with semicolons does so because the comma stands in numbers.
            layout = replace(layout, numbers=replace(layout.numbers, mark=","))
        reading.look(file, shape, layout, ROWS_MAX)
        return shape, layout

    def _keep(
        self,
        context: Context,
        drafts: Sequence[Draft],
        origin: tuple[str, str],
        counts: Counter[str],
        report: IO[bytes],
    ) -> None:
        """One slice, in one write."""
        facts = [draft for draft in drafts if not draft.skipped]
        kept = iter(context.record_all([_occurrence(context, one, *origin) for one in facts]))
        for draft in drafts:
            one = None if draft.skipped else next(kept)
            if one is not None and one.outcome == "lost":
                raise NotKept
            counts["skipped" if one is None else one.outcome] += 1
            report.write(
                _line(_told(draft, one) if one else {"line": draft.line, "outcome": "skipped"})
            )


def refused(context: Context, name: str, problem: Problem, digest: str = "") -> Taken:
    """A file of which nothing was taken."""
    with tempfile.TemporaryFile() as nothing:
        return _ended(context, Taken(name, digest, {}, problem.again(), nothing))


def _ended(context: Context, taken: Taken) -> Taken:
    """With its whole report: the summary before the rows."""
    report: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 (whoever moves the file closes it)
    at = context.occurred("", {}).occurred_ms
    report.write(_line({**taken.summary(), "at": to_iso(at or 0)}))
    taken.report.seek(0)
    report.writelines(_pieces(taken.report))
    return replace(taken, report=report)


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    return iter(lambda: file.read(65_536), b"")


def _occurrence(context: Context, draft: Draft, name: str, digest: str) -> Occurrence:
    """A draft as a fact. Its id is the till's own, or the content of the file and the line."""
    own = f"own:{draft.key}" if draft.key else f"{digest[:_DIGEST_USED]}-{draft.line}"
    stamped = context.occurred(draft.type, draft.data, own)
    place = f"{name}:{draft.line}"
    return replace(stamped, occurred_ms=draft.occurred_ms, place=place, problem=draft.problem)


def _told(draft: Draft, kept: Kept) -> dict[str, Any]:
    told: dict[str, Any] = {"line": draft.line, "outcome": kept.outcome, "type": draft.type}
    if kept.seq is not None:
        told["seq"] = kept.seq
    if kept.problem:
        told["problem"] = sentences(kept.problem)
    return told | {"data": draft.data}


def _line(told: dict[str, Any]) -> bytes:
    without = {name: value for name, value in told.items() if name != "data"}
    return json.dumps(without, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
