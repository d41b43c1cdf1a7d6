"""What the web is built from: every part, made by run.py and handed in."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from config.schema import Settings
from gateway.access.devices import Devices
from gateway.access.phones import PhoneReport
from gateway.access.sessions import Sessions
from gateway.access.setup import Setup
from gateway.access.users import Users
from gateway.facts.accept import Facts
from gateway.kernel.clock import Clock
from gateway.store.database import Store
from gateway.store.room import Room
from gateway.web.door.certificate import Certificate
from gateway.web.door.health import Health
from gateway.web.door.refusals import Refusals

STATIC = Path(__file__).parents[3] / "static"


def no_name(device: str) -> str:  # noqa: ARG001 (the shape of a look-up)
    """Nothing that is plugged in has a name."""
    return ""


def no_product(gtin: str) -> dict[str, object] | None:  # noqa: ARG001
    """Nothing is known of any article."""
    return None


def no_reports() -> Mapping[str, PhoneReport]:
    """No phone has said anything."""
    return {}


@dataclass(frozen=True)
class Parts:
    """``product_of`` looks up an article by its GTIN (14 digits) as {"id", "name", "number"}.

    ``device_name`` names what is plugged in by its id. Both are asked when something is shown,
    never when it is stored. ``phone_reports`` tells of every phone by its id. ``static`` is the
    folder of the web app. ``certificate`` is what HTTPS is served with. ``room`` is what is left on
    the disk. ``ending`` is set when the server was asked to stop or to begin anew: whatever streams
    must come to its end.
    """

    settings: Settings
    clock: Clock
    store: Store
    facts: Facts
    users: Users
    devices: Devices
    sessions: Sessions
    setup: Setup
    health: Health
    device_name: Callable[[str], str] = no_name
    product_of: Callable[[str], dict[str, object] | None] = no_product
    phone_reports: Callable[[], Mapping[str, PhoneReport]] = no_reports
    static: Path = STATIC
    certificate: Certificate | None = None
    room: Room | None = None
    ending: threading.Event = field(default_factory=threading.Event)

    @cached_property
    def refusals(self) -> Refusals:
        """What is written of who was refused: one for all lanes, so that its bound is one."""
        return Refusals(self.clock)

    def name_of(self, device: str) -> str:
        """The name of a machine with a token, or of something plugged in; empty for neither."""
        return self.devices.name(device) or self.device_name(device)
