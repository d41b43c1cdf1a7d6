"""The composition root: the only file that names every part, builds them and connects them.

What only some gateways need is imported where it is used: a start must be quick, memory is short.
"""

import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from flask import Blueprint

from config.schema import Settings
from devices import api as devices_api
from devices import local_answers as devices_answers
from devices.changes import api as changes_api
from devices.changes.leaving import Leaving
from devices.discovery import api as network_api
from devices.discovery import opening as network
from devices.discovery.announcement import Announcement
from devices.hooks import api as hooks_api
from devices.orders import api as orders_api
from devices.printing import api as printing_api
from devices.printing import articles
from devices.printing.material import Material
from devices.printing.spool import Spool
from devices.supervisor import nobody
from devices.wing import Devices as DevicesWing
from gateway.access.devices import Devices as Tokens
from gateway.access.sessions import Sessions
from gateway.access.setup import Setup
from gateway.access.users import Users
from gateway.attachments.attachments import Attachments
from gateway.backup import erased
from gateway.facts import visit
from gateway.facts.accept import Facts
from gateway.kernel.clock import SystemClock, to_iso
from gateway.kernel.money import exponent
from gateway.kernel.sealing import Keyring
from gateway.kernel.version import VERSION
from gateway.kinds import registry, site_fields, site_rules
from gateway.kinds.site_fields import FieldsRefused
from gateway.kinds.site_rules import RulesRefused
from gateway.records.model.validate import Home
from gateway.records.records import Records
from gateway.retention import opening as retaining
from gateway.store.database import Store
from gateway.transfer.held import Held
from gateway.transfer.transfer import Transfer
from gateway.web.app import create_app
from gateway.web.commands import account_answers, local, records_answers, retention_answers
from gateway.web.commands.backup_answers import BackupAnswers
from gateway.web.commands.journal_answers import DAY_S, Upkeep
from gateway.web.door.certificate import Certificate
from gateway.web.door.health import Health
from gateway.web.door.parts import Parts
from gateway.web.listening import help_desk, server
from gateway.web.listening.front import Front
from gateway.web.record_routes import records_api
from gateway.web.routes import attachments_api, damage_api, retention_api, transfer_api
from sync.alerts import api as alerts_api
from sync.alerts.alerts import Alerts
from sync.alerts.sources import Sources
from sync.backup import api as backup_api
from sync.backup.wing import BackupWing
from sync.erp import consumers, recipients
from sync.erp import forgetting as erp_forgetting
from sync.erp.mapping.reading import MappingRefused
from sync.erp.shapes import Phone
from sync.erp.side import api as side_api
from sync.erp.side.side import ErpSide, House
from sync.fleet import joining
from sync.jobs import api as jobs_api
from sync.jobs.book import JobBook
from sync.jobs.schedule import Schedule
from sync.phone import api as phone_api
from sync.phone.wing import Phones

__all__ = ["FieldsRefused", "Gateway", "MappingRefused", "RulesRefused"]

SEEN_S = 300
Unlock = Callable[[Path], Keyring]
in_clear: Unlock = Keyring.load_or_create


