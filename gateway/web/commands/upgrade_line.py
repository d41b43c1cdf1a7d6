"""The command that brings a data folder to this version, and the one that goes back."""

import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from config.schema import KeysSettings, Settings
from gateway.keys import opening
from gateway.web.commands import keys_line, local
from gateway.web.commands.command_line import Way, data_option


def upgrade(load: Callable[[Path], Settings]) -> click.Command:
    """``run.py upgrade``; ``load`` reads the settings of a data folder."""

    @click.command("upgrade")
    @click.option(
        "--back", is_flag=True, help="Put the database of the version before in place again."
    )
    @data_option
    @click.pass_obj
    def command(way: Way, data: Path, *, back: bool) -> None:
        """Bring the data of a stopped gateway to this version, on a copy, and examine it.

        When anything fails, the database is as it was, and the version before still serves it.
        """
        if local.is_served(data):
            raise click.ClickException("A gateway serves this folder. Stop it first.")
        if back:
            click.echo(f"The database of schema {_went_back(data, load)} is in place again.")
            return
        with way(data) as carry_out:
            found = carry_out("doctor")
        click.echo(f"The data is ready for this version: {found['entries']} entries, chain valid.")

    return command


def _went_back(data: Path, load: Callable[[Path], Settings]) -> int:
    from gateway.store import folders, places
    from gateway.store import upgrade as upgrading

    # Settings that this version does not take keep nobody from going back, unless they lead to the
    # key.
    is_clear = opening.way_of(data) in ("", opening.BESIDE)
    settings = KeysSettings() if is_clear else load(data).keys
    unlock = partial(opening.opened, settings=settings, said=keys_line.asked(data))
    lock = folders.own(data / places.LOCK, 5.0)
    try:
        keyring = folders.keyring(data, unlock)
        return upgrading.go_back(data / places.DATABASE, keyring)
    finally:
        os.close(lock)
