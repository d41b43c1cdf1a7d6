"""Waystation's command line.

``serve`` starts the gateway. Every other command works on the gateway that owns the data folder,
through its local socket, or opens the folder itself when none is running. Only who opens a folder
reads the whole house (``assembly``), which takes long on a small box.
"""

import sys
from collections.abc import Callable
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.load import ConfigError, load, overruled
from config.schema import Settings, TlsSettings
from devices.simulate_command import simulate
from gateway.kernel.problems import Problem
from gateway.keys import memory, opening
from gateway.store import medium
from gateway.store.places import KEYRING
from gateway.web.commands import (
    backup_line,
    bringing_line,
    damage_line,
    journal_line,
    keys_line,
    local,
    records_line,
    retention_line,
    transfer_line,
    upgrade_line,
)
from gateway.web.commands.command_line import cli, data_option
from sync.alerts.command_line import alerts
from sync.erp import command_line as erp_line
from sync.fleet.command import fleet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembly import Gateway, Unlock
    from gateway.access.setup import Setup
    from gateway.kernel.sealing import Keyring


@contextmanager
def carrying_out(data: Path) -> "Iterator[Callable[..., Any]]":
    """A function that carries out a command: in the running gateway, or in one opened for it."""
    if local.is_served(data):
        yield lambda command, **arguments: local.ask(data, command, arguments)
        return
    settings = load(data)
    said = keys_line.asked(data)
    gateway = opened(data, settings, partial(opening.opened, settings=settings.keys, said=said))
    try:
        yield lambda command, **arguments: gateway.commands()[command](**arguments)
    finally:
        gateway.side.stop()
        gateway.transfer.stop()
        gateway.store.close()


def welcome(url: str, data: Path, setup: "Setup") -> str:
    """What a person needs to know when the gateway has started."""
    lines = [f"Waystation is ready at {url}", f"  data folder   {data}"]
    if setup.needed():
        lines += [
            f"  first run     open {url}/setup and enter the code {setup.code()}",
            "  scanner       plug in a serial scanner and confirm it on the Devices page",
            "                (no scanner at hand? make demo brings a simulated one)",
        ]
    return "\n".join(lines)


@cli.command()
@data_option
@click.option("--listen", metavar="HOST:PORT", help="Address to serve on.")
@click.option("--no-tls", is_flag=True, help="Plain HTTP, even if a certificate is configured.")
def serve(data: Path, listen: str | None, no_tls: bool) -> None:
    """Start the gateway."""
    settings = load(data)
    if lost := medium.volatile(data):
        if settings.store.refuse_volatile:
            raise lost
        click.echo(lost.detail(), err=True)
    start(data.resolve(), settings, listen, no_tls=no_tls, demo=False)


@cli.command()
@data_option
@click.option("--listen", metavar="HOST:PORT", help="Address to serve on.")
def demo(data: Path, listen: str | None) -> None:
    """Start a gateway with a simulated store: scanners, a till and sample articles."""
    data = data.resolve() / "demo"
    start(data, load(data), listen, no_tls=True, demo=True)


@erp_line.erp.command("check")
@data_option
def erp_check(data: Path) -> None:
    """Hold the mappings against the running ERPs: a sentence for everything that does not fit."""
    from gateway.kinds import registry, site_fields
    from sync.erp.checking import checked

    settings = load(data)
    kinds = site_fields.extended(registry.KINDS, *settings.site_fields)
    found = list(checked(data, settings, settings.erp.connectors, kinds))
    for one in found:
        click.echo(f"{one.name}: {one.answers or 'no answer'}; takes {', '.join(one.takes)}")
        for fault in one.faults:
            click.echo(f"  {fault}")
    if not found:
        click.echo("No ERP is pushed to by a mapping (erp.connectors): there is nothing to check.")
    elif faults := sum(len(one.faults) for one in found):
        raise click.ClickException(f"{faults} things do not fit.")


