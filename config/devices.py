"""The settings of everything that is plugged in."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class DiscoverySettings:
    """Finding each other on the network (mDNS)."""

    on: bool = setting(
        default=True,
        meaning="Whether this gateway looks for devices on the network and is announced there.",
    )
    name: str = setting(
        "",
        "Name to be announced by; empty takes that of the shop. A part of the gateway's id is"
        " added.",
    )


@dataclass(frozen=True)
class DevicesSettings:
    """Everything that is plugged in."""

    poll_s: int = setting(3, "Pause between two looks for new devices.", Rule(1, 3600, unit="s"))
    extra_ports: tuple[str, ...] = setting(
        (),
        "Serial ports besides those that are found, such as /dev/ttyAMA0; a path may have a *.",
        Rule(filled=True),
    )
    baud: int = setting(
        9600, "Speed of a serial line that names none.", Rule(300, 4_000_000, unit="baud")
    )
    frame_bytes_max: int = setting(
        4096,
        "Longest reading; of a longer one only the beginning is kept, as device.overflow.",
        Rule(64, 4096, unit="bytes"),
    )
    duplicate_window_ms: int = setting(
        200,
        "A repeat of the same reading within this time is kept as suppressed; 0 keeps all.",
        Rule(0, 10_000, unit="ms"),
    )
    queue_frames_max: int = setting(
        1000, "Readings of one device waiting for the disk.", Rule(10, 100_000)
    )
    backoff_s_min: int = setting(
        1, "First pause before a lost device is tried again.", Rule(1, 3600, unit="s")
    )
    backoff_s_max: int = setting(
        30, "Longest pause before a lost device is tried again.", Rule(1, 3600, unit="s")
    )
    drop_roots: tuple[str, ...] = setting(
        ("/srv/waystation",),
        "Folders below which tills may leave files for this gateway (see docs/file-drop.md).",
        Rule(filled=True),
    )
    labels: tuple[str, ...] = setting(
        (),
        "Labels of the shop's own scales, such as: 22 plu:5 price:5.2 check ; 2212345012503"
        " plu=12345 price_minor=1250, or those of a country: country SE (see"
        " docs/adding-a-device.md).",
        Rule(filled=True),
    )
    codes: tuple[str, ...] = setting(
        (),
        "Codes the shop has made up itself, such as: shelf A(?P<aisle>[0-9]{2})-(?P<bay>[0-9]{2})"
        " ; A07-12 aisle=07 bay=12 (see docs/adding-a-device.md).",
        Rule(filled=True),
    )
    upc_e: bool = setting(
        default=False, meaning="Whether 8 digits that begin with 0 or 1 are UPC-E, not EAN-8."
    )
    bare_sscc: bool = setting(
        default=False, meaning="Whether 18 digits alone may be a shipping container code (SSCC)."
    )
    zero_dates: bool = setting(
        default=False, meaning="Whether a GS1 date of 000000 means none instead of a mistake."
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        if self.backoff_s_min > self.backoff_s_max:
            yield "devices.backoff_s_min", f"at most devices.backoff_s_max = {self.backoff_s_max}"
