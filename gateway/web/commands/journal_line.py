"""The commands that look after the journal: archive, rebuild, export, checkpoints."""

import json
from pathlib import Path
from typing import Any, TextIO

import click

from gateway.web.commands.command_line import Way, data_option

ENDLESS = 2**62
SAID = {
    "kept": "entry {seq}: the journal is still what it was",
    "restored": "entry {seq}: not in the backup that was brought back at {restored_at}",
}


@click.group()
def journal() -> None:
    """The journal and its archive."""


@journal.command("archive")
@data_option
@click.pass_obj
def journal_archive(way: Way, data: Path) -> None:
    """Move what may leave the journal into the archive now, instead of at night."""
    moved = 0
    with way(data) as carry_out:
        while (step := carry_out("archive.step"))["entries"]:
            moved += step["entries"]
    click.echo(f"{moved} entries moved; the archive reaches to entry {step['archived']}")
    if step["held"]:
        click.echo(f"held back: {step['held']}")


@journal.command("rebuild")
@data_option
@click.pass_obj
def journal_rebuild(way: Way, data: Path) -> None:
    """Make sales, visits, shifts, stock and counters anew from archive and journal.

    Captures go on meanwhile.
    """
    so_far: dict[str, Any] = {"after": 0, "counts": {}}
    with way(data) as carry_out:
        while not (so_far := carry_out("journal.rebuild", **so_far)).pop("done"):
            pass
    click.echo(f"rebuilt from {so_far['after']} entries")


@journal.command("export")
@click.option("--from", "first", type=click.IntRange(1), default=1, help="First entry.")
@click.option("--to", "last", type=click.IntRange(1), default=ENDLESS, help="Last entry.")
@data_option
@click.pass_obj
def journal_export(way: Way, first: int, last: int, data: Path) -> None:
    """Print entries as JSON Lines, archived ones too; without --to up to the newest."""
    after, more = first - 1, True
    with way(data) as carry_out:
        while more:
            part = carry_out("journal.export", after=after, last=last)
            after, more = part["after"], part["more"]
            for line in part["lines"]:
                click.echo(line)


@journal.command("checkpoint")
@data_option
@click.pass_obj
def journal_checkpoint(way: Way, data: Path) -> None:
    """Print a signed word about the journal's end, to be kept outside the gateway."""
    with way(data) as carry_out:
        click.echo(json.dumps(carry_out("journal.checkpoint")))


@journal.command("compare")
@click.argument("kept", type=click.File("r", encoding="utf-8"))
@data_option
@click.pass_obj
def journal_compare(way: Way, kept: TextIO, data: Path) -> None:
    """Hold the journal against checkpoints that were kept, one in a line; - is standard input."""
    with way(data) as carry_out:
        for line in kept:
            found = carry_out("journal.compare", kept=line)
            click.echo(SAID[found["state"]].format(**found))
