"""Tryton's connector as a gateway opens it, from settings alone."""

from config.schema import TrytonSettings
from sync.erp.connectors.tryton.client import Client
from sync.erp.connectors.tryton.connector import Tryton
from sync.erp.connectors.tryton.line import TrytonLine
from sync.erp.mapping import reading
from sync.erp.pushing.engine import Engine, Terms


def connected(settings: TrytonSettings, timeout_s: float) -> Tryton:
    """The connector with what the settings name of the shipped mapping."""
    line = TrytonLine(Client(settings, timeout_s))
    mapping = reading.load("tryton").only(settings.takes)
    return Tryton(settings, Engine(line, mapping, Terms()))
