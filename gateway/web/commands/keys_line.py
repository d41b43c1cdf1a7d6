"""The commands of the key tiers: how the key is kept, keeping it otherwise, unlocking a gateway."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from config.schema import Settings
from gateway.kernel.problems import Problem
from gateway.keys import opening, protection
from gateway.web.commands import local
from gateway.web.commands.command_line import data_option

stdin_option = click.option(
    "--passphrase-stdin",
    is_flag=True,
    help="Read passphrases from standard input, one a line: the one before, if any, then the new.",
)


def keys(load: Callable[[Path], Settings]) -> click.Group:
    """The commands below ``run.py keys``; ``load`` reads the settings of a data folder."""

    @click.group("keys")
    def group() -> None:
        """How the key of the data is kept: docs/keys.md."""

    @group.command("show")
    @data_option
    def show(data: Path) -> None:
        """Say how the key is kept, and what that protects."""
        if not opening.way_of(data):
            raise click.ClickException(f"{data} holds no keyring.")
        settings = load(data)
        kept = protection.of(data, settings.store)
        click.echo(f"{kept.name}.")
        click.echo(f"stolen box   {kept.box.told}")
        click.echo(f"stolen disk  {kept.disk.told}")
        if problem := protection.trouble(data, settings.keys):
            click.echo(problem.detail())

    @group.command("wrap")
    @click.option("--tier", type=click.Choice(opening.WAYS), required=True)
    @stdin_option
    @data_option
    def wrap(data: Path, tier: str, *, passphrase_stdin: bool) -> None:
        """Keep the key otherwise from now on. The data are not touched; it may be running."""
        settings = load(data)
        before = opening.way_of(data)
        said = _passphrase(
            "The passphrase until now", from_stdin=passphrase_stdin, tier=before, once=True
        )
        new = _passphrase("The new passphrase", from_stdin=passphrase_stdin, tier=tier, once=False)
        data.mkdir(parents=True, exist_ok=True, mode=0o700)
        opening.wrap(data, settings.keys, tier, said, new)
        kept = protection.of(data, settings.store)
        click.echo(f"{kept.name}. Backups open by their sheet, as before.")
        if problem := protection.trouble(data, settings.keys):
            click.echo(problem.detail())

    return group


@click.command()
@stdin_option
@data_option
def unlock(data: Path, *, passphrase_stdin: bool) -> None:
    """Give the passphrase to a gateway that waits for it."""
    said = _passphrase("Passphrase", from_stdin=passphrase_stdin, tier="passphrase", once=True)
    try:
        local.ask(data, "unlock", {"passphrase": said})
    except (ConnectionError, FileNotFoundError) as error:
        raise Problem("gateway_not_running", folder=str(data)) from error
    click.echo("It is unlocked.")


def asked(data: Path) -> str:
    """The passphrase of a folder that is opened by a command, from whoever sits at the terminal;
    empty where none is needed or nobody sits there.
    """
    if opening.way_of(data) != "passphrase" or not sys.stdin.isatty():
        return ""
    return _passphrase("Passphrase", from_stdin=False, tier="passphrase", once=True)


def _passphrase(prompt: str, *, from_stdin: bool, tier: str, once: bool) -> str:
    if tier != "passphrase":
        return ""
    if from_stdin:
        return sys.stdin.readline().rstrip("\r\n")
    return str(click.prompt(prompt, hide_input=True, confirmation_prompt=not once))
