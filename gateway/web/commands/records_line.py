"""The commands that work on records as a whole."""

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from gateway.web.commands.command_line import Way, data_option

SAMPLES_MAX = 5
COLUMNS = ("number", "record", "field", "rule", "before", "after", "problem")


@click.group()
def records() -> None:
    """Records as a whole: put what is stored in order."""


@records.command()
@click.argument("kind")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--field", "fields", multiple=True, help="Only this field; may be repeated.")
@click.option(
    "--report",
    type=click.Path(path_type=Path, dir_okay=False),
    help="CSV file with every value, before and after. It holds personal data.",
)
@data_option
@click.pass_obj
def standardise(
    way: Way, kind: str, dry_run: bool, fields: tuple[str, ...], report: Path | None, data: Path
) -> None:
    """Bring every record of a KIND into the form it would be stored in today.

    May be stopped and started again at any time: what is in order stays as it is.
    """
    tally = _Tally()
    with way(data) as carry_out, _sheet(report) as write:
        after: str | None = ""
        while after is not None:
            done = carry_out(
                "records.standardise",
                kind=kind,
                after=after,
                fields=fields,
                write=not dry_run,
                values=report is not None,
            )
            tally.add(done)
            write(done["lines"])
            after = done["next"]
    click.echo(tally.text(dry_run=dry_run))
    if report is not None:
        click.echo(f"every value is in {report}; it holds personal data")


@records.command()
@data_option
@click.pass_obj
def reindex(way: Way, data: Path) -> None:
    """Build anew what records are found by, such as after a restore from an older version.

    The gateway goes on working meanwhile. When the rules have changed it does this by itself.
    """
    with way(data) as carry_out:
        for kind in carry_out("records.kinds"):
            done = carry_out("records.reindex", kind=kind, anew=True)
            while not done["done"]:
                done = carry_out("records.reindex", kind=kind, anew=False)
            click.echo(f"{kind:<12} {done['total']} records indexed")


class _Tally:
    """Counts and samples without anybody's data."""

    def __init__(self) -> None:
        self.records: Counter[str] = Counter()
        self.rules: Counter[str] = Counter()
        self.samples: dict[str, list[str]] = {}

    def add(self, done: dict[str, Any]) -> None:
        for name in ("checked", "changed", "passed"):
            self.records[name] += done[name]
        for line in done["lines"]:
            rule = f"cannot: {line['problem']}" if line["problem"] else line["rule"]
            self.rules[rule] += 1
            known = self.samples.setdefault(rule, [])
            if len(known) < SAMPLES_MAX:
                known.append(f"{line['number']} {line['field'].partition('.')[0]}")

    def text(self, *, dry_run: bool) -> str:
        verb = "would change" if dry_run else "changed"
        found = self.records
        lines = [f"{found['checked']} records checked, {found['changed']} {verb}"]
        if found["passed"]:
            lines.append(f"{found['passed']} were passed over; run this again for them")
        for rule, count in sorted(self.rules.items()):
            lines.append(f"  {rule:<30} {count:>7}   {', '.join(self.samples[rule])}")
        return "\n".join(lines)


@contextmanager
def _sheet(path: Path | None) -> Iterator[Callable[[list[dict[str, Any]]], object]]:
    """Writes lines into a CSV file, or nowhere."""
    if path is None:
        yield len
        return
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        path.chmod(0o600)
        sheet = csv.writer(file)
        sheet.writerow(COLUMNS)
        yield lambda lines: sheet.writerows(
            [_harmless(str(line[name])) for name in COLUMNS] for line in lines
        )


def _harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula; an international number stays readable."""
    is_number = text[:1] in "+-" and text[1:2].isdigit()
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t") and not is_number else text
