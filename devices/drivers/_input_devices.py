"""Devices that type, found without opening any.

One scanner has several event nodes (keys, its buttons, a mouse that nobody sees). They are one
device, known by its serial number, or, where its maker gave it none, by its socket.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from glob import glob
from pathlib import Path

from devices.driver import Candidate, Finder
from devices.drivers._serial_ports import SCANNER_VENDORS

SYSFS = Path("/sys/class/input")
FOLDER = "/dev/input"
BUS_USB, BUS_BLUETOOTH = 3, 5
TYPING = (28, *range(2, 12), *range(16, 26))  # Enter, the digits, a row of letters
NAMES = ("scan", "barcode", "bar code", "imager", "reader", "code corp", "zebra", "newland")


@dataclass(frozen=True)
class InputNode:
    """What the kernel says of one event node. ``phys`` is its socket, ``uniq`` its serial number.

    ``types``: it has the keys of a keyboard.
    """

    path: str
    bus: int
    vendor: int
    product: int
    name: str
    phys: str
    uniq: str
    types: bool

    @property
    def socket(self) -> str:
        """Where it is plugged in: the same for all nodes of a device."""
        return self.phys.partition("/")[0]

    @property
    def whole(self) -> tuple[object, ...]:
        """What all nodes of one device have in common."""
        return self.bus, self.vendor, self.product, self.uniq, self.socket


def find(extra_ports: Sequence[str]) -> list[Candidate]:
    """Every device that types like a keyboard, and those behind ``extra_ports`` (paths, globs)."""
    found = list(devices(nodes(SYSFS)))
    taken = {path for candidate in found for path in candidate.target.split()}
    named = (candidate for entry in extra_ports for candidate in _extra(entry))
    return found + [candidate for candidate in named if candidate.target not in taken]


def likelihood(candidate: Candidate) -> int:
    """How likely it is a scanner and no keyboard for people (0 to 100)."""
    if candidate.traits.get("scanner"):
        return 90
    return 60 if candidate.traits.get("named") else 10


def nodes(sysfs: Path) -> Iterator[InputNode]:
    """The event nodes there are."""
    for event in sorted(sysfs.glob("event*"), key=lambda path: int(path.name[5:] or 0)):
        device = event / "device"
        yield InputNode(
            path=f"{FOLDER}/{event.name}",
            bus=_number(device / "id" / "bustype"),
            vendor=_number(device / "id" / "vendor"),
            product=_number(device / "id" / "product"),
            name=_line(device / "name"),
            phys=_line(device / "phys"),
            uniq=_line(device / "uniq"),
            types=_types(_line(device / "capabilities" / "key")),
        )


def devices(found: Iterable[InputNode]) -> Iterator[Candidate]:
    """The devices that type among them, each with all of its nodes."""
    groups: dict[tuple[object, ...], list[InputNode]] = {}
    for node in found:
        if node.bus in (BUS_USB, BUS_BLUETOOTH):
            groups.setdefault(node.whole, []).append(node)
    typing = [group for group in groups.values() if any(node.types for node in group)]
    owners = Counter(_by_serial(group[0]) for group in typing if group[0].uniq)
    for group in typing:
        candidate = _candidate(group)
        if owners[candidate.identity] > 1:
            candidate = replace(candidate, identity=_by_socket(group[0]), warning="same_serial")
        yield candidate


def _candidate(group: Sequence[InputNode]) -> Candidate:
    node = next(one for one in group if one.types)
    words = node.name.lower()
    scanner = node.vendor in SCANNER_VENDORS or any(name in words for name in NAMES)
    identity = _by_serial(node) if node.uniq else _by_socket(node)
    warning = "" if node.uniq else "no_serial"
    paths = " ".join(one.path for one in group)
    traits = {"vid": node.vendor, "pid": node.product, "scanner": scanner}
    # People type on what looks just the same, and it would type nowhere else any more.
    warning = warning if scanner else "maybe_keyboard"
    return Candidate(identity, paths, paths, f"{node.name} (types)", warning, traits)


def _by_serial(node: InputNode) -> str:
    bus = "usb" if node.bus == BUS_USB else "bluetooth"
    return f"{bus}:{node.vendor:04x}:{node.product:04x}:{node.uniq}"


def _by_socket(node: InputNode) -> str:
    return f"usbpath:{node.socket}"


def _extra(entry: str) -> Iterator[Candidate]:
    if "/input/" not in entry:
        return  # a port
    for path in sorted(glob(entry)):  # noqa: PTH207 (a pattern may be absolute)
        target = str(Path(path).resolve())
        description = f"Keys named in the settings ({path})"
        yield Candidate(f"port:{path}", path, target, description, traits={"named": True})


def _types(words: str) -> bool:
    """Whether a bitmap of the kernel (hexadecimal words of 64 bits, the lowest last) has the keys
    that codes are typed with.
    """
    bits = 0
    for word in words.split():
        bits = bits << 64 | _hexadecimal(word)
    return all(bits >> key & 1 for key in TYPING)


def _number(path: Path) -> int:
    return _hexadecimal(_line(path))


def _hexadecimal(text: str) -> int:
    try:
        return int(text or "0", 16)
    except ValueError:
        return 0


def _line(path: Path) -> str:
    """The content of a one-line file of the kernel, empty when it is not there."""
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return ""


FINDER = Finder(find)
