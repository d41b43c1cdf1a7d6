"""Who works on a device: the drivers there are, what they can be told, and a worker for each."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from config.schema import DevicesSettings
from devices import catalogue, options, secrets
from devices.backoff import Backoff
from devices.codes.labels import parse_rules
from devices.codes.site_codes import parse_codes
from devices.codes.symbology import Rules
from devices.commands import Order
from devices.driver import Driver
from devices.intake import Captures, Intake
from devices.notes import Notebook
from devices.options import Config
from devices.roster import Attached, Confirmation, Roster
from devices.standing import Standing
from devices.supervisor import Post
from devices.told import Told
from devices.worker import Worker
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store

log = logging.getLogger(__name__)


class Staff:
    """Hires a worker for a confirmed device.

    ValueError, one sentence a line, when a label rule of the settings is wrong.
    """

    def __init__(
        self,
        settings: DevicesSettings,
        roster: Roster,
        store: Store,
        facts: Captures,
        money_decimals: int,
        retry_s: tuple[float, ...],
    ) -> None:
        self._settings = settings
        self._roster = roster
        self._store = store
        self._told = Told(store)
        self._facts = facts
        self._clock = store.clock
        self._retry_s = retry_s
        self._rules = Rules(
            labels=parse_rules(settings.labels, money_decimals),
            codes=parse_codes(settings.codes),
            upc_e=settings.upc_e,
            bare_sscc=settings.bare_sscc,
            zero_dates=settings.zero_dates,
            money_decimals=money_decimals,
        )
        self.drivers = catalogue.load()

    def hire(self, attached: Attached) -> Post:
        """A worker for a device, or the reason why there is none."""
        if not attached.enabled:
            return Post(attached, None)
        kind = self.drivers.get(attached.driver)
        if kind is None:
            return Post(attached, None, "driver_missing")
        try:
            driver = kind(self._complete(kind, self.current(attached)))
        except ValueError as error:
            log.warning("device %s cannot be used: %s", attached.name, error)
            return Post(attached, None, "config")
        intake = Intake(
            Actor(attached.id, attached.name, kind.role, device=attached.id),
            self._facts,
            self._clock,
            self._rules,
            window_ms=self._settings.duplicate_window_ms,
            number=self._roster.newest_number(attached.id),
        )
        backoff = Backoff(self._settings.backoff_s_min, self._settings.backoff_s_max, ids.jitter)
        notes = Notebook(self._store, attached.id)
        worker = Worker(driver, intake, Standing(self._clock), backoff, self._retry_s, notes)
        return Post(attached, worker)

    def kind(self, driver: str) -> type[Driver]:
        """A driver by its kind; Problem device_driver_missing."""
        kind = self.drivers.get(driver)
        if kind is None:
            raise Problem("device_driver_missing")
        return kind

    def current(self, attached: Attached) -> Config:
        """What a device was told, in the form of its driver's version; ValueError."""
        kind = self.drivers[attached.driver]
        told = self._told.opened(attached)
        return options.climb(told, attached.config_version, kind.version, kind.steps)

    def migrate(self) -> None:
        """Bring what devices were told by older versions of their drivers into today's form."""
        for attached in self._roster.devices():
            kind = self.drivers.get(attached.driver)
            if kind is None or attached.config_version == kind.version:
                continue
            try:
                secret = options.secrets_of(kind.Options)
                self._told.migrate(attached, self.current(attached), kind.version, secret)
            except (ValueError, Problem) as error:
                # It is said on the device's own page, and nothing is lost: it is read this way too.
                log.warning("what %s was told stays as it is: %s", attached.name, error)

    def decide(self, driver: str, name: str, config: Config) -> Confirmation:
        """What makes a device of this kind; Problem device_config_invalid."""
        version = self._check(driver, config, {})
        secret = options.secrets_of(self.kind(driver).Options)
        return Confirmation(name, driver, config, version, secret)

    def configure(self, attached: Attached, config: Config, actor: Actor) -> None:
        """Replace what a device was told; Problem device_unknown or device_config_invalid."""
        try:
            before = self._told.opened(attached)
        except ValueError:
            before = {}  # whoever enters it again gets it to work
        version = self._check(attached.driver, config, before)
        secret = options.secrets_of(self.kind(attached.driver).Options)
        self._told.configure(attached.id, config, version, actor, secret)

    def _check(self, driver: str, config: Config, before: Config) -> int:
        """The version of a configuration that its driver accepts; Problem device_config_invalid.

        ``before`` is what the device was told until now, opened.
        """
        kind = self.kind(driver)
        try:
            secrets.refuse_sealed(config)
            whole = secrets.kept(config, before, options.secrets_of(kind.Options))
            kind(self._complete(kind, whole))
        except ValueError as error:
            raise Problem("device_config_invalid", pointer="/config", reason=str(error)) from error
        return kind.version

    def options(self, driver: str) -> dict[str, dict[str, object]]:
        """What a driver can be told: JSON Schema by name, the default as it is here."""
        kind = self.kind(driver)
        here = self._complete(kind, {})
        declared = options.describe(kind.Options)
        return {
            name: {**schema, "default": here[name]} if name in here else dict(schema)
            for name, schema in declared.items()
        }

    def order(self, driver: str, command: str, args: Mapping[str, Any]) -> Order:
        """An order for a device; Problem command_unknown or device_config_invalid."""
        declared = self.kind(driver).commands.get(command)
        if declared is None:
            raise Problem("device_command_unknown", pointer="/command")
        try:
            return Order(command, msgspec.convert(args, declared.takes))
        except msgspec.ValidationError as error:
            raise Problem("device_command_invalid", pointer="/args", reason=str(error)) from error

    def _complete(self, kind: type[Driver], config: Config) -> Config:
        """A device's own configuration over what the settings say for all of them."""
        return {name: getattr(self._settings, name) for name in kind.settings_used} | dict(config)
