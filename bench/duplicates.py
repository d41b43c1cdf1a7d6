"""``python -m bench.duplicates [--quick] [--count N ...] [--write]``: duplicates and search.

How well and how fast duplicates are found in labelled records, beside Splink and the figures that
were set as the mark; and what a question at the form and a search cost in files of many companies.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from bench import edited, finding, labelled, linking, report, upkeep
from bench.edited import Edited
from bench.finding import Online, Searched, Times
from bench.linking import Linked
from bench.shelf import CLERK, REP, shelf
from bench.upkeep import Upkeep

COLUMNS = (
    "given", "surname", "number", "street", "place", "suburb", "postcode", "state", "born",
)  # fmt: skip
# F1 of the mark: a first version of this comparison, and Splink, on the same records.
MARKS = {
    ("without the id", "FEBRL 1"): ("1.000", "1.000"),
    ("without the id", "FEBRL 2"): (".9956", ".9964"),
    ("without the id", "FEBRL 3"): (".9935", ".9955"),
    ("without the id", "FEBRL 4"): (".9987", ".9991"),
    ("with the id", "FEBRL 1"): (".999", "1.0"),
    ("with the id", "FEBRL 2"): (".9958", ".9992"),
    ("with the id", "FEBRL 3"): (".9948", ".9995"),
    ("with the id", "FEBRL 4"): (".9995", "1.0"),
    ("with phone", "Fodor's and Zagat's"): (".978", "–"),
    ("without phone", "Fodor's and Zagat's"): (".948", "–"),
}
SWEPT_MAX = 100_000  # the sweep of a million takes minutes
BEGIN, END = "<!-- results of `make bench-duplicates` begin -->", "<!-- results end -->"


def main(arguments: Sequence[str] | None = None) -> None:
    """Run what was asked for and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m bench.duplicates", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="ten thousand companies, no Splink")
    parser.add_argument("--count", type=int, nargs="*", help="sizes of the files of companies")
    parser.add_argument("--folder", type=Path, help="keep the files of companies here")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    asked = parser.parse_args(arguments)
    counts = asked.count if asked.count is not None else [10_000]
    if asked.count is None and not asked.quick:
        counts = [10_000, 100_000, 1_000_000]
    parts = [_batch(beside=not asked.quick), *_many(counts, asked.folder)]
    told = "\n\n".join([report.machine(), *parts])
    print(told)
    if asked.write:
        _write(told)


def _batch(*, beside: bool) -> str:
    rows = []
    for way, with_id in (("without the id", False), ("with the id", True)):
        taught = linking.teach(labelled.febrl(1), labelled.persons(with_id=with_id))
        for number in (1, 2, 3, 4):
            found = labelled.febrl(number)
            rows.append(_line(way, linking.ours(found, taught)))
            if beside:
                columns = (*COLUMNS, "social") if with_id else COLUMNS
                rows.append(_line(way, linking.splink(found, columns)))
    for way, with_phone in (("with phone", True), ("without phone", False)):
        how = labelled.restaurants(with_phone=with_phone)
        rows.append(_line(way, linking.crossed(labelled.guides(), how)))
    heads = ["records", "", "who", "precision", "recall", "F1", "mark: ours", "mark: Splink"]
    heads += ["CPU s", "MiB"]
    return f"### Every duplicate of labelled records\n\n{report.table(heads, rows)}"


def _line(way: str, one: Linked) -> list[str]:
    marks = MARKS[way, one.set]
    name = f"**{one.who}**" if one.who == "Waystation" else one.who
    figures = [f"{share:.4f}" for share in (one.precision, one.recall, one.f1)]
    return [one.set, way, name, *figures, *marks, f"{one.seconds:.1f}", f"{one.memory_mib:.0f}"]


def _many(counts: Sequence[int], folder: Path | None) -> list[str]:
    onlines: list[Online] = []
    upkeeps: list[Upkeep] = []
    after: list[Edited] = []
    searches: list[Searched] = []
    for count in counts:
        place = folder / str(count) if folder else None
        with shelf(count, place) as full:
            searches += finding.searches(full)
            onlines.append(finding.online(full))
            if count <= SWEPT_MAX:
                upkeeps.append(upkeep.measured(full))
            after += edited.measured(full)
    parts = [_online(onlines), _costs(onlines), *(_searches(searches, count) for count in counts)]
    return [*parts, _edited(after), _upkeep(upkeeps)]


