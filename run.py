"""Waystation's command line.

``serve`` starts the gateway. Every other command works on the gateway that owns the data folder,
through its local socket, or opens the folder itself when none is running. Only who opens a folder
reads the whole house (``assembly``), which takes long on a small box.
"""

import sys
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from config.load import ConfigError, load, overruled
from config.schema import Settings, TlsSettings
from devices.simulate_command import simulate
from gateway.kernel.problems import Problem
from gateway.web.commands import journal_line, local, records_line, transfer_line
from gateway.web.commands.command_line import cli, data_option

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assembly import Gateway
    from gateway.access.setup import Setup


@contextmanager
def carrying_out(data: Path) -> "Iterator[Callable[..., Any]]":
    """A function that carries out a command: in the running gateway, or in one opened for it."""
    try:
        local.ask(data, "ping", {})
    except (ConnectionError, FileNotFoundError):
        gateway = opened(data, load(data))
        try:
            yield lambda command, **arguments: gateway.commands()[command](**arguments)
        finally:
            gateway.transfer.stop()
            gateway.store.close()
    else:
        yield lambda command, **arguments: local.ask(data, command, arguments)


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
    start(data.resolve(), load(data), listen, no_tls=no_tls, demo=False)


@cli.command()
@data_option
@click.option("--listen", metavar="HOST:PORT", help="Address to serve on.")
def demo(data: Path, listen: str | None) -> None:
    """Start a gateway with a virtual shop: a scanner, a till and sample articles."""
    from devices.demo import scanner_link

    data = data.resolve() / "demo"
    settings = load(data)
    ports = (*settings.devices.extra_ports, str(scanner_link(data)))
    settings = overruled(settings, {"devices.extra_ports": ports})
    start(data, settings, listen, no_tls=True, demo=True)


def start(data: Path, settings: Settings, listen: str | None, *, no_tls: bool, demo: bool) -> None:
    """Serve a data folder until told to stop."""
    from gateway.kernel.clock import SystemClock
    from gateway.web.door import logs
    from gateway.web.listening import server

    tls = TlsSettings() if no_tls else settings.tls
    try:
        address = server.parse_address(listen or settings.web.listen)
        server.check_free(address)
    except (ValueError, OSError) as error:
        raise click.BadParameter(str(error), param_hint="--listen") from error
    settings = overruled(settings, {"web.listen": listen} if listen else {})
    logs.install(settings.log, SystemClock())
    server.share_arenas()
    gateway = opened(data, settings)
    try:
        application = gateway.application()
        gateway.start()
        url = server.origin(address, tls)
        about_demo = gateway.open_demo(url) if demo else ""
        click.echo(welcome(url, data, gateway.setup) + about_demo)
        server.serve(application, settings.web, tls, address)
    finally:
        gateway.stop()
    server.leave()


def opened(data: Path, settings: Settings) -> "Gateway":
    """The gateway of a data folder; ConfigError when the site's own fields or rules contradict."""
    from assembly import FieldsRefused, Gateway, RulesRefused

    try:
        return Gateway(data, settings)
    except (FieldsRefused, RulesRefused) as refused:
        raise ConfigError([str(refused)]) from refused


def main() -> None:
    """Run the command line; a refusal is one sentence on standard error and exit code 1."""
    cli.add_command(simulate)
    cli.add_command(records_line.records)
    cli.add_command(transfer_line.import_)
    cli.add_command(transfer_line.export)
    cli.add_command(journal_line.journal)
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
