"""``erp`` of the command line: push now, and what came of rounds."""

import sys
import threading
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import click

from gateway.kernel.problems import Problem
from gateway.web.commands.command_line import Way, data_option
from gateway.web.commands.transfer_line import Carry, progress

POLL_S: Final = 0.2


@click.group()
def erp() -> None:
    """The ERPs that are pushed to."""


@erp.command("push")
@click.argument("connector", required=False)
@data_option
@click.pass_obj
def push(way: Way, data: Path, connector: str | None) -> None:
    """Push to CONNECTOR now, or to all of them, also while the line rests after failures."""
    with way(data) as carry_out:
        ended = [(name, _pushed(carry_out, name)) for name in _named(carry_out, connector)]
    for name, turn in ended:
        click.echo(f"{name}: {_line(turn)}")
    if any(turn.get("problem") for _, turn in ended):
        sys.exit(1)


@erp.command("runs")
@click.argument("connector", required=False)
@click.option("--limit", type=click.IntRange(1, 200), default=20, help="Rounds to show.")
@data_option
@click.pass_obj
def runs(way: Way, data: Path, connector: str | None, limit: int) -> None:
    """What came of rounds, the newest first; those with nothing to do are left out."""
    with way(data) as carry_out:
        for name in _named(carry_out, connector):
            for turn in carry_out("erp.runs", connector=name, limit=limit):
                click.echo(f"{turn['began_at']}  {name}  {_line(turn)}")


@erp.command("compare")
@click.argument("connector", required=False)
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Which day; else the one before.")
@data_option
@click.pass_obj
def compare(way: Way, data: Path, connector: str | None, day: datetime | None) -> None:
    """Compare what was pushed with what the ERP has: the sales of a day, and all records."""
    told = day.date().isoformat() if day else ""
    with way(data) as carry_out:
        names = [connector] if connector else carry_out("erp.compared")
        found = [(name, carry_out("erp.compare", connector=name, day=told)) for name in names]
    if not found:
        raise click.ClickException("No ERP is pushed to by a mapping: there is nothing to compare.")
    for name, tallies in found:
        for one in tallies:
            verdict = "same on both sides" if one["agrees"] else "THE SIDES DIFFER"
            counts = f"{one['ours']} here, {one['theirs']} there, {one['waiting']} on the way"
            click.echo(f"{name}  {one['day'] or 'now'}  {one['source']}: {verdict}; {counts}")
            for each in one["differing"]:
                click.echo(f"  {each['fault']}: {each['title']} (entry {each['seq']})")
    if not all(one["agrees"] for _, tallies in found for one in tallies):
        sys.exit(1)


def _named(carry_out: Carry, connector: str | None) -> list[str]:
    names = [connector] if connector else carry_out("erp.connectors")
    if not names:
        raise click.ClickException("No ERP is pushed to: erp.connectors in the settings is empty.")
    return names


def _pushed(carry_out: Carry, name: str) -> dict[str, Any]:
    """One round, with a bar for as long as it takes."""
    carry_out("erp.push", connector=name)
    waiting = threading.Event()
    while not (now := carry_out("erp.pushed", connector=name))["total"]:
        if now["ended"] is not None:
            return dict(now["ended"])
        waiting.wait(POLL_S)
    with progress(name, now["total"], "entries") as show:
        while now["ended"] is None:
            show(now["done"])
            waiting.wait(POLL_S)
            now = carry_out("erp.pushed", connector=name)
    return dict(now["ended"])


def _line(turn: dict[str, Any]) -> str:
    if not turn:
        return "another round is under way"
    counts = ", ".join(f"{count} {status}" for status, count in sorted(turn["counts"].items()))
    said = [counts or "nothing to push", f"in {turn['took_ms'] / 1000:.1f} s"]
    if turn["asked_by"]:
        said.append(f"asked for by {turn['asked_by']}")
    if turn["problem"]:
        said.append(Problem.from_record(turn["problem"]).detail())
    return "; ".join(said)
