"""The commands over damaged databases that were put aside: what is lost, and confirming it."""

import getpass
import json
from pathlib import Path
from typing import Any

import click

from gateway.web.commands.command_line import Way, data_option, json_option


@click.group(invoke_without_command=True)
@json_option
@data_option
@click.pass_context
def damaged(context: click.Context, data: Path, *, as_json: bool) -> None:
    """List the damaged databases that were put aside, and what of each is lost."""
    if context.invoked_subcommand is not None:
        return
    with context.obj(data) as carry_out:
        notes = carry_out("damage.list")
    if as_json:
        click.echo(json.dumps(notes))
    else:
        click.echo("\n\n".join(map(told, notes)) or "No damaged database was ever put aside.")


@damaged.command("confirm")
@click.argument("folder")
@data_option
@click.pass_obj
def damaged_confirm(way: Way, folder: str, data: Path) -> None:
    """Confirm that you know what is lost with FOLDER: the alarm ends, the files stay."""
    with way(data) as carry_out:
        note = carry_out("damage.confirm", name=folder, by=getpass.getuser())
    click.echo(f"{note['folder']} is confirmed. Its files stay until you delete them.")


def told(note: dict[str, Any]) -> str:
    """What became of one damaged database, for a person."""
    spans = [f"{one}" if one == end else f"{one} to {end}" for one, end in note["entries_lost"]]
    rows = [f"{count} {name}" for name, count in note["rows_lost"].items()]
    lines = [
        f"{note['folder']}  {note['reason']}",
        f"  pages    {len(note['pages_lost'])} of {note['pages']} cannot be read",
        f"  kept     {sum(note['rows'].values())} rows, entries up to {note['head']}",
        f"  entries  {', '.join(spans) or 'none'} lost: new ones of tills and phones come again",
        f"  rows     {', '.join(rows) or 'none'} lost",
        f"  records  {', '.join(note['records_lost']) or 'none'} lost",
        f"  known by {note['confirmed_by'] or 'nobody: run.py damaged confirm ' + note['folder']}",
    ]
    return "\n".join(lines)
