"""Waystation's command line and composition root: the only file that names every part.

``serve`` starts the gateway. Every other command works on the gateway that owns the data folder,
through its local socket, or opens the folder itself when none is running. What only some gateways
need is imported where it is used: a start must be quick, and memory is short on a small box.
"""

import sys
from collections.abc import Callable, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from flask import Blueprint

from config.load import ConfigError, load, overruled
from config.schema import Settings, TlsSettings
from devices import api as devices_api
from devices.simulate_command import simulate
from devices.wing import Devices as DevicesWing
from gateway.access.devices import Devices as Tokens
from gateway.access.sessions import Sessions
from gateway.access.setup import Setup
from gateway.access.users import Users
from gateway.attachments.attachments import Attachments
from gateway.facts import visit
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock, to_iso
from gateway.kernel.money import exponent
from gateway.kernel.problems import Problem
from gateway.kinds import registry, site_fields, site_rules
from gateway.kinds.site_fields import FieldsRefused
from gateway.kinds.site_rules import RulesRefused
from gateway.records.model.validate import Home
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.transfer import Transfer
from gateway.web.app import create_app
from gateway.web.commands import (
    account_answers,
    journal_line,
    local,
    records_answers,
    records_line,
    transfer_line,
)
from gateway.web.commands.command_line import cli, data_option
from gateway.web.commands.journal_answers import DAY_S, Upkeep
from gateway.web.door import logs
from gateway.web.door.health import Health
from gateway.web.door.parts import Parts
from gateway.web.listening import server
from gateway.web.listening.front import Front
from gateway.web.record_routes import records_api
from gateway.web.routes import attachments_api, transfer_api
from sync.erp import api as erp_api
from sync.erp.book import RecordBook
from sync.erp.connector import Connector
from sync.erp.shapes import Phone
from sync.erp.wing import Erp
from sync.phone import api as phone_api
from sync.phone.wing import Phones
from sync.schedule import Schedule

if TYPE_CHECKING:
    from collections.abc import Iterator


ERP_ROUND = "erp round"
SEEN_S = 300


