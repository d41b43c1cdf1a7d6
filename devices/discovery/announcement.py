"""What this gateway says of itself on the network (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from devices.discovery.addresses import plain, told

LABEL_BYTES_MAX: Final = 63  # RFC 1035, section 2.3.4
SUFFIX: Final = 4
EVERY_IPV4: Final = "0.0.0.0"  # noqa: S104  # nosec B104 # asked for; nothing is bound
EVERYWHERE: Final = "::"  # both, as Linux serves it


@dataclass(frozen=True)
class Announcement:
    """``name`` is the shop's, ``id`` the gateway's. ``host`` and ``port`` are where it serves."""

    name: str
    id: str
    version: str
    host: str
    port: int
    https: bool
    path: str = "/"

    def instance(self, turn: int = 1) -> str:
        """The name on the network: with a part of the id, so that two shops of one name differ.

        ``turn`` 2 and later are taken when that is another's already.
        """
        tail = f" {self.id[:SUFFIX]}" + (f" ({turn})" if turn > 1 else "")
        # A full stop would divide the name, and names are counted in bytes.
        name = "".join(sign for sign in self.name.replace(".", " ") if sign.isprintable())
        room = LABEL_BYTES_MAX - len(tail.encode())
        head = " ".join(name.split()).encode()[:room].decode("utf-8", "ignore").strip()
        return (head or "Waystation") + tail

    def server(self, here: Sequence[str]) -> str:
        """The host's name on the network: by its address too, as a copied card has the same id."""
        address = plain(here[0])
        return f"waystation-{self.id[:SUFFIX].lower()}-{int(address):08x}.local."

    @property
    def properties(self) -> dict[str, str]:
        """TXT."""
        return {
            "id": self.id,
            "version": self.version,
            "path": self.path,
            "https": "1" if self.https else "0",
        }

    def addresses(self, here: tuple[str, ...]) -> tuple[str, ...]:
        """Those of this machine's addresses that it serves on; none where nobody can reach it."""
        if self.host == EVERY_IPV4:
            return told(tuple(address for address in here if plain(address).version == 4))
        if self.host == EVERYWHERE:
            return told(here)
        return tuple(address for address in here if address.partition("%")[0] == self.host)
