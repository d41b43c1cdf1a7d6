"""Who does something: a person, a device, the ERP or the gateway itself."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """``role`` is one of rep, clerk, manager, finance, admin, auditor, device, pos, erp, system.

    ``person`` is set where the same human being has an earlier account: it is that account's id.
    ``leaving`` is set on a phone that was retired and only hands over what it holds: the id of its
    pairing.
    """

    id: str
    name: str
    role: str
    device: str = ""
    territory: str = ""
    language: str = "en"
    person: str = ""
    leaving: str = ""

    @property
    def human(self) -> str:
        """One id for all accounts of one human being."""
        return self.person or self.id


SYSTEM = Actor(id="system", name="Waystation", role="system")