class Gateway:
    """Every part of one data folder, built and connected."""

    def __init__(self, data: Path, settings: Settings) -> None:
        self.settings = settings
        kinds = site_fields.extended(registry.KINDS, *settings.site_fields)
        kinds = site_rules.extended(kinds, *settings.survivorship)
        clock = SystemClock()
        self.store = Store(data, settings.store, clock)
        outcomes = visit.outcomes(settings.visits)
        self.facts = Facts(self.store, outcomes)
        self.users = Users(self.store, settings.access)
        self.tokens = Tokens(self.store)
        self.setup = Setup(self.store, self.users)
        rules = (settings.approvals, settings.quality)
        self.records = Records(self.store, kinds, settings.gateway, self._home, *rules)
        decimals = exponent(self.records.engine.home.currency)
        self.devices = DevicesWing(
            settings.devices, self.store, self.facts.capture, money_decimals=decimals
        )
        self.phones = Phones(self.store, self.records, self.users, settings.sync, outcomes)
        book = RecordBook(self.store.keyring, kinds)
        self.erp = Erp(self.store, book, settings.erp, _connector(settings))
        self.schedule = Schedule(clock)
        self.parts = Parts(
            settings=settings,
            clock=clock,
            store=self.store,
            facts=self.facts,
            users=self.users,
            devices=self.tokens,
            sessions=Sessions(self.store, self.users, settings.access),
            setup=self.setup,
            health=Health(),
            device_name=self.devices.name_of,
            product_of=partial(self.records.lookup, "product", "gtin"),
            phone_reports=self.phones.fleet.reports,
        )
        self.upkeep = Upkeep(self.store, settings.store, (self.erp, self.devices))
        self.parts.health.probe("devices", self.devices.trouble)
        slice_ms = settings.store.bulk_slice_ms
        self.transfer = Transfer(self.records, settings.transfer, slice_ms, self.users)
        self.attachments = Attachments(self.records, settings.attachments)
        self.parts.health.probe("archive", self.upkeep.archiver.trouble)
        self._running: list[Callable[[], None]] = []

    def _phones(self) -> list[Phone]:
        names = {user.id: user.name for user in self.users.list()}
        return [
            Phone(
                row["device"],
                names.get(row["actor"], ""),
                to_iso(row["last_seen_at"]),
                row["unsent"],
            )
            for row in self.phones.fleet.all()
        ]

    def _home(self) -> Home | None:
        shop = self.setup.shop()
        return Home(shop.country, shop.currency, shop.language) if shop else None

    def blueprints(self) -> list[Blueprint]:
        """The routes of records and of the two wings."""
        nudge = partial(self.schedule.now, ERP_ROUND)
        return [
            records_api.blueprint(self.records, visit.outcomes(self.settings.visits)),
            attachments_api.blueprint(self.attachments),
            transfer_api.blueprint(self.transfer.imports, self.transfer.exports),
            devices_api.blueprint(self.devices),
            phone_api.blueprint(self.phones, self.parts.clock, self.settings.sync),
            erp_api.blueprint(self.erp, nudge, self._phones),
        ]

    def commands(self) -> Mapping[str, local.Command]:
        """What the command line can ask for, by name; arguments and results are JSON."""
        return {
            "ping": lambda: True,
            **account_answers.commands(self.tokens, self.users),
            **self.upkeep.commands(),
            **records_answers.commands(self.records, self.upkeep.examine),
            **self.transfer.commands(),
        }

    def application(self) -> Front:
        """The web application, the capture lane in front."""
        return Front(create_app(self.parts, self.blueprints()), self.parts)

    def start(self) -> None:
        """Start everything that lives: devices, schedule, local socket."""
        socket = local.LocalSocket(self.store.folder, self.commands())
        self.devices.start()
        self.transfer.start()
        if self.settings.erp.connector != "none":
            self.schedule.every(ERP_ROUND, self.settings.erp.interval_s, self.erp.round)
        self.schedule.every("devices seen", SEEN_S, self.tokens.remember_seen)
        self.schedule.every("archive", DAY_S, self.upkeep.archiver.run)
        for job in (*self.records.jobs(), *self.attachments.jobs(), *self.erp.jobs()):
            self.schedule.every(*job)
        self.schedule.start()
        wings = (self.erp.stop, self.upkeep.archiver.stop, self.schedule.stop, self.devices.stop)
        self._running = [socket.close, self.transfer.stop, self.records.stop, *wings]

    def open_demo(self, url: str) -> str:
        """Open a virtual shop; how to look at it."""
        from devices import demo

        shop = demo.open_shop(self.parts, self.records, self.devices, url)
        self._running.insert(0, shop.close)
        return (
            f"\n  demo shop     a scanner scans and a till sells: watch them at {url}/console\n"
            f"  sign in       {demo.PERSON}, password {shop.password}"
        )

    def stop(self) -> None:
        """Stop what lives, then close the store: what was read is kept first."""
        for stop in self._running:
            stop()
        self.tokens.remember_seen()
        self.store.close()


@contextmanager
def carrying_out(data: Path) -> "Iterator[Callable[..., Any]]":
    """A function that carries out a command: in the running gateway, or in one opened for it."""
    try:
        local.ask(data, "ping", {})
    except (ConnectionError, FileNotFoundError):
        gateway = Gateway(data, load(data))
        try:
            yield lambda command, **arguments: gateway.commands()[command](**arguments)
        finally:
            gateway.transfer.stop()
            gateway.store.close()
    else:
        yield lambda command, **arguments: local.ask(data, command, arguments)


def welcome(url: str, data: Path, setup: Setup) -> str:
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
    tls = TlsSettings() if no_tls else settings.tls
    try:
        address = server.parse_address(listen or settings.web.listen)
        server.check_free(address)
    except (ValueError, OSError) as error:
        raise click.BadParameter(str(error), param_hint="--listen") from error
    settings = overruled(settings, {"web.listen": listen} if listen else {})
    logs.install(settings.log, SystemClock())
    server.share_arenas()
    gateway = Gateway(data, settings)
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


def _connector(settings: Settings) -> Connector | None:
    if settings.erp.connector == "tryton":
        from sync.erp.connectors.tryton.connector import Tryton

        return Tryton(settings.tryton, settings.erp.timeout_s)
    return None


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
    except (Problem, ConfigError, FieldsRefused, RulesRefused) as error:
        click.echo(error.detail() if isinstance(error, Problem) else error, err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
