"""``run.py alerts``: what stands, and a test of every way to tell people."""

from pathlib import Path

import click

from gateway.kernel.clock import to_iso
from gateway.kernel.problems import Problem
from gateway.web.commands.command_line import Way, data_option


@click.group()
def alerts() -> None:
    """Alarms, and who is told of them."""


@alerts.command("list")
@data_option
@click.pass_obj
def alerts_list(way: Way, data: Path) -> None:
    """Show the alarms that stand."""
    with way(data) as carry_out:
        standing = carry_out("alerts.list")
    for one in standing:
        click.echo(f"{to_iso(one['since'])}  {Problem.from_record(one['problem']).detail()}")
    if not standing:
        click.echo("No alarm stands.")


@alerts.command("test")
@data_option
@click.pass_obj
def alerts_test(way: Way, data: Path) -> None:
    """Send a test by every way that the settings name."""
    with way(data) as carry_out:
        tried = carry_out("alerts.test")
    failed = 0
    for one in tried:
        problem = one["problem"]
        failed += problem is not None
        said = Problem.from_record(problem).detail() if problem else "sent"
        click.echo(f"{one['name']}: {said}")
    if failed:
        raise click.ClickException(f"{failed} of {len(tried)} ways do not work.")
