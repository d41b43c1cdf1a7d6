"""The command that brings a data folder to this version, and the one that goes back."""

import os
from pathlib import Path

import click

from gateway.web.commands import local
from gateway.web.commands.command_line import Way, data_option


@click.command()
@click.option("--back", is_flag=True, help="Put the database of the version before in place again.")
@data_option
@click.pass_obj
def upgrade(way: Way, data: Path, *, back: bool) -> None:
    """Bring the data of a stopped gateway to this version, on a copy, and examine it.

    When anything fails, the database is as it was, and the version before still serves it.
    """
    if local.is_served(data):
        raise click.ClickException("A gateway serves this folder. Stop it first.")
    if back:
        click.echo(f"The database of schema {_went_back(data)} is in place again.")
        return
    with way(data) as carry_out:
        found = carry_out("doctor")
    click.echo(f"The data is ready for this version: {found['entries']} entries, chain valid.")


def _went_back(data: Path) -> int:
    from gateway.kernel.sealing import Keyring
    from gateway.store import folders, places
    from gateway.store import upgrade as upgrading

    lock = folders.own(data / places.LOCK, 5.0)
    try:
        keyring = Keyring.load_or_create(data / places.KEYRING)
        return upgrading.go_back(data / places.DATABASE, keyring)
    finally:
        os.close(lock)
