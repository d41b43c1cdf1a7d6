"""Every connector there is, opened with the settings of its own section.

Most ERPs are a client and a mapping file and nothing else: a row of ``LINES``, whose name is that
of its file in ``config/mappings``. A connector with code of its own is a row of ``OWN``; Tryton's
has both.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from config.schema import Settings
from gateway.kernel.clock import Clock
from sync.erp.connector import Connector
from sync.erp.connectors import wire
from sync.erp.line import Line
from sync.erp.mapping import reading
from sync.erp.mapping.model import ErpMapping
from sync.erp.pushing.engine import Engine, Terms

# A line, and the seconds for which the ERP works on one request at most.
Opener = Callable[[Settings], tuple[Line, int]]


def _odoo(settings: Settings) -> tuple[Line, int]:
    from sync.erp.connectors.odoo.client import Client as Odoo

    erp, odoo = settings.erp, settings.odoo
    return Odoo(odoo, erp.timeout_s, wire.reach(erp)), odoo.request_limit_s


def _tryton(settings: Settings) -> tuple[Line, int]:
    from sync.erp.connectors.tryton.client import Client
    from sync.erp.connectors.tryton.line import TrytonLine

    erp, tryton = settings.erp, settings.tryton
    client = Client(tryton, erp.timeout_s, wire.reach(erp))
    return TrytonLine(client), tryton.request_limit_s


def _erpnext(settings: Settings) -> tuple[Line, int]:
    from sync.erp.connectors.erpnext.client import Client as ErpNext

    erp, erpnext = settings.erp, settings.erpnext
    return ErpNext(erpnext, erp.timeout_s, wire.reach(erp)), erpnext.request_limit_s


def _rest(settings: Settings) -> tuple[Line, int]:
    from sync.erp.connectors.rest.client import Client as Rest

    erp, rest = settings.erp, settings.rest
    return Rest(rest, erp.timeout_s, wire.reach(erp)), rest.request_limit_s


LINES: Final[Mapping[str, Opener]] = {
    "odoo": _odoo,
    "erpnext": _erpnext,
    "rest": _rest,
    "tryton": _tryton,
}


def opened(settings: Settings, data: Path, terms: Terms, clock: Clock) -> list[Connector]:
    """Everybody who is pushed to, as the settings name them; MappingRefused."""
    return [
        OWN[name](settings, clock) if name in OWN else _mapped(name, settings, data, terms)
        for name in settings.erp.connectors
    ]


def _mapped(name: str, settings: Settings, data: Path, terms: Terms) -> Connector:
    by_mapping = engine(name, settings, data, terms)
    if name != "tryton":
        return by_mapping
    from sync.erp.connectors.tryton.connector import Tryton

    return Tryton(settings.tryton, by_mapping)


def used(name: str, settings: Settings, mapping: ErpMapping) -> ErpMapping:
    """What a site uses of a mapping: Tryton's has tables that not every Tryton has a place for."""
    return mapping.only(settings.tryton.takes) if name == "tryton" else mapping


def engine(
    name: str,
    settings: Settings,
    data: Path,
    terms: Terms,
    lines: Mapping[str, Opener] = LINES,
) -> Engine:
    """The connector of a row, by the mapping of a data folder; MappingRefused."""
    line, limit_s = lines[name](settings)
    mapping = used(name, settings, reading.load(name, data))
    return Engine(line, mapping, replace(terms, request_limit_s=limit_s))


def prepare(name: str, settings: Settings, data: Path) -> Iterator[str]:
    """Set up what an ERP needs once; a sentence each. MappingRefused, Trouble, Refusal."""
    if name == "erpnext":
        from sync.erp.connectors.erpnext.client import Client as ErpNext
        from sync.erp.connectors.erpnext.preparing import prepared

        line = ErpNext(settings.erpnext, settings.erp.timeout_s, wire.reach(settings.erp))
        yield from prepared(line, reading.load(name, data))
    else:
        yield f"{name} needs nothing to be set up from here."


def _webhook(settings: Settings, clock: Clock) -> Connector:
    from sync.erp.connectors.webhook.connector import Webhook

    source = f"urn:waystation:{settings.gateway.number_prefix}"
    return Webhook(settings.webhook, source, settings.erp.timeout_s, clock)


def _file_drop(settings: Settings, _clock: Clock) -> Connector:
    from sync.erp.connectors.file_drop.connector import FileDrop

    return FileDrop(settings.file_drop, settings.erp.timeout_s)


OWN: Final[Mapping[str, Callable[[Settings, Clock], Connector]]] = {
    "webhook": _webhook,
    "file_drop": _file_drop,
}
