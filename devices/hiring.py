"""Hiring: a worker for a confirmed device, whoever keeps what it reads."""

import logging
from abc import ABC, abstractmethod

from config.schema import DevicesSettings
from devices import catalogue, options
from devices.backoff import Backoff
from devices.codes.labels import parse_rules
from devices.codes.site_codes import parse_codes
from devices.codes.symbology import Rules
from devices.driver import Driver
from devices.intake import Captures, Intake
from devices.notes import Notes
from devices.options import Config
from devices.roster import Attached
from devices.standing import Standing
from devices.supervisor import Post
from devices.worker import RETRY_S, Worker
from gateway.kernel import ids
from gateway.kernel.actor import Actor
from gateway.kernel.clock import Clock
from gateway.kernel.problems import Problem

log = logging.getLogger(__name__)


class Hiring(ABC):
    """Knows the drivers. What a device was told before, and how far it counted, others look up.

    ValueError, one sentence a line, when a label rule of the settings is wrong.
    """

    def __init__(
        self,
        settings: DevicesSettings,
        facts: Captures,
        clock: Clock,
        money_decimals: int,
        retry_s: tuple[float, ...] = RETRY_S,
    ) -> None:
        self._settings = settings
        self._facts = facts
        self._clock = clock
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

    @abstractmethod
    def opened(self, attached: Attached) -> Config:
        """What a device was told, its secrets open; ValueError."""

    @abstractmethod
    def newest_number(self, device: str) -> int:
        """How far a device has counted its arrivals."""

    @abstractmethod
    def notes(self, device: str) -> Notes:
        """What a device keeps in mind."""

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
            number=self.newest_number(attached.id),
        )
        backoff = Backoff(self._settings.backoff_s_min, self._settings.backoff_s_max, ids.jitter)
        notes = self.notes(attached.id)
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
        told = self.opened(attached)
        return options.climb(told, attached.config_version, kind.version, kind.steps)

    def _complete(self, kind: type[Driver], config: Config) -> Config:
        """A device's own configuration over what the settings say for all of them."""
        return {name: getattr(self._settings, name) for name in kind.settings_used} | dict(config)
