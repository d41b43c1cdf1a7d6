"""Who does something: a person, a device, the ERP or the gateway itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``role`` is one of rep, clerk, manager, finance, admin, auditor, device, pos, erp, system."""

    id: str
    name: str
    role: str
    device: str = ""
    territory: str = ""
    language: str = "en"


SYSTEM = Actor(id="system", name="Waystation", role="system")
