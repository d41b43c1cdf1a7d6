"""How a simulated store gets at a gateway: its devices, its tokens, its journal."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol

import msgspec

from devices.simulated.check import Fact


class Hands(Protocol):
    """What somebody at the gateway does for the devices. Ids are those of the gateway."""

    url: str
    currency: str

    def adopt(self, port: str, name: str, config: Mapping[str, object]) -> str:
        """Confirm what is plugged in at a port; its id."""

    def add(self, driver: str, name: str, config: Mapping[str, object]) -> str:
        """Add a device on the network; its id."""

    def command(self, device: str, command: str) -> Mapping[str, Any]:
        """Have a device do something: {"outcome", "reason", "data"}."""

    def online(self, device: str) -> bool:
        """Whether a device is connected at present."""

    def token(self, name: str) -> tuple[str, str]:
        """Let a till in: its id and its token."""

    def leave(self, devices: Iterable[str], tokens: Iterable[str]) -> None:
        """Take devices away again, and end tokens."""


class Journal(Protocol):
    """What the gateway holds, for whoever compares it with what was sent."""

    def head(self) -> int:
        """The newest entry of the journal."""

    def facts(self, after: int) -> Iterator[tuple[str, Fact]]:
        """Everything in the journal behind an entry, each with who sent it."""


class LocalHands:
    """Hands and journal through ``carry_out``, a function of a command's name and arguments.

    See ``local.ask``. An empty ``url`` is what the gateway says of itself.
    """

    def __init__(self, carry_out: Callable[..., Any], url: str = "") -> None:
        self._carry_out = carry_out
        shop = carry_out("shop")
        self.url = url or str(shop["url"])
        self.currency = str(shop["currency"])

    def adopt(self, port: str, name: str, config: Mapping[str, object]) -> str:
        return str(self._carry_out("plugged.adopt", port=port, name=name, config=config)["id"])

    def add(self, driver: str, name: str, config: Mapping[str, object]) -> str:
        return str(self._carry_out("plugged.add", driver=driver, name=name, config=config)["id"])

    def command(self, device: str, command: str) -> Mapping[str, Any]:
        came: Mapping[str, Any] = self._carry_out("plugged.order", device=device, order=command)
        return came

    def online(self, device: str) -> bool:
        plugged = self._carry_out("plugged.list")
        return any(one["id"] == device and one["state"] == "online" for one in plugged)

    def token(self, name: str) -> tuple[str, str]:
        made = self._carry_out("device.add", name=name, role="pos")
        return made["id"], made["token"]

    def leave(self, devices: Iterable[str], tokens: Iterable[str]) -> None:
        for device in devices:
            self._carry_out("plugged.remove", device=device)
        for token in tokens:
            self._carry_out("device.revoke", device=token)

    def head(self) -> int:
        return int(self._carry_out("shop")["head"])

    def facts(self, after: int) -> Iterator[tuple[str, Fact]]:
        last, more = self.head(), True
        while more:
            part = self._carry_out("journal.export", after=after, last=last)
            after, more = part["after"], part["more"]
            for line in part["lines"]:
                entry = msgspec.json.decode(line)
                data = (entry["entry"] or {}).get("data")
                if isinstance(data, dict):
                    yield entry["device"], Fact(entry["id"], entry["type"], data)


class TillHands:
    """With nothing but the address and the token of a till: it may sell, and read nothing."""

    def __init__(self, url: str, token: str, currency: str) -> None:
        self.url = url
        self.currency = currency
        self._token = token

    def adopt(self, port: str, name: str, config: Mapping[str, object]) -> str:
        raise ValueError(f"{name} at {port} needs the data folder of the gateway ({config}).")

    def add(self, driver: str, name: str, config: Mapping[str, object]) -> str:
        raise ValueError(f"{name} ({driver}) needs the data folder of the gateway ({config}).")

    def command(self, device: str, command: str) -> Mapping[str, Any]:
        raise ValueError(f"{device} cannot be told to {command} from elsewhere.")

    def online(self, device: str) -> bool:
        raise ValueError(f"Nobody elsewhere is told how {device} is.")

    def token(self, name: str) -> tuple[str, str]:
        return name, self._token

    def leave(self, devices: Iterable[str], tokens: Iterable[str]) -> None:
        """The token was there before, and stays."""
