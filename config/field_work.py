"""The settings of a field rep's day."""

from collections.abc import Iterator
from dataclasses import dataclass

from config.rule import Rule
from config.setting import Misfit, setting


@dataclass(frozen=True)
class VisitSettings:
    """Visits of field reps."""

    outcomes: tuple[str, ...] = setting(
        (
            "order = Order taken | 已下单 | 已下單",
            "no_order = No order | 未下单 | 未下單",
            "follow_up = To be followed up | 待跟进 | 待跟進",
            "delivered = Goods delivered | 已送货 | 已送貨",
            "complaint = Complaint | 投诉 | 客訴",
            "absent = Nobody there | 无人在场 | 無人在場",
        ),
        "How a visit may end, in the order of the form: the value that is stored, and its names in"
        " English, simplified and traditional Chinese.",
        Rule(shape="outcome"),
    )

    def misfits(self) -> Iterator[Misfit]:
        """Values that do not fit together."""
        values = [line.partition("=")[0].strip() for line in self.outcomes]
        if not values or len(set(values)) < len(values):
            yield "visits.outcomes", "at least one outcome, and each of them once"


@dataclass(frozen=True)
class PhoneSettings:
    """What protects the data on phones."""

    unlock: str = setting(
        "offered",
        "Whether phones are locked with a passkey or a passphrase: everybody has to choose one, may"
        " choose one, or is not asked.",
        Rule(choices=("required", "offered", "off")),
    )
    lock_after_min: int = setting(
        15,
        "A phone locks itself after this long without a touch; 0 never.",
        Rule(0, 1440, unit="min"),
    )
    lease_days: int = setting(
        7,
        "Without word from the gateway for this long, a phone shows no customers until it has some."
        " Entering new work goes on.",
        Rule(1, 365, unit="days"),
    )


@dataclass(frozen=True)
class AttachmentSettings:
    """Photos, business cards and papers of customers and visits."""

    size_bytes_max: int = setting(
        10_485_760, "Largest file.", Rule(65_536, 268_435_456, unit="bytes")
    )
    megapixels_max: int = setting(
        25,
        "Pictures of more pixels than this many million are refused. Each is drawn anew, which"
        " takes up to 15 MB of memory for a million, and of a WebP 28 MB.",
        Rule(1, 100),
    )
    types: tuple[str, ...] = setting(
        ("image/jpeg", "image/png", "image/webp", "application/pdf"),
        "Media types that are taken.",
        Rule(choices=("image/jpeg", "image/png", "image/webp", "application/pdf")),
    )
    unfinished_days: int = setting(
        7,
        "An upload that nobody goes on with is forgotten after this.",
        Rule(1, 365, unit="days"),
    )
    unfinished_max: int = setting(500, "Unfinished uploads of one person.", Rule(1, 100_000))
    disk_free_mib_min: int = setting(
        512,
        "No file is taken when the disk has less room than this: sales need it more.",
        Rule(0, 1_048_576, unit="MiB"),
    )
