"""Who works on the devices of a store: what they can be told, and who decides it."""

import logging
from collections.abc import Mapping
from typing import Any

import msgspec

from config.schema import DevicesSettings
from devices import options, secrets
from devices.commands import Order
from devices.hiring import Hiring
from devices.intake import Captures
from devices.notes import Notebook
from devices.options import Config
from devices.roster import Attached, Confirmation, Roster
from devices.told import Told
from gateway.kernel.actor import Actor
from gateway.kernel.problems import Problem
from gateway.store.database import Store

log = logging.getLogger(__name__)


class Staff(Hiring):
    """Hires, with what the database knows of a device, and checks what people decide.

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
        super().__init__(settings, facts, store.clock, money_decimals, retry_s)
        self._roster = roster
        self._store = store
        self._told = Told(store)

    def opened(self, attached: Attached) -> Config:
        """What a device was told, its secrets open; ValueError."""
        return self._told.opened(attached)

    def newest_number(self, device: str) -> int:
        """The newest arrival number that a device was ever given."""
        return self._roster.newest_number(device)

    def notes(self, device: str) -> Notebook:
        """Notes in the database."""
        return Notebook(self._store, device)

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
