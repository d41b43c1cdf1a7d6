"""Comparisons as a table that an accountant keeps (CSV)."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from gateway.kernel.clock import to_iso
from gateway.transfer.formats.formula import guard
from sync.erp.tallying.ledger import Kept
from sync.erp.tallying.sides import Finding

HEADS: Final = (
    "day",
    "what",
    "ours",
    "theirs",
    "waiting",
    "differing",
    "sums",
    "sha256",
    "looked_at",
)


def table(found: Iterable[Kept], findings: Mapping[tuple[str, str], Sequence[Finding]]) -> bytes:
    """One line a comparison, below each the documents that differ; UTF-8 with a mark for Excel."""
    text = io.StringIO()
    rows = csv.writer(text)
    rows.writerow(HEADS)
    for one in found:
        rows.writerow([*_cells(one), *[""] * 5])
        for each in findings.get((one.source, one.day), ()):
            told = (each.fault, each.title, each.id, differences(each), " ".join(each.refs))
            rows.writerow([one.day, one.source, *[""] * 7, *map(guard, told)])
    return text.getvalue().encode("utf-8-sig")


def _cells(one: Kept) -> list[str]:
    sums = "; ".join(
        f"{name} {ours} / {theirs}" for name, (ours, theirs) in sorted(one.sums.items())
    )
    hashes = one.ours_hash if one.agrees else f"{one.ours_hash} / {one.theirs_hash}"
    counts = (one.ours, one.theirs, one.waiting, one.differing)
    return [one.day, one.source, *map(str, counts), sums, hashes, to_iso(one.looked_at)]


def differences(one: Finding) -> str:
    """What differs, field by field: ours / theirs."""
    return "; ".join(
        f"{name}: {one.ours[name]} / {one.theirs[name]}" if name in one.ours else name
        for name in one.fields
    )
