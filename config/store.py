"""Settings of the database and its archive."""

from dataclasses import dataclass

from config.rule import Rule
from config.setting import setting


@dataclass(frozen=True)
class StoreSettings:
    """The encrypted database."""

    encryption: str = setting(
        "required",
        "Whether the database file is encrypted; off is for development.",
        Rule(choices=("required", "off")),
    )
    synchronous: str = setting(
        "FULL",
        "How hard a commit is pushed to the disk.",
        Rule(
            choices=("FULL", "EXTRA"),
            because="anything lower could lose acknowledged sales in a power cut",
        ),
    )
    readers: int = setting(8, "Pooled reading connections.", Rule(1, 64))
    cache_kib: int = setting(16_384, "Page cache of the writer.", Rule(1024, 1_048_576, unit="KiB"))
    reader_cache_kib: int = setting(
        2048, "Page cache of each reader.", Rule(256, 262_144, unit="KiB")
    )
    queue_max: int = setting(
        4096, "Writes waiting before new ones are asked to come again.", Rule(16, 65_536)
    )
    linger_ms_max: int = setting(
        4, "Longest wait for company before a commit.", Rule(0, 100, unit="ms")
    )
    bulk_slice_ms: int = setting(
        20, "Longest slice of bulk work while captures wait.", Rule(1, 1000, unit="ms")
    )
    retention_days: int = setting(
        30,
        "An entry stays in the journal at least this long before it goes to the archive.",
        Rule(1, 3650, unit="days"),
    )
    segment_entries: int = setting(
        10_000, "Entries in one file of the archive, at most.", Rule(1, 100_000)
    )
    refuse_volatile: bool = setting(
        False, "Whether a folder that a restart empties, such as memory, is refused, not only told."
    )
