"""Bringing in from the ERP at once, from the command line."""

from pathlib import Path
from typing import Any

import click

from gateway.kernel.problems import Problem
from gateway.web.commands.command_line import Way, data_option

FIGURES = ("read", "new", "changed", "same", "refused", "left", "gone", "conflicts")


@click.command()
@click.argument("connector", required=False, default="")
@click.option("--full", is_flag=True, help="Read everything again, not only what changed.")
@click.option("--gone", is_flag=True, help="What the ERP shows no more is gone, however much.")
@data_option
@click.pass_obj
def bring(way: Way, connector: str, full: bool, gone: bool, data: Path) -> None:
    """Take in what the ERP has to say, such as articles, prices, stock and customers.

    May be stopped and started again at any time: it goes on where it was.
    """
    from rich.console import Console  # noqa: PLC0415 (slow to read, and few need it)
    from rich.progress import BarColumn, Progress, TextColumn  # noqa: PLC0415

    bar = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[read]} read"))
    shown = Progress(*bar, console=Console(stderr=True), transient=True)
    with way(data) as carry_out, shown as progress:
        names = [connector] if connector else carry_out("erp.bringing")
        if not names:
            click.echo("Nothing comes in: no ERP with a mapping is set (erp.connector).")
        for name in names:
            task, begins = progress.add_task(name, total=None, read=0), full
            while True:
                told = carry_out("erp.bring", connector=name, full=begins, gone=gone)
                begins = False
                read = sum(one["read"] for one in told["kinds"].values())
                progress.update(task, read=read)
                if told["done"]:
                    break
            progress.remove_task(task)
            _tell(told)


def _tell(told: dict[str, Any]) -> None:
    for kind, counts in told["kinds"].items():
        figures = ", ".join(f"{counts[name]} {name}" for name in FIGURES if counts[name])
        click.echo(f"{told['connector']} {kind:<10} {figures or 'nothing'}")
    if told["problem"]:
        raise click.ClickException(str(Problem.from_record(told["problem"]).detail()))
