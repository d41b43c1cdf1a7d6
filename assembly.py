"""The composition root: the only file that names every part, builds them and connects them.

``run.py`` reads it for the commands that open a data folder. What only some gateways need is
imported where it is used: a start must be quick, and memory is short on a small box.
"""

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from flask import Blueprint

from config.schema import Settings
from devices import api as devices_api
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
from gateway.kinds import registry, site_fields, site_rules
from gateway.kinds.site_fields import FieldsRefused
from gateway.kinds.site_rules import RulesRefused
from gateway.records.model.validate import Home
from gateway.records.records import Records
from gateway.store.database import Store
from gateway.transfer.transfer import Transfer
from gateway.web.app import create_app
from gateway.web.commands import account_answers, local, records_answers
from gateway.web.commands.journal_answers import DAY_S, Upkeep
from gateway.web.door.health import Health
from gateway.web.door.parts import Parts
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

__all__ = ["FieldsRefused", "Gateway", "RulesRefused"]

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


def _connector(settings: Settings) -> Connector | None:
    if settings.erp.connector == "tryton":
        from sync.erp.connectors.tryton.connector import Tryton

        return Tryton(settings.tryton, settings.erp.timeout_s)
    return None
