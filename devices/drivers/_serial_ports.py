"""Serial ports that are plugged in, found without opening any (shared by the serial drivers).

Names such as ttyUSB0 go to whoever comes first, so a device is known by its USB serial number, or,
where its maker gave it none, by the socket it is plugged into.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from glob import glob
from pathlib import Path

from serial.tools.list_ports import comports
from serial.tools.list_ports_common import ListPortInfo

from devices.driver import Candidate, Finder

SYSFS = Path("/sys/class/tty")
# Makers of nothing but scanners and their chips; anything else may be a modem or a printer.
SCANNER_VENDORS = {
    0x05E0: "Symbol",
    0x05F9: "Datalogic",
    0x065A: "Opticon",
    0x0C2E: "Honeywell",
    0x0536: "Hand Held Products",
    0x1EAB: "Newland",
    0x1FBB: "Zebex",
}

NAMED = {"named": True}


def find(extra_ports: Sequence[str]) -> list[Candidate]:
    """Every serial port a device may hang on, and those behind ``extra_ports`` (paths, globs)."""
    found = list(known_ports(comports(), SYSFS))
    targets = {candidate.target for candidate in found}
    named = (candidate for entry in extra_ports for candidate in _extra(entry))
    return found + [candidate for candidate in named if candidate.target not in targets]


def likelihood(candidate: Candidate) -> int:
    """How likely a scanner hangs on a port (0 to 100)."""
    vendor = candidate.traits.get("vid")
    if vendor is not None:
        return 90 if vendor in SCANNER_VENDORS else 50
    return 40 if candidate.traits.get("named") else 30


def other_than_scanner(candidate: Candidate, *names: str) -> int:
    """How likely a device that calls itself one of ``names`` hangs on a port (0 to 100).

    Below a scanner where nothing tells: an adapter does not say what is behind it.
    """
    product = str(candidate.traits.get("product") or "").lower()
    if any(name in product for name in names):
        return 95
    return min(likelihood(candidate) - 10, 40) if likelihood(candidate) < 90 else 5


def known_ports(ports: Iterable[ListPortInfo], sysfs: Path) -> Iterator[Candidate]:
    """Candidates among what the operating system lists: no console, no port without a chip."""
    usable = [port for port in ports if _usable(port, sysfs)]
    owners = Counter(_by_serial(port) for port in usable if port.serial_number)
    for port in usable:
        candidate = _candidate(port)
        if owners[candidate.identity] > 1:
            candidate = replace(candidate, identity=_by_socket(port), warning="same_serial")
        yield candidate


def _usable(port: ListPortInfo, sysfs: Path) -> bool:
    """On-board ports may be the machine's console, and most of those listed do not exist at all."""
    if port.vid is not None:
        return True
    if port.name.startswith("ttyAMA"):
        return False
    if not port.name.startswith("ttyS"):
        return True
    consoles = _line(sysfs / "console" / "active").split()
    return port.name not in consoles and _line(sysfs / port.name / "type") not in ("", "0")


def _candidate(port: ListPortInfo) -> Candidate:
    if port.vid is None:
        identity, warning = f"port:{port.device}", ""
    else:
        identity = _by_serial(port) if port.serial_number else _by_socket(port)
        warning = "" if port.serial_number else "no_serial"
    maker = port.manufacturer or SCANNER_VENDORS.get(port.vid or 0)
    words = (maker, port.product or port.name, f"({port.device})")
    description = " ".join(word for word in words if word)
    target = str(Path(port.device).resolve())
    traits = {"vid": port.vid, "pid": port.pid, "maker": maker, "product": port.product}
    return Candidate(identity, port.device, target, description, warning, traits)


def _by_serial(port: ListPortInfo) -> str:
    return f"usb:{port.vid:04x}:{port.pid:04x}:{port.serial_number}:{_interface(port)}"


def _by_socket(port: ListPortInfo) -> str:
    socket = (port.location or port.name).partition(":")[0]
    return f"usbpath:{socket}:{_interface(port)}"


def _interface(port: ListPortInfo) -> str:
    """The part of a location such as ``1-1.4:1.0`` that tells the ports of one device apart."""
    return (port.location or "").partition(":")[2] or "0"


def _extra(entry: str) -> Iterator[Candidate]:
    if "/input/" in entry:
        return  # no port: somebody types there
    if "://" in entry:
        yield Candidate(f"port:{entry}", entry, entry, entry, traits=NAMED)
        return
    for path in sorted(glob(entry)):  # noqa: PTH207 (a pattern may be absolute)
        description = f"Port named in the settings ({path})"
        target = str(Path(path).resolve())
        yield Candidate(f"port:{path}", path, target, description, traits=NAMED)


def _line(path: Path) -> str:
    """The content of a one-line file of the kernel, empty when it is not there."""
    try:
        return path.read_text("ascii").strip()
    except OSError:
        return ""


FINDER = Finder(find)