def _online(found: Sequence[Online]) -> str:
    heads = ["companies", "p50 ms", "p95 ms", "p99 ms", "CPU ms", "CPU p99 ms", "recall@5"]
    heads += ["warn recall", "warn precision", "false alarms"]
    rows = []
    for one in found:
        shares = (one.recall_at_5, one.warn_recall, one.warn_precision, one.false_alarms)
        rows.append([f"{one.count:,}", *_times(one.times), *(f"{share:.3f}" for share in shares)])
    return f"### One question at the form\n\n{report.table(heads, rows)}"


def _times(one: Times) -> list[str]:
    return [f"{ms:.1f}" for ms in (one.p50, one.p95, one.p99, one.cpu, one.cpu99)]


def _costs(found: Sequence[Online]) -> str:
    heads = ["companies", "bytes a company", "texts", "pieces and keys", "words"]
    heads += ["indexing one: CPU ms", "CPU p99 ms"]
    rows = []
    for one in found:
        sizes = (one.bytes_whole, one.bytes_texts, one.bytes_pieces, one.bytes_words)
        added = (one.add.cpu, one.add.cpu99)
        rows.append([
            f"{one.count:,}", *(f"{size:.0f}" for size in sizes), *(f"{ms:.1f}" for ms in added),
        ])  # fmt: skip
    return f"### What a company costs\n\n{report.table(heads, rows)}"


def _edited(found: Sequence[Edited]) -> str:
    heads = ["companies", "edits", "a search: CPU ms", "CPU p99 ms of the slowest way", "which"]
    heads += ["a question: CPU ms", "CPU p99 ms", "indexing an edit: CPU ms", "CPU p99 ms"]
    heads += ["merging, CPU ms an edit", "parts"]
    rows = []
    for one in found:
        edit = [one.edit.cpu, one.edit.cpu99, one.merging] if one.edit else []
        asked = (one.half, one.slowest, one.entry.cpu, one.entry.cpu99)
        half, slowest, *entry = (f"{ms:.1f}" for ms in asked)
        costs = [f"{ms:.1f}" for ms in edit] or ["–"] * 3
        size = [f"{one.count:,}", f"{one.edits:,}"]
        rows.append([*size, half, slowest, one.way, *entry, *costs, str(one.parts)])
    return f"### Between edits\n\n{report.table(heads, rows)}"


def _upkeep(found: Sequence[Upkeep]) -> str:
    rows = [
        ["indexing a record anew, CPU ms", *(f"{one.reindex_cpu:.1f}" for one in found)],
        ["the same by the clock, pauses included", *(f"{one.reindex_wall:.1f}" for one in found)],
        ["longest write of it, ms", *(f"{one.reindex_longest:.0f}" for one in found)],
        ["comparing a new record, CPU ms", *(f"{one.compare_cpu:.1f}" for one in found)],
        ["longest slice of it, ms", *(f"{one.compare_longest:.0f}" for one in found)],
        ["sweep, CPU s", *(f"{one.sweep_cpu_seconds:.0f}" for one in found)],
        ["slices of it", *(f"{one.sweep_slices:,}" for one in found)],
        ["longest slice of it, ms", *(f"{one.sweep_longest:.0f}" for one in found)],
        ["pairs found", *(f"{one.pairs:,}" for one in found)],
        ["memory it added, MiB", *(f"{one.memory_mib:.0f}" for one in found)],
    ]
    heads = ["what", *(f"{one.count:,} companies" for one in found)]
    return f"### Behind the scenes\n\n{report.table(heads, rows)}"


def _searches(found: Sequence[Searched], count: int) -> str:
    heads = ["typed"]
    for who in ("clerk", "rep"):
        heads += [f"{who}: p50 ms", "p99 ms", "CPU ms", "CPU p99 ms", "found on page 1"]
    here = {(one.what, one.who): one for one in found if one.count == count}
    rows = []
    for what in finding.WAYS:
        cells = []
        for who in (CLERK.role, REP.role):
            one = here[what, who]
            p50, _, p99, cpu, cpu99 = _times(one.times)
            cells += [p50, p99, cpu, cpu99, f"{one.found:.2f}"]
        rows.append([what, *cells])
    return f"### Searching {count:,} companies\n\n{report.table(heads, rows)}"


def _write(told: str) -> None:
    text = report.PAGE.read_text("utf-8")
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    report.PAGE.write_text(f"{before}{BEGIN}\n\n{told}\n\n{END}{after}", "utf-8")


if __name__ == "__main__":
    main()