@erp_line.erp.command("prepare")
@data_option
def erp_prepare(data: Path) -> None:
    """Set up at the ERP what it needs once, such as a field for our id; add nothing twice."""
    from sync.erp.connector import Refusal, Trouble
    from sync.erp.connectors import registry

    settings = load(data)
    try:
        for name in settings.erp.connectors:
            for sentence in registry.prepare(name, settings, data):
                click.echo(sentence)
    except (Refusal, Trouble) as error:
        raise click.ClickException(error.problem.detail()) from error


def start(data: Path, settings: Settings, listen: str | None, *, no_tls: bool, demo: bool) -> None:
    """Serve a data folder until told to stop."""
    from gateway.kernel.clock import SystemClock
    from gateway.web.door import logs
    from gateway.web.listening import server

    tls = TlsSettings() if no_tls else settings.tls
    try:
        address = server.parse_address(listen or settings.web.listen)
        server.check_free(address)
        if tls.help_listen:
            server.check_free(server.parse_address(tls.help_listen))
    except (ValueError, OSError) as error:
        raise click.BadParameter(str(error), param_hint="--listen") from error
    served = "[{}]:{}" if ":" in address[0] else "{}:{}"
    settings = overruled(settings, {"web.listen": served.format(*address)} if listen else {})
    settings = replace(settings, tls=tls)
    logs.install(settings.log, SystemClock())
    server.share_arenas()
    unlock = unlocked(data, settings)
    if unlock is None:
        return
    gateway = opened(data, settings, unlock)
    gateway.store.when_damaged(server.end)
    try:
        application = gateway.application()
        if tls.on:
            gateway.certificate.renew()
        gateway.start()
        url = server.origin(address, tls)
        about_demo = gateway.open_demo(url) if demo else ""
        click.echo(welcome(url, data, gateway.setup) + about_demo)
        server.serve(application, settings.web, address, gateway.certificate if tls.on else None)
    finally:
        damaged = gateway.store.damage is not None
        with suppress(Problem) if damaged else nullcontext():
            gateway.stop()
    if damaged:
        server.begin_again()
    server.leave()


def unlocked(data: Path, settings: Settings) -> "Unlock | None":
    """What opens the keyring of a data folder, after waiting for its key where that is not there
    yet; None when the gateway was told to stop before it came.
    """
    if not opening.way_of(data):
        return partial(opening.opened, settings=settings.keys)
    again = partial(opening.opened, data / KEYRING, settings.keys)
    try:
        keyring: Keyring | None = again()
    except Problem as problem:
        if problem.code not in opening.PASSING:
            raise
        import locked

        keyring = locked.waited(data, settings, again, problem)
    return (lambda _: keyring) if keyring else None


def opened(data: Path, settings: Settings, unlock: "Unlock") -> "Gateway":
    """The gateway of a data folder, whose keyring ``unlock`` opens; ConfigError when the site's own
    fields, rules or mappings contradict.
    """
    from assembly import FieldsRefused, Gateway, MappingRefused, RulesRefused
    from gateway.kernel.clock import SystemClock
    from gateway.store.rescue import aside

    try:
        build = partial(Gateway, data, settings, unlock)
        return aside.opened(data, settings.store, SystemClock(), unlock, build)
    except (FieldsRefused, MappingRefused, RulesRefused) as refused:
        raise ConfigError([str(refused)]) from refused


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    memory.keep()
    cli.add_command(simulate)
    erp_line.erp.add_command(bringing_line.bring)
    cli.add_command(backup_line.backup)
    cli.add_command(backup_line.restore)
    cli.add_command(damage_line.damaged)
    cli.add_command(upgrade_line.upgrade(load))
    cli.add_command(records_line.records)
    cli.add_command(retention_line.retention)
    cli.add_command(transfer_line.import_)
    cli.add_command(transfer_line.export)
    cli.add_command(journal_line.journal)
    cli.add_command(erp_line.erp)
    cli.add_command(fleet)
    cli.add_command(keys_line.keys(load))
    cli.add_command(keys_line.unlock)
    cli.add_command(alerts)
    try:
        cli(obj=carrying_out, standalone_mode=False)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (Problem, ConfigError) as error:
        click.echo(error.detail() if isinstance(error, Problem) else error, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
