"""The commands of retention: what is over its time, and letting it go."""

from pathlib import Path
from typing import Any

import click

from gateway.web.commands.command_line import Way, data_option

dry_run_option = click.option("--dry-run", is_flag=True, help="Only say what would go.")


@click.group(invoke_without_command=True)
@dry_run_option
@data_option
@click.pass_context
def retention(context: click.Context, data: Path, *, dry_run: bool) -> None:
    """How long personal data is kept: say what is over its time; with run, let it go."""
    if context.invoked_subcommand is None:
        _told(context.obj, data, do=False)
    elif dry_run:
        raise click.UsageError("--dry-run says what would go; run lets it go. Give one of the two.")


@retention.command("run")
@dry_run_option
@data_option
@click.pass_obj
def retention_run(way: Way, data: Path, *, dry_run: bool) -> None:
    """Let go now what is over its time, as far as the settings approve, instead of at night."""
    _told(way, data, do=not dry_run)


def _told(way: Way, data: Path, *, do: bool) -> None:
    with way(data) as carry_out:
        sorts = carry_out("retention.look")
        for told in sorts:
            _say(told)
            if do:
                click.echo(f"  taken: {carry_out('retention.take', sort=told['sort'])}")
    if not sorts:
        click.echo("Everything is kept: no term is set under [retention].")


def _say(told: dict[str, Any]) -> None:
    named = f"   such as {', '.join(told['examples'])}" if told["examples"] else ""
    click.echo(f"{told['sort']:<10} before {told['before'][:10]}: {told['due']} due{named}")
    for why, count in told["held"].items():
        click.echo(f"  held back ({why}): {count}")
    if told["next_at"]:
        click.echo(f"  the next is due on {told['next_at'][:10]}")