class Gateway:
    """Every part of one data folder, built and connected."""

    _help: help_desk.HelpDesk | None = None

    def __init__(self, data: Path, settings: Settings, unlock: Unlock = in_clear) -> None:
        self.settings = settings
        kinds = site_fields.extended(registry.KINDS, *settings.site_fields)
        kinds = site_rules.extended(kinds, *settings.survivorship)
        clock = SystemClock()
        self.store = Store(data, settings.store, clock, unlock)
        self.room = self.store.watch_room(settings.disk)
        outcomes = visit.outcomes(settings.visits)
        self.facts = Facts(self.store, outcomes)
        self.users = Users(self.store, settings.access)
        self.tokens = Tokens(self.store)
        self.setup = Setup(self.store, self.users)
        rules = (settings.approvals, settings.quality)
        self.records = Records(self.store, kinds, settings.gateway, self._home, *rules)
        self.discovery = network.discovery(self._announcement, on=settings.discovery.on)
        self.devices = self._plugged(settings)
        self.leaving = Leaving(self.store, self.devices)
        article_of = partial(articles.find, self.records)
        self.printing = Spool(self.devices, Material(self.store, self.setup.shop, article_of))
        self.phones = Phones(self.store, self.records, self.users, settings.sync, outcomes)
        self.schedule = Schedule(clock, JobBook(self.store), settings.gateway.time_zone)
        self.certificate = Certificate(data, settings.tls, clock, settings.gateway.name)
        end = threading.Event()
        push = {"fleet": self._fleet_job} if settings.fleet.servers else {}
        house = House(kinds, lambda: self.records.engine, self._phones, self._shop_name, end, push)
        self.side = ErpSide(data, settings, self.store, house, self.schedule)
        self.erp = self.side.erp
        self.publisher = joining.publisher(self.store, kinds, settings)
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
            device_name=self.leaving.name_of,
            product_of=partial(self.records.lookup, "product", "gtin"),
            phone_reports=self.phones.fleet.reports,
            certificate=self.certificate,
            room=self.room,
            ending=end,
        )
        self.upkeep = Upkeep(self.store, settings, (self.erp, self.devices))
        slice_ms = settings.store.bulk_slice_ms
        self.transfer = Transfer(self.records, settings.transfer, slice_ms, self.users)
        self.attachments = Attachments(self.records, settings.attachments)
        self.backups = BackupWing(self.store, settings, self.schedule, self.room)
        self.records.forgetting.also(erp_forgetting.forget, self.backups.backups.carry_ledger)
        self.retention = retaining.opened(
            settings.retention, self.records, self.attachments, consumers.needed
        )
        erased.replay_pending(self.store, self.records.forgetting)
        self.alerts = self._alerts(settings)
        self._examine()
        self._plan()
        self._running: list[Callable[[], None]] = []

    def _plugged(self, settings: Settings) -> DevicesWing:
        return DevicesWing(
            settings.devices,
            self.store,
            self.facts,
            money_decimals=exponent(self.records.engine.home.currency),
            neighbours=self.discovery.candidates if self.discovery else nobody,
        )

    def _alerts(self, settings: Settings) -> Alerts:
        at = (self.store, self.parts.health, self.erp, self.phones, self.devices.gone)
        return Alerts(self.store, settings, Sources(settings.alerts, *at).look, self._shop_name)

    def _examine(self) -> None:
        """Everything that tells whether the gateway is well."""
        health = self.parts.health
        health.probe("devices", self.devices.trouble)
        health.probe("printing", self.printing.trouble)
        health.probe("erp", self.erp.trouble)
        health.probe("archive", self.upkeep.archiver.trouble)
        health.probe("backup", self.backups.trouble)
        health.probe("certificate", self.certificate.trouble)
        health.probe("disk", self.room.problem)
        health.probe("alerts", self.alerts.trouble)
        self.upkeep.watch(health, self.settings)
        for reading in (*self.erp.readings(), *self.room.readings()):
            health.reading(*reading)

    def _plan(self) -> None:
        """Everything that is done by the clock."""
        self.schedule.every("devices seen", SEEN_S, self.tokens.remember_seen)
        self.schedule.every("archive", DAY_S, self.upkeep.archiver.run)
        if self.certificate.on:
            look = partial(server.keep_up, self.certificate)
            self.schedule.every("certificate", server.LOOK_S, look)
        self.backups.plan()
        self.schedule.every("retention", DAY_S, self.retention.run)
        books = (self.records, self.attachments, self.printing, self.side, self.alerts)
        for job in (job for book in books for job in book.jobs()):
            self.schedule.every(*job)
        if self.publisher:
            every_s = self.settings.fleet.interval_s
            self.schedule.every(self._fleet_job, every_s, self.publisher.turn)

    @property
    def _fleet_job(self) -> str:
        return f"fleet {self.settings.fleet.stream}"

    def _phones(self) -> list[Phone]:
        name = {user.id: user.name for user in self.users.list()}.get
        return [
            Phone(row["device"], name(row["actor"], ""), to_iso(row["last_seen_at"]), row["unsent"])
            for row in self.phones.fleet.all()
        ]

    def _shop_name(self) -> str:
        shop = self.setup.shop()
        return shop.name if shop else self.settings.gateway.name

    def _home(self) -> Home | None:
        shop = self.setup.shop()
        return Home(shop.country, shop.currency, shop.language) if shop else None

    def _announcement(self) -> Announcement:
        """What others on the network are told; asked again and again."""
        host, port = server.parse_address(self.settings.web.listen)
        name = self.settings.discovery.name or self._shop_name()
        return Announcement(name, self.store.epoch, VERSION, host, port, self.settings.tls.on)

    def blueprints(self) -> list[Blueprint]:
        """The routes of records and of the two wings."""
        held = Held(self.records, self.attachments, recipients.of)
        return [
            records_api.blueprint(self.records, visit.outcomes(self.settings.visits)),
            attachments_api.blueprint(self.attachments),
            transfer_api.blueprint(self.transfer.imports, self.transfer.exports, held),
            retention_api.blueprint(self.retention),
            damage_api.blueprint(self.store, self.users),
            devices_api.blueprint(self.devices),
            orders_api.blueprint(self.devices),
            changes_api.blueprint(self.store, self.devices, self.leaving, self.users),
            hooks_api.blueprint(self.devices),
            printing_api.blueprint(self.printing, self.devices),
            network_api.blueprint(self.discovery, self.devices),
            phone_api.blueprint(self.phones, self.parts.clock, self.settings.sync),
            backup_api.blueprint(self.backups, self.settings.backup),
            alerts_api.blueprint(self.alerts),
            jobs_api.blueprint(self.schedule, self.settings.gateway.time_zone),
            *side_api.blueprints(self.side),
        ]

    def commands(self) -> Mapping[str, local.Command]:
        """What the command line can ask for, by name; arguments and results are JSON."""
        return {
            "ping": lambda: True,
            **account_answers.commands(self.tokens, self.users),
            **self.upkeep.commands(),
            **records_answers.commands(self.records, self.upkeep.examine),
            **self.transfer.commands(),
            **retention_answers.commands(self.retention),
            **self.side.commands(),
            **self.alerts.commands(),
            **BackupAnswers(self.backups.backups).commands(),
            **devices_answers.commands(self.devices, self.leaving, self._shop),
        }

    def _shop(self) -> dict[str, object]:
        url = server.origin(server.parse_address(self.settings.web.listen), self.settings.tls)
        return {"url": url, "currency": self.records.engine.home.currency, "head": self.store.head}

    def application(self) -> Front:
        """The web application, the capture lane in front."""
        app = create_app(self.parts, self.blueprints())
        self._help = help_desk.opened(app, self.settings)
        return Front(app, self.parts)

    def start(self) -> None:
        """Start everything that lives: devices, schedule, local socket."""
        socket = local.LocalSocket(self.store.folder, self.commands())
        self.devices.start()
        self.printing.start()
        self.transfer.start()
        self.schedule.start()
        wings = (self.side.stop, self.upkeep.archiver.stop, self.schedule.stop)
        plugged = (self.retention.stop, self.printing.stop, self.devices.stop)
        self._running = [socket.close, self.transfer.stop, self.records.stop, *wings, *plugged]
        if self.publisher:
            self._running.insert(0, self.publisher.stop)
        if self._help:
            self._help.start()
            self._running.append(self._help.stop)
        if self.discovery:
            self.discovery.start()
            self._running.append(self.discovery.stop)

    def open_demo(self, url: str) -> str:
        """Open a virtual shop; how to look at it."""
        from devices import demo

        shop = demo.open_shop(self.parts, self.records, self.devices, self.leaving, url)
        self._running.insert(0, shop.close)
        return demo.told(shop, url)

    def stop(self) -> None:
        """Stop what lives, then close the store: what was read is kept first."""
        for stop in self._running:
            stop()
        self.tokens.remember_seen()
        self.store.close()
