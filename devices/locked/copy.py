"""What is needed to open scanners while the database is locked, in a file of its own, in clear.

Whoever steals it learns which ports and addresses scanners are at, and how their lines are set.
Names of devices, which people give, are left out, and so is every device with a secret option.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from devices.catalogue import Drivers
from devices.roster import Attached
from gateway.kernel import envelope
from gateway.kernel.sealing import Keyring, is_sealed, write_secret

NAME: Final = "scanners.json"


class Scanner(msgspec.Struct):
    """A confirmed scanner without its name."""

    id: str
    identity: str
    driver: str
    config: dict[str, Any]
    config_version: int

    def attached(self) -> Attached:
        """As everybody else knows it; its kind stands for its name."""
        return Attached(
            self.id, self.identity, self.driver, self.driver, self.config, self.config_version,
            enabled=True,
        )  # fmt: skip


class Scanners(msgspec.Struct):
    """``public`` is to whom a reading is sealed, hexadecimal; ``money_decimals`` those of the
    shop's currency, for labels of scales.
    """

    public: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
    money_decimals: int
    scanners: list[Scanner]


class Copy:
    """Keeps the file in step with the devices; written only when something has changed."""

    def __init__(self, folder: Path, keyring: Keyring, money_decimals: int) -> None:
        self._path = folder / NAME
        self._public = envelope.public_of(keyring.mailbox()).hex()
        self._money_decimals = money_decimals
        self._kept = self._path.read_bytes() if self._path.exists() else b""

    def keep(self, attached: Sequence[Attached], drivers: Drivers) -> None:
        """Write what these are, if it is not what stands there; OSError."""
        found = [
            Scanner(one.id, one.identity, one.driver, dict(one.config), one.config_version)
            for one in attached
            if one.enabled and one.driver in drivers and drivers[one.driver].bare
            and not any(is_sealed(value) for value in one.config.values())
        ]  # fmt: skip
        said = Scanners(self._public, self._money_decimals, found)
        text = msgspec.json.format(msgspec.json.encode(said), indent=1)
        if text != self._kept:
            write_secret(self._path, text)
            self._kept = text


def read(folder: Path) -> Scanners | None:
    """The copy in a data folder; None where there is none, or none that can be read."""
    try:
        return msgspec.json.decode((folder / NAME).read_bytes(), type=Scanners)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
